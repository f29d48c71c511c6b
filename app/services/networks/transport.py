"""The only way out: requests to hosts on a list, over a proxy where one is set, with limits of time and size.

Private and loopback addresses are refused also when a listed name resolves to one, and the address that was checked
is the one that is connected to. Test servers are reached through `Outgoing.instead`.
"""

import asyncio
import ipaddress
import json
import logging
import socket
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from app.services.networks.faults import Ambiguous, Fault, Forbidden, RetryAfter, Unreachable, Unreadable

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
MOST_BYTES = 8 * 1024 * 1024
MOST_REDIRECTS = 3
AGENT = "cur-desk"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Which hosts may be contacted: names, or ".name" for everything under it.

    `instead` sends requests for one origin ("https://api.vk.com") to another one; only such a replacement may be a
    private address or speak without TLS. `plain` allows http:// for a listed host (old feeds).
    """

    hosts: frozenset[str] = frozenset()
    instead: Mapping[str, str] = field(default_factory=dict)
    plain: bool = False

    def allows(self, host: str) -> bool:
        return host in self.hosts or any(host.endswith(name) for name in self.hosts if name.startswith("."))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `skew_seconds` is how far the network's clock runs ahead of this machine's."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    skew_seconds: float | None = None

    def json(self, writes: bool = False) -> Any:
        """The body as data. Raises Unreadable("login_page") for HTML, else ("answer_unreadable"); where something
        was to be published, Ambiguous: it may have been done."""
        try:
            return json.loads(self.body)
        except ValueError:
            if writes:
                raise Ambiguous from None
            start = self.body.lstrip()[:200].lower()
            is_page = start.startswith((b"<!doctype", b"<html", b"<head", b"<body")) or b"<html" in start
            raise Unreadable("login_page" if is_page and self.status < 500 else "", status=self.status) from None


class Transport:
    """A client for one connection; use it as `async with`, so that its sockets are closed."""

    def __init__(self, outgoing: Outgoing, proxy: str = "") -> None:
        self._outgoing, self._proxy = outgoing, proxy
        self._stack = AsyncExitStack()
        self._client: Any = None

    async def __aenter__(self) -> "Transport":
        import httpx

        trusted = await asyncio.to_thread(_trusted)  # 50 ms of two long lists, which a window must not wait for
        for name in ("httpx", "httpcore"):  # they write whole addresses, and Telegram's holds the token
            logging.getLogger(name).setLevel(logging.WARNING)
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        # A kept connection that the other side has closed would make a publication's outcome unknown for nothing.
        limits = httpx.Limits(max_keepalive_connections=0)
        try:
            client = httpx.AsyncClient(
                verify=trusted, timeout=timeout, limits=limits, proxy=self._proxy or None, trust_env=False,
                follow_redirects=False, headers={"User-Agent": AGENT},
            )  # fmt: skip
        except (ValueError, ImportError, httpx.InvalidURL):
            raise Unreachable("proxy_malformed") from None
        self._client = await self._stack.enter_async_context(client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def send(
        self, method: str, url: str, *, writes: bool = False, wait_seconds: float = 0, redirects: int = 0, **parts: Any
    ) -> Answer:
        """Send one request; `parts` are httpx's params, data, json, headers. `writes` says that it publishes.

        Raises Forbidden, Unreachable, RetryAfter (429), Unreadable (too long), and for a publication Ambiguous
        wherever it may have been done.
        """
        import httpx

        request = await self._request(method, url, wait_seconds, parts)
        try:
            async with asyncio.timeout(CONNECT_SECONDS + READ_SECONDS * 2 + wait_seconds):
                response = await self._client.send(request, stream=True)
                try:
                    body = await _read(response)
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            code = "proxy_not_reached" if isinstance(error, httpx.ProxyError) else _untrusted(error)
            raise Unreachable(code, host=urlsplit(url).hostname) from None
        except (httpx.HTTPError, TimeoutError, httpx.StreamError):
            raise _broken_off(writes, url) from None
        except Unreadable:
            raise _broken_off(writes, url) if writes else Unreadable("answer_too_long", limit=MOST_BYTES) from None
        if response.status_code in (301, 302, 303, 307, 308) and redirects < MOST_REDIRECTS and not writes:
            onward = str(httpx.URL(url).join(response.headers.get("location", "")))
            headers = {k: v for k, v in parts.get("headers", {}).items() if k != "Authorization"}
            return await self.send(method, onward, redirects=redirects + 1, headers=headers)
        return _answered(response, body, writes, url)

    async def _request(self, method: str, url: str, wait_seconds: float, parts: Mapping[str, Any]) -> Any:
        pieces = urlsplit(url)
        host, origin = pieces.hostname or "", f"{pieces.scheme}://{pieces.netloc}"
        headers = dict(parts.get("headers", {}))
        rest = {name: value for name, value in parts.items() if name != "headers"}
        if not self._outgoing.allows(host):
            raise Forbidden(host=host)
        if instead := self._outgoing.instead.get(origin):
            return self._built(method, instead + url[len(origin) :], wait_seconds, headers=headers, **rest)
        if pieces.scheme != "https" and not (pieces.scheme == "http" and self._outgoing.plain):
            raise Forbidden("host_without_tls", host=host)
        if self._proxy:  # the proxy resolves names, and reaches what it reaches
            return self._built(method, url, wait_seconds, headers=headers, **rest)
        address = await _public_address(host, pieces.port or (443 if pieces.scheme == "https" else 80))
        shown = f"[{address}]" if ":" in address else address
        netloc = shown if pieces.port is None else f"{shown}:{pieces.port}"
        pinned = pieces._replace(netloc=netloc).geturl()
        headers["Host"] = pieces.netloc
        extensions = {"sni_hostname": host}
        return self._built(method, pinned, wait_seconds, headers=headers, extensions=extensions, **rest)

    def _built(self, method: str, url: str, wait_seconds: float, **parts: Any) -> Any:
        import httpx

        request = self._client.build_request(method, url, **parts)
        timeout = httpx.Timeout(READ_SECONDS + wait_seconds, connect=CONNECT_SECONDS)
        request.extensions = {**request.extensions, "timeout": timeout.as_dict()}
        return request


def _trusted() -> ssl.SSLContext:
    """Whom the system trusts (there a house adds its own authorities, Минцифры's among them), and whom browsers do."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _untrusted(error: BaseException | None) -> str:
    """ "certificate_unknown" where a certificate was not trusted, else ""."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return "certificate_unknown"
        error = error.__cause__ or error.__context__
    return ""


async def _public_address(host: str, port: int) -> str:
    """An address of `host` that may be connected to. Raises Unreachable, Forbidden("host_private")."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Unreachable("name_not_resolved", host=host) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or any(not is_public(address) for address in addresses):
        raise Forbidden("host_private", host=host)
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is anybody's on the Internet: not this machine's, not of an inner network."""
    try:
        parsed = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    inner = getattr(parsed, "ipv4_mapped", None) or parsed
    return inner.is_global and not inner.is_multicast


async def _read(response: Any) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise Unreadable
    return bytes(body)


def _broken_off(writes: bool, url: str) -> Fault:
    return Ambiguous() if writes else Unreachable("connection_cut", host=urlsplit(url).hostname)


def _answered(response: Any, body: bytes, writes: bool, url: str) -> Answer:
    answer = Answer(response.status_code, response.headers, body, _skew(response.headers))
    if answer.status == 429 and (seconds := _retry_after(answer)) is not None:
        raise RetryAfter(seconds)
    if answer.status >= 500 and not _is_json(response.headers):
        raise Ambiguous if writes else Unreachable("network_broken", host=urlsplit(url).hostname, status=answer.status)
    return answer


def _is_json(headers: Mapping[str, str]) -> bool:
    return "json" in headers.get("content-type", "")


def _retry_after(answer: Answer) -> float | None:
    """What a 429 asks for; None where only the body may say (Telegram)."""
    stated = answer.headers.get("retry-after", "")
    if stated.isdecimal():
        return float(stated)
    return None if _is_json(answer.headers) else 60.0


def _skew(headers: Mapping[str, str]) -> float | None:
    try:
        stated = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return (stated - datetime.now(UTC)).total_seconds()
