"""The wall as a program: one window, one line to the database, nothing of the desk."""

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.services.storage import Database
from app.texts import use_language
from app.texts.catalog import DEFAULT_LANGUAGE
from app.ui import loop, theme
from app.ui.wall.awake import keep_awake
from app.ui.wall.reading import WallLine
from app.ui.wall.settings import WallSettings, WallStore
from app.ui.wall.window import WallWindow

log = logging.getLogger(__name__)

SIZE_IN_WINDOW = (1366, 768)


@dataclass(frozen=True, slots=True)
class WallPlaces:
    """Where this screen's settings are kept and under which name, how the database is opened; the bootstrap chooses."""

    preferences: Path
    name: str
    open_database: Callable[[], Awaitable[Database]]


def run(
    places: WallPlaces, given: dict[str, Any] | None = None, *, in_window: bool = False, language: str | None = None
) -> int:
    """Show the wall until it is left; gives the exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication), "no other kind is made"
    app.setApplicationName("cur-desk")
    use_language(language or DEFAULT_LANGUAGE)
    store = WallStore(places.preferences, places.name)
    settings = store.load(given)
    theme.use(app, theme.load(settings.theme))
    return loop.run(show(app, places, store, settings, in_window), app)


async def show(
    app: QApplication, places: WallPlaces, store: WallStore, settings: WallSettings, in_window: bool = False
) -> int:
    """The wall from its first picture to its last."""
    window: WallWindow | None = None

    def told() -> None:
        if window is not None:
            window.told()

    line = WallLine(places.open_database, told, settings.refresh_seconds)
    window = WallWindow(line, settings, store)
    if in_window:
        window.resize(*SIZE_IN_WINDOW)
        window.show()
    else:
        window.fill_screen()
        log.info("kept awake by: %s", ", ".join(keep_awake(app.platformName())) or "nobody")
    window.start()
    gc.freeze()  # what the program is made of is looked through no more
    with _ending_on_signals(window):
        try:
            await window.left
        finally:
            await window.aclose()
    return 0


@contextlib.contextmanager
def _ending_on_signals(window: WallWindow) -> Iterator[None]:
    """Ctrl+C and the end of the session (a unit being stopped) end the wall as its key does."""
    running = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda *_: running.call_soon_threadsafe(window.close))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
