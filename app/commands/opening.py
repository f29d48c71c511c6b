"""Opens the database and seats a person for commands that work without the window."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from app.models.database import Database
from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services.regions import find_person, is_set_up, list_people, sit_down
from app.services.workplace import Workplace
from app.settings import Settings


@asynccontextmanager
async def opened(
    settings: Settings, before_upgrade: Callable[[Database, str], Awaitable[None]] | None = None
) -> AsyncIterator[Database]:
    """The database of the settings, which must be there already; `before_upgrade` as `Database.open` takes it.

    Raises Refused, DatabaseUnavailable.
    """
    path = database_path(settings)
    if path is not None and not path.exists():
        raise Refused("database_missing", path=str(path))
    database = await Database.open(settings.database, before_upgrade=before_upgrade)
    try:
        yield database
    finally:
        await database.close()


def database_path(settings: Settings) -> Path | None:
    """The file of an SQLite database, None for a server's."""
    url = make_url(settings.database)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def place_name(settings: Settings) -> str:
    """Where the database is, without a password."""
    path = database_path(settings)
    return str(path) if path else make_url(settings.database).render_as_string(hide_password=True)


async def seated(database: Database, settings: Settings, login: str | None) -> Workplace:
    """A curator's workplace: of the person with this sign-in, or of the first curator."""
    if not await is_set_up(database):
        raise Refused("region_missing", path=place_name(settings))
    if login is not None:
        return await sit_down(database, await find_person(database, login))
    curators = [person for person in await list_people(database) if Role.CURATOR in person.roles]
    if not curators:
        raise Refused("curator_missing", path=place_name(settings))
    return await sit_down(database, curators[0])
