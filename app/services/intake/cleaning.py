"""Cleans what exporters did to a citizen's text; the citizen's words, punctuation and emoji stay as written."""

import html
import re
import unicodedata
from functools import lru_cache

_EXCEL_MARK = re.compile(r"_x000[dD]_\r?\n?|_x000[aA]_")
_EXCEL_TAB = re.compile(r"_x0009_")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_BLOCK = "p|div|li|ul|ol|tr|table|h[1-6]|blockquote|section"
_INLINE = (
    "a|abbr|article|b|big|body|center|cite|code|del|em|figure|figcaption|font|head|header|hr|html|i|iframe|img|ins|label|"
    "link|mark|meta|noscript|o:p|pre|q|s|small|span|strike|strong|sub|sup|tbody|td|tfoot|th|thead|title|u|video|wbr"
)
_BREAK = re.compile(r"[ \t]*<br\b[^<>]*>\n?", re.IGNORECASE)
_BLOCK_EDGE = re.compile(rf"[ \t]*</?(?:{_BLOCK})(?:\s[^<>]*)?/?>", re.IGNORECASE)
# Only names of HTML: "<3" and "<привет>" are the citizen's own.
_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_SPACES = re.compile("[\u00a0\u202f\u2007\u2009\u200a\u2002\u2003\u3000]")
# Zero-width joiners and variation selectors stay: emoji are made of them.
_INVISIBLE = re.compile("[\u200b\ufeff\xad\u2060\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# Whatever there is to mend in a text has one of these: most cells have none, and one look tells.
_SUSPECT = re.compile(
    r"[<&\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u2002\u2003\u2007\u2009\u200a\u200b\u200e\u200f\u2028-\u202f\u2060"
    r"\u2066-\u2069\u3000\ufeff\ufffe\uffff\ud800-\udfff]|_x00|\n\n\n|[^\S\n]\n"
)
_SHORT = 300


def clean_text(raw: str) -> tuple[str, tuple[str, ...]]:
    """The text without an exporter's marks, and codes of what was mended.

    Codes: line_marks, entities, tags, control, spaces, invisible, blank_lines.
    """
    if _SUSPECT.search(raw) is None:
        return raw.strip(), ()
    return mend(raw)


def mend(raw: str) -> tuple[str, tuple[str, ...]]:
    """What `clean_text` gives, by going through all that may have to be mended."""
    repairs: list[str] = []
    text = raw

    def mended(code: str, after: str) -> str:
        if after != text and code not in repairs:
            repairs.append(code)
        return after

    text = mended("line_marks", _EXCEL_TAB.sub("\t", _EXCEL_MARK.sub("\n", text)))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    for _ in range(2):  # exporters escape twice now and then: &amp;#33;
        text = mended("entities", _ENTITY.sub(lambda match: html.unescape(match[0]), text))
    text = mended("tags", _untagged(text))
    text = mended("control", _CONTROL.sub("", text))
    text = mended("spaces", _SPACES.sub(" ", text))
    text = mended("invisible", _INVISIBLE.sub("", text))
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip()
    text = mended("blank_lines", re.sub(r"\n{3,}", "\n\n", text))
    return text, tuple(repairs)


def without_control(text: str) -> str:
    """The text without characters that XML, and so Excel, cannot hold."""
    return _CONTROL.sub("", text)


def clean_line(raw: str) -> str:
    """A short value (a name, a topic, a street) on one line."""
    return _known_line(raw) if len(raw) <= _SHORT else _line(raw)


def _line(raw: str) -> str:
    return " ".join(clean_text(raw)[0].split())


_known_line = lru_cache(maxsize=8192)(_line)  # an export says the same names and places again and again


def has_words(text: str) -> bool:
    """Whether anything in the text can be read: emoji and punctuation alone are left to the curator's eye."""
    return any(unicodedata.category(char)[0] in "LN" for char in text)


def normal_text(text: str) -> str:
    """The text as compared for duplicates: compatibility forms, case, ё, spaces and line breaks do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(folded.split())


def _untagged(text: str) -> str:
    if "<" not in text:
        return text
    text = _HIDDEN.sub("", text)
    text = _BREAK.sub("\n", text)
    text = re.sub(r"\n{2,}", "\n\n", _BLOCK_EDGE.sub("\n", text)) if _BLOCK_EDGE.search(text) else text
    return _TAG.sub("", text)
