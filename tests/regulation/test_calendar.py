"""Working time: edges, pauses, nights, loaded years, and what is refused."""

import pickle
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from app.regulation.calendar import WorkCalendar
from app.regulation.calendar_errors import (
    CalendarHasNoWorkingTime,
    CalendarInvalid,
    CalendarYearNotLoaded,
    MomentWithoutZone,
    PauseReversed,
)

HOUR = 3600
WEEK = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
KURSK = {"tz": "Europe/Moscow", "week": WEEK}
NIGHT = {"tz": "Europe/Berlin", "week": {day: [["22:00", "06:00"]] for day in ("mon", "tue", "sat", "sun")}}
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def msk(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Moscow"))


def berlin(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


def years(first, last):
    return KURSK | {"years": [first, last]}


@pytest.mark.parametrize(
    ("start", "hours", "at_end", "at_next"),
    [
        ("2026-05-12T09:00", 8, "2026-05-12T18:00", "2026-05-13T09:00"),
        ("2026-05-12T09:00", 4, "2026-05-12T13:00", "2026-05-12T14:00"),
        ("2026-05-12T10:00", 4, "2026-05-12T15:00", "2026-05-12T15:00"),
        ("2026-05-15T18:00", 1, "2026-05-18T10:00", "2026-05-18T10:00"),
        ("2026-05-16T12:00", 0, "2026-05-16T12:00", "2026-05-18T09:00"),
        ("2026-05-12T18:00", -8, "2026-05-12T09:00", "2026-05-11T18:00"),
        ("2026-05-12T15:00", -1, "2026-05-12T14:00", "2026-05-12T13:00"),
        ("2026-05-18T10:00", -1, "2026-05-18T09:00", "2026-05-15T18:00"),
    ],
)
def test_a_limit_that_ends_at_an_edge(start, hours, at_end, at_next):
    assert WorkCalendar.from_dict(KURSK, "end").add(msk(start), hours * HOUR) == msk(at_end)
    assert WorkCalendar.from_dict(KURSK, "next").add(msk(start), hours * HOUR) == msk(at_next)


def test_answers_are_in_utc():
    due = WorkCalendar.from_dict(KURSK).add(msk("2026-05-12T10:00"), HOUR)

    assert due.isoformat() == "2026-05-12T08:00:00+00:00"


def test_a_fraction_of_a_second_is_dropped():
    calendar = WorkCalendar.from_dict(KURSK)
    start = msk("2026-05-12T10:00:00.999999")

    assert calendar.add(start, 1) == msk("2026-05-12T10:00:01")
    assert calendar.between(start, msk("2026-05-12T10:00:02.5")) == 2


def test_a_fraction_before_1970_is_dropped_downward():
    calendar = WorkCalendar.from_dict({"tz": "UTC", "week": ALWAYS})

    assert calendar.add(datetime(1969, 12, 31, 23, 59, 58, 500_000, UTC), 1) == datetime(
        1969, 12, 31, 23, 59, 59, 0, UTC
    )


@pytest.mark.parametrize(
    ("at", "opens", "closes", "working"),
    [
        ("2026-05-12T08:59:59", "2026-05-12T09:00", "2026-05-11T18:00", False),
        ("2026-05-12T09:00", "2026-05-12T09:00", "2026-05-12T09:00", True),
        ("2026-05-12T12:59:59", "2026-05-12T12:59:59", "2026-05-12T12:59:59", True),
        ("2026-05-12T13:00", "2026-05-12T14:00", "2026-05-12T13:00", False),
        ("2026-05-16T12:00", "2026-05-18T09:00", "2026-05-15T18:00", False),
    ],
)
def test_the_nearest_working_moments(at, opens, closes, working):
    calendar = WorkCalendar.from_dict(KURSK)

    assert calendar.next_open(msk(at)) == msk(opens)
    assert calendar.prev_close(msk(at)) == msk(closes)
    assert calendar.is_working(msk(at)) is working


def test_pauses_overlap_touch_and_come_in_any_order():
    calendar = WorkCalendar.from_dict(KURSK)
    pauses = [
        (msk("2026-05-12T15:00"), msk("2026-05-12T16:00")),
        (msk("2026-05-12T10:00"), msk("2026-05-12T10:30")),
        (msk("2026-05-12T10:15"), msk("2026-05-12T11:00")),
        (msk("2026-05-12T10:20"), msk("2026-05-12T10:25")),
        (msk("2026-05-12T11:00"), msk("2026-05-12T11:30")),
        (msk("2026-05-12T12:00"), msk("2026-05-12T12:00")),
    ]

    assert calendar.add(msk("2026-05-12T09:00"), 5 * HOUR, pauses) == msk("2026-05-12T17:30")
    assert calendar.between(msk("2026-05-12T09:00"), msk("2026-05-12T17:30"), iter(pauses)) == 5 * HOUR
    assert calendar.add(msk("2026-05-12T17:30"), -5 * HOUR, pauses) == msk("2026-05-12T09:00")


@pytest.mark.parametrize(
    ("boundary", "seconds", "due"),
    [
        ("end", HOUR, "2026-05-12T10:00"),
        ("next", HOUR, "2026-05-12T14:00"),
        ("end", 2 * HOUR, "2026-05-12T15:00"),
    ],
)
def test_a_limit_that_ends_where_a_pause_starts(boundary, seconds, due):
    calendar = WorkCalendar.from_dict(KURSK, boundary)
    pause = (msk("2026-05-12T10:00"), msk("2026-05-12T13:30"))

    assert calendar.add(msk("2026-05-12T09:00"), seconds, [pause]) == msk(due)


@pytest.mark.parametrize(("boundary", "due"), [("end", "2026-05-12T13:30"), ("next", "2026-05-12T10:00")])
def test_counting_back_to_where_a_pause_ended(boundary, due):
    calendar = WorkCalendar.from_dict({"tz": "Europe/Moscow", "week": ALWAYS}, boundary)
    pause = (msk("2026-05-12T10:00"), msk("2026-05-12T13:30"))

    assert calendar.add(msk("2026-05-12T14:30"), -HOUR, [pause]) == msk(due)


def test_a_pause_that_ends_before_it_starts_is_refused():
    with pytest.raises(PauseReversed):
        WorkCalendar.from_dict(KURSK).between(
            msk("2026-05-12T09:00"), msk("2026-05-12T18:00"), [(msk("2026-05-12T11:00"), msk("2026-05-12T10:00"))]
        )


def test_nothing_lies_between_an_end_and_a_later_start():
    calendar = WorkCalendar.from_dict(KURSK)

    assert calendar.between(msk("2026-05-13T12:00"), msk("2026-05-12T12:00")) == 0
    assert calendar.working_intervals(msk("2026-05-13T12:00"), msk("2026-05-12T12:00")) == []


def test_intervals_explain_a_due_time():
    calendar = WorkCalendar.from_dict(KURSK)
    start, pause = msk("2026-05-15T15:20"), (msk("2026-05-15T16:00"), msk("2026-05-15T17:00"))
    due = calendar.add(start, 4 * HOUR, [pause])

    intervals = calendar.working_intervals(start, due, [pause])

    assert intervals == [
        (msk("2026-05-15T15:20"), msk("2026-05-15T16:00")),
        (msk("2026-05-15T17:00"), msk("2026-05-15T18:00")),
        (msk("2026-05-18T09:00"), msk("2026-05-18T11:20")),
    ]
    assert sum((end - begin).total_seconds() for begin, end in intervals) == 4 * HOUR
    assert {moment.tzinfo for pair in intervals for moment in pair} == {UTC}


def test_a_night_shift_belongs_to_the_day_it_starts():
    calendar = WorkCalendar.from_dict(NIGHT | {"holidays": ["2026-05-12"]})

    assert calendar.is_working(berlin("2026-05-12T05:59"))  # Monday's shift runs into the holiday
    assert not calendar.is_working(berlin("2026-05-12T23:00"))  # Tuesday's does not start
    assert calendar.between(berlin("2026-05-11T23:00"), berlin("2026-05-12T05:00")) == 6 * HOUR
    assert calendar.between(berlin("2026-05-12T02:00"), berlin("2026-05-12T05:00")) == 3 * HOUR
    assert calendar.end_of_working_day(berlin("2026-05-10T12:00"), 1) == berlin("2026-05-12T06:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [("2026-03-28T22:00", "2026-03-29T06:00", 7), ("2026-10-24T22:00", "2026-10-25T06:00", 9)],
)
def test_a_night_shift_is_as_long_as_the_night(start, end, hours):
    assert WorkCalendar.from_dict(NIGHT).between(berlin(start), berlin(end)) == hours * HOUR


def test_an_opening_in_the_skipped_hour_is_the_jump():
    calendar = WorkCalendar.from_dict({"tz": "Europe/Berlin", "week": {"sun": [["02:30", "04:00"]]}})

    assert calendar.next_open(berlin("2026-03-28T12:00")) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert calendar.between(berlin("2026-03-29T00:00"), berlin("2026-03-29T12:00")) == HOUR


def test_an_edge_in_the_repeated_hour_is_its_first_pass():
    calendar = WorkCalendar.from_dict(
        {"tz": "Europe/Berlin", "week": {"sun": [["01:00", "02:30"], ["02:45", "04:00"]]}}
    )

    intervals = calendar.working_intervals(berlin("2026-10-25T00:00"), berlin("2026-10-25T12:00"))

    assert intervals == [
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 45, tzinfo=UTC), datetime(2026, 10, 25, 3, 0, tzinfo=UTC)),
    ]


