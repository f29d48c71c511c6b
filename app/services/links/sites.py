"""Sites that are no network of their own: blogs, forums, news; comments where the address names them.

Sites of the acts' years that write one page in several ways (LiveJournal, Пикабу, Instagram, Facebook, X) have a form.
"""

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, unquote, unquote_plus

from app.services.links.link import AROUND, BEHIND, Address, Link

_TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|yclid|ysclid|_openstat|from|share_to|rid|si|feature|igshid?|igsh|mc_[ce]id|_ga|_gl|_ym_.*|"
    r"msclkid|twclid|ttclid|dclid|wbraid|gbraid|erid|etext"
)
_COMMENT = re.compile(r"(?:comment|reply|post|p|msg|message)[-_=]?(\d+)", re.IGNORECASE)
# Services that shorten links: only they know where one leads.
_SHORT = frozenset(
    ("clck.ru", "bit.ly", "goo.gl", "t.co", "tinyurl.com", "is.gd", "u.to", "ya.cc", "goo.su", "fb.watch")
)  # fmt: skip
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What may not stand at an end, as it is and in percents, by how long that is.
_ENDS = frozenset(AROUND + BEHIND) | {"".join(f"%{byte:02X}" for byte in sign.encode()) for sign in AROUND + BEHIND}
_END_LENGTHS = sorted({len(end) for end in _ENDS})
_SIGNS = frozenset("-._~")


def site_link(address: Address) -> Link:
    """A page of a site: what only tracks its reader is dropped, what names the page stays in its order."""
    for hosts, form in _SITES:
        if hosts.fullmatch(address.host) and (found := form(address)) is not None:
            return found
    query = "&".join(
        pair for pair in address.raw_query.split("&") if pair and not _TRACKING.fullmatch(_key(pair))
    )
    page = _closed(_written(f"{address.host}{address.path or '/'}{'?' + query if query else ''}"))
    if address.host in _SHORT:
        return _named("short", page, address.scheme)
    comment = _COMMENT.fullmatch(address.fragment)
    if comment:
        page += f"#{address.fragment}"
    elif address.fragment.startswith(("!", "/")):  # the page itself, on sites of one document
        page = _closed(f"{page}#{_written(address.fragment)}")
    return _named("comment" if comment else "post", page, address.scheme)


def _livejournal(address: Address) -> Link | None:
    page = _closed(f"{address.host}{address.path or '/'}")
    if address.host == "m.livejournal.com":
        found = re.match(r"read/user/([\w-]+)/(\d+)", address.part, re.ASCII)
        if found is None:
            return None
        page = f"{found[1].replace('_', '-').lower()}.livejournal.com/{found[2]}.html"
    thread = address.query.get("thread", "")
    if re.fullmatch(r"\d+", thread, re.ASCII):
        return _named("comment", f"{page}?thread={thread}#t{thread}", address.scheme)
    return _named("post", page, address.scheme)


def _pikabu(address: Address) -> Link | None:
    found = re.fullmatch(r"story/[^/]*_(\d+)", address.part, re.ASCII)
    if found is None:
        return None
    comment = address.query.get("cid", "") or address.fragment.removeprefix("comment_")
    return _page(f"pikabu.ru/story/_{found[1]}", comment, "?cid=")


def _instagram(address: Address) -> Link | None:
    found = re.fullmatch(r"(?:[\w.]+/)?(?:p|reels?|tv)/([\w-]+)(?:/c/(\d+)(?:/r/\d+)?)?", address.part, re.ASCII)
    if found is None:
        return None
    if found[2]:
        tail = "/".join(address.parts[address.parts.index("c") :])
        return _named("comment", f"www.instagram.com/p/{found[1]}/{tail}/", "https")
    return _named("post", f"www.instagram.com/p/{found[1]}/", "https")


def _x(address: Address) -> Link | None:
    found = re.match(r"(?:i/web|i|\w+)/status(?:es)?/(\d+)(?:/|$)", address.part, re.ASCII)
    return _named("post", f"x.com/i/status/{found[1]}", "https") if found else None


def _facebook(address: Address) -> Link | None:
    """Posts by owner and number, or by story and number in the query; a comment by its own."""
    query = address.query
    posts = re.fullmatch(r"([\w.-]+)/posts/(?:[^/]+/)?(\w+)", address.part, re.ASCII)
    if posts:
        page = f"www.facebook.com/{posts[1].lower()}/posts/{posts[2]}"
    elif address.part in ("permalink.php", "story.php") and query.get("story_fbid") and query.get("id"):
        page = f"www.facebook.com/permalink.php?story_fbid={quote(query['story_fbid'])}&id={quote(query['id'])}"
    else:
        return None
    comment = query.get("reply_comment_id", "") or query.get("comment_id", "")
    return _page(page, comment, "&comment_id=" if "?" in page else "?comment_id=")


_SITES: tuple[tuple[re.Pattern[str], Callable[[Address], Link | None]], ...] = (
    (re.compile(r"[\w-]+\.livejournal\.com"), _livejournal),
    (re.compile(r"(?:m\.)?pikabu\.ru"), _pikabu),
    (re.compile(r"(?:m\.)?instagram\.com"), _instagram),
    (re.compile(r"(?:m\.|mobile\.)?(?:twitter|x)\.com"), _x),
    (re.compile(r"(?:m\.|web\.|mbasic\.|ru-ru\.)?facebook\.com"), _facebook),
)


def _page(page: str, comment: str, joint: str) -> Link:
    if re.fullmatch(r"\d+", comment, re.ASCII):
        return _named("comment", f"{page}{joint}{comment}", "https")
    return _named("post", page, "https")


def _written(page: str) -> str:
    """One way of writing for all: letters of any script as they are, everything else that is no sign of an address
    in percents."""
    page = _STRAY.sub("%25", page)
    page = unicodedata.normalize("NFC", _ESCAPED.sub(lambda run: _letters_of(run[0]), page))
    if page.isascii():
        return page
    return "".join(sign if sign.isascii() or sign.isalnum() else quote(sign) for sign in page)


def _letters_of(run: str) -> str:
    text = bytes.fromhex(run.replace("%", "")).decode("utf-8", "replace")
    if "\ufffd" in text:  # another code page, or half a letter
        return run.upper()
    return "".join(
        sign if sign.isalnum() or sign in _SIGNS or unicodedata.combining(sign) else quote(sign, safe="")
        for sign in text
    )


def _closed(page: str) -> str:
    """Punctuation at the end belongs to this address, not to a sentence around it: it is written in percents."""
    end = len(page)
    while length := next((n for n in _END_LENGTHS if page[max(0, end - n) : end] in _ENDS), 0):
        end -= length
    return page[:end] + "".join(f"%{byte:02X}" for byte in unquote(page[end:]).encode())


def _key(pair: str) -> str:
    return unquote_plus(pair.split("=", 1)[0]).lower()


def _named(kind: str, page: str, scheme: str) -> Link:
    return Link("blog", kind, f"blog:{kind}:{page}", f"{scheme}://{page}")
