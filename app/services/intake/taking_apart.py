"""A big file taken into an SQLite file by two processes: one reads, the other registers what that gives.

Either takes as much of the processor as the other, and the window hears only how far they have come.
"""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from typing import Any

from app.models.database import Database
from app.models.program import Program
from app.models.time import Clock
from app.regulation.errors import Refused
from app.services.background.apart import Apart, DiedError
from app.services.changes import Change
from app.services.intake.importing import ImportReport, Order, Progress, Step, reading_by, taking
from app.services.intake.reading import read_batches
from app.services.intake.runs import keep_run
from app.services.intake.sheets import TableError
from app.services.regions import sit_down
from app.services.storage import DatabaseUnavailable
from app.services.workplace import PersonView, Workplace

KEPT_KILOBYTES = 16_000
"""What the process keeps of the file in memory: its indexes are written all over."""
ENDS_WITHIN_SECONDS = 3.0
"""So long a process that is to stop may take to end its batch, before it is ended."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What the process that registers is sent with: the order and whose it is, where it hears what was read, the
    database's file, and what tells it to stop."""

    order: Order
    parts: Connection
    person: PersonView
    url: str
    clock: Clock
    meta: Mapping[str, str]
    program: Program
    halt: Event


async def import_apart(
    place: Workplace, order: Order, progress: Progress | None, stop: Callable[[], bool] | None
) -> ImportReport:
    """What `import_file` does, done by processes of their own. One that dies leaves what was stored."""
    reader = Apart(read_batches, await reading_by(place, order))
    try:
        database, halt = place.database, multiprocessing.get_context("spawn").Event()
        parts = await reader.start()
        known = database.url, database.clock, database.meta, database.program
        writer = Apart(take_in_there, Errand(order, parts, place.person, *known, halt))
        try:
            await writer.start()
            reader.let_go()
            return await _hear(place, order, writer, halt, progress, stop)
        finally:
            await writer.close()
            place.feed.tell(Change(frozenset()))
    finally:
        await reader.close()


async def _hear(
    place: Workplace, order: Order, writer: Apart, halt: Event, progress: Progress | None,
    stop: Callable[[], bool] | None,
) -> ImportReport:  # fmt: skip
    report: ImportReport | None = None
    try:
        while (told := await writer.next()) is not None:
            if isinstance(told, Exception):
                raise told
            report = _heard(place, told, report)
            if progress is not None and report.read:
                progress(report)
            if stop is not None and stop():
                halt.set()
    except asyncio.CancelledError:
        halt.set()
        with suppress(DiedError, TimeoutError):
            await asyncio.wait_for(writer.hear_out(), ENDS_WITHIN_SECONDS)
        raise
    except DiedError as error:
        died = TableError("reading_died", file=order.path.name)
        if report is None:
            raise died from error
        report.unread = died
        await keep_run(place, report, "broken")
    assert report is not None, "the first step comes before the end"
    return report


def _heard(place: Workplace, step: Step, before: ImportReport | None) -> ImportReport:
    """The report as it stands with this step, which brings only the refusals since the last one."""
    if step.case_ids:
        place.feed.tell(Change(frozenset(step.case_ids), goes_on=True))
    return replace(step.report, refusals=[*(before.refusals if before else ()), *step.report.refusals])


# ----- in the process that registers


def take_in_there(errand: Errand) -> Iterator[Step | Exception]:
    """Take the file in, step by step; the last step is told once more when the run is ended. Why it could not is told
    as the error that it was."""
    with asyncio.Runner() as runner:
        # Not `open`: the window has opened the file, and another program may have taken it over since.
        database = Database(errand.url, errand.clock)
        database.meta, database.program = dict(errand.meta), errand.program
        database.keep_pages(KEPT_KILOBYTES)
        try:
            yield from _steps(runner, database, errand)
        except (Refused, DatabaseUnavailable, TableError) as error:
            yield error
        finally:
            runner.run(database.close())


def _steps(runner: asyncio.Runner, database: Database, errand: Errand) -> Iterator[Step]:
    place = runner.run(sit_down(database, errand.person))
    steps = taking(place, errand.order, _received(errand.parts), errand.halt.is_set)

    async def following() -> Step | None:
        return await anext(steps, None)

    async def leave() -> None:
        async with aclosing(steps):
            pass

    sent, last = 0, None
    try:
        while (step := runner.run(following())) is not None:
            yield replace(step, report=replace(step.report, refusals=step.report.refusals[sent:]))
            sent, last = len(step.report.refusals), step.report
        if last is not None:  # how it ended is known only now
            yield Step(replace(last, refusals=[]))
    finally:
        runner.run(leave())


async def _received(parts: Connection) -> AsyncIterator[Any]:
    """What the other process reads; there is nothing else to be done here until it comes."""
    try:
        while (part := parts.recv()) is not None:
            yield part
    except (EOFError, OSError) as error:
        raise TableError("reading_died") from error