def test_a_zone_that_changed_its_offset():
    calendar = WorkCalendar.from_dict({"tz": "Europe/Volgograd", "week": WEEK})

    assert calendar.next_open(datetime(2020, 12, 25, 0, tzinfo=UTC)).hour == 5
    assert calendar.next_open(datetime(2020, 12, 28, 0, tzinfo=UTC)).hour == 6


def test_a_day_that_a_zone_left_out_has_no_hours():
    calendar = WorkCalendar.from_dict({"tz": "Pacific/Apia", "week": ALWAYS})

    before = datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia"))

    assert calendar.between(before, datetime(2011, 12, 31, 12, tzinfo=ZoneInfo("Pacific/Apia"))) == 24 * HOUR


def test_special_hours_win_over_a_day_off():
    calendar = WorkCalendar.from_dict(
        KURSK | {"holidays": ["2026-05-16"], "day_overrides": {"2026-05-16": [["10:00", "12:00"]], "2026-05-18": []}}
    )

    assert calendar.add(msk("2026-05-15T18:00"), 3 * HOUR) == msk("2026-05-19T10:00")


def test_touching_intervals_have_no_edge():
    touching = {"tz": "Europe/Moscow", "week": {"mon": [["09:00", "12:00"], ["12:00", "18:00"]]}}

    assert WorkCalendar.from_dict(touching, "next").add(msk("2026-05-11T09:00"), 3 * HOUR) == msk("2026-05-11T12:00")
    assert (
        len(WorkCalendar.from_dict(touching).working_intervals(msk("2026-05-11T00:00"), msk("2026-05-12T00:00"))) == 1
    )


