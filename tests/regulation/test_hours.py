"""Reading a calendar object: what is taken, and what is refused by name."""

from datetime import date

import pytest

from app.regulation.calendar_errors import CalendarInvalid, CalendarKeyMissing
from app.regulation.hours import Hours

HOUR = 3600


def read(**calendar):
    return Hours.from_dict({"tz": "Europe/Moscow"} | calendar)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ([["09:00", "13:00"], ["14:00", "18:00"]], ((9, 13), (14, 18))),
        ([["14:00", "18:00"], ["09:00", "13:00"]], ((9, 13), (14, 18))),
        ([["00:00", "24:00"]], ((0, 24),)),
        ([["22:00", "06:00"]], ((22, 30),)),
        ([["22:00", "00:00"]], ((22, 24),)),
        ([], ()),
    ],
)
def test_intervals(written, seconds):
    assert read(week={"mon": written}).week[0] == tuple((a * HOUR, b * HOUR) for a, b in seconds)


def test_seconds_are_kept():
    hours = read(week={"mon": [["09:00:30", "13:00"]]})

    assert hours.week[0] == ((9 * HOUR + 30, 13 * HOUR),)
    assert hours.to_dict()["week"] == {"mon": [["09:00:30", "13:00"]]}


@pytest.mark.parametrize("written", [[["22:00", "06:00"]], [["00:00", "24:00"]], [["22:00", "24:00"]]])
def test_what_is_written_reads_the_same(written):
    assert read(week={"mon": written}).to_dict()["week"] == {"mon": written}


def test_dates_may_be_dates():
    assert read(holidays=[date(2026, 5, 12)]).holidays == {date(2026, 5, 12)}


def test_yearly_holidays_come_every_year_the_leap_day_too():
    hours = read(week={"sun": [["09:00", "13:00"]]}, yearly_holidays=["05-10", "02-29"])

    assert hours.on(date(2026, 5, 10)) == ()
    assert hours.on(date(2032, 2, 29)) == ()
    assert hours.on(date(2026, 5, 17)) != ()


@pytest.mark.parametrize(
    ("calendar", "key", "allowed"),
    [
        ({"tz": "Mars/Olympus"}, "tz", "zone"),
        ({"tz": "Europe"}, "tz", "zone"),
        ({"tz": "../etc"}, "tz", "zone"),
        ({"holiday": []}, "holiday", "keys"),
        ({"week": {"mo": []}}, "week.mo", "keys"),
        ({"week": {"mon": [["09:00", "09:00"]]}}, "week.mon", "interval"),
        ({"week": {"mon": [["24:00", "09:00"]]}}, "week.mon", "interval"),
        ({"week": {"mon": [["09:00", "24:01"]]}}, "week.mon", "interval"),
        ({"week": {"mon": [["09:00", 18]]}}, "week.mon", "interval"),
        ({"week": {"mon": ["09:00"]}}, "week.mon", "interval"),
        ({"week": {"mon": "09:00"}}, "week.mon", "list"),
        ({"holidays": ["2026-02-30"]}, "holidays", "date"),
        ({"yearly_holidays": ["13-01"]}, "yearly_holidays", "month_day"),
        ({"yearly_holidays": ["1-1"]}, "yearly_holidays", "month_day"),
        ({"day_overrides": {"12.05.2026": []}}, "day_overrides.12.05.2026", "date"),
        ({"years": [2027, 2026]}, "years", "years"),
        ({"years": [2026]}, "years", "years"),
        ({"years": ["2026", "2027"]}, "years", "years"),
        ({"years": [1800, 2027]}, "years", "years"),
        ({"years": 2026}, "years", "years"),
    ],
)
def test_a_wrong_value_is_named(calendar, key, allowed):
    with pytest.raises(CalendarInvalid) as refused:
        read(**calendar)

    assert refused.value.params["key"] == key
    assert refused.value.params["allowed"] == allowed


def test_the_zone_must_be_named():
    with pytest.raises(CalendarKeyMissing):
        Hours.from_dict({"week": {}})


def test_a_calendar_is_a_table():
    with pytest.raises(CalendarInvalid):
        Hours.from_dict(["tz"])
