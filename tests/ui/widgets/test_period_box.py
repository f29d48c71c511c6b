"""The field of a day: a mistyped year stays within the century."""

from datetime import date

from PySide6.QtCore import QDate

from app.ui.widgets.period_box import as_day, day_field


def test_a_day_is_of_this_century(qtbot):
    field = day_field(date(2026, 6, 2), "С", "first")
    qtbot.addWidget(field)

    for typed in (QDate(9026, 6, 2), QDate(1752, 9, 14)):
        field.setDate(typed)
        assert 2000 <= as_day(field).year <= 2099
