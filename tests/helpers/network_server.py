"""A small HTTP server on 127.0.0.1 that speaks as networks are documented to: real sockets, cut where a test wants."""

import asyncio
import json
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from app.services.networks.adapter import Connection
from app.services.networks.courier import Courier
from app.services.networks.transport import Outgoing, Transport

DATA = Path(__file__).parent.parent / "data" / "networks"


@dataclass
class Request:
    """What a client sent."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    @property
    def form(self):
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Reply:
    """What is answered; `cut` ends the connection instead: "before" anything is answered, or in the "middle"."""

    body: object = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    cut: str = ""

    def bytes(self):
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str) and not self.headers.get("Content-Type", "").startswith("application/json"):
            return self.body.encode()
        return json.dumps(self.body, ensure_ascii=False).encode()


def case(file, name):
    """A documented answer of tests/data/networks."""
    found = next(c for c in json.loads((DATA / f"{file}.json").read_text())["cases"] if c["name"] == name)["response"]
    return Reply(found["body"], found["status"], dict(found["headers"]))


def said(body, status=200, **headers):
    """An answer in JSON."""
    return Reply(body, status, {"Content-Type": "application/json", **headers})


class NetworkServer:
    """Answers by path: the answers given for one follow each other, the last one stays."""

    def __init__(self):
        self.requests, self._answers = [], {}
        self.date = None

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    def on(self, path, *answers):
        """Answers for a path (without query), or functions that make one of a request."""
        self._answers[path] = list(answers)
        return self

    def asked(self, path):
        return [request for request in self.requests if request.path == path]

    async def _serve(self, reader, writer):
        try:
            request = await self._read(reader)
            self.requests.append(request)
            await self._answer(writer, self._reply(request))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _read(self, reader):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        pieces = urlsplit(target)
        return Request(method, pieces.path, dict(parse_qsl(pieces.query)), headers, body)

    def _reply(self, request):
        answers = self._answers.get(request.path)
        if not answers:
            return Reply({"unexpected": request.path}, 404, {"Content-Type": "application/json"})
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return answer(request) if callable(answer) else answer

    async def _answer(self, writer, reply):
        if reply.cut == "before":
            return
        body = reply.bytes()
        headers = {**reply.headers, "Content-Length": str(len(body)), "Connection": "close"}
        if self.date is not None:
            headers["Date"] = format_datetime(self.date, usegmt=True)
        lines = [f"HTTP/1.1 {reply.status} X", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode() + (body[: len(body) // 2] if reply.cut else body))
        await writer.drain()


class FreeMeter:
    """Allows everything and remembers what was asked, for tests of what adapters say."""

    def __init__(self):
        self.taken, self.blocked = [], []

    async def take(self, limit):
        self.taken.append(limit)
        return 0

    async def block(self, seconds):
        self.blocked.append(seconds)


class Sleeps(list):
    """Stands for waiting: remembers how long, and waits not at all."""

    async def __call__(self, seconds):
        self.append(seconds)


async def connected(stack, server, maker, origins, settings, secrets, now, proxy=""):
    """An adapter over a real client whose network is `server`; closed with `stack`."""
    instead = dict.fromkeys(origins, server.origin)
    hosts = frozenset(origin.split("://")[1] for origin in origins)
    transport = await stack.enter_async_context(Transport(Outgoing(hosts, instead), proxy))
    courier = Courier(transport, FreeMeter(), Sleeps())
    return maker(Connection(settings, secrets, courier, now))
