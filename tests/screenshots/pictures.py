"""The pictures of the README and of the help, made anew from the demo region: python -m tests.screenshots.pictures

Look at each before it is committed.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from app.models.database import Database
from app.regulation.workflow import Role
from app.services.changes import Feed
from app.services.demo import building
from app.services.regions import list_people, sit_down
from app.ui import loop, theme
from app.ui.desk.window import DeskWindow
from app.ui.preferences import Preferences
from app.ui.wall.reading import WallLine
from app.ui.wall.settings import WallSettings, WallStore
from app.ui.wall.window import WallWindow
from tests.helpers.qt import application, is_ready, until

ROOT = Path(__file__).parent.parent.parent
DOCS, HELP = ROOT / "docs", ROOT / "resources" / "help" / "pictures"
SCREEN, WALL = (1440, 900), (1280, 720)
# What the help's window shows without scrolling sideways.
HELP_WIDTH = 620


def keep(pixmap, path, width=None):
    """Keep a picture, not wider than `width`."""
    image = pixmap.toImage()
    if width is not None and image.width() > width:
        image = image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(str(path), "PNG", 0)
    print(f"{path.relative_to(ROOT)}  {image.width()}×{image.height()}  {path.stat().st_size // 1024} kB")


async def settled(window, queue):
    """The rows of a queue and the card of its first."""
    window.presenter.open_queue(queue)
    await until(lambda: window.page.queue == queue and window.page.rows() and window.panel.card() is not None)
    await until(lambda: window.panel.card().id == window.page.rows()[0].id)
    await asyncio.sleep(0.3)  # what is advised beside the card comes after it


async def whole(window):
    """What a desk reads after its rows: counts, the day, what is suggested for the rows."""
    await until(lambda: window.navigation.counts.queues and window.status.today_words())
    await until(lambda: any(window.hints.of(row).place for row in window.page.rows()))
    await asyncio.sleep(1)


async def dialog_of(window):
    """The dialog of the first act of the card."""
    window.page.view.setFocus()
    QTest.keyClick(window.page.view, Qt.Key.Key_Return)
    found = []
    await until(lambda: found.extend(d for d in window.findChildren(QDialog) if is_ready(d)) or found)
    await asyncio.sleep(0.3)
    return found[0]


async def of_the_desk(database, people, folder):
    curator = next(person for person in people if Role.CURATOR in person.roles)
    place = await sit_down(database, curator, Feed())
    preferences = Preferences(folder / "desk.ini")
    preferences.first_steps_left = True  # the desk of every day
    window = DeskWindow(place, people, preferences, folder / "drafts")
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(*SCREEN)
    window.start("inbox")
    window.show()
    await until(lambda: window.page.queue == "inbox" and window.page.rows())
    await settled(window, "inbox")
    await whole(window)
    keep(window.grab(), DOCS / "desk.png")
    keep(window.grab(), HELP / "desk.png", HELP_WIDTH)
    keep(window.panel.clocks.grab(), HELP / "clocks.png", HELP_WIDTH)
    for queue, name in (("inbox", "routing"), ("approval", "approval"), ("to_publish", "publication")):
        await settled(window, queue)
        dialog = await dialog_of(window)
        keep(dialog.grab(), HELP / f"{name}.png", HELP_WIDTH)
        dialog.reject()
        window.activateWindow()
        await until(lambda: is_ready(window))
    window.open_page("page:governor")
    await asyncio.sleep(1.5)
    keep(window.places.page.grab(), HELP / "governor.png", HELP_WIDTH)
    await window.aclose()


async def of_the_wall(url, folder):
    settings = WallSettings(page_seconds=15)
    told = []
    line = WallLine(lambda: Database.open_to_read(url), lambda: told and told[0].told(), settings.refresh_seconds)
    window = WallWindow(line, settings, WallStore(folder / "wall.ini", "pictures"))
    told.append(window)
    window.resize(*WALL)
    window.show()
    window.start()
    await until(lambda: line.line.state is not None)
    await asyncio.sleep(1.5)
    keep(window.grab(), DOCS / "wall.png")
    await window.aclose()


async def make():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = await building.open_demo(folder / "demo.sqlite3")
        try:
            await of_the_desk(database, await list_people(database), folder)
            theme.use(application(), theme.load("dark"))  # as walls are set up
            await of_the_wall(database.url, folder)
        finally:
            await database.close()
    return 0


if __name__ == "__main__":
    app = application()
    assert isinstance(app, QApplication)
    theme.use(app, theme.load("light"))
    sys.exit(loop.run(make(), app))
