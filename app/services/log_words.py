"""What of a log may be kept and shown: what happened and where, never what citizens and colleagues wrote."""

import logging
import re
from pathlib import Path

# The program's own messages are English: Cyrillic in a log can only come from data.
_CYRILLIC = re.compile(r"[А-Яа-яЁё][А-Яа-яЁё0-9 ,.!?:;«»„“()\-–—]*")
_LINK = re.compile(r"\b([a-z][a-z0-9+.-]*://)(?:[^\s/@]*@)?([^\s/'\"]+)[^\s'\")]*", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.-])(?!\d{4}-\d\d-\d\d)\+?\d[\d ()-]{8,}\d(?![\w.])")
_SECRET = re.compile(r"(?i)\b(password|passwd|token|secret|access_token|key)(['\"]?\s*[:=]\s*)[^\s,&)]+")
_PARAMETERS = re.compile(r"\[parameters: .*", re.DOTALL)
_DETAIL = re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE)


def without_personal(text: str, home: Path | None = None) -> str:
    """A text of the log without names, citizens' words, addresses, telephones, passwords and the home folder."""
    text = text.replace(str(home or Path.home()), "~")
    text = _PARAMETERS.sub("[parameters: …]", text)
    text = _DETAIL.sub(r"\1: …", text)
    text = _LINK.sub(r"\1\2/…", text)
    text = _MAIL.sub("…@…", text)
    text = _SECRET.sub(r"\1\2…", text)
    text = _PHONE.sub("…", text)
    return _CYRILLIC.sub("…", text)


class CleanFormatter(logging.Formatter):
    """Formats records, tracebacks included, without anything personal."""

    def format(self, record: logging.LogRecord) -> str:
        return without_personal(super().format(record))
