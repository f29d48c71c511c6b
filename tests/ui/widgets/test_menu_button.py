"""A button with a menu."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from app.ui.widgets.menu_button import MenuButton


def button_of(qtbot):
    button = MenuButton("filter", "Отборы", "filters")
    qtbot.addWidget(button)
    button.menu_below.addAction("Одно")
    button.show()
    QTimer.singleShot(2000, button.menu_below.close)  # a press that waited for the menu would end only then
    return button


def test_a_press_returns_while_the_menu_stands(qtbot):
    button = button_of(qtbot)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.menu_below.isVisible()
    assert button.isDown()
    button.menu_below.close()
    assert not button.isDown()


def test_space_and_enter_open_it_too(qtbot):
    button = button_of(qtbot)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        QTest.keyClick(button, key)
        assert button.menu_below.isVisible()
        button.menu_below.close()


def test_it_shows_that_it_has_a_menu(qtbot):
    button = button_of(qtbot)
    plain = MenuButton.__base__("filter", "Отборы")
    qtbot.addWidget(plain)
    button.setFixedSize(40, 28)
    plain.setFixedSize(40, 28)
    assert button.grab().toImage() != plain.grab().toImage()
