"""VK's numbers of errors as faults, and its attachments as links."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.services.networks.adapter import FileLink
from app.services.networks.allowance import day_start, next_day
from app.services.networks.faults import (
    Ambiguous,
    AuthFailed,
    ContentRejected,
    Fault,
    HumanNeeded,
    NoRights,
    Quota,
    RetryAfter,
    TargetClosed,
    TargetGone,
    WrongToken,
)

SITE = "https://vk.com/"
_ZONE = "Europe/Moscow"
_WAITS = {6: 1.0, 22: 60.0, 105: 60.0, 1: 60.0, 10: 60.0, 43: 600.0, 9: 3600.0, 103: 3600.0, 223: 3600.0}
_CLASSES: dict[int, tuple[type[Fault], str]] = {
    **dict.fromkeys((5, 37, 1116, 1117, 3610), (AuthFailed, "")),
    **dict.fromkeys((14, 17, 24, 3300), (HumanNeeded, "captcha")),
    **dict.fromkeys((7, 15, 203, 214, 260), (NoRights, "")),
    **dict.fromkeys((900, 901, 902), (NoRights, "private_messages_closed")),
    **dict.fromkeys((18, 19, 113, 125, 211), (TargetGone, "")),
    **dict.fromkeys((30, 210), (TargetClosed, "page_closed")),
    **dict.fromkeys((212, 213, 801), (TargetClosed, "")),
    222: (ContentRejected, "links_forbidden"),
    914: (ContentRejected, "text_too_long"),
    **dict.fromkeys((27, 28, 1051), (WrongToken, "")),
}


def fault_of(error: Mapping[str, Any], writes: bool, token: str, now: datetime) -> Fault:
    """The fault that an error stands for; `token` is the kind that was used."""
    number, words = int(error.get("error_code", 0)), str(error.get("error_msg", ""))
    if number == 29:
        return Quota(next_day(day_start(now, _ZONE), _ZONE), bucket=_method(error))
    if number == 14 and error.get("redirect_uri"):
        return HumanNeeded("captcha", number=number)
    if number == 100:
        gone = "not found" in words.lower() or "deleted" in words.lower()
        return TargetGone(number=number) if gone else Fault("network_refused", number=number)
    if number in (1, 10) and writes:
        return Ambiguous(number=number)  # "unknown" and "internal" errors: VK itself does not say what it did
    if number in _WAITS:
        return RetryAfter(_WAITS[number], number=number)
    if number in _CLASSES:
        kind, code = _CLASSES[number]
        extra = {"kind": "group_token" if token != "group_token" else "service_token"} if kind is WrongToken else {}
        return kind(code, number=number, **extra)
    return Fault("network_refused", number=number)


def _method(error: Mapping[str, Any]) -> str:
    named = [row["value"] for row in error.get("request_params", ()) if row.get("key") == "method"]
    return named[0] if named else ""


def files_of(item: Mapping[str, Any], link: str) -> tuple[FileLink, ...]:
    """Attachments with an address of their own; a video's is its page."""
    found = []
    for attached in item.get("attachments") or ():
        kind, thing = attached.get("type"), attached.get(attached.get("type"), {})
        if kind == "photo" and thing.get("sizes"):
            best = max(thing["sizes"], key=lambda size: size.get("width", 0) * size.get("height", 0))
            found.append(FileLink(f"photo{thing['owner_id']}_{thing['id']}.jpg", "image/jpeg", best["url"]))
        elif kind == "video":
            name = f"video{thing['owner_id']}_{thing['id']}"
            found.append(FileLink(thing.get("title") or name, "video/mp4", SITE + name))
        elif kind == "doc" and thing.get("url"):
            found.append(FileLink(thing.get("title", "document"), "application/octet-stream", thing["url"]))
        elif kind == "link" and thing.get("url"):
            found.append(FileLink(thing.get("title") or thing["url"], "text/html", thing["url"]))
        elif kind:
            found.append(FileLink(str(kind), "", link))
    return tuple(found)


def random_id(key: str) -> int:
    """The 31-bit number by which VK knows a private message sent twice."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) & 0x7FFFFFFF
