"""The Russian production calendar 2019–2027: every day as published, each with its act."""

import copy
import json
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.regulation.calendar_errors import CalendarFileBroken, CalendarInvalid, CalendarKeyMissing
from app.regulation.production_calendar import ProductionCalendar, load_production_calendar
from app.resources import resource

RUSSIA = resource("calendars/russia.toml")
PUBLISHED = json.loads((Path(__file__).parent.parent / "data/russian_calendar.json").read_text(encoding="utf-8"))

# Facts agreed by three independent sources; the vectors' holidays end with 2026.
SHORTENED = {
    2024: "02-22 03-07 05-08 06-11 11-02",
    2025: "03-07 04-30 06-11 11-01",
    2026: "04-30 05-08 06-11 11-03",
    2027: "02-20 04-30 06-11 11-03",
}
WORKED_WEEKENDS = {2024: "04-27 11-02 12-28", 2025: "11-01", 2026: "", 2027: "02-20"}
MOVED_OFF_2027 = "02-22 05-03 05-10 06-14 11-05 12-31"
WORKING_DAYS = {2022: 247, 2023: 247, 2024: 248, 2025: 247, 2026: 247}


@pytest.fixture(scope="module")
def russia():
    return load_production_calendar(RUSSIA)


@pytest.fixture
def document():
    return tomllib.loads(RUSSIA.read_text(encoding="utf-8"))


def days_of(year):
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


def is_off(calendar, day, decree_days=True):
    fact = calendar.fact(day, decree_days)
    return fact.kind in ("holiday", "moved_off", "decree") if fact else day.weekday() >= 5


def month_days(days):
    return " ".join(f"{day:%m-%d}" for day in days)


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_published_day(russia, year):
    calendar = PUBLISHED["sets"]["kursk"]["calendar"]
    holidays, special = set(calendar["holidays"]), calendar["day_overrides"]

    for day in days_of(year):
        text, fact = day.isoformat(), russia.fact(day)
        published_off = text in holidays or (day.weekday() >= 5 and text not in special)
        assert is_off(russia, day) == published_off, day
        shorter = text in special and special[text][-1][1] == "17:00"
        assert (fact is not None and fact.shortened) == shorter, day


@pytest.mark.parametrize("year", SHORTENED)
def test_shortened_days(russia, year):
    shortened = [day for day in days_of(year) if (fact := russia.fact(day)) and fact.shortened]

    assert month_days(shortened) == SHORTENED[year]


@pytest.mark.parametrize("year", WORKED_WEEKENDS)
def test_worked_weekends(russia, year):
    worked = [day for day in days_of(year) if day.weekday() >= 5 and not is_off(russia, day)]

    assert month_days(worked) == WORKED_WEEKENDS[year]


def test_days_off_of_2027(russia):
    off = [day for day in days_of(2027) if (fact := russia.fact(day)) and fact.kind == "moved_off"]

    assert month_days(off) == MOVED_OFF_2027


@pytest.mark.parametrize("year", WORKING_DAYS)
def test_number_of_working_days(russia, year):
    assert sum(not is_off(russia, day) for day in days_of(year)) == WORKING_DAYS[year]


@pytest.mark.parametrize(("year", "count"), [(2020, 29), (2021, 7), (2022, 0)])
def test_decree_days_are_a_layer(russia, year, count):
    changed = [day for day in days_of(year) if is_off(russia, day) and not is_off(russia, day, decree_days=False)]

    assert len(changed) == count
    assert [russia.fact(day).kind for day in changed] == ["decree"] * count


@pytest.mark.parametrize(
    ("day", "kind", "number", "moved"),
    [
        ("2026-01-09", "moved_off", "24.09.2025 № 1466", "2026-01-03"),
        ("2026-03-09", "moved_off", "статья 112", "2026-03-08"),
        ("2026-04-30", "shortened", "статья 95", None),
        ("2024-11-02", "worked", "10.08.2023 № 1314", "2024-04-30"),
        ("2020-04-30", "decree", "02.04.2020 № 239", None),
        ("2021-11-04", "holiday", "статья 112", None),
        ("2021-11-03", "decree", "20.10.2021 № 595", None),
    ],
)
def test_each_day_names_its_act(russia, day, kind, number, moved):
    fact = russia.fact(date.fromisoformat(day))

    assert (fact.kind, fact.moved) == (kind, moved and date.fromisoformat(moved))
    assert number in fact.act.name


