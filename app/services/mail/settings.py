"""The region's mail server and the password for it, which is never kept in the database."""

import asyncio
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from app.models import Meta
from app.models.database import Database
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.journal import check_duty
from app.services.networks.secrets import SecretStore
from app.services.settling import settle
from app.services.workplace import Workplace

KEY = "smtp"
OWNER = "smtp"
CREDENTIAL = "smtp-password"
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over and from whom they are. `tls`: starttls, tls from the first byte, or none, which
    is for a server on this computer only."""

    host: str = ""
    port: int = 587
    tls: str = "starttls"
    login: str = ""
    sender: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.host)


def read_server(database: Database) -> MailServer:
    """The server as settled; without a host where none was."""
    stored = json.loads(database.meta.get(KEY, "{}"))
    return MailServer(**{field.name: stored[field.name] for field in fields(MailServer) if field.name in stored})


async def refresh_server(database: Database) -> MailServer:
    """The server as another desk may have settled it meanwhile."""
    async with database.read() as connection:
        found = await connection.execute(Meta.__table__.select().where(Meta.key == KEY))
        row = found.one_or_none()
    if row is not None:
        database.meta[KEY] = row.value
    return read_server(database)


def server_refusal(server: MailServer) -> Refused | None:
    """Why letters cannot be sent so, or None."""
    if not server.host.strip():
        return Refused("mail_host_missing")
    if not 1 <= server.port <= 65535:
        return Refused("mail_port_invalid", port=server.port)
    if "@" not in server.sender:
        return Refused("mail_sender_missing")
    if server.tls == "none" and server.host not in LOCAL:
        return Refused("mail_without_tls", host=server.host)
    return None


async def set_server(place: Workplace, server: MailServer, password: str | None) -> str:
    """Settle the server; a password of None stays what it was. Gives where the password is kept: keyring or file.

    Raises Refused("role_may_not", "mail_host_missing", "mail_port_invalid", "mail_sender_missing",
    "mail_without_tls").
    """
    check_duty(place, Duty.SET_MAIL)
    if refused := server_refusal(server):
        raise refused
    await settle(place, {KEY: json.dumps(asdict(server))}, "mail_server_set", asdict(server))
    if password is None:
        return ""
    return await asyncio.to_thread(keep_password, place.database, server, password)


# ----- the password: where the tokens of networks are kept too


def keep_password(database: Database, server: MailServer, password: str) -> str:
    """Keep it on this computer; gives "keyring" or "file". To be called in a thread. Raises Refused."""
    store = SecretStore(secrets_folder(database))
    store.write(OWNER, _name(server), password)
    return store.place()


def find_password(database: Database, server: MailServer) -> str:
    """The password for this very server: systemd's credential, the keyring or the file; "" where there is none.

    To be called in a thread. Raises Refused("tokens_readable").
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder and (path := Path(folder) / CREDENTIAL).is_file():
        return path.read_text(encoding="utf-8").strip("\n")
    if not server.login:
        return ""
    return SecretStore(secrets_folder(database)).read(OWNER, (_name(server),)).get(_name(server), "")


def secrets_folder(database: Database) -> Path:
    """Where secrets lie on a computer without a keyring: beside an embedded database, else in the data folder."""
    if database.path is not None:
        return database.path.parent
    if folder := os.environ.get("CUR_DESK_DATA"):
        return Path(folder)
    from platformdirs import user_data_path

    return user_data_path("cur-desk", appauthor=False)


def _name(server: MailServer) -> str:
    return f"{server.login}@{server.host}"
