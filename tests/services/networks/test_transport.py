"""The only way out: hosts on a list, no inner addresses, nothing of tokens in a log, cut connections."""

import asyncio
import logging
import ssl
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.services.networks import faults
from app.services.networks.transport import MOST_BYTES, Outgoing, Transport, is_public
from tests.helpers.network_server import NetworkServer, Reply, said


@pytest.mark.parametrize(("address", "public"), [
    ("8.8.8.8", True), ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.1", False), ("169.254.169.254", False),
    ("100.64.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("::ffff:127.0.0.1", False), ("0.0.0.0", False),
    ("224.0.0.1", False), ("2a00:1450:4010:c0e::5f", True), ("not an address", False),
])  # fmt: skip
def test_which_addresses_are_anybodys(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(("url", "code"), [
    ("https://evil.example/", "host_not_listed"), ("https://api.vk.com.evil.example/", "host_not_listed"),
    ("https://127.0.0.1/", "host_not_listed"), ("http://api.vk.com/", "host_without_tls"),
    ("https://localhost/", "host_private"), ("file:///etc/passwd", "host_not_listed"),
])  # fmt: skip
async def test_nothing_else_is_contacted(url, code):
    async with Transport(Outgoing(frozenset({"api.vk.com", "localhost"}))) as transport:
        with pytest.raises(faults.Forbidden) as raised:
            await transport.send("GET", url)

    assert raised.value.code == code


async def test_a_name_with_everything_under_it():
    outgoing = Outgoing(frozenset({".vk.com"}))

    assert outgoing.allows("lp.vk.com")
    assert not outgoing.allows("evilvk.com")


async def test_a_listed_name_that_leads_inside_is_refused(monkeypatch):
    import asyncio

    async def inner(*_args, **_named):
        return [(2, 1, 6, "", ("10.0.0.5", 443))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", inner)
    async with Transport(Outgoing(frozenset({"blog.example.ru"}))) as transport:
        with pytest.raises(faults.Forbidden) as raised:
            await transport.send("GET", "https://blog.example.ru/feed")

    assert raised.value.code == "host_private"


async def served(stack, *answers, path="/x"):
    server = await stack.enter_async_context(NetworkServer())
    server.on(path, *answers)
    outgoing = Outgoing(frozenset({"api.example"}), {"https://api.example": server.origin})
    return server, await stack.enter_async_context(Transport(outgoing))


@pytest.mark.parametrize(("answer", "writes", "fault"), [
    (Reply(cut="before"), False, faults.Unreachable), (Reply(cut="before"), True, faults.Ambiguous),
    (Reply(b"x" * 100, cut="middle"), False, faults.Unreachable),
    (Reply(b"x" * 100, cut="middle"), True, faults.Ambiguous),
    (Reply("<html>", 502), False, faults.Unreachable), (Reply("<html>", 502), True, faults.Ambiguous),
    (Reply("", 429, {"Retry-After": "7"}), True, faults.RetryAfter),
    (Reply("", 302, {"Location": "https://elsewhere.example/login"}), False, faults.Forbidden),
    (Reply(b"x" * (MOST_BYTES + 1)), False, faults.Unreadable),
])  # fmt: skip
async def test_how_a_request_may_end(answer, writes, fault):
    async with AsyncExitStack() as stack:
        server, transport = await served(stack, answer)
        with pytest.raises(fault):
            await transport.send("POST" if writes else "GET", "https://api.example/x", writes=writes)

    assert len(server.requests) == 1


async def test_nobody_listening_means_that_nothing_was_sent():
    async with AsyncExitStack() as stack:
        server, transport = await served(stack)
        await server.__aexit__()
        with pytest.raises(faults.Unreachable):
            await transport.send("POST", "https://api.example/x", writes=True)


async def test_a_proxy_is_used_and_its_absence_told():
    async with NetworkServer() as proxy:
        proxy.on("/x", said({"ok": 1}))
        outgoing = Outgoing(frozenset({"blog.example.ru"}), plain=True)
        async with Transport(outgoing, proxy.origin) as transport:
            answer = await transport.send("GET", "http://blog.example.ru/x")
        asked = proxy.requests[0]
    async with Transport(outgoing, proxy.origin) as transport:
        with pytest.raises(faults.Unreachable):
            await transport.send("GET", "http://blog.example.ru/x")

    assert answer.json() == {"ok": 1}
    assert asked.headers["host"] == "blog.example.ru"


def self_signed(folder):
    """A server's certificate and its key, both in one file, and the context of a server with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    pem = Encoding.PEM
    path = folder / "authority.pem"
    path.write_bytes(
        made.sign(key, SHA256()).public_bytes(pem)
        + key.private_bytes(pem, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


async def test_a_certificate_nobody_trusts_is_named_and_one_that_the_system_trusts_is_taken(tmp_path, monkeypatch):
    authority, context = self_signed(tmp_path)

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context) as server:
        host = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        outgoing = Outgoing(frozenset({"api.example"}), {"https://api.example": host})
        async with Transport(outgoing) as transport:
            with pytest.raises(faults.Unreachable) as raised:
                await transport.send("POST", "https://api.example/x", writes=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        async with Transport(outgoing) as transport:
            assert (await transport.send("POST", "https://api.example/x", writes=True)).json() == {}

    assert (raised.value.code, raised.value.params["host"]) == ("certificate_unknown", "api.example")


@pytest.mark.parametrize("proxy", ["socks9://host:1", "nonsense", "http://[::1"])
async def test_a_proxy_that_cannot_be_read(proxy):
    with pytest.raises(faults.Unreachable) as raised:
        await Transport(Outgoing(), proxy).__aenter__()

    assert raised.value.code == "proxy_malformed"


async def test_no_token_reaches_a_log(caplog):
    caplog.set_level(logging.DEBUG)
    async with AsyncExitStack() as stack:
        _, transport = await served(stack, said({"ok": True}), path="/botSECRET/getMe")
        await transport.send("POST", "https://api.example/botSECRET/getMe", headers={"Authorization": "Bearer SECRET"})

    assert "SECRET" not in caplog.text


async def test_a_listed_name_is_connected_to_by_the_address_that_was_checked(monkeypatch):
    """Whoever answers for the name a second time is not asked: the request goes to the address, with the name in it."""
    async def public(*_args, **_named):
        return [(2, 1, 6, "", ("93.184.215.14", 443))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", public)
    async with Transport(Outgoing(frozenset({"api.vk.com"}))) as transport:
        request = await transport._request("GET", "https://api.vk.com/method/x", 0, {})

    assert (request.url.host, request.headers["host"]) == ("93.184.215.14", "api.vk.com")
    assert request.extensions["sni_hostname"] == "api.vk.com"
