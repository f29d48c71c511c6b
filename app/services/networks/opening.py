"""Opens a connection: its settings from the database, its tokens from the keyring, its own way out."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from app.models.database import Database
from app.services.networks.adapter import Adapter, Connection
from app.services.networks.allowance import Meter
from app.services.networks.courier import Courier, real_ms
from app.services.networks.kinds import KINDS
from app.services.networks.secrets import SecretStore
from app.services.networks.transport import Outgoing, Transport
from app.services.workplace import Workplace
from app.settings import read_settings

PROXY_PASSWORD = "proxy_password"


@dataclass(frozen=True, slots=True)
class Networks:
    """What reaches the outside: where tokens are, and in tests other servers instead of the networks' own."""

    secrets: SecretStore
    instead: Mapping[str, str] = field(default_factory=dict)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    real_ms: Callable[[], int] = real_ms


def networks_of(database: Database) -> Networks:
    """The networks as they are, with the tokens of this machine: the file of last resort lies beside an SQLite
    database, for a server's in the user's data folder."""
    if database.path is not None:
        return Networks(SecretStore(database.path.parent))
    return Networks(SecretStore(read_settings(None, None, os.environ).data_folder))


@asynccontextmanager
async def opened(place: Workplace, networks: Networks, connector: Any) -> AsyncIterator[tuple[Adapter, Courier]]:
    """An adapter for a row of `connector`, with its courier; closed at the end.

    Raises Refused for tokens that may not be read, Unreachable("proxy_malformed").
    """
    kind, settings = KINDS[connector.network], json.loads(connector.settings)
    secrets = networks.secrets.read(connector.uuid, (*kind.secrets, PROXY_PASSWORD))
    outgoing = Outgoing(kind.hosts_of(settings), networks.instead, plain=connector.network == "feed")
    proxy = with_password(connector.proxy, secrets.pop(PROXY_PASSWORD, ""))
    meter = Meter(place.database, connector.id, place.now, networks.real_ms)
    async with Transport(outgoing, proxy) as transport:
        courier = Courier(transport, meter, networks.sleep)
        yield kind.make(Connection(settings, secrets, courier, place.now())), courier


def with_password(proxy: str, password: str) -> str:
    """The proxy's address with the password that is kept apart from it."""
    pieces = urlsplit(proxy)
    if not password or not pieces.username:
        return proxy
    at = pieces.netloc.rpartition("@")[2]
    return pieces._replace(netloc=f"{pieces.username}:{quote(password, safe='')}@{at}").geturl()
