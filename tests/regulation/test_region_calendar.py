"""A region's hours and own days over the production calendar."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.regulation.calendar import WorkCalendar
from app.regulation.calendar_errors import CalendarInvalid, CalendarKeyMissing, CalendarYearNotLoaded
from app.regulation.production_calendar import load_production_calendar
from app.regulation.region_calendar import RegionCalendar
from app.resources import resource

PUBLISHED = json.loads((Path(__file__).parent.parent / "data/russian_calendar.json").read_text(encoding="utf-8"))
RADONITSA = {"day": "2026-04-21", "name": "Радоница", "act": "Закон области"}
KURSK = {"tz": "Europe/Moscow"}


@pytest.fixture(scope="module")
def russia():
    return load_production_calendar(resource("calendars/russia.toml"))


def agencies(russia, region):
    return WorkCalendar.from_dict(RegionCalendar.from_dict(region, "kursk.toml").agency_calendar(russia))


def duty(russia, region):
    return WorkCalendar.from_dict(RegionCalendar.from_dict(region, "kursk.toml").duty_calendar(russia))


def hours(calendar, day):
    """The local working intervals of a date, as "09:00-13:00 14:00-18:00"."""
    start = datetime.fromisoformat(day).replace(tzinfo=calendar.zone)
    intervals = calendar.working_intervals(start, start + timedelta(days=1))
    return " ".join("-".join(f"{at.astimezone(calendar.zone):%H:%M}" for at in pair) for pair in intervals)


@pytest.mark.parametrize("region", ["kursk", "kuzbass"])
def test_hours_of_every_published_day(russia, region):
    published = PUBLISHED["sets"][region]["calendar"]
    ours = agencies(russia, {"tz": published["tz"], "week": published["week"]})
    theirs = WorkCalendar.from_dict(published)
    zone = ZoneInfo(published["tz"])

    first, last = datetime(2019, 1, 1, tzinfo=zone), datetime(2027, 1, 1, tzinfo=zone)

    assert ours.working_intervals(first, last) == theirs.working_intervals(first, last)
    assert ours.years == (2019, 2027)


def test_default_hours(russia):
    calendar = agencies(russia, KURSK)

    assert hours(calendar, "2026-05-12") == "09:00-13:00 14:00-18:00"
    assert hours(calendar, "2026-04-30") == "09:00-13:00 14:00-17:00"
    assert hours(calendar, "2024-11-02") == "09:00-13:00 14:00-17:00"
    assert hours(calendar, "2024-04-27") == "09:00-13:00 14:00-18:00"
    assert hours(calendar, "2026-05-11") == ""


def test_a_year_outside_is_refused(russia):
    with pytest.raises(CalendarYearNotLoaded) as refused:
        agencies(russia, KURSK).add(datetime(2027, 12, 30, 17, tzinfo=ZoneInfo("Europe/Moscow")), 8 * 3600)

    assert refused.value.params == {"year": 2028, "first": 2019, "last": 2027}


@pytest.mark.parametrize(
    ("change", "day", "expected"),
    [
        ({"days_off": [RADONITSA]}, "2026-04-21", ""),
        ({"working_days": [{"day": "2026-05-11", "act": "Распоряжение"}]}, "2026-05-11", "09:00-13:00 14:00-18:00"),
        (
            {"working_days": [{"day": "2026-05-16", "act": "Распоряжение", "like": "fri"}]},
            "2026-05-16",
            "09:00-13:00 14:00-18:00",
        ),
        ({"working_days": [{"day": "2020-04-06", "act": "Указ"}]}, "2020-04-06", "09:00-13:00 14:00-18:00"),
        ({"shortened_days": [{"day": "2026-04-20", "act": "Указ"}]}, "2026-04-20", "09:00-13:00 14:00-17:00"),
        ({"shortened_days": [{"day": "2024-04-27", "act": "Указ"}]}, "2024-04-27", "09:00-13:00 14:00-17:00"),
        ({"shortened_days": [{"day": "2026-04-30", "act": "Указ"}]}, "2026-04-30", "09:00-13:00 14:00-17:00"),
        ({"shortened_days": [{"day": "2026-05-11", "act": "Указ"}]}, "2026-05-11", ""),
        ({"special_hours": [{"day": "2026-05-12", "hours": [["10:00", "12:00"]]}]}, "2026-05-12", "10:00-12:00"),
        ({"special_hours": [{"day": "2026-05-09", "hours": [["10:00", "12:00"]]}]}, "2026-05-09", "10:00-12:00"),
        ({"special_hours": [{"day": "2026-05-12", "hours": []}]}, "2026-05-12", ""),
        ({"shortened": {"thu": [["09:00", "15:00"]]}}, "2026-04-30", "09:00-15:00"),
        ({"shortened": {"fri": [["09:00", "15:00"]]}}, "2026-04-30", "09:00-13:00 14:00-17:00"),
        ({"week": {"thu": [["09:00", "13:00"], ["13:30", "14:00"]]}}, "2026-04-30", "09:00-12:30"),
        ({"week": {"thu": [["09:00", "13:00"], ["13:30", "14:00"]]}}, "2026-05-12", ""),
        ({"shorten": False}, "2026-04-30", None),
        ({"decree_days": False}, "2020-04-06", "09:00-13:00 14:00-18:00"),
        ({"decree_days": False}, "2020-04-30", "09:00-13:00 14:00-17:00"),
        ({"decree_days": True}, "2020-04-06", ""),
    ],
)
def test_what_a_region_settles_itself(russia, change, day, expected):
    if expected is None:
        with pytest.raises(CalendarInvalid):
            agencies(russia, KURSK | change)
        return
    assert hours(agencies(russia, KURSK | change), day) == expected


def test_the_curators_work_as_the_agencies_unless_the_region_says_otherwise(russia):
    region = KURSK | {"week": {"mon": [["08:00", "12:00"]]}, "days_off": [RADONITSA]}

    assert duty(russia, region) == agencies(russia, region)


DESK = {"week": {day: [["08:00", "22:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}


@pytest.mark.parametrize(
    ("desk", "day", "expected"),
    [
        ({}, "2026-05-09", ""),
        ({}, "2026-04-30", "08:00-21:00"),
        ({}, "2026-04-21", ""),
        ({"shorten": False}, "2026-04-30", "08:00-22:00"),
        ({"shorten": False}, "2026-04-20", "08:00-22:00"),
        ({"production": False}, "2026-05-09", "08:00-22:00"),
        ({"production": False}, "2026-04-30", "08:00-22:00"),
        ({"production": False}, "2026-04-21", "08:00-22:00"),
        ({"decree_days": False}, "2020-04-06", "08:00-22:00"),
        ({}, "2020-04-06", ""),
        ({"special_hours": [{"day": "2026-05-09", "hours": [["10:00", "14:00"]]}]}, "2026-05-09", "10:00-14:00"),
        ({"shortened": {"thu": [["08:00", "12:00"]]}}, "2026-04-30", "08:00-12:00"),
    ],
)
def test_duty_hours(russia, desk, day, expected):
    region = KURSK | {
        "days_off": [RADONITSA],
        "shortened_days": [{"day": "2026-04-20", "act": "Указ"}],
        "duty": DESK | desk,
    }

    assert hours(duty(russia, region), day) == expected
    assert hours(agencies(russia, region), "2026-05-12") == "09:00-13:00 14:00-18:00"


def test_duty_keeps_the_agencies_hours_where_it_names_none(russia):
    region = KURSK | {"week": {"mon": [["08:00", "12:00"]]}, "duty": {"shorten": False}}

    assert hours(duty(russia, region), "2026-05-18") == "08:00-12:00"


@pytest.mark.parametrize(
    ("change", "key", "allowed"),
    [
        ({"tz": "Europe/Kursk"}, "tz", "zone"),
        ({"tz": 3}, "tz", "text"),
        ({"weeks": {}}, "weeks", "keys"),
        ({"week": {"monday": []}}, "week.monday", "keys"),
        ({"week": {"mon": [["9:00", "18:00"]]}}, "week.mon", "interval"),
        ({"week": []}, "week", "table"),
        ({"decree_days": "yes"}, "decree_days", "flag"),
        ({"days_off": [RADONITSA, RADONITSA]}, "days_off[2].day", "once"),
        ({"days_off": [RADONITSA | {"like": "mon"}]}, "days_off[1].like", "keys"),
        ({"days_off": [RADONITSA | {"act": " "}]}, "days_off[1].act", "text"),
        ({"working_days": [{"day": "2026-05-16", "act": "Указ"}]}, "working_days[1].like", "one_of"),
        ({"working_days": [{"day": 20260516, "act": "Указ"}]}, "working_days[1].day", "date"),
        ({"special_hours": [{"day": "2026-05-16", "hours": [["10:00"]]}]}, "special_hours[1].hours", "interval"),
        ({"duty": {"hours": {}}}, "duty.hours", "keys"),
    ],
)
def test_a_wrong_value_is_named(change, key, allowed):
    with pytest.raises(CalendarInvalid) as refused:
        RegionCalendar.from_dict(KURSK | change, "kursk.toml")

    assert refused.value.params["source"] == "kursk.toml"
    assert refused.value.params["key"] == key
    assert refused.value.params["allowed"] == allowed


def test_special_hours_without_hours_are_not_a_day_off():
    with pytest.raises(CalendarKeyMissing) as refused:
        RegionCalendar.from_dict(KURSK | {"special_hours": [{"day": "2026-05-16"}]}, "kursk.toml")

    assert refused.value.params["key"] == "special_hours[1].hours"


def test_a_region_names_its_zone():
    with pytest.raises(CalendarKeyMissing) as refused:
        RegionCalendar.from_dict({}, "kursk.toml")

    assert refused.value.params["key"] == "tz"