@pytest.mark.parametrize(
    ("start", "days", "target"),
    [
        ("2026-05-15T10:20:30", 1, "2026-05-18T10:20:30"),
        ("2026-05-16T20:00", 1, "2026-05-18T20:00"),
        ("2026-05-18T10:00", -1, "2026-05-15T10:00"),
        ("2026-05-16T20:00", 0, "2026-05-16T20:00"),
        ("2026-05-12T10:00", 7, "2026-05-21T10:00"),
    ],
)
def test_same_time_some_working_days_away(start, days, target):
    assert WorkCalendar.from_dict(KURSK).add_working_days(msk(start), days) == msk(target)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [("2026-05-12T10:00", 7, "2026-05-21T18:00"), ("2026-05-16T00:00", 1, "2026-05-18T18:00")],
)
def test_end_of_a_working_day(start, days, end):
    assert WorkCalendar.from_dict(KURSK).end_of_working_day(msk(start), days) == msk(end)


def test_the_day_of_the_start_is_the_local_one():
    calendar = WorkCalendar.from_dict(KURSK)

    assert calendar.end_of_working_day(datetime(2026, 5, 12, 22, tzinfo=UTC), 1) == msk("2026-05-14T18:00")


def test_no_days_have_no_end():
    with pytest.raises(CalendarInvalid):
        WorkCalendar.from_dict(KURSK).end_of_working_day(msk("2026-05-12T10:00"), 0)


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        (lambda c: c.add(msk("2026-12-31T17:00"), 2 * HOUR), 2027),
        (lambda c: c.add(msk("2026-01-01T09:00"), -1), 2025),
        (lambda c: c.add(msk("2025-12-31T10:00"), 1), 2025),
        (lambda c: c.add(msk("2028-06-01T10:00"), -1), 2028),
        (lambda c: c.between(msk("2026-06-01T10:00"), msk("2027-01-01T00:00:01")), 2027),
        (lambda c: c.between(msk("2026-06-01T10:00"), datetime(9999, 12, 31, tzinfo=UTC)), 9999),
        (lambda c: c.working_intervals(msk("2024-06-01T10:00"), msk("2026-01-02T00:00")), 2024),
        (lambda c: c.next_open(msk("2026-12-31T18:00")), 2027),
        (lambda c: c.prev_close(msk("2026-01-01T08:00")), 2025),
        (lambda c: c.is_working(msk("2027-01-01T00:00")), 2027),
        (lambda c: c.is_working(msk("2025-12-31T23:59:59")), 2025),
        (lambda c: c.add_working_days(msk("2026-12-30T10:00"), 2), 2027),
        (lambda c: c.add_working_days(msk("2027-01-02T10:00"), -1), 2027),
        (lambda c: c.end_of_working_day(msk("2026-12-30T10:00"), 2), 2027),
    ],
)
def test_a_year_that_is_not_loaded(ask, year):
    with pytest.raises(CalendarYearNotLoaded) as refused:
        ask(WorkCalendar.from_dict(years(2026, 2026)))

    assert refused.value.params == {"year": year, "first": 2026, "last": 2026}


