"""Chooses the parts of the desk: where its files lie, which database it opens, how the demo is made."""

import asyncio
import gc
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from app.models.database import Database
from app.services.log_words import CleanFormatter

LOG_NAME, LOG_BYTES = "desk.log", 1_000_000


def run_desk(
    data_folder: Path,
    database_url: str,
    demo_path: Path,
    *,
    demo: bool = False,
    language: str | None = None,
    link: str = "",
    log_folder: Path | None = None,
) -> int:
    """Open the desk on a database and stay until it is left; gives the exit code.

    `demo` opens the demo region instead, in a file of its own at `demo_path`, made where missing. `language` is
    remembered for the next starts too. `link` names a case to open, in the desk that runs already where one does.
    The log goes to `log_folder`, where none is given to the data folder.
    """
    gc.disable()  # nothing of what is being imported is garbage; the application enables it again

    from app.ui.application import Places, run

    keep_log(log_folder or data_folder)
    places = Places(
        database_url=database_url,
        demo_path=demo_path,
        drafts=data_folder / "drafts",
        preferences=data_folder / "desk.ini",
        data=data_folder,
        open_database=Database.open,
        open_demo=open_demo,
    )
    return run(places, demo=demo, language=language, link=link)


def run_wall(
    data_folder: Path, database_url: str, demo_path: Path | None, name: str, given: dict[str, Any],
    *, in_window: bool = False, language: str | None = None, log_folder: Path | None = None,
) -> int:  # fmt: skip
    """Show the wall of the screen called `name` until it is left; gives the exit code.

    `given` are settings that the command line gave over those kept; `demo_path` shows the demo region instead.
    """
    from app.ui.wall.program import WallPlaces, run

    keep_log(log_folder or data_folder)

    if demo_path is not None:
        asyncio.run(_make_demo(demo_path))
        database_url = f"sqlite+aiosqlite:///{demo_path}"

    async def open_database() -> Database:
        return await Database.open_to_read(database_url)

    places = WallPlaces(preferences=data_folder / "wall.ini", name=name, open_database=open_database)
    return run(places, given, in_window=in_window, language=language)


async def _make_demo(path: Path) -> None:
    await (await open_demo(path)).close()


async def open_demo(path: Path) -> Database:
    """The demo region of this file, made where missing."""
    from app.services.demo import building

    return await building.open_demo(path)


def keep_log(folder: Path) -> None:
    """Write what happens to desk.log in a folder, without anything personal; one that cannot be written keeps none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / LOG_NAME, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(CleanFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.INFO)
    logging.getLogger("app").addHandler(handler)
