"""A demo day played through the real window by mouse and keyboard, offscreen: a picture of every step.

The desk is the one `cur-desk demo` opens, over a demo region of its own that is thrown away afterwards. Nothing is
called but Qt's own events: what this file cannot do, a person cannot do either.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication, QKeySequence, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)
from shiboken6 import isValid

from app.bootstrap import open_demo
from app.models.database import Database
from app.resources import resource
from app.services.regions import find_person
from app.texts import tr
from app.ui import loop, theme
from app.ui.application import Application, Places
from app.ui.desk.window import DeskWindow
from app.ui.preferences import Preferences
from app.ui.widgets.attachment_list import FileTile
from app.ui.widgets.queue_view import QueueView

W = TypeVar("W", bound=QWidget)

# Longer than the slowest machine needs for a step: it only bounds a failure.
PATIENCE_SECONDS = 120.0
CANCEL_SECONDS = 10.0
SIZE = (1440, 900)
CURATOR, EXECUTOR = "curator_anna", "transport_executor"
MESSAGE = "Автобус № 127"
HASTY = "Здравствуйте, Роман! Ваше обращение направлено перевозчику."
REMARK = "Назвать причину и срок: когда автобус снова пойдёт по расписанию и куда звонить, если не придёт."
DRAFT = (
    "Здравствуйте, Роман! Утром 24 ноября сломался один из двух автобусов маршрута № 127, резервной машины не было: "
    "это недосмотр перевозчика. Сегодня к 15:00 на линию выйдет автобус из резерва, с завтрашнего утра рейсы в 7:10 и "
    "7:35 выполнят по расписанию. Если автобус не придёт, звоните диспетчеру: 8 (4712) 00-00-00."
)
LINK = "https://ok.ru/group/990000000000004/topic/990000000005002?comment=1"
CONTROL = Qt.KeyboardModifier.ControlModifier


def play(folder: Path, say: Callable[[str], None]) -> int:
    """Play the day; pictures and the report go to `folder`, a line for each step to `say`. Gives the exit code.

    Raises OSError where the folder cannot be written, TimeoutError where the desk did not do what was asked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    qInstallMessageHandler(_hear)
    for old in folder.glob("[0-9][0-9]-*.png"):
        old.unlink()
    app = QApplication.instance() or QApplication(["cur-desk"])
    assert isinstance(app, QApplication), "no other kind is made"
    theme.use(app, theme.load("light"))
    with tempfile.TemporaryDirectory() as own:
        places = _places(Path(own))
        preferences = Preferences(places.preferences)
        preferences.in_demo = True
        return loop.run(_Day(folder, say, places).play(Application(app, places, preferences)), app)


def _hear(_kind: QtMsgType, _context: object, words: str) -> None:
    """What Qt says, but for what the offscreen platform cannot do and nobody needs here."""
    if not words.startswith("This plugin does not support"):
        sys.stderr.write(f"{words}\n")


def _places(folder: Path) -> Places:
    return Places(
        database_url=f"sqlite+aiosqlite:///{folder / 'desk.sqlite3'}",
        demo_path=folder / "demo.sqlite3",
        drafts=folder / "drafts",
        preferences=folder / "desk.ini",
        data=folder,
        open_database=Database.open,
        open_demo=open_demo,
    )