def test_the_last_loaded_midnight_is_still_known():
    calendar = WorkCalendar.from_dict({"tz": "Europe/Moscow", "week": ALWAYS}, years=(2026, 2026))

    assert calendar.add(msk("2026-12-31T00:00"), 24 * HOUR) == msk("2027-01-01T00:00")
    assert calendar.between(msk("2026-01-01T00:00"), msk("2027-01-01T00:00")) == 365 * 24 * HOUR
    assert calendar.add(msk("2027-01-01T00:00"), -HOUR) == msk("2026-12-31T23:00")


def test_a_night_shift_of_the_year_before_is_not_guessed():
    calendar = WorkCalendar.from_dict(NIGHT, years=(2026, 2027))

    with pytest.raises(CalendarYearNotLoaded) as refused:
        calendar.is_working(berlin("2026-01-01T05:00"))
    assert refused.value.year == 2025
    assert not calendar.is_working(berlin("2026-01-01T06:00"))


def test_a_night_shift_runs_over_the_new_year_inside_the_loaded_years():
    week = {"tz": "Europe/Berlin", "week": {"wed": [["22:00", "06:00"]]}}
    calendar = WorkCalendar.from_dict(week)

    assert calendar.is_working(berlin("2026-01-01T05:00"))  # asked first: 2025 is not built for it otherwise
    assert calendar.between(berlin("2025-12-31T00:00"), berlin("2026-01-02T00:00")) == 8 * HOUR


