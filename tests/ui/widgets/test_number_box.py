"""Fields beside each other begin their words at one line."""

import pytest
from PySide6.QtCore import QDate, QTime
from PySide6.QtWidgets import QApplication, QComboBox, QDateEdit, QLineEdit, QTimeEdit, QVBoxLayout, QWidget

from app.ui.widgets.number_box import NumberBox, make_room
from app.ui.widgets.plain_fields import show_as_text


def _begins(field):
    """How far from the left of a field its first letter is painted."""
    picture = field.parentWidget().grab(field.geometry()).toImage()
    ground = picture.pixelColor(picture.width() // 2, picture.height() // 2)
    for x in range(2, picture.width() // 2):
        if any(_differs(picture.pixelColor(x, y), ground) for y in range(8, picture.height() - 8)):
            return x
    raise AssertionError("nothing is painted")


def _differs(color, ground):
    return abs(color.lightness() - ground.lightness()) > 60


@pytest.fixture
def form(qtbot):
    """A form to which fields are added, shown once it has them."""
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)

    def show(*fields):
        for field in fields:
            field.setFixedWidth(200)
            column.addWidget(field)
        made.show()
        QApplication.processEvents()
        return [_begins(field) for field in fields]

    return show


def _eleven():
    """A line, a number, a choice: each says 11."""
    line, number, choice = QLineEdit("11"), NumberBox(), QComboBox()
    number.setValue(11)
    choice.addItem("11")
    return line, number, choice


def test_words_begin_at_one_line_whatever_the_field(form):
    hour = QTimeEdit(QTime(11, 11))
    hour.setDisplayFormat("HH:mm")
    make_room(hour)
    begins = form(*_eleven(), hour)
    assert max(begins) - min(begins) <= 1, begins


def test_what_only_tells_begins_where_a_label_would(form):
    fields = _eleven()
    show_as_text(*fields)
    begins = form(*fields)
    assert max(begins) <= 6, begins


def test_fields_beside_each_other_are_as_high(form):
    fields = [*_eleven(), QDateEdit(QDate(2026, 11, 27)), QTimeEdit(QTime(11, 11))]
    fields[3].setCalendarPopup(True)
    form(*fields)
    assert {field.height() for field in fields} == {fields[0].height()}