def test_an_ordinary_day_has_no_fact(russia):
    assert russia.fact(date(2026, 5, 12)) is None
    assert russia.years == (2019, 2027)
    assert russia.fact(date(2026, 6, 12)).name == "День России"


def change(document, path, value):
    """The document with `value` at the dotted `path`; None takes the key away."""
    document = copy.deepcopy(document)
    *parents, last = path.split(".")
    table = document
    for key in parents:
        table = table[int(key)] if key.isdecimal() and isinstance(table, list) else table[key]
    if value is None:
        del table[last]
    else:
        table[int(last) if isinstance(table, list) else last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "key", "allowed"),
    [
        ("countri", "RU", "countri", "keys"),
        ("country", "", "country", "text"),
        ("acts.tk112", {"name": 5}, "acts.tk112.name", "text"),
        ("shortened_act", "tk96", "shortened_act", "one_of"),
        ("holidays.0.days", ["01-32"], "holidays[1].days", "month_day"),
        ("holidays.0.days", ["02-29"], "holidays[1].days", "month_day"),
        ("holidays.1.act", "tk", "holidays[2].act", "one_of"),
        ("holidays", "01-01", "holidays", "list"),
        ("year.2029", {}, "year", "year_tables"),
        ("year.next", {}, "year", "year_tables"),
        ("year.2026.moved.0.from", "2026-01-33", "year.2026.moved[1].from", "date"),
        ("year.2026.moved.0.from", date(2026, 1, 12), "year.2026.moved[1].from", "weekend_day"),
        ("year.2026.moved.1.from", date(2026, 1, 3), "year.2026.moved[2].from", "weekend_day"),
        ("year.2026.moved.0.from", date(2025, 1, 4), "year.2026.moved[1].from", "in_years"),
        ("year.2026.moved.0.to", date(2026, 1, 10), "year.2026.moved[1].to", "working_weekday"),
        ("year.2026.moved.0.to", date(2026, 6, 12), "year.2026.moved[1].to", "working_weekday"),
        ("year.2026.moved.0.act", "pp1", "year.2026.moved[1].act", "one_of"),
        ("year.2026.moved.2", {}, "year.2026.moved[3].from", None),
        ("year.2026.shortened", [date(2026, 4, 30)], "year.2026.shortened", "shortened_days"),
        ("decree_days.0.first", date(2018, 3, 30), "decree_days[1].first", "in_years"),
        ("decree_days.0.last", date(2020, 3, 29), "decree_days[1].last", "from_date"),
        ("decree_days.0.last", date(2028, 3, 29), "decree_days[1].last", "from_date"),
        ("acts", None, "holidays[1].act", "one_of"),
        ("year", None, "year", None),
        ("year", {}, "year", "year_tables"),
    ],
)
def test_a_wrong_value_is_named(document, path, value, key, allowed):
    with pytest.raises(CalendarInvalid if allowed else CalendarKeyMissing) as refused:
        ProductionCalendar.from_dict(change(document, path, value), "russia.toml")

    assert refused.value.params["source"] == "russia.toml"
    assert refused.value.params["key"] == key
    if allowed:
        assert refused.value.params["allowed"] == allowed


def test_a_forgotten_move_of_a_holiday_is_found(document):
    moved = [row for row in document["year"]["2026"]["moved"] if row["from"] != date(2026, 3, 8)]

    with pytest.raises(CalendarInvalid) as refused:
        ProductionCalendar.from_dict(change(document, "year.2026.moved", moved), "russia.toml")

    assert refused.value.params["allowed"] == "moved_holiday"
    assert refused.value.params["value"] == "2026-03-08"


@pytest.mark.parametrize("content", [b"year = [", "страна".encode("cp1251"), None])
def test_a_file_that_cannot_be_read(tmp_path, content):
    path = tmp_path / "country.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CalendarFileBroken) as refused:
        load_production_calendar(path)

    assert refused.value.params["source"] == "country.toml"
