"""A line of a list that is pressed."""

import pytest
from PySide6.QtGui import QIcon, QPixmap

from app.ui.widgets.row_button import RowButton
from tests.helpers.qt import application

WORDS = "1. ВКонтакте · Анна && Co · Добрый день. На перекрёстке у школы третью неделю не горит светофор"


@pytest.fixture
def row():
    application()
    made = RowButton()
    made.setIcon(QIcon(QPixmap(16, 16)))
    made.setText(WORDS)
    yield made
    made.deleteLater()


def test_a_line_takes_all_the_room_there_is_and_ends_in_an_ellipsis_where_it_has_none(row):
    shown = []
    for width in (240, 480):
        row.resize(width, row.height())
        shown.append(row.shown_text())

    assert all(words.endswith("…") for words in shown)
    assert len(shown[1]) > 1.8 * len(shown[0])
    assert row.fontMetrics().horizontalAdvance(shown[1]) in range(400, 460)


def test_a_line_with_room_is_told_whole(row):
    row.resize(1200, row.height())

    assert row.shown_text() == WORDS.replace("&&", "&")
