"""What is said of people: short names, agencies with nobody today, who is on duty."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.services.roster import DutyNow, ShiftView
from app.services.staffing import AgencyStaff, Staffing
from app.texts.people import days_words, duty_names, duty_words, short_name, staffing_note, staffing_words

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
SHIFT = ShiftView(1, 1, "Соколова Елена Петровна", NOW, NOW.replace(hour=15), "Шеф")


@pytest.mark.parametrize(
    ("name", "short"),
    [("Соколова Елена Петровна", "Соколова Е. П."), ("Е. Соколова", "Е. Соколова"), ("Панов", "Панов")],
)
def test_names_are_shortened_only_where_they_are_whole(name, short):
    assert short_name(name) == short


def test_days():
    assert (days_words(date(2026, 6, 5), date(2026, 6, 5)), days_words(date(2026, 6, 5), date(2026, 6, 12))) == (
        "05.06", "05.06 – 12.06",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("staff", "note", "part"),
    [
        (AgencyStaff(), "", ""),
        (AgencyStaff(Staffing.NO_PROGRAM), "без программы", "действия записывает куратор"),
        (AgencyStaff(Staffing.NOBODY_TODAY), "сегодня никого нет", "сегодня нет исполнителя"),
        (AgencyStaff(Staffing.NOBODY_TODAY, date(2026, 6, 5)), "сегодня никого нет", "до 05.06"),
    ],
)
def test_an_agency_with_nobody_is_told(staff, note, part):
    assert staffing_note(staff) == note
    assert part in staffing_words("ДОР", staff)


@pytest.mark.parametrize(
    ("duty", "words", "names"),
    [
        (DutyNow(False), "", ""),
        (DutyNow(True), "На смене никого", "На смене никого"),
        (DutyNow(True, (SHIFT,)), "На смене: Соколова Е. П. до 18:00", "На смене: Соколова"),
    ],
)
def test_who_is_on_duty(duty, words, names):
    assert (duty_words(duty, NOW, MOSCOW), duty_names(duty, NOW, MOSCOW)) == (words, names)


def test_the_next_one_is_named_where_nobody_is_there():
    duty = DutyNow(True, (), (SHIFT,))

    assert duty_words(duty, NOW.replace(hour=5), MOSCOW) == "На смене никого; следующая: Соколова Е. П., 10:00"
