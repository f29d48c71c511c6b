"""Facts found in other projects' tests, and 1,800 deadlines that two Ruby gems agree on."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.regulation.calendar import WorkCalendar

DATA = Path(__file__).parent.parent / "data"
CASES = json.loads((DATA / "working_time_cases.json").read_text(encoding="utf-8"))["cases"]
RUSSIAN = json.loads((DATA / "russian_calendar.json").read_text(encoding="utf-8"))["sets"]


def moment(text, zone):
    """Local where the text has no zone of its own."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))


def answer(case, calendar):
    zone = case["calendar"]["tz"]
    pauses = [(moment(start, zone), moment(end, zone)) for start, end in case.get("pauses", ())]
    start, end, at = (moment(case[key], zone) if key in case else None for key in ("start", "end", "at"))
    match case["op"]:
        case "add":
            return calendar.add(start, case["seconds"], pauses)
        case "between":
            return calendar.between(start, end, pauses)
        case "worked_in_pauses":
            return sum(calendar.between(*pause) for pause in pauses)
        case "next_open":
            return calendar.next_open(at)
        case "prev_close":
            return calendar.prev_close(at)
        case "is_working_time":
            return calendar.is_working(at)
        case "add_working_days":
            return calendar.add_working_days(start, case["days"])
        case "add_working_days_eod":
            return calendar.end_of_working_day(start, case["days"])
        case "add_working_days_date":
            midnight = moment(case["date"], zone)
            return calendar.add_working_days(midnight, case["days"]).astimezone(calendar.zone).date()
        case "split_by_local_day":
            return [local_piece(piece, calendar.zone) for piece in calendar.split_by_local_day(start, end)]
    raise AssertionError(f"an operation that nobody answers: {case['op']}")


def local_piece(piece, zone):
    day, start, end = piece
    close = end.astimezone(zone)
    midnight = close.date() == day + timedelta(days=1)
    return [day.isoformat(), f"{start.astimezone(zone):%H:%M}", "24:00" if midnight else f"{close:%H:%M}"]


def expected(case):
    value = case["expected"]
    if case["op"] == "add_working_days_date":
        return date.fromisoformat(value)
    return moment(value, case["calendar"]["tz"]) if isinstance(value, str) else value


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case_of_another_project(case):
    calendar = WorkCalendar.from_dict(case["calendar"], case.get("boundary", "end"))

    assert answer(case, calendar) == expected(case)


@pytest.mark.parametrize("region", RUSSIAN)
@pytest.mark.parametrize(("boundary", "column"), [("end", 2), ("next", 3)])
def test_russian_deadlines(region, boundary, column):
    calendar = WorkCalendar.from_dict(RUSSIAN[region]["calendar"], boundary)

    wrong = [
        row
        for row in RUSSIAN[region]["add"]
        if calendar.add(datetime.fromisoformat(row[0]), row[1]) != datetime.fromisoformat(row[column])
    ]

    assert wrong == []
    assert len(RUSSIAN[region]["add"]) == 750


@pytest.mark.parametrize("region", RUSSIAN)
def test_russian_durations(region):
    calendar = WorkCalendar.from_dict(RUSSIAN[region]["calendar"])

    wrong = [
        row
        for row in RUSSIAN[region]["between"]
        if calendar.between(datetime.fromisoformat(row[0]), datetime.fromisoformat(row[1])) != row[2]
    ]

    assert wrong == []
    assert len(RUSSIAN[region]["between"]) == 150
