"""A small window with the acts of cases over a real region, driven by mouse and keyboard."""

import asyncio

import pytest
import pytest_asyncio
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.ui.case.acting import CaseActs
from app.ui.case.panel import CardPanel
from app.ui.tasks import TaskScope
from app.ui.widgets.info_bar import InfoBar
from tests.helpers import qt
from tests.helpers.waiting import until


class Desk:
    """One person's window: a card and the acts on it. `places` sit at the same database."""

    def __init__(self, region, place, drafts, errors):
        self.region, self.place = region, place
        self.scope = TaskScope(lambda name, error: errors.append((name, error)))
        self.window = QWidget()
        self.bar, self.panel = InfoBar(), CardPanel()
        box = QVBoxLayout(self.window)
        box.addWidget(self.bar)
        box.addWidget(self.panel)
        self.acts = CaseActs(self.window, place, self.scope, self.bar, drafts)
        self.panel.act_requested.connect(self._perform)
        self.window.resize(480, 900)
        self.window.show()
        self.results = []

    def _perform(self, act, variant):
        self.task = self.scope.start("act", self.acts.perform(self.panel.card(), act, variant))

    async def show(self, case_id):
        card = await self.region.card(case_id, self.place)
        self.panel.show_card(card, self.place.rules(card.regulation_id), self.place.actor, self.place.now())
        return card

    async def open(self, code):
        """Click the button of an act, behind its fold where it stands there, and give the dialog it opens."""
        unfold(self.panel)
        QTest.mouseClick(self.panel.acts.button(code), Qt.MouseButton.LeftButton)
        await until(lambda: qt.is_ready(self.acts._dialog))
        return self.acts._dialog

    async def done(self):
        """Wait for the act that was begun last and give what came of it."""
        return await self.task

    async def close(self):
        await self.scope.aclose()
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def errors():
    """Failures nobody expected; a test that leaves any fails."""
    found = []
    yield found
    assert found == []


@pytest_asyncio.fixture
async def desk(region, tmp_path, errors):
    """Makes a desk for one of the region's people: `desk(region.curator)`."""
    made = []

    def make(place):
        made.append(Desk(region, place, tmp_path / "drafts", errors))
        return made[-1]

    yield make
    for each in made:
        await each.close()


def unfold(panel):
    """Show the acts behind the fold."""
    more = panel.findChild(QToolButton, "acts_elsewhere")
    if not more.isHidden() and not more.isChecked():
        QTest.mouseClick(more, Qt.MouseButton.LeftButton)


def click(dialog, name):
    """Press the button called `name` with the mouse."""
    button = child(dialog, name)
    assert isinstance(button, QAbstractButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def child(dialog, name):
    found = dialog.findChild(QWidget, name)
    assert found is not None, f"{dialog.objectName()} has nothing called {name}"
    return found


def type_into(field, text):
    """Type as a person does; ASCII by keys, other letters as an input method gives them."""
    for letter in text:
        QTest.sendKeyEvent(QTest.KeyAction.Click, field, Qt.Key.Key_unknown, letter, Qt.KeyboardModifier.NoModifier)


def press(widget, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(widget, key, modifier)


def press_ok(dialog):
    """Ctrl+Enter, from wherever the focus is; a window that is not active yet would not hear a shortcut."""
    assert qt.is_ready(dialog), f"{dialog.objectName()} is not active: wait for qt.is_ready first"
    QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


async def freed(widget):
    """Wait until Qt has freed a widget."""
    for _ in range(50):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if not isValid(widget):
            return True
        await asyncio.sleep(0)
    return False


def choose(box, typed):
    """Pick a choice by typing a part of it and pressing Enter."""
    box.setFocus()
    box.clear()
    box._take(None)
    box.setText(typed)
    press(box, Qt.Key.Key_Return)
