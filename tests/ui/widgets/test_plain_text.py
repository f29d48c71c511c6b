"""Texts as they were written: nothing of them is hidden, however they come on the screen."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets.plain_text import LinkLabel, PlainTextView, framed
from app.ui.widgets.shortcuts import shortcut
from tests.helpers.qt import application

LONG = "Пишу в последней надежде. Сыну 9 лет, ДЦП, мы живём на втором этаже, пандуса в подъезде нет с 2024 года. " * 6


def test_no_line_goes_under_the_scroll_bar_of_a_text_that_was_there_before_its_window():
    application()
    window, view = QWidget(), PlainTextView(200)
    QVBoxLayout(window).addWidget(framed(view))
    window.resize(386, 600)
    view.show_text(LONG)
    window.show()
    QApplication.processEvents()

    layout = view.document().firstBlock().layout()
    assert view.verticalScrollBar().isVisible()
    assert layout.lineCount() > 1
    assert max(layout.lineAt(number).width() for number in range(layout.lineCount())) <= view.viewport().width()
    window.close()
    window.deleteLater()


def test_a_text_that_has_room_needs_no_scroll_bar_whatever_the_width():
    """At some widths a line breaks only beside a bar, and the bar would then be there for that line."""
    application()
    scrolled = []
    for width in range(250, 420, 3):
        window, view = QWidget(), PlainTextView(220)
        column = QVBoxLayout(window)
        column.addWidget(view)
        column.addStretch(1)
        view.show_text("В МФЦ взял талон на 10:15, приняли в 11:50. Зачем тогда запись?")
        window.resize(width, 500)
        window.show()
        QApplication.processEvents()
        if view.verticalScrollBar().isVisible():
            scrolled.append(width)
        window.close()
        window.deleteLater()
    assert scrolled == []


def test_what_scrolls_cuts_no_line_in_two():
    application()
    window, view = QWidget(), PlainTextView(200)
    column = QVBoxLayout(window)
    column.addWidget(view)
    column.addStretch(1)
    view.show_text(LONG)
    window.resize(386, 600)
    window.show()
    QApplication.processEvents()
    layout = view.document().firstBlock().layout()
    bottoms = [round(layout.lineAt(n).rect().bottom()) for n in range(layout.lineCount())]
    assert view.verticalScrollBar().isVisible()
    assert min(abs(view.viewport().height() - bottom) for bottom in bottoms) <= 3
    window.close()
    window.deleteLater()


def test_enter_on_a_link_opens_it_before_any_key_of_the_window(qtbot):
    window, link, opened, others = QWidget(), LinkLabel(), [], []
    QVBoxLayout(window).addWidget(link)
    shortcut(window, "Return", lambda: others.append(1))
    link.link_requested.connect(opened.append)
    link.show_link("открыть источник", "https://vk.com/wall-1_1")
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    link.setFocus()
    qtbot.keyClick(link, Qt.Key.Key_Return)

    assert (opened, others) == (["https://vk.com/wall-1_1"], [])


def test_the_ring_of_a_framed_text_stands_around_its_letters_not_on_them(qtbot):
    view = PlainTextView(200)
    frame = framed(view)
    qtbot.addWidget(frame)
    frame.resize(300, 120)
    view.show_text("Яма во дворе")
    frame.show()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    ring = theme.current().color("focus").rgb()
    within = view.viewport().grab().toImage()
    around = frame.grab().toImage()

    def has_ring(image):
        return any(image.pixel(x, y) == ring for x in range(image.width()) for y in range(image.height()))

    assert has_ring(around)
    assert not has_ring(within)