def test_an_end_of_everything_stops_a_runaway_count():
    with pytest.raises(CalendarYearNotLoaded) as refused:
        WorkCalendar.from_dict(KURSK).add(msk("2026-05-12T10:00"), 10**12)

    assert refused.value.year == 2200


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.add(msk("2026-05-12T10:00"), 1),
        lambda c: c.add(msk("2026-05-12T10:00"), -1),
        lambda c: c.next_open(msk("2026-05-12T10:00")),
        lambda c: c.prev_close(msk("2026-05-12T10:00")),
        lambda c: c.add_working_days(msk("2026-05-12T10:00"), 1),
        lambda c: c.end_of_working_day(msk("2026-05-12T10:00"), 1),
    ],
)
@pytest.mark.parametrize("calendar", [{}, {"years": [2026, 2026]}, {"day_overrides": {"2026-01-05": []}}])
def test_a_calendar_without_working_time(ask, calendar):
    with pytest.raises(CalendarHasNoWorkingTime):
        ask(WorkCalendar.from_dict({"tz": "Europe/Moscow"} | calendar))


def test_a_calendar_without_working_time_still_answers_what_it_can():
    calendar = WorkCalendar.from_dict({"tz": "Europe/Moscow"})

    assert calendar.between(msk("2026-05-12T10:00"), msk("2026-06-12T10:00")) == 0
    assert not calendar.is_working(msk("2026-05-12T10:00"))


def test_special_days_without_a_week_come_to_an_end():
    calendar = WorkCalendar.from_dict({"tz": "Europe/Moscow", "day_overrides": {"2026-05-12": [["10:00", "12:00"]]}})

    assert calendar.next_open(msk("2024-01-01T00:00")) == msk("2026-05-12T10:00")
    with pytest.raises(CalendarHasNoWorkingTime):
        calendar.add(msk("2026-05-12T10:00"), 3 * HOUR)


@pytest.mark.parametrize(
    "ask",
    [
        lambda c, naive: c.add(naive, 1),
        lambda c, naive: c.between(naive, msk("2026-05-12T10:00")),
        lambda c, naive: c.between(msk("2026-05-12T10:00"), naive),
        lambda c, naive: c.add(msk("2026-05-12T10:00"), 1, [(naive, msk("2026-05-12T10:00"))]),
        lambda c, naive: c.next_open(naive),
        lambda c, naive: c.prev_close(naive),
        lambda c, naive: c.is_working(naive),
        lambda c, naive: c.add_working_days(naive, 1),
        lambda c, naive: c.end_of_working_day(naive, 1),
        lambda c, naive: c.working_intervals(naive, msk("2026-05-12T10:00")),
        lambda c, naive: c.split_by_local_day(naive, msk("2026-05-12T10:00")),
    ],
)
def test_a_moment_without_a_zone_is_refused(ask):
    naive = msk("2026-05-11T10:00").replace(tzinfo=None)

    with pytest.raises(MomentWithoutZone) as refused:
        ask(WorkCalendar.from_dict(KURSK), naive)

    assert refused.value.code == "moment_without_zone"


def test_an_unknown_boundary_is_refused():
    with pytest.raises(CalendarInvalid):
        WorkCalendar.from_dict(KURSK, "middle")


def test_equal_calendars_have_equal_versions_however_they_are_written():
    one = WorkCalendar.from_dict(KURSK | {"holidays": ["2026-05-12", "2026-05-11"], "yearly_holidays": []})
    other = WorkCalendar.from_dict(
        {
            "holidays": ["2026-05-11", "2026-05-12", "2026-05-11"],
            "week": dict(reversed(WEEK.items())),
            "tz": KURSK["tz"],
        }
    )

    assert one.version == other.version
    assert one == other
    assert len(one.version) == 64
    assert WorkCalendar.from_dict(one.to_dict()) == one
    assert WorkCalendar.from_dict(one.to_dict(), "next") != one


