"""Signing in to a region's server: its address, the password from the system's keyring, and who it turns out to be."""

import logging
import re
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import URL, make_url

from app.models.connecting import MODES, hosts_of, mode_of
from app.models.connecting import PORT as PORT  # the window offers it
from app.models.database import Database
from app.regulation.errors import Refused
from app.services.workplace import PersonView, read_people

SERVICE = "cur-desk sign-in"
__all__ = [
    "MODES", "PORT", "Address", "forget_password", "is_to_sign_in", "own_person", "read_password", "remember_password",
]  # fmt: skip
log = logging.getLogger(__name__)
# Of an address: certification authority, certificate, its key.
_FILES = ("sslrootcert", "sslcert", "sslkey")
# A server's name or number, with its port where several are named.
_SERVER = re.compile(r"[\w.-]+(:\d{1,5})?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person signs in; `host` may name several servers ("db1, db2:5433") of which one takes writes. `mode` is
    the transport security (connecting.MODES), `authority` the file of a certification authority, "" for the system's
    own; `certificate` and `key` are the files of the person's own, "" for none.
    """

    host: str = "localhost"
    port: int = PORT
    database: str = ""
    user: str = ""
    mode: str = ""
    authority: str = ""
    certificate: str = ""
    key: str = ""

    @classmethod
    def of(cls, url: str) -> "Address":
        """The address that a URL names."""
        parsed = make_url(url)
        hosts = hosts_of(parsed)
        named = hosts[0][0] if len(hosts) == 1 else ", ".join(f"{host}:{port}" for host, port in hosts)
        files = (str(parsed.query.get(name, "")) for name in _FILES)
        return cls(
            named, hosts[0][1], parsed.database or "", parsed.username or "",
            mode_of(parsed), *files,
        )  # fmt: skip

    @property
    def names_servers(self) -> bool:
        """Whether `host` reads as the name of a server, or of several: no address of a page, no half of a port."""
        named = self._named
        return bool(named) and all(_SERVER.fullmatch(each) for each in named)

    @property
    def default_mode(self) -> str:
        """The mode for this host where none is chosen."""
        return mode_of(self._server())

    def url(self, password: str | None = None) -> str:
        """The URL to open; without a password the one to remember."""
        files = zip(_FILES, (self.authority, self.certificate, self.key), strict=True)
        query = {"ssl": self.mode or self.default_mode} | {name: path for name, path in files if path}
        url = self._server().set(username=self.user or None, database=self.database).update_query_dict(query)
        return (url.set(password=password) if password is not None else url).render_as_string(hide_password=False)

    @property
    def _named(self) -> list[str]:
        return [each.strip() for each in self.host.split(",") if each.strip()]

    def _server(self) -> URL:
        """The server alone, or several of which one takes writes: "db1, db2:5433"."""
        named = self._named
        if len(named) <= 1:
            return URL.create("postgresql+asyncpg", host=self.host, port=self.port)
        with_ports = [each if ":" in each else f"{each}:{self.port}" for each in named]
        return URL.create("postgresql+asyncpg", query={"host": with_ports})

    @property
    def place(self) -> str:
        """What the keyring knows it by."""
        return f"{self.user}@{self.host}:{self.port}/{self.database}"


def is_to_sign_in(url: str) -> bool:
    """Whether whoever opens this database is asked who they are: a server's, with no password in its address."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "postgresql" and parsed.password is None


async def own_person(database: Database) -> PersonView | None:
    """Who signed in to a server; None on the embedded database and for its owner, who may sit down as anybody.

    Raises Refused("person_off") for a sign-in that is nobody's here.
    """
    if database.acts_as_program:
        return None
    async with database.read() as connection:
        person_id = (await connection.execute(select(func.guard.person_id()))).scalar()
        found = await read_people(connection, person_id) if person_id is not None else []
    if not found:
        raise Refused("person_off")
    return found[0]


# ----- the system's keyring, and nothing else: a password is in no file


def read_password(address: Address) -> str:
    """The password that was remembered, "" for none."""
    import keyring
    from keyring.errors import KeyringError

    with suppress(KeyringError):
        return keyring.get_password(SERVICE, address.place) or ""
    return ""


def remember_password(address: Address, password: str) -> bool:
    """Keep a password; False where this computer has no keyring to keep it in."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, address.place, password)
    except KeyringError as error:
        log.info("the keyring took nothing: %s", type(error).__name__)
        return False
    return True


def forget_password(address: Address) -> None:
    """Keep it no longer."""
    import keyring
    from keyring.errors import KeyringError

    with suppress(KeyringError):
        keyring.delete_password(SERVICE, address.place)
