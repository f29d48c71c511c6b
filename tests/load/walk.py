"""A hand that opens, types, presses and leaves at random: python -m tests.load.walk [seconds] [--seed n] [--server].

The real program in the demo region, offscreen, every role in turn; with --server the same region on a PostgreSQL of its
own, each person by their own sign-in. What it finds: errors out of slots and tasks,
records of WARNING or worse, Qt's own complaints, a window that stands still, a process that falls. `--steps file` keeps
the steps, so that the last one before a fall is known.
"""

import argparse
import collections
import faulthandler
import gc
import logging
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer, qInstallMessageHandler
from PySide6.QtGui import QContextMenuEvent, QDesktopServices, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from app.models.database import Database
from app.regulation.workflow import Role
from app.services.copying import copy_region
from app.services.demo import building
from app.services.regions import NewPerson, add_people
from app.ui import loop, theme
from app.ui.application import Application, Places
from app.ui.desk.leaving import LeavingKind
from app.ui.desk.window import DeskWindow
from app.ui.preferences import Preferences
from tests.helpers.databases import _administer
from tests.helpers.postgres import Server
from tests.helpers.qt import type_text
from tests.helpers.signed_in import make_sign_ins, url_of

SECONDS = 600
STEP_MS = 25
STILL_SECONDS = 90
SEAT_EVERY = 150
LONG_ELSEWHERE = 60
MOST_MEMORY = 8_000_000_000
KEYS = """
    Tab Shift+Tab Down Up Left Right Home End PgDown Return Space Esc Delete Ins Backspace Shift+Down
    F1 Shift+F1 F3 F4 F5 F6 F7 F8 F9 Alt+1 Alt+2 Alt+3 Alt+Down Ctrl+0 Ctrl+1 Ctrl+3 Ctrl+5 Ctrl+K Ctrl+F
    Ctrl+Shift+F Ctrl+N Ctrl+Shift+N Ctrl+V Ctrl+I Ctrl+E Ctrl+Shift+E Ctrl+Z Ctrl+A Ctrl+S Ctrl+Return
    Ctrl+D Ctrl+B Ctrl+M Ctrl+O Ctrl+P Ctrl+R Ctrl+Down Ctrl+Up Ctrl+Space Ctrl+Shift+A Ctrl+Shift+D Ctrl+Q
    D T R S A P E O C M V N L K I U G F Y W B H X Z Q J
"""
WORDS = (
    "яма на дороге", "Курск", "5", "https://vk.com/wall-1_2", "ответ будет дан до пятницы, уважаемая Ольга Петровна",
    "01.12.2026", "9:30", "", "О" * 300, "<b>&quot;", "тест", "-1", "mail@example.ru",
)  # fmt: skip
# A key or a click that nothing takes is a person's slip, not a fault.
QUIET = ("This plugin does not support", "not accepted by receiving widget")

log = logging.getLogger(__name__)


