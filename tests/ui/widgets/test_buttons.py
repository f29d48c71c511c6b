"""Act buttons show their key and say why they are refused."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.by_enter import PlainButton, ToolButton
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.shortcuts import shortcut

NOTHING_HELD = Qt.KeyboardModifier.NoModifier


def test_button_speaks_its_key(qtbot):
    button = KeyButton("Направить", "Enter", ButtonKind.PRIMARY)
    qtbot.addWidget(button)

    assert button.accessibleName() == "Направить, Enter"
    assert button.text() == "Направить"


def test_refused_button_says_why_and_does_nothing(qtbot):
    button, clicks = KeyButton("Направить", "Enter"), []
    qtbot.addWidget(button)
    button.clicked.connect(lambda: clicks.append(1))

    button.refuse("Не выбран орган")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert not button.isEnabled()
    assert button.toolTip() == button.accessibleDescription() == "Не выбран орган"
    assert clicks == []


def test_allowed_again_it_works_and_forgets_the_reason(qtbot):
    button, clicks = KeyButton("Направить"), []
    qtbot.addWidget(button)
    button.clicked.connect(lambda: clicks.append(1))
    button.refuse("Не выбран орган")

    button.allow()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert clicks == [1]
    assert button.toolTip() == button.accessibleDescription() == ""


def test_key_icon_and_weight_get_room(qtbot):
    plain, keyed, iconed = KeyButton("Направить"), KeyButton("Направить", "Enter"), KeyButton("Направить", icon="route")
    primary = KeyButton("Направить", kind=ButtonKind.PRIMARY)
    for button in (plain, keyed, iconed, primary):
        qtbot.addWidget(button)

    assert keyed.sizeHint().width() > plain.sizeHint().width() + 20
    assert iconed.sizeHint().width() > plain.sizeHint().width() + 16
    assert primary.sizeHint().width() > plain.sizeHint().width()
    plain.set_kind(ButtonKind.PRIMARY)
    assert plain.sizeHint() == primary.sizeHint()


def test_space_presses_the_focused_button(qtbot):
    button, clicks = KeyButton("Направить"), []
    qtbot.addWidget(button)
    button.clicked.connect(lambda: clicks.append(1))
    button.show()

    qtbot.keyClick(button, Qt.Key.Key_Space)

    assert clicks == [1]


def test_every_kind_paints_differently(qtbot):
    images = []
    for kind in ButtonKind:
        button = KeyButton("Удалить", "Del", kind)
        qtbot.addWidget(button)
        button.resize(160, 32)
        images.append(button.grab().toImage())

    assert len({bytes(image.constBits()) for image in images}) == 3


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("make", [KeyButton, PlainButton, ToolButton, partial(IconButton, "close")])
def test_enter_presses_the_button_that_has_the_keyboard_before_any_key_of_the_window(qtbot, make, key):
    window, clicks, others = QWidget(), [], []
    qtbot.addWidget(window)
    button = make("Взять все") if make is not ToolButton else ToolButton()
    QVBoxLayout(window).addWidget(button)
    shortcut(window, "Return", lambda: others.append(1))
    button.clicked.connect(lambda: clicks.append(1))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    button.setFocus()

    qtbot.keyClick(button, key, Qt.KeyboardModifier.KeypadModifier if key is Qt.Key.Key_Enter else NOTHING_HELD)

    assert (clicks, others) == ([1], [])


def test_enter_with_something_held_is_the_windows(qtbot):
    window, button, clicks, others = QWidget(), KeyButton("Отмена"), [], []
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(button)
    shortcut(window, "Ctrl+Return", lambda: others.append(1))
    button.clicked.connect(lambda: clicks.append(1))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    button.setFocus()

    qtbot.keyClick(button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert (clicks, others) == ([], [1])
