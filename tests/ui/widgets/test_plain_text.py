"""Texts as they were written: nothing of them is hidden, however they come on the screen."""

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.ui.widgets.plain_text import PlainTextView, framed
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
