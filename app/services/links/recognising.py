"""Reading a link as people paste it: wrappers, missing schemes, redirectors, and addresses nobody should open."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from app.regulation.errors import Refused
from app.services.folding import excerpt
from app.services.links.link import AROUND, BEHIND, Address, Link
from app.services.links.networks import FORMS, HOSTS, PREFIXES, SCHEMES
from app.services.links.sites import site_link
from app.services.links.wrappers import wrapped

REFUSALS = (
    "link_empty", "link_malformed", "link_scheme", "link_with_password", "link_port", "link_private", "link_several",
    "link_too_long", "link_without_object",
)  # fmt: skip
MOST_WRAPPERS = 3
# Servers take no longer addresses, in characters.
LONGEST = 8_000
# An export names the same hosts again and again: what was made of so many is kept.
KEPT_HOSTS = 4_096
# As much of a bad link is repeated to whoever pasted it, in characters.
MOST_TOLD = 200
# What people and messengers put around a link; zero-width and direction marks ride along when text is copied.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_SPACES = " \t\r\n"
# A link with words, as messengers and VK write it: "[here](https://…)", "[https://…|here]".
_WORDED = re.compile(r"\[[^\]\n]*\]\(([^\s()]+)\)|\[((?:https?://)?[^\s|\]]+)\|[^\]\n]*\]")
_SECOND = re.compile(r"https?://", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?://|(?!\d))", re.IGNORECASE)
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f\\]")
_IN_TEXT = re.compile(r"(?:\b(?:https?|tg|viber|whatsapp)://|(?<![\w@./-])(?:[a-z0-9-]+\.)+[a-z]{2,}/)[^\s<>«»\"“”]+",
                      re.IGNORECASE)  # fmt: skip
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")
_PRIVATE_NAMES = (".local", ".localhost", ".internal", ".lan", ".home", ".corp")


def recognise(text: str) -> Link:
    """The link in `text`, canonical. Raises Refused with what is wrong, one of REFUSALS."""
    seen = _INVISIBLE.sub("", text).strip(_SPACES)
    worded = _WORDED.fullmatch(seen)
    bare = (worded[1] or worded[2] if worded else seen).strip(AROUND)
    if not bare:
        raise Refused("link_empty")
    if re.search(r"\s", bare) and len(_SECOND.findall(bare)) > 1:
        raise Refused("link_several", link=_told(text))
    if len(bare) > LONGEST and not re.search(r"\s", bare):
        raise Refused("link_too_long", length=len(bare), limit=LONGEST)
    for _ in range(MOST_WRAPPERS + 1):
        address = _address(bare, text)
        inner = wrapped(address)
        if inner is None:
            return _recognised(address, text)
        bare = inner
    raise Refused("link_malformed", link=_told(text))


def find_links(text: str) -> list[str]:
    """The links written in a text, in order, without the punctuation behind them."""
    found = (_trimmed(match.group()) for match in _IN_TEXT.finditer(_INVISIBLE.sub("", text)))
    return [link for link in found if "://" in link or _network_of(_host(link.split("/")[0])) is not None]


def _told(text: str) -> str:
    """The link as a refusal repeats it: whoever pasted a whole page sees where it began."""
    return excerpt(text, MOST_TOLD)


def _recognised(address: Address, text: str) -> Link:
    network = _network_of(address.host) if address.scheme in ("http", "https") else SCHEMES[address.scheme]
    if network is None:
        return site_link(address)
    for form in FORMS[network]:
        if (found := form(address)) is not None:
            return found
    raise Refused("link_without_object", link=_told(text))


def _network_of(host: str) -> str | None:
    if host in HOSTS:
        return HOSTS[host]
    return "telegram" if host.endswith(".t.me") and host.count(".") == 2 else None


_PAIRED = {")": "(", "]": "[", "}": "{"}


def _trimmed(text: str) -> str:
    """Without the punctuation of the sentence; a closing bracket stays where the link itself opened one."""
    while text and text[-1] in BEHIND + AROUND:
        if text[-1] in _PAIRED and text.count(_PAIRED[text[-1]]) >= text.count(text[-1]):
            break
        text = text[:-1]
    return text


def _address(bare: str, text: str) -> Address:
    bare = _trimmed(bare)
    if _UNFIT.search(bare):
        raise Refused("link_malformed", link=_told(text))
    scheme = _SCHEME.match(bare)
    if scheme is None:
        if _network_of(_host(re.split(r"[/?#]", bare)[0])) is None:
            raise Refused("link_malformed", link=_told(text))
        bare = f"https://{bare}"
    elif scheme[1].lower() not in ("http", "https", *SCHEMES):
        raise Refused("link_scheme", link=_told(text))
    elif scheme[1].lower() in SCHEMES and "//" not in scheme[0]:  # "tg:resolve?domain=…" says the same
        bare = f"{scheme[0]}//{bare[scheme.end() :]}"
    try:
        pieces = urlsplit(bare)
        port = pieces.port
    except ValueError:
        raise Refused("link_malformed", link=_told(text)) from None
    name, host = pieces.scheme.lower(), _host(pieces.hostname or "")
    if name in ("http", "https"):
        _refuse_unsafe(pieces.username is not None, port, name, host, text)
        if _SECOND.search(pieces.path) and _network_of(host) is not None:
            raise Refused("link_several", link=_told(text))
    return Address(
        scheme=name,
        host=host,
        path=pieces.path,
        parts=tuple(unquote(part) for part in pieces.path.split("/") if part),
        query=dict(reversed(parse_qsl(pieces.query, keep_blank_values=True))) if pieces.query else {},
        raw_query=pieces.query,
        fragment=pieces.fragment,
    )


def _refuse_unsafe(has_user: bool, port: int | None, scheme: str, host: str, text: str) -> None:
    if has_user:
        raise Refused("link_with_password", link=_told(text))
    if port is not None and port != {"http": 80, "https": 443}[scheme]:
        raise Refused("link_port", link=_told(text), port=port)
    if host and _is_private(host):
        raise Refused("link_private", link=_told(text))
    if not _HOST.fullmatch(host):
        raise Refused("link_malformed", link=_told(text))


@lru_cache(KEPT_HOSTS)
def _is_private(host: str) -> bool:
    """A number instead of a name, or a name of this machine or its own network: no citizen's page stands there."""
    if host == "localhost" or host.endswith(_PRIVATE_NAMES):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return re.fullmatch(r"[0-9.]+|0x[0-9a-f.x]+", host) is not None
    return True


@lru_cache(KEPT_HOSTS)
def _host(name: str) -> str:
    """The host as networks are told apart by: in lower case and punycode, without www. and the like."""
    host = name.lower().rstrip(".")
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return host
    short = next((host.removeprefix(prefix) for prefix in PREFIXES if host.startswith(prefix)), host)
    return short if short in HOSTS or host.startswith("www.") else host