class Found(logging.Handler):
    """What went wrong, each kind once, with the steps before it."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.kinds, self.trail = collections.Counter(), collections.deque(maxlen=8)

    def emit(self, record):
        words = self.format(record)
        self.note(words.splitlines()[0] + "\n" + "\n".join(words.splitlines()[-14:]) if "\n" in words else words)

    def note(self, words):
        self.kinds[words] += 1
        if self.kinds[words] == 1:
            print(f"--- {words}\n    after: {' | '.join(self.trail)}", flush=True)

    def heard_of_qt(self, kind, context, words):
        if not any(quiet in words for quiet in QUIET):
            self.note(f"Qt: {words}")


class Walker:
    """Takes a step, and another when Qt has had its turn; a timer of Qt's, so that it goes on in nested loops."""

    def __init__(self, seed, seconds, found, steps):
        self.dice, self._found, self._file = random.Random(seed), found, steps
        self._seconds, self._ends = seconds, 0.0
        self.steps = self._elsewhere = 0
        self._works = (
            (self._open_page, 10), (self._open_queue, 5), (self._click, 22), (self._press, 22), (self._type, 12),
            (self._choose, 8), (self._row, 12), (self._sweep, 3), (self._theme, 2), (self._resize, 2),
            (self._escape, 8), (self._leave, 1),
        )  # fmt: skip

    @property
    def is_over(self):
        return time.monotonic() > self._ends

    def begin(self):
        self._ends = time.monotonic() + self._seconds
        QTimer.singleShot(STEP_MS, self._step)

    def _step(self):
        if self.is_over:
            self._end()
            return
        faulthandler.dump_traceback_later(STILL_SECONDS, exit=True)
        pause = 400 if self.dice.random() < 0.06 else STEP_MS
        QTimer.singleShot(pause, self._step)
        top = self._top()
        if top is None:
            return
        self.steps += 1
        if self.steps % SEAT_EVERY == 0:
            self._seat()
            return
        work = self.dice.choices([one for one, _ in self._works], [weight for _, weight in self._works])[0]
        if isinstance(top, QFileDialog):
            self._in_file_dialog(top)
        else:
            work(top)

    def _end(self):
        """Close whatever is open until the program has ended."""
        for window in QApplication.topLevelWidgets():
            if isinstance(window, DeskWindow):
                window.leave(LeavingKind.QUIT)
            elif window.isVisible():
                window.close()
        QTimer.singleShot(100, self._step)

    def _say(self, words):
        self._found.trail.append(words)
        self._file.write(f"{self.steps} {words}\n")
        self._file.flush()

    def _top(self):
        return QApplication.activePopupWidget() or QApplication.activeModalWidget() or self._desk() or self._other()

    def _other(self):
        """What stands beside the desk, or before it; who has worked there long enough closes it."""
        seen = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one.isEnabled()]
        self._elsewhere += 1
        if seen and self._elsewhere > LONG_ELSEWHERE and not isinstance(seen[0], DeskWindow):
            self._elsewhere = 0
            self._say(f"close {seen[0].objectName()}")
            seen[0].close()
            return None
        return self.dice.choice(seen) if seen else None

    def _desk(self):
        desks = _desks()
        if not desks or self.dice.random() < 0.1:
            return None
        self._elsewhere = 0
        desks[-1].activateWindow()
        return desks[-1]

    def _open_page(self, top):
        if isinstance(top, DeskWindow):
            kind = self.dice.choice(top.navigation.pages or [None])
            if kind is not None:
                self._say(f"page {kind.code}")
                top.open_page(f"page:{kind.code}")

    def _open_queue(self, top):
        if isinstance(top, DeskWindow):
            queue = self.dice.choice(list(top.navigation.queues))
            self._say(f"queue {queue}")
            top.navigation.choose(queue)

    def _of(self, top, kind, also=lambda widget: True):
        return [one for one in top.findChildren(kind)
                if one.isVisible() and one.isEnabled() and one.window() is top.window() and also(one)]  # fmt: skip

    def _click(self, top):
        if isinstance(top, QMenu):
            spot = QPoint(self.dice.randrange(max(1, top.width())), self.dice.randrange(max(1, top.height())))
            self._say(f"menu {spot.x()},{spot.y()}")
            QTest.mouseClick(top, Qt.MouseButton.LeftButton, pos=spot)
            return
        if buttons := self._of(top, QAbstractButton):
            button = self.dice.choice(buttons)
            self._say(f"click {button.objectName() or button.text()} in {_name(top)}")
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _press(self, top):
        key = QKeySequence(self.dice.choice(KEYS.split()))[0]
        self._say(f"key {QKeySequence(key).toString()} in {_name(top)}")
        QTest.keyClick(top.focusWidget() or top, key.key(), key.keyboardModifiers())

    def _type(self, top):
        fields = self._of(top, QWidget, lambda one: isinstance(one, QLineEdit | QPlainTextEdit))
        if fields:
            field, words = self.dice.choice(fields), self.dice.choice(WORDS)
            self._say(f"type {words[:12]!r} into {field.objectName() or type(field).__name__}")
            field.setFocus()
            type_text(field, words)

    def _choose(self, top):
        boxes = self._of(top, QWidget, lambda one: isinstance(one, QComboBox | QTabBar) and one.count())
        if boxes:
            box = self.dice.choice(boxes)
            self._say(f"choose in {box.objectName() or type(box).__name__}")
            index = self.dice.randrange(box.count())
            box.setCurrentIndex(index)
            if isinstance(box, QComboBox):
                box.activated.emit(index)

    def _row(self, top):
        views = self._of(top, QAbstractItemView, lambda one: one.model() is not None and one.model().rowCount())
        if views:
            view = self.dice.choice(views)
            model = view.model()
            rect = view.visualRect(model.index(self.dice.randrange(min(model.rowCount(), 25)), 0))
            button = Qt.MouseButton.RightButton if self.dice.random() < 0.1 else Qt.MouseButton.LeftButton
            how = self.dice.choice((QTest.mouseClick, QTest.mouseClick, QTest.mouseDClick))
            self._say(f"row of {view.objectName() or type(view).__name__}")
            how(view.viewport(), button, pos=rect.center())
            if button is Qt.MouseButton.RightButton:  # offscreen no platform tells of it
                where = view.viewport().mapToGlobal(rect.center())
                asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, rect.center(), where)
                QCoreApplication.sendEvent(view.viewport(), asked)

    def _sweep(self, top):
        self._say("sweep")
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()

    def _theme(self, top):
        self._say("theme")
        QTest.keyClick(top.focusWidget() or top, Qt.Key.Key_F9)

    def _resize(self, top):
        if isinstance(top, DeskWindow):
            size = self.dice.choice(((1366, 768), (960, 540), (1920, 1080), (1440, 900)))
            self._say(f"resize {size}")
            top.setWindowState(Qt.WindowState.WindowNoState)
            top.resize(*size)

    def _escape(self, top):
        self._say(f"escape {_name(top)}")
        QTest.keyClick(top.focusWidget() or top, Qt.Key.Key_Escape)

    def _in_file_dialog(self, top):
        self._say("file dialog")
        if self.dice.random() < 0.5:
            top.reject()
        else:
            top.selectFile(str(Path.cwd() / f"chosen-{self.dice.randrange(9)}.csv"))
            top.accept()
            top.reject()

    def _seat(self):
        """Another person; everything open is left, as one who is called away leaves it."""
        desks = _desks()
        if desks and not desks[-1].place.database.is_sqlite:  # another person signs in anew
            self._say("quit for another sign-in")
            desks[-1].leave(LeavingKind.QUIT)
        elif desks:
            person = self.dice.choice(desks[-1].top_bar._people)
            self._say(f"seat {person.name} {sorted(person.roles)}")
            desks[-1].leave(LeavingKind.SEAT, person)

    def _leave(self, top):
        desk = top.window() if isinstance(top.window(), DeskWindow) else None
        if desk is None:
            return
        wish = self.dice.choice(("speak", "size", "size", "reopen", "quit", "restart"))
        self._say(f"leave by {wish}")
        if wish == "speak":
            desk.look.speak(self.dice.choice(("ru", "en")))
        elif wish == "size":
            desk.look.size_type(self.dice.choice((-1, 0, 1)))
        elif wish == "reopen":
            desk.leave(LeavingKind.REOPEN)
        elif wish == "restart" and self.dice.random() < 0.2:
            desk.leave(LeavingKind.DEMO_RESTART)
        else:
            desk.close()


