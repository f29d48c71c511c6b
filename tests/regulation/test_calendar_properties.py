"""Properties that hold for any calendar, and a second opinion: walking minute by minute by the clock on the wall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.regulation.calendar import WorkCalendar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
# Each zone with a day near which its clocks jump; Moscow and Novokuznetsk as the desk's own, without jumps.
PLACES = [
    ("Europe/Moscow", "2026-05-08"),
    ("Asia/Novokuznetsk", "2026-12-30"),
    ("Europe/Berlin", "2026-03-27"),
    ("Europe/Berlin", "2026-10-23"),
    ("America/New_York", "2026-03-06"),
    ("America/New_York", "2026-10-30"),
    ("Australia/Lord_Howe", "2026-04-03"),
    ("Australia/Lord_Howe", "2026-10-02"),
    ("Asia/Tehran", "2016-03-19"),
    ("Asia/Tehran", "2016-09-18"),
    ("Europe/Volgograd", "2018-10-26"),
    ("Europe/Volgograd", "2020-12-25"),
]
HORIZON_DAYS = 9


def clock(quarter):
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@st.composite
def hours(draw):
    """Up to three disjoint intervals of a day in quarters of an hour; the last may run into the next morning."""
    edges = sorted(draw(st.sets(st.integers(0, 95), max_size=6)))
    if len(edges) % 2:
        edges.append(96 if draw(st.booleans()) else draw(st.integers(0, edges[0] - 1)) if edges[0] else 96)
    return [[clock(edges[n]), clock(edges[n + 1])] for n in range(0, len(edges), 2)]


@st.composite
def calendars(draw):
    zone, first = draw(st.sampled_from(PLACES))
    day = datetime.fromisoformat(first).date()
    near = st.integers(0, HORIZON_DAYS).map(lambda n: (day + timedelta(days=n)).isoformat())
    week = draw(st.dictionaries(st.sampled_from(DAYS), hours(), min_size=2))
    assume(any(week.values()))
    return {
        "tz": zone,
        "week": week,
        "holidays": draw(st.lists(near, max_size=2)),
        "day_overrides": draw(st.dictionaries(near, hours(), max_size=2)),
    }, datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


minutes = st.integers(0, HORIZON_DAYS * 1440)
pauses_of_minutes = st.lists(st.tuples(minutes, st.integers(0, 600)), max_size=4)


def working_by_the_wall(calendar, first, count):
    """For each of `count` minutes from `first`: is it working time, asking only what a wall clock shows."""
    zone = ZoneInfo(calendar["tz"])
    dates = {}
    found = []
    for n in range(count):
        wall = (first + n * MINUTE).astimezone(zone)
        day = wall.date()
        if day not in dates:
            dates[day] = shown_minutes(calendar, day)
        found.append(wall.hour * 60 + wall.minute in dates[day])
    return found


def shown_minutes(calendar, day):
    """The minutes of the wall clock that are working time on `day`, the end of the evening's shift before included."""
    shown = set()
    for a, b in of_date(calendar, day):
        shown |= set(range(minute_of(a), minute_of(b) if a < b else 1440))
    for a, b in of_date(calendar, day - timedelta(days=1)):
        if b <= a:
            shown |= set(range(minute_of(b)))
    return shown


def minute_of(text):
    hour, minute = map(int, text.split(":"))
    return hour * 60 + minute


def of_date(calendar, day):
    if day.isoformat() in calendar["day_overrides"]:
        return calendar["day_overrides"][day.isoformat()]
    return [] if day.isoformat() in calendar["holidays"] else calendar["week"].get(DAYS[day.weekday()], [])


def has_an_edge_in_a_repeated_hour(calendar, first):
    """There the wall clock itself cannot tell; test_calendar.py says which pass is meant."""
    zone = ZoneInfo(calendar["tz"])
    start = first.astimezone(zone).date()
    for n in range(-1, HORIZON_DAYS + 3):
        for pair in of_date(calendar, start + timedelta(days=n)):
            for text in pair:
                day = datetime.combine(start + timedelta(days=n), datetime.min.time(), zone)
                for base in (day, day + timedelta(days=1)):
                    wall = base + timedelta(minutes=minute_of(text))
                    if wall.replace(fold=1).utcoffset() < wall.utcoffset():
                        return True
    return False


@settings(max_examples=100, deadline=None)
@given(calendars(), minutes, st.integers(-1500, 1500), pauses_of_minutes)
def test_equal_to_walking_minute_by_minute(drawn, offset, limit, held):
    calendar, first = drawn
    assume(not has_an_edge_in_a_repeated_hour(calendar, first))
    count = HORIZON_DAYS * 1440
    working = working_by_the_wall(calendar, first, count)
    end, following = (WorkCalendar.from_dict(calendar, boundary) for boundary in ("end", "next"))
    assert [end.is_working(first + n * MINUTE) for n in range(0, count, 7)] == working[::7]
    for begin, length in held:
        working[begin : begin + length] = [False] * len(working[begin : begin + length])
    pauses = [(first + begin * MINUTE, first + (begin + length) * MINUTE) for begin, length in held]
    start = first + min(offset, count) * MINUTE

    assert end.between(first, start, pauses) == 60 * sum(working[:offset])
    at_end, at_next = walked(working, offset, limit)
    if at_end is not None:
        assert end.add(start, limit * 60, pauses) == first + at_end * MINUTE
    if at_next is not None:
        assert following.add(start, limit * 60, pauses) == first + at_next * MINUTE


