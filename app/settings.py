"""What a start of the program is told: where data lie, which database, which language."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.regulation.errors import Refused

LANGUAGES = ("ru", "en")
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Where this program keeps its data and its log, and which database it opens; `database` is a URL."""

    data_folder: Path
    database: str
    log_folder: Path

    @property
    def demo_path(self) -> Path:
        """The file of the demo region: its own, never the desk's database."""
        return self.data_folder / "demo.sqlite3"


def read_settings(database: str | None, data: str | None, environ: Mapping[str, str]) -> Settings:
    """Settings from --database and --data, else CUR_DESK_DATABASE and CUR_DESK_DATA, else the user's folder.

    Raises Refused("database_url_unknown").
    """
    folder = data or environ.get("CUR_DESK_DATA")
    data_folder = Path(folder).expanduser().absolute() if folder else _user_folder()
    named = database or environ.get("CUR_DESK_DATABASE")
    url = database_url(named) if named else file_url(data_folder / "cur-desk.sqlite3")
    return Settings(data_folder, url, data_folder if folder else _user_log_folder())


def _user_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("cur-desk", appauthor=False)


def _user_log_folder() -> Path:
    from platformdirs import user_log_path

    return user_log_path("cur-desk", appauthor=False)


def file_url(path: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


def database_url(named: str) -> str:
    """The URL for what a person wrote: a URL as it is with the driver this program uses, anything else is a file."""
    scheme, found, rest = named.partition("://")
    if not found:
        return file_url(Path(named).expanduser().absolute())
    if scheme not in _DRIVERS:
        raise Refused("database_url_unknown", scheme=scheme, known="sqlite, postgresql")
    return f"{_DRIVERS[scheme]}://{_with_hosts_apart(rest)}"


def _with_hosts_apart(rest: str) -> str:
    """Several hosts as libpq writes them, "user@db1:5432,db2:5432/base", named as SQLAlchemy reads them."""
    address, slash, path = rest.partition("/")
    person, at, hosts = address.rpartition("@")
    if "," not in hosts:
        return rest
    named = "&".join(f"host={host if ':' in host else host + ':5432'}" for host in hosts.split(","))
    return f"{person}{at}{slash or '/'}{path}{'&' if '?' in path else '?'}{named}"
