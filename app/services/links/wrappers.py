"""Addresses that only lead on: redirectors, shares, copies of a page in an archive or a faster form of it."""

import re

from app.services.links.link import Address

_VK = r"(?:away\.|login\.)?vk\.(?:com|ru)|vkontakte\.ru"
# Host, path, and the parameter that says where.
_LEADING = tuple(
    (re.compile(host), re.compile(path), parameter)
    for host, path, parameter in (
        (_VK, r"away(?:\.php)?", "to"),
        (_VK, r"share\.php", "url"),
        (r"youtube\.com", r"redirect", "q"),
        (r"youtube\.com", r"attribution_link", "u"),
        (r"youtube\.com", r"oembed", "url"),
        (r"consent\.(?:youtube|google)\.(?:com|ru)", r"m|ml", "continue"),
        (r"t\.me", r"iv|share|share/url", "url"),
        (r"ok\.ru", r"dk", "st.link"),
        (r"(?:connect\.)?ok\.ru", r"offer", "url"),
        (r"connect\.ok\.ru", r"dk", "st.shareUrl"),
        (r"dzen\.ru|zen\.yandex\.(?:ru|com)", r"away", "to"),
        (r"google\.(?:com|ru)", r"url", "q"),
        (r"google\.(?:com|ru)", r"url", "url"),
        (r"translate\.google\.(?:com|ru)", r"translate", "u"),
        (r"yandex\.ru", r"turbo", "text"),
        (r"lm?\.facebook\.com", r"l\.php", "u"),
        (r"l\.instagram\.com", r"", "u"),
    )
)
# The address stands in the path: archives, AMP and turbo pages. The groups are host and path, or the whole address.
_WITHIN = tuple(
    (re.compile(host), re.compile(path))
    for host, path in (
        (r"web\.archive\.org", r"/web/\d+(?:[a-z]{2}_)?/(https?:/.+)"),
        (r"google\.(?:com|ru)", r"/amp/s/(.+)"),
        (r"[\w.-]+\.cdn\.ampproject\.org", r"/[cv]/s/(.+)"),
        (r"[\w.-]+\.turbopages\.org", r"/([\w-]+(?:\.[\w-]+)+)/s(/.+)"),
    )
)


def wrapped(address: Address) -> str | None:
    """The link inside a redirector's, None where the address is one itself."""
    for host, path, parameter in _LEADING:
        if host.fullmatch(address.host) and path.fullmatch(address.part) and (inner := address.query.get(parameter)):
            return f"https://{address.host}{inner}" if re.match("/(?!/)", inner) else inner
    for host, pattern in _WITHIN:
        if host.fullmatch(address.host) and (found := pattern.fullmatch(address.path)):
            inner = "".join(found.groups()) + (f"?{address.raw_query}" if address.raw_query else "")
            return inner if inner.startswith("http") else f"https://{inner}"
    return None