def walked(working, offset, limit):
    """Where `limit` minutes from minute `offset` run out: reached first, and beyond the gap; None past the walk."""
    if limit >= 0:
        ahead = [n for n in range(offset, len(working)) if working[n]]
        reached = offset if limit == 0 else ahead[limit - 1] + 1 if limit <= len(ahead) else None
        return reached, ahead[limit] if limit < len(ahead) else None
    behind = [n for n in range(offset - 1, -1, -1) if working[n]]
    reached = behind[-limit - 1] if -limit <= len(behind) else None
    return reached, behind[-limit] + 1 if -limit < len(behind) else None


seconds = st.integers(1, 40 * 86_400)
instants = st.integers(-30 * 86_400, 60 * 86_400)
boundaries = st.sampled_from(["end", "next"])


def spaced(first, drawn):
    return [(first + timedelta(seconds=a), first + timedelta(seconds=a + b)) for a, b in drawn]


pauses_of_seconds = st.lists(st.tuples(instants, st.integers(0, 5 * 86_400)), max_size=4)


@settings(deadline=None)
@given(calendars(), boundaries, instants, seconds, pauses_of_seconds)
def test_add_and_between_are_inverse(drawn, boundary, at, limit, held):
    calendar, first = WorkCalendar.from_dict(drawn[0], boundary), drawn[1]
    start, pauses = first + timedelta(seconds=at), spaced(first, held)

    assert calendar.between(start, calendar.add(start, limit, pauses), pauses) == limit
    assert calendar.between(calendar.add(start, -limit, pauses), start, pauses) == limit


@settings(deadline=None)
@given(calendars(), boundaries, instants, seconds, seconds, pauses_of_seconds)
def test_add_is_additive(drawn, boundary, at, one, other, held):
    calendar, first = WorkCalendar.from_dict(drawn[0], boundary), drawn[1]
    start, pauses = first + timedelta(seconds=at), spaced(first, held)

    for sign in (1, -1):
        halfway = calendar.add(start, sign * one, pauses)
        assert calendar.add(halfway, sign * other, pauses) == calendar.add(start, sign * (one + other), pauses)


@settings(deadline=None)
@given(calendars(), boundaries, instants, st.integers(0, 3 * 86_400), seconds, st.integers(0, 86_400))
def test_add_is_monotone(drawn, boundary, at, later, limit, more):
    calendar, first = WorkCalendar.from_dict(drawn[0], boundary), drawn[1]
    start = first + timedelta(seconds=at)
    after = start + timedelta(seconds=later)

    for sign in (1, -1):
        assert calendar.add(start, sign * limit) <= calendar.add(after, sign * limit)
    assert start < calendar.add(start, limit) <= calendar.add(start, limit + more)
    assert start > calendar.add(start, -limit) >= calendar.add(start, -limit - more)


@settings(deadline=None)
@given(calendars(), instants, seconds)
def test_there_and_back_is_the_nearest_working_moment(drawn, at, limit):
    """Counting back from an "end" due time returns the start, or the opening that the start waited for."""
    calendar, first = WorkCalendar.from_dict(drawn[0]), drawn[1]
    start = first + timedelta(seconds=at)

    assert calendar.add(calendar.add(start, limit), -limit) == calendar.next_open(start)


@settings(deadline=None)
@given(calendars(), instants, st.integers(0, 20 * 86_400), pauses_of_seconds)
def test_intervals_are_what_between_counts(drawn, at, length, held):
    calendar, first = WorkCalendar.from_dict(drawn[0]), drawn[1]
    start = first + timedelta(seconds=at)
    end, pauses = start + timedelta(seconds=length), spaced(first, held)

    intervals = calendar.working_intervals(start, end, pauses)

    assert sum(int((b - a).total_seconds()) for a, b in intervals) == calendar.between(start, end, pauses)
    flat = [moment for pair in intervals for moment in pair]
    assert flat == sorted(flat)
    assert all(calendar.is_working(a) and start <= a < b <= end for a, b in intervals)


@settings(deadline=None)
@given(calendars(), instants)
def test_nearest_moments_are_nearest(drawn, at):
    calendar, first = WorkCalendar.from_dict(drawn[0]), drawn[1]
    moment = first + timedelta(seconds=at)
    opens, closes = calendar.next_open(moment), calendar.prev_close(moment)

    assert closes <= moment <= opens
    assert calendar.is_working(opens)
    assert calendar.between(closes, opens) == 0
    assert calendar.is_working(closes - timedelta(seconds=1)) or calendar.is_working(closes)


@settings(deadline=None)
@given(calendars(), instants, st.integers(1, 15))
def test_working_days_there_and_back(drawn, at, days):
    calendar, first = WorkCalendar.from_dict(drawn[0]), drawn[1]
    start = first + timedelta(seconds=at)
    end = calendar.end_of_working_day(start, days)

    assert calendar.prev_close(end) == end
    assert calendar.add_working_days(start, days) < calendar.add_working_days(start, days + 1)