def _desks():
    seen = (one for one in QApplication.topLevelWidgets() if one.isVisible() and one.isEnabled())
    return [one for one in seen if isinstance(one, DeskWindow)]


def _name(widget):
    return widget.objectName() or type(widget).__name__


async def peopled(path):
    """The demo region, with those roles that its content has nobody for."""
    is_new = not path.exists()
    database = await building.open_demo(path)
    if is_new:
        every = NewPerson("В. Всякая", (Role.CURATOR, Role.ADMINISTRATOR, Role.SUPERVISOR))
        await add_people(database, [NewPerson("А. Настройкин", (Role.ADMINISTRATOR,)), every])
    return database


async def walk(app, folder, walker):
    """The program, started again whenever it was quit, until the time is over."""
    places = Places(
        database_url=f"sqlite+aiosqlite:///{folder / 'desk.sqlite3'}", demo_path=folder / "demo.sqlite3",
        drafts=folder / "drafts", preferences=folder / "desk.ini", data=folder,
        open_database=Database.open, open_demo=peopled,
    )  # fmt: skip
    preferences = Preferences(places.preferences)
    preferences.language = "ru"
    walker.begin()
    while not walker.is_over:
        preferences.in_demo = True
        await Application(app, places, preferences).main()
    return 0


async def walk_server(app, folder, walker, server):
    """The same on a server; every start of the program is another person's, by their own sign-in."""
    source = await peopled(folder / "demo.sqlite3")
    await _administer(server, "CREATE DATABASE walk")
    target = await Database.open(server.url("walk"))
    await copy_region(source, target)
    logins = list((await make_sign_ins(target)).values())
    urls = [url_of(target, login) for login in logins]
    for database in (source, target):
        await database.close()
    preferences = Preferences(folder / "desk.ini")
    preferences.language = "ru"
    walker.begin()
    while not walker.is_over:
        preferences.in_demo = False
        places = Places(
            database_url=walker.dice.choice(urls), demo_path=folder / "other.sqlite3", drafts=folder / "drafts",
            preferences=folder / "desk.ini", data=folder, open_database=Database.open, open_demo=peopled,
        )  # fmt: skip
        await Application(app, places, preferences).main()
    return 0


def main():
    asking = argparse.ArgumentParser()
    asking.add_argument("seconds", nargs="?", type=float, default=SECONDS)
    asking.add_argument("--seed", type=int, default=1)
    asking.add_argument("--steps", type=Path, default=None)
    asking.add_argument("--server", action="store_true")
    asked = asking.parse_args()
    server = Server() if asked.server else None
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))  # what takes all memory falls alone
    found = Found()
    logging.getLogger().addHandler(found)
    qInstallMessageHandler(found.heard_of_qt)
    QDesktopServices.openUrl = staticmethod(lambda _url: True)
    app = QApplication(["cur-desk"])
    theme.use(app, theme.load("light"))
    with tempfile.TemporaryDirectory(prefix="cur-desk-walk-") as name:
        folder = Path(name)
        os.environ["HOME"] = name
        os.chdir(folder)
        with (asked.steps or folder / "steps").open("w", encoding="utf-8") as steps:
            walker = Walker(asked.seed, asked.seconds, found, steps)
            walked = walk_server(app, folder, walker, server) if server else walk(app, folder, walker)
            loop.run(walked, app)
    if server:
        server.stop()
    print(f"seed {asked.seed}: {walker.steps} steps, {len(found.kinds)} kinds of findings")
    return 1 if found.kinds else 0


if __name__ == "__main__":
    sys.exit(main())
