"""On a generated year every figure of every month agrees with what the history alone tells, to the last cell."""

from dataclasses import asdict
from datetime import UTC, date, datetime

import pytest
import pytest_asyncio

from app.models.database import Database
from app.regulation.measures import MEASURES, Dimension
from app.regulation.report_days import any_days, month_of
from app.services.behind import read_behind
from app.services.measuring import period_of, read_book
from app.services.regions import list_people, sit_down
from app.services.verifying import verify
from tests.helpers.recount import read_lives, recount
from tests.helpers.staffed import MovableClock
from tests.helpers.year import write_year

NOW = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
CASES = 400


@pytest_asyncio.fixture
async def chief(sqlite_url):
    """A supervisor at a region that worked for a year."""
    database = await Database.open(sqlite_url, MovableClock(NOW))
    people = {person.name: person for person in await list_people(database)}
    curator = await sit_down(database, people["Соколова"])
    await write_year(curator, CASES, date(2025, 11, 1), date(2026, 10, 31))
    yield await sit_down(database, people["Шеф"])
    await database.close()


def counted(figures):
    """The cells of Figures that say something."""
    cells = asdict(figures)
    clocks = {
        code: {name: value for name, value in clock.items() if value} for code, clock in cells.pop("clocks").items()
    }
    return {name: value for name, value in cells.items() if value} | {"clocks": clocks}


def told(figures):
    clocks = {
        code: {name: value for name, value in clock.items() if value} for code, clock in figures["clocks"].items()
    }
    return {name: value for name, value in figures.items() if value} | {"clocks": clocks}


async def test_every_cell_of_every_month(chief):
    assert (await verify(chief.database)).findings == []  # rows are what the services would have written
    lives = await read_lives(chief)
    calendar, seen = chief.rules().agency, 0
    for number in range(12):
        days = month_of(date(2025 + (10 + number) // 12, (10 + number) % 12 + 1, 1))
        period = period_of(chief, days.first, days.last)
        book = await read_book(chief, days.first, days.last)

        parts, by_day, grid = recount(
            lives, period.begin, period.end, calendar.between, calendar.zone, chief.rules().profile
        )

        found = {"total": book.total, "social": book.social}
        found |= {(d.value, key): figures for d in Dimension for key, figures in book.by(d).items()}
        nothing = {"clocks": {}}
        for key in found.keys() | {k for k, v in parts.items() if told(v) != nothing}:
            assert counted(found[key]) == told(parts[key]), (days.first, key)
            seen += 1
        assert {day: asdict(count) for day, count in book.days.items()} == {
            day: {name: counts[name] for name in ("received", "answered", "late")} for day, counts in by_day.items()
        }
        assert book.grid == grid
        total = book.total
        assert total.carried_in + total.received == total.answered + total.closed_unanswered + total.carried_out
    assert seen > 12 * 15


async def test_a_comparison_reads_less_and_tells_the_same(chief):
    days = month_of(date(2026, 5, 1))

    whole = (await read_book(chief, days.first, days.last)).total
    flows = (await read_book(chief, days.first, days.last, with_carried=False)).total

    for code in ("received", "answered", "repeats", "closed_unanswered", "interim", "final_p90", "lost", "clocks"):
        assert getattr(flows, code) == getattr(whole, code)


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_the_other_engine_tells_the_same(database):
    """The same year in PostgreSQL gives the same figures."""
    curator = await sit_down(database, next(p for p in await list_people(database) if p.name == "Шеф"))
    database.clock.move(days=(NOW - database.clock.now()).days)
    writer = await sit_down(database, next(p for p in await list_people(database) if p.name == "Соколова"))
    await write_year(writer, 100, date(2026, 5, 1), date(2026, 5, 31))
    days = month_of(date(2026, 5, 1))
    period = period_of(curator, days.first, days.last)
    calendar = curator.rules().agency

    book = await read_book(curator, days.first, days.last)

    lives = await read_lives(curator)
    parts, _, _ = recount(lives, period.begin, period.end, calendar.between, calendar.zone, curator.rules().profile)
    assert counted(book.total) == told(parts["total"])


async def test_every_figure_opens_as_many_cases_as_it_counts(chief):
    """In the generated year a card holds one message, so cases and messages are as many."""
    days = any_days(date(2026, 5, 1), date(2026, 7, 31))
    book = await read_book(chief, days.first, days.last)
    agency, figures = next((key, f) for key, f in book.by(Dimension.AGENCY).items() if key and f.returns)
    bad = {
        "answer_share": lambda of: of.clock("answer").late,
        "clean_share": lambda of: of.answered - of.clean,
        "complete_share": lambda of: of.answered - of.complete,
        "promise_share": lambda of: of.clock("final").late + of.clock("final").running,
    }
    bad |= dict.fromkeys(("final_median", "final_p90"), lambda of: of.answered)
    bad |= dict.fromkeys(("first_median", "first_p90"), lambda of: of.first_answered)

    for code in (measure.code for measure in MEASURES if measure.code not in ("returns", "reworks")):
        count = bad.get(code, lambda of, code=code: of.value(code))
        assert (await read_behind(chief, days, code)).count == count(book.total), code
        assert (await read_behind(chief, days, code, Dimension.AGENCY, agency)).count == count(figures), code
    returned = await read_behind(chief, days, "returns", Dimension.AGENCY, agency)
    assert 0 < returned.count <= figures.returns
    assert returned.cases[0].number.startswith("46-")
