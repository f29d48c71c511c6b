"""The real desk over a real SQLite file, offscreen, for tests that work it by mouse and keyboard."""

import asyncio

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.regulation.workflow import Role
from app.services.regions import NewPerson, add_people, list_people
from app.ui.desk.window import DeskWindow
from app.ui.preferences import Preferences
from tests.helpers.qt import until
from tests.helpers.region import open_region

SIZE = (1366, 768)


class Desk:
    """A region with windows open on it; `aclose` closes everything and checks that nothing is left."""

    def __init__(self, region, people, folder):
        self.region, self.people, self.folder = region, people, folder
        self.windows = []

    async def sit(self, place=None, queue="inbox", size=SIZE):
        """A window of `place` (the curator's by default), at a queue, with rows and counts read."""
        preferences = Preferences(self.folder / "desk.ini")
        window = DeskWindow(place or self.region.curator, self.people, preferences, self.folder / "drafts")
        self.windows.append(window)
        window.setWindowState(Qt.WindowState.WindowNoState)  # a small screen would have it maximised, not of `size`
        window.resize(*size)
        window.start(queue)
        window.show()
        await self.settled(window)
        return window

    async def settled(self, window, queue=None):
        """Wait until nothing is being read and what is shown is `queue` (the presenter's by default)."""
        await until(lambda: window.page.queue == (queue or window.presenter.queue))
        await until(lambda: not reading(window))

    async def aclose(self):
        for window in self.windows:
            await window.aclose()
        await self.region.database.close()


def reading(window):
    """Names of the reads and acts under way; listening goes on for ever, and pauses between reads are no work."""
    return [
        task.get_name()
        for task in asyncio.all_tasks()
        if task.get_name() in ("rows", "page", "card", "link", "sort out", "clock")
        or (task.get_name() in ("counts", "changed rows", "today") and not is_pausing(task))
    ]


def is_pausing(task):
    """Whether the innermost coroutine of a paced task is its own pause."""
    coroutine = task.get_coro()
    inner = coroutine.cr_await
    return inner is None or getattr(inner, "cr_code", None) is asyncio.sleep.__code__


async def open_desk(folder, regulation="kursk", administrator=""):
    """A desk on a region of its own; `administrator` is the name of one to be added to its people."""
    region = await open_region(folder, regulation=regulation)
    if administrator:
        await add_people(region.database, [NewPerson(administrator, (Role.ADMINISTRATOR,))])
    return Desk(region, await list_people(region.database), folder)


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """A key on whatever has the focus in the widget's window, as a person presses it."""
    QTest.keyClick(widget.window().focusWidget() or widget, key, modifiers)


def numbers(window):
    """The numbers of the rows shown, in order."""
    return [row.number for row in window.page.rows()]


def counts(window):
    """What the navigation tells: key → count."""
    model = window.navigation.list.model()
    from app.ui.widgets.nav_list import NavItem

    rows = [model.index(n, 0).data(Qt.ItemDataRole.UserRole) for n in range(model.rowCount())]
    return {row.key: row.count for row in rows if isinstance(row, NavItem)}


class ShownWindows(QObject):
    """Notes what is shown as a window of its own."""

    def __init__(self):
        super().__init__()
        self.shown = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(f"{type(watched).__name__} {watched.objectName()}".strip())
        return False


__all__ = ["Desk", "ShownWindows", "counts", "numbers", "open_desk", "press", "reading"]
