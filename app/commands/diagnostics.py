"""The command `diagnostics`: what helps support, printed or written to a file as the window shows it."""

import asyncio
from pathlib import Path

from app.commands.opening import opened
from app.services import chosen_file
from app.services.diagnostics import as_text, collect
from app.settings import Settings
from app.texts import tr

LOG_NAME = "desk.log"


def run_diagnostics(file: str, settings: Settings) -> int:
    """Collect, and print or write. Raises Refused, DatabaseUnavailable."""
    return asyncio.run(_run(file, settings))


async def _run(file: str, settings: Settings) -> int:
    async with opened(settings) as database:
        text = as_text(await collect(database, settings.log_folder / LOG_NAME))
    if not file:
        print(text, end="")
        return 0
    path = Path(file).expanduser().absolute()
    await chosen_file.save(path, text.encode())
    print(tr("Saved: {path}", path=path))
    return 0
