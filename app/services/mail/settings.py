"""The region's mail server and the password for it, which is never kept in the database."""

import asyncio
import contextlib
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from app.models import Meta
from app.models.database import Database
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.journal import check_duty, note_down
from app.services.workplace import Workplace

KEY = "smtp"
SERVICE = "cur-desk smtp"
CREDENTIAL = "smtp-password"
TLS_MODES = ("starttls", "tls", "none")
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
    text = json.dumps(asdict(server))
    async with place.database.write() as connection:
        upsert = place.database.insert(Meta).values(key=KEY, value=text)
        await connection.execute(upsert.on_conflict_do_update(index_elements=["key"], set_={"value": text}))
        await note_down(connection, place, place.database.meta["epoch"], "mail_server_set", asdict(server))
    place.database.meta[KEY] = text
    if password is None:
        return ""
    return await asyncio.to_thread(keep_password, place.database, server, password)


# ----- the password: the system's keyring; where there is none, a file that only its owner can read


def keep_password(database: Database, server: MailServer, password: str) -> str:
    """Keep it on this computer; gives "keyring" or "file". To be called in a thread."""
    import keyring  # 70 ms and a bus, for those who set up mail
    from keyring.errors import KeyringError

    path = password_file(database)
    with contextlib.suppress(KeyringError):
        keyring.set_password(SERVICE, _name(server), password)
        path.unlink(missing_ok=True)
        return "keyring"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(password)
    return "file"


def find_password(database: Database, server: MailServer) -> str:
    """The password from systemd's credentials, the file, or the keyring; "" where there is none. In a thread."""
    for path in (_credential(), password_file(database)):
        if path is not None and path.is_file():
            return path.read_text(encoding="utf-8").strip("\n")
    if not server.login:
        return ""
    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError):
        return keyring.get_password(SERVICE, _name(server)) or ""
    return ""


def password_file(database: Database) -> Path:
    """Where the password lies on a computer without a keyring: beside an embedded database, else in the data folder."""
    if database.path is not None:
        return database.path.parent / CREDENTIAL
    if folder := os.environ.get("CUR_DESK_DATA"):
        return Path(folder) / CREDENTIAL
    from platformdirs import user_data_path

    return user_data_path("cur-desk", appauthor=False) / CREDENTIAL


def _credential() -> Path | None:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(folder) / CREDENTIAL if folder else None


def _name(server: MailServer) -> str:
    return f"{server.login}@{server.host}"