@pytest.mark.parametrize(
    "change",
    [
        {"tz": "Asia/Novokuznetsk"},
        {"holidays": ["2026-05-12"]},
        {"yearly_holidays": ["05-12"]},
        {"day_overrides": {"2026-05-12": []}},
        {"years": [2026, 2027]},
        {"week": WEEK | {"sat": [["09:00", "13:00"]]}},
    ],
)
def test_every_change_is_a_new_version(change):
    assert WorkCalendar.from_dict(KURSK | change).version != WorkCalendar.from_dict(KURSK).version


def test_the_version_does_not_move_between_releases():
    # Clocks in databases name the version they were judged by: a changed digest is a broken promise.
    assert WorkCalendar.from_dict(KURSK).version == "488bd272a85b0cadd89ec42e244b54b46f4b5f957bc1957577c1edd68d2b5b65"


def test_a_calendar_does_not_change():
    calendar = WorkCalendar.from_dict(KURSK)

    with pytest.raises(AttributeError):
        calendar.boundary = "next"
    with pytest.raises(AttributeError):
        del calendar.version


def test_answers_do_not_depend_on_what_was_asked_before():
    starts = [msk("2026-05-12T10:00") + timedelta(days=700 * n) for n in (0, -3, 4, 1, -1)]
    used = WorkCalendar.from_dict(KURSK)

    assert [used.add(start, 100 * HOUR) for start in starts] == [
        WorkCalendar.from_dict(KURSK).add(start, 100 * HOUR) for start in starts
    ]


def test_a_refusal_survives_a_process_border():
    refused = pickle.loads(pickle.dumps(CalendarYearNotLoaded(2028, 2019, 2027)))

    assert isinstance(refused, CalendarYearNotLoaded)
    assert refused.params == {"year": 2028, "first": 2019, "last": 2027}


def test_a_day_is_cut_at_local_midnights_also_when_they_repeat():
    # Havana sets the clocks back from 01:00 to 00:00: the day has two midnights and 25 hours.
    zone = ZoneInfo("America/Havana")
    calendar = WorkCalendar.from_dict({"tz": "America/Havana"})
    start, end = datetime(2026, 10, 31, 12, tzinfo=zone), datetime(2026, 11, 2, 12, tzinfo=zone)

    pieces = calendar.split_by_local_day(start, end)

    assert [(day.isoformat(), (stop - begin).total_seconds() / HOUR) for day, begin, stop in pieces] == [
        ("2026-10-31", 12),
        ("2026-11-01", 25),
        ("2026-11-02", 12),
    ]


def test_a_day_is_cut_also_after_a_midnight_that_was_passed_before():
    # Until 2011 Newfoundland set its clocks back at 00:01, so that midnight came twice.
    zone = ZoneInfo("America/St_Johns")
    calendar = WorkCalendar.from_dict({"tz": "America/St_Johns"})
    start = datetime(2010, 11, 6, 23, 30, tzinfo=zone, fold=1).astimezone(UTC)

    pieces = calendar.split_by_local_day(start, start + timedelta(days=3))

    assert pieces[0][1] == start
    assert pieces[-1][2] == start + timedelta(days=3)
    assert all(before[2] == after[1] for before, after in pairwise(pieces))


@pytest.mark.parametrize(
    ("day", "working"),
    [(date(2026, 6, 11), True), (date(2026, 6, 12), False), (date(2026, 6, 13), False), (date(2026, 6, 15), True)],
)
def test_is_working_day(day, working):
    calendar = WorkCalendar.from_dict(
        {
            "tz": "Europe/Moscow",
            "week": {"mon": [["09:00", "18:00"]], "thu": [["22:00", "06:00"]], "fri": [["09:00", "18:00"]]},
            "holidays": ["2026-06-12"],
            "years": [2026, 2026],
        }
    )

    assert calendar.is_working_day(day) is working


def test_is_working_day_of_a_year_that_is_not_loaded_is_an_error():
    week = {"mon": [["09:00", "18:00"]]}
    calendar = WorkCalendar.from_dict({"tz": "Europe/Moscow", "week": week, "years": [2026, 2026]})

    with pytest.raises(CalendarYearNotLoaded):
        calendar.is_working_day(date(2027, 1, 11))
