"""Sites that are no network of their own: blogs, forums, news; comments where the address names them."""

import re
from urllib.parse import unquote_plus

from app.services.links.link import Address, Link

_TRACKING = re.compile(r"utm_.*|fbclid|gclid|yclid|ysclid|_openstat|from|share_to|rid|si|feature|igshid|mc_[ce]id")
_COMMENT = re.compile(r"(?:comment|reply|post|p|msg|message)[-_=]?(\d+)", re.IGNORECASE)


def site_link(address: Address) -> Link:
    """A page of a site: what only tracks its reader is dropped, what names the page stays in its order."""
    if address.host.endswith(".livejournal.com"):
        return _livejournal(address)
    query = "&".join(
        pair for pair in address.raw_query.split("&") if pair and not _TRACKING.fullmatch(_key(pair))
    )
    page = _closed(f"{address.host}{address.path or '/'}{'?' + query if query else ''}")
    comment = _COMMENT.fullmatch(address.fragment)
    if comment:
        page += f"#{address.fragment}"
    return _named("comment" if comment else "post", page, address.scheme)


def _livejournal(address: Address) -> Link:
    page = _closed(f"{address.host}{address.path or '/'}")
    thread = address.query.get("thread", "")
    if thread.isdecimal():
        return _named("comment", f"{page}?thread={thread}#t{thread}", address.scheme)
    return _named("post", page, address.scheme)


def _closed(page: str) -> str:
    """Punctuation at the end belongs to this address, not to a sentence around it: it is written in percents."""
    end = len(page.rstrip(".,;:!?)(\"'«»“”„<>"))
    return page[:end] + "".join(f"%{byte:02X}" for byte in page[end:].encode())


def _key(pair: str) -> str:
    return unquote_plus(pair.split("=", 1)[0]).lower()


def _named(kind: str, page: str, scheme: str) -> Link:
    return Link("blog", kind, f"blog:{kind}:{page}", f"{scheme}://{page}")
