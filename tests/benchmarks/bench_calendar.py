"""How fast working time is counted, beside businesstimedelta and pandas in the same run.

Run: python -m tests.benchmarks.bench_calendar. Exit code 1 where a ratio is missed; times are goals, printed.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as hour
from zoneinfo import ZoneInfo

from app.regulation.calendar import WorkCalendar
from tests.benchmarks.results import tell

MOSCOW = ZoneInfo("Europe/Moscow")
EIGHT_HOURS = 8 * 3600
WEEK = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
HOLIDAYS = [f"{year}-{day}" for year in range(2019, 2028) for day in ("01-01", "02-23", "05-01", "06-12", "11-04")]
CALENDAR = {"tz": "Europe/Moscow", "week": WEEK, "holidays": HOLIDAYS, "years": [2019, 2027]}

OURS = "cur-desk"
LEAST_TIMES = {"businesstimedelta": 200, "CustomBusinessHour": 25}
ROUNDS = 7
RETIME_GOAL_MS = 60
BUILD_GOAL_MS = 40


def moments(count: int) -> list[datetime]:
    chance = random.Random(20260430)
    first = datetime(2020, 1, 1, tzinfo=UTC)
    return [first + timedelta(seconds=chance.randrange(7 * 365 * 86_400)) for _ in range(count)]


def per_call(work: Callable[[datetime], object], starts: list[datetime]) -> float:
    """Seconds a call."""
    began = time.perf_counter()
    for start in starts:
        work(start)
    return (time.perf_counter() - began) / len(starts)


def in_turn(engines: dict[str, Callable[[datetime], object]]) -> dict[str, list[float]]:
    """Seconds a call of each engine, in rounds where all take their turn: a busy machine slows them alike."""
    few, many = moments(300), moments(20_000)
    rounds: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, work in engines.items():
            rounds[name].append(per_call(work, many if name == OURS else few))
    return rounds


def ours() -> Callable[[datetime], object]:
    calendar = WorkCalendar.from_dict(CALENDAR)
    return lambda start: calendar.add(start, EIGHT_HOURS)


def peer_businesstimedelta() -> Callable[[datetime], object]:
    import businesstimedelta as bt
    import pytz

    lunch = bt.LunchTimeRule(
        start_time=hour(13),
        end_time=hour(14),
        working_days=[0, 1, 2, 3, 4],
        tz=pytz.timezone("Europe/Moscow"),
    )
    days = bt.WorkDayRule(
        start_time=hour(9),
        end_time=hour(18),
        working_days=[0, 1, 2, 3, 4],
        tz=pytz.timezone("Europe/Moscow"),
    )
    holidays = bt.HolidayRule(
        [datetime.fromisoformat(day).date() for day in HOLIDAYS], tz=pytz.timezone("Europe/Moscow")
    )
    limit = bt.BusinessTimeDelta(bt.Rules([days, lunch, holidays]), hours=8)
    return lambda start: start + limit


def peer_pandas() -> Callable[[datetime], object]:
    import pandas as pd

    limit = pd.offsets.CustomBusinessHour(n=8, start=["09:00", "14:00"], end=["13:00", "18:00"], holidays=HOLIDAYS)
    return lambda start: pd.Timestamp(start).tz_convert("Europe/Moscow") + limit


def retime_ms() -> list[float]:
    """10,000 clocks: the due time anew, and the working time up to it."""
    calendar = WorkCalendar.from_dict(CALENDAR)
    starts = moments(10_000)
    calendar.add(starts[0], EIGHT_HOURS)
    passes = []
    for _ in range(7):
        began = time.perf_counter()
        for start in starts:
            calendar.between(start, calendar.add(start, EIGHT_HOURS))
        passes.append((time.perf_counter() - began) * 1000)
    return passes


def build_ms() -> list[float]:
    """A calendar read and its table of nine years built."""
    passes = []
    for _ in range(7):
        began = time.perf_counter()
        calendar = WorkCalendar.from_dict(CALENDAR)
        calendar.between(datetime(2019, 1, 1, tzinfo=MOSCOW), datetime(2028, 1, 1, tzinfo=MOSCOW))
        passes.append((time.perf_counter() - began) * 1000)
    return passes


def spread(passes: list[float]) -> str:
    return f"best {min(passes):.1f}, median {statistics.median(passes):.1f}, worst {max(passes):.1f}"


def main() -> int:
    """Print the table; 1 where a ratio is missed."""
    rounds = in_turn({OURS: ours(), "businesstimedelta": peer_businesstimedelta(), "CustomBusinessHour": peer_pandas()})
    missed = 0
    print("add of 8 working hours to an aware datetime, median of rounds")
    print(f"  {OURS:<18}  {statistics.median(rounds[OURS]) * 1e6:10.2f} µs")
    for name, least in LEAST_TIMES.items():
        ratio = statistics.median(theirs / own for theirs, own in zip(rounds[name], rounds[OURS], strict=True))
        missed += ratio < least
        verdict = "met" if ratio >= least else "MISSED"
        peer = statistics.median(rounds[name]) * 1e6
        tell(f"calendar.{name}", f"8 working hours added, times as fast as {name}", ratio, least, at_least=True)
        print(f"  {name:<18}  {peer:10.2f} µs   {ratio:7.1f} times (at least {least}: {verdict})")
    for code, what, passes, goal in (
        ("retime", "10,000 clocks re-timed", retime_ms(), RETIME_GOAL_MS),
        ("build", "table of 9 years built", build_ms(), BUILD_GOAL_MS),
    ):
        print(f"{what}, ms: {spread(passes)} (goal {goal})")
        tell(f"calendar.{code}", what, statistics.median(passes), goal, unit="ms", is_ratio=False)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
