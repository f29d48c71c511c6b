"""A bar says what is the matter and offers what helps."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton

from app.ui.widgets.info_bar import WATCH_MILLISECONDS, InfoBar, InfoKind


@pytest.fixture
def bar(qtbot):
    made = InfoBar()
    qtbot.addWidget(made)
    return made


def test_it_is_hidden_until_there_is_something_to_say(bar):
    assert bar.isHidden()

    bar.show_message(InfoKind.WARNING, "Нет связи с базой", "Повторить")

    assert not bar.isHidden()
    assert bar.text() == bar.accessibleName() == "Нет связи с базой"
    assert bar.property("ground") == "soon_ground"


def test_the_offer_is_taken_and_the_bar_stays(bar, qtbot):
    bar.show_message(InfoKind.WARNING, "Нет связи с базой", "Повторить")

    with qtbot.waitSignal(bar.action_requested, timeout=500):
        qtbot.mouseClick(bar.findChild(QPushButton, "info_bar_action"), Qt.MouseButton.LeftButton)

    assert not bar.isHidden()


def test_dismissing_hides_and_tells(bar, qtbot):
    bar.show_message(InfoKind.INFO, "Учебная область")

    with qtbot.waitSignal(bar.closed, timeout=500):
        qtbot.mouseClick(bar.findChild(QToolButton, "info_bar_close"), Qt.MouseButton.LeftButton)

    assert bar.isHidden()


def test_no_offer_no_button_and_some_bars_cannot_be_dismissed(bar):
    bar.show_message(InfoKind.ERROR, "База новее программы", closable=False)

    assert bar.findChild(QPushButton, "info_bar_action").isHidden()
    assert bar.findChild(QToolButton, "info_bar_close").isHidden()


class Typing:
    """Something that is typed, until it is taken back."""

    is_there = True

    def is_edited(self):
        return self.is_there


def test_what_is_said_while_something_is_so_goes_with_it(bar, qtbot):
    typing = Typing()
    bar.show_while(typing.is_edited, InfoKind.WARNING, "Сначала сохраните правки")
    qtbot.wait(2 * WATCH_MILLISECONDS)
    assert not bar.isHidden()

    typing.is_there = False
    qtbot.waitUntil(bar.isHidden, timeout=2000)


def test_another_message_is_not_taken_away_with_it(bar, qtbot):
    typing = Typing()
    bar.show_while(typing.is_edited, InfoKind.WARNING, "Сначала сохраните правки")
    bar.show_message(InfoKind.SUCCESS, "Сохранено.")
    typing.is_there = False
    qtbot.wait(2 * WATCH_MILLISECONDS)

    assert not bar.isHidden()