@dataclass(slots=True)
class _Day:
    """The player: where pictures go, and what has been played."""

    folder: Path
    say: Callable[[str], None]
    places: Places
    steps: int = 0
    people: dict[str, str] = field(default_factory=dict)

    async def play(self, application: Application) -> int:
        """The whole day; the window is closed as a person closes it."""
        self.say(tr("The demo region is being made…"))
        desk = asyncio.ensure_future(application.main())
        try:
            await self._play(desk)
            window = _desk()
            if window is not None:
                window.close()
            await _until(desk.done)
            await desk
        except BaseException:
            # However the desk stands then, a dialog open or not even a window yet, it does not hold the play up.
            desk.cancel()
            await asyncio.wait({desk}, timeout=CANCEL_SECONDS)
            raise
        self.say(tr("Pictures and the report are in {folder}", folder=self.folder))
        return 0

    async def _play(self, desk: "asyncio.Future[int]") -> None:
        window = await self._window(desk)
        self.people = {login: (await find_person(window.place.database, login)).uuid for login in (CURATOR, EXECUTOR)}
        window = await self._sit(window, CURATOR)
        await self._picture(window, "desk", tr("The curator's desk: the inbox by least time left"))
        await self._import(window)
        await self._detect(window)
        await self._route(window)
        window = await self._write(await self._sit(window, EXECUTOR), "executors", HASTY, tr("The executor drafts"))
        window = await self._sit(window, CURATOR)
        await self._rework(window)
        window = await self._write(await self._sit(window, EXECUTOR), "rework", DRAFT, tr("The executor reworks"))
        window = await self._sit(window, CURATOR)
        await self._approve(window)
        window = await self._sit(window, EXECUTOR)
        await self._publish(window)
        window = await self._sit(window, CURATOR)
        await self._finish(window)

    # ----- the curator

    async def _import(self, window: DeskWindow) -> None:
        _key(window, Qt.Key.Key_I, CONTROL)
        await _until(lambda: window.places.page is not None)
        page = window.places.page
        assert page is not None, "Ctrl+I opens it"
        _type(_part(page, "path", QLineEdit), str(resource("demo/kursk/import/morning.csv")))
        _click(page, "look")
        await _until(lambda: _part(page, "preview_rows", QAbstractItemView).model().rowCount())
        await self._picture(window, "import-look", tr("A file is looked at before it is taken in, row by row"))
        _click(page, "take_in")
        await _until(lambda: _part(page, "runs", QAbstractItemView).isVisible())
        await _until(lambda: _part(page, "runs", QAbstractItemView).model().rowCount())
        await self._picture(window, "import", tr("Messages are taken in from a file; one row is refused and says why"))

    async def _detect(self, window: DeskWindow) -> None:
        await self._choose(window, "stream")
        await self._picture(window, "stream", tr("In the stream: nobody has looked at it yet"))
        QTest.keyClick(_rows(window), Qt.Key.Key_Space)
        await _until(lambda: not any(row.excerpt.startswith(MESSAGE) for row in window.page.rows()))
        await self._choose(window, "inbox")
        await self._picture(window, "detected", tr("Detected: cl. 7 and cl. 10 are running"))

    async def _route(self, window: DeskWindow) -> None:
        dialog = await self._act(window, "routing_dialog")
        _pick(dialog, "location", "Железнодорожный округ")
        await self._picture(window, "routing", tr("Routing: the due times that this choice gives"))
        await self._decide(window, dialog)

    async def _rework(self, window: DeskWindow) -> None:
        await self._choose(window, "approval")
        dialog = await self._act(window, "approval_dialog")
        _type(_part(dialog, "remark", QPlainTextEdit), REMARK)
        await self._picture(window, "rework", tr("The curator returns the draft with a remark"))
        _click(dialog, "rework")
        await _closed(dialog)

    async def _approve(self, window: DeskWindow) -> None:
        await self._choose(window, "approval")
        dialog = await self._act(window, "approval_dialog")
        await self._picture(window, "approval", tr("Approval: what changed since the remark"))
        await self._decide(window, dialog)

    async def _finish(self, window: DeskWindow) -> None:
        await self._choose(window, "finished")
        _click(window.panel, "stopped_clocks")
        await self._picture(window, "finished", tr("Published: every clock with its verdict"))
        _key(window, Qt.Key.Key_E, CONTROL)
        dialog = await _dialog("report_dialog")
        path = _part(dialog, "path", QLineEdit)
        path.selectAll()
        _type(path, str(self.folder / "report.xlsx"))
        _click(dialog, "ok")
        await _until(lambda: _part(dialog, "ok", QAbstractButton).text() == tr("Close"))
        await self._picture(window, "report", tr("The report of the day is saved"))
        _click(dialog, "ok")
        await _closed(dialog)

    # ----- the executor

    async def _write(self, window: DeskWindow, queue: str, text: str, title: str) -> DeskWindow:
        await self._choose(window, queue)
        dialog = await self._act(window, "draft_dialog")
        editor = _part(dialog, "text", QPlainTextEdit)
        editor.selectAll()
        _type(editor, text)
        await self._picture(window, "draft", title)
        await self._decide(window, dialog)
        return window

    async def _publish(self, window: DeskWindow) -> None:
        await self._choose(window, "to_publish")
        dialog = await self._act(window, "publication_dialog")
        link = _part(dialog, "link", QLineEdit)
        _type(link, LINK)
        # The picture of the answer, pasted: a comment in Одноклассники has no link of its own.
        QGuiApplication.clipboard().setImage(window.grab().toImage())
        QTest.keySequence(link, QKeySequence(QKeySequence.StandardKey.Paste))
        await _until(lambda: dialog.findChild(FileTile) is not None)
        await self._picture(window, "publication", tr("Publication: the link of the answer"))
        await self._decide(window, dialog)

    # ----- hands

    async def _window(self, desk: "asyncio.Future[int]", other_than: QWidget | None = None) -> DeskWindow:
        """The desk's window once it stands with its rows read."""
        await _until(lambda: desk.done() or _desk(other_than) is not None)
        window = _desk(other_than)
        if window is None:
            raise RuntimeError("the desk closed itself")
        _fit(window)
        await _until(lambda: bool(window.page.rows()))
        return window

    async def _sit(self, window: DeskWindow, login: str) -> DeskWindow:
        """Change the seat by the menu under the person's name."""
        person = self.people[login]
        if window.place.person.uuid == person:
            return window
        is_chosen = False
        while not is_chosen:
            _click(window, "seat")
            await _until(lambda: _menu(window) is not None)
            menu = _menu(window)
            assert menu is not None
            is_chosen = await _choose_in(menu, f"seat_{person}")
        await _until(lambda: (found := _desk(window)) is not None and found.place.person.uuid == person)
        seated = _desk(window)
        assert seated is not None
        _fit(seated)
        await _active(seated)
        await _until(lambda: bool(seated.page.rows()))
        return seated

    async def _choose(self, window: DeskWindow, queue: str) -> None:
        """Open a queue by its key, or by the mouse where it has none, and click the message."""
        digit = window.navigation.queues.index(queue) + 1
        if digit < 10:
            _key(window, Qt.Key(Qt.Key.Key_0 + digit), CONTROL)
        else:
            places = window.navigation.list
            spot = places.spot_of(queue)
            QTest.mouseClick(places.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        await _until(lambda: window.page.queue == queue and _row(window) is not None)
        view, row = _rows(window), _row(window)
        assert row is not None
        index = view.model().index(row, 1)
        view.scrollTo(index)
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, view.visualRect(index).center()
        )
        view.setFocus()
        await _until(lambda: (card := window.panel.card()) is not None and _is_ours(card.messages[0].text))

    async def _act(self, window: DeskWindow, dialog: str) -> QDialog:
        """The first act of the card, by Enter."""
        QTest.keyClick(_rows(window), Qt.Key.Key_Return)
        return await _dialog(dialog)

    async def _decide(self, window: DeskWindow, dialog: QDialog) -> None:
        _key(dialog, Qt.Key.Key_Return, CONTROL)
        await _closed(dialog)

    async def _picture(self, window: DeskWindow, name: str, words: str) -> None:
        """Grab the window with the dialogs over it, once nothing is left to be read."""
        await _until(lambda: (window.width(), window.height()) == SIZE)
        await _quiet()
        self.steps += 1
        file = self.folder / f"{self.steps:02}-{name}.png"
        picture = _grabbed(window)
        if not picture.save(str(file)):
            raise OSError(f"{file} cannot be written")
        self.say(f"{self.steps:2}. {words} — {file.name}")


def _fit(window: DeskWindow) -> None:
    """The size of the pictures, whatever the offscreen screen's: a desk on a small one opens maximised."""
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(*SIZE)


def _desk(other_than: QWidget | None = None) -> DeskWindow | None:
    desks = [w for w in QApplication.topLevelWidgets() if isinstance(w, DeskWindow) and w.isVisible()]
    return next((desk for desk in desks if desk is not other_than), None)


def _row(window: DeskWindow) -> int | None:
    return next((position for position, row in enumerate(window.page.rows()) if _is_ours(row.excerpt)), None)


def _rows(window: DeskWindow) -> QueueView:
    view = window.page.view
    assert view is not None
    return view


def _is_ours(text: str) -> bool:
    return text.startswith(MESSAGE)


def _grabbed(window: QWidget) -> QPixmap:
    picture = window.grab()
    painter = QPainter(picture)
    for widget in QApplication.topLevelWidgets():
        if widget is not window and widget.isVisible() and isinstance(widget, QDialog | QMenu):
            place = window.rect().center() - QPoint(widget.width() // 2, widget.height() // 2)
            painter.drawPixmap(place, widget.grab())
            painter.setPen(theme.current().color("line"))
            painter.drawRect(place.x() - 1, place.y() - 1, widget.width() + 1, widget.height() + 1)
    painter.end()
    return picture


def _menu(window: QWidget) -> QMenu | None:
    menus = window.findChildren(QMenu, "seat_menu")
    return next((menu for menu in menus if menu.isVisible()), None)


async def _choose_in(menu: QMenu, name: str) -> bool:
    """Click an action, through the submenu that holds it where there is one; gives whether the menu stayed for it: one
    is closed by whatever else is closed at this moment, such as the dialog before."""
    for action in menu.actions():
        if action.objectName() == name:
            QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
            return True
        inner = action.menu()
        if isinstance(inner, QMenu) and any(each.objectName() == name for each in inner.actions()):
            QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
            await _until(partial(_is_shown_or_gone, inner))
            return isValid(inner) and await _choose_in(inner, name)
    raise LookupError(name)


def _is_shown_or_gone(widget: QWidget) -> bool:
    return not isValid(widget) or widget.isVisible()


async def _dialog(name: str) -> QDialog:
    def shown() -> QDialog | None:
        widgets = QApplication.topLevelWidgets()
        return next((w for w in widgets if isinstance(w, QDialog) and w.isVisible() and w.objectName() == name), None)

    await _until(lambda: shown() is not None)
    dialog = shown()
    assert dialog is not None
    return dialog


def _part(dialog: QWidget, name: str, kind: type[W]) -> W:
    found = dialog.findChild(kind, name)
    if found is None:
        raise LookupError(f"{dialog.objectName()} has nothing called {name}")
    return found


def _click(window: QWidget, name: str) -> None:
    QTest.mouseClick(_part(window, name, QAbstractButton), Qt.MouseButton.LeftButton)


def _key(window: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, key, modifier)


def _type(field: QWidget, text: str) -> None:
    """Type as a person does: every letter is a key event of its own."""
    field.setFocus()
    for letter in text:
        QTest.sendKeyEvent(QTest.KeyAction.Click, field, Qt.Key.Key_unknown, letter, Qt.KeyboardModifier.NoModifier)


def _pick(dialog: QWidget, name: str, words: str) -> None:
    """Pick a choice by typing it and pressing Enter."""
    field = _part(dialog, name, QLineEdit)
    field.setFocus()
    field.selectAll()
    _type(field, words)
    QTest.keyClick(field, Qt.Key.Key_Return)


async def _closed(dialog: QDialog) -> None:
    """Wait until a dialog is gone, and give the keyboard back to its window as a window manager would."""
    parent = dialog.parentWidget()
    assert parent is not None
    window = parent.window()
    await _until(lambda: not isValid(dialog) or not dialog.isVisible())
    await _active(window)


async def _active(window: QWidget) -> None:
    window.activateWindow()
    await _until(window.isActiveWindow)


async def _quiet() -> None:
    """Wait until a few rounds of the loop brought nothing new: reads are done, the window is painted."""
    for _ in range(3):
        await asyncio.sleep(0.15)


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)
