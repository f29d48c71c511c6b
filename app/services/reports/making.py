"""Reports read and written in processes of their own: the window goes on being quick, and may cancel.

A process opens the database by its address, at the moment its window stands at, and answers through a pipe.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from app.models.database import Database, DatabaseUnavailable
from app.regulation.errors import Refused
from app.regulation.measures import Dimension
from app.regulation.report_days import Days, month_of
from app.services.background.jobs import Run, Work
from app.services.behind import Behind, read_behind
from app.services.changes import Feed
from app.services.chosen_file import writing, written_apart
from app.services.reports.freezing import freeze, is_missing
from app.services.reports.periodic import Earlier, PeriodReport, read_earlier, read_report
from app.services.workplace import PersonView, Workplace
from app.texts import language

T = TypeVar("T")

# Hears a step's code (see measuring.STEPS and periodic.read_report) and how many are behind.
Progress = Callable[[str, int], None]
STEPS = 8
# The window, and whatever else a person does at this machine, comes first.
_NICE = 5
# Of an SQLite file, while a report is read.
_KEPT_KB = 24 * 1024


@dataclass(frozen=True, slots=True)
class _Clock:
    """Stands at the moment the report is made."""

    at: datetime

    def now(self) -> datetime:
        return self.at


async def make_report(place: Workplace, days: Days, progress: Progress | None = None) -> PeriodReport:
    """The report of these days, counted now in two other processes: one reads them, one what they are compared with.

    Cancelling the task ends both. Raises Refused, also where a process died, or DatabaseUnavailable.
    """
    what = place.database.url, place.person, days, place.now()
    taken, given = get_context("spawn").Pipe(duplex=False)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_in_process(_give_earlier, (*what, given), None, given))
            reading = group.create_task(_in_process(_read, (*what, taken), progress, taken))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return await asyncio.to_thread(PeriodReport.unpacked, reading.result())


async def find_behind(
    place: Workplace, days: Days, code: str, dimension: Dimension | None = None, key: int | None = None
) -> Behind:
    """`behind.read_behind` in another process."""
    how = place.database.url, place.person, days, place.now(), code, dimension, key
    found: Behind = await _in_process(_behind, how, None)
    return found


async def write_report(report: PeriodReport, path: Path, progress: Progress | None = None) -> None:
    """The report as a workbook at `path`, written beside it and put in its place when whole.

    Raises Refused as `chosen_file.written` does.
    """
    async with written_apart(path) as part:
        packed = await asyncio.to_thread(report.packed)
        await _in_process(_write, (packed, str(part), str(path), language()), progress)


def monthly(_place: Workplace) -> Work:
    """The job of п. 23: the report of each month owed, made by the program."""

    async def work(run: Run) -> None:
        await make_month(run.place, month_of(date.fromisoformat(f"{run.period}-01")))

    return work


async def make_month(place: Workplace, days: Days) -> int | None:
    """Make and freeze the report of a month that has none; gives its id. None where one is there, or nothing was
    detected yet by its end."""
    if not await is_missing(place, days):
        return None
    return await freeze(place, await make_report(place, days), only_first=True)


async def _in_process(
    work: Callable[..., object], arguments: tuple[Any, ...], progress: Progress | None, handed: Connection | None = None
) -> Any:
    """What `work` answers in a process of its own; the connection `handed` over to it is that process's alone."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, work, arguments), daemon=True)
    start = asyncio.ensure_future(asyncio.to_thread(_start, process))
    try:
        await asyncio.shield(start)  # cancelled or not: what was started is ended below
        for other in (theirs, handed):
            if other is not None:
                other.close()
        while True:
            kind, *told = await asyncio.to_thread(_receive, ours)
            if kind == "step":
                if progress is not None:
                    progress(*told)
            elif kind == "refused":
                raise Refused(told[0], **told[1])
            elif kind == "unavailable":
                raise DatabaseUnavailable(told[0], **told[1])
            elif kind == "failed":
                raise RuntimeError(told[0])
            else:
                return told[0]
    finally:
        pipes = [pipe for pipe in (ours, theirs, handed) if pipe is not None]
        await _whole(asyncio.ensure_future(_end(process, start, pipes)))


async def _end(process: BaseProcess, start: Awaitable[bool], pipes: list[Connection]) -> None:
    if await start:
        process.terminate()
        await asyncio.to_thread(process.join)
    for pipe in pipes:
        pipe.close()


async def _whole(work: asyncio.Future[None]) -> None:
    """Waits for `work` however often the task is cancelled meanwhile, as where both processes fail at one moment."""
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    work.result()


def _start(process: BaseProcess) -> bool:
    """Whether it was there long enough to hear what to do; one that was not ends its pipe, as any that dies."""
    try:
        process.start()
    except BrokenPipeError:
        return False
    return True


def _receive(pipe: Connection) -> tuple[Any, ...]:
    try:
        received: tuple[Any, ...] = pipe.recv()
    except (EOFError, OSError):
        return "refused", "report_process_died", {}
    return received


# ----- in the other process


def _answer(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    if hasattr(os, "nice"):
        os.nice(_NICE)
    with suppress(BrokenPipeError):  # it was stopped: nobody waits for an answer
        try:
            pipe.send(("done", work(lambda step, done: pipe.send(("step", step, done)), *arguments)))
        except Refused as error:
            pipe.send(("refused", error.refusal.code, dict(error.refusal.params)))
        except DatabaseUnavailable as error:
            pipe.send(("unavailable", error.refusal.code, dict(error.refusal.params)))
        except Exception as error:
            pipe.send(("failed", f"{type(error).__name__}: {error}"))


def _read(tell: Progress, url: str, person: PersonView, days: Days, now: datetime, taken: Connection) -> bytes:
    async def earlier() -> Earlier:
        try:
            found: Earlier = await asyncio.to_thread(taken.recv)
        except EOFError as error:
            raise Refused("report_process_died") from error  # the other one's own failure is told before this one
        return found

    async def read(place: Workplace) -> bytes:
        return (await read_report(place, days, tell, earlier)).packed()

    return asyncio.run(_at_place(url, person, now, read))


def _give_earlier(
    _tell: Progress, url: str, person: PersonView, days: Days, now: datetime, given: Connection
) -> None:
    given.send(asyncio.run(_at_place(url, person, now, lambda place: read_earlier(place, days))))


def _behind(
    _tell: Progress, url: str, person: PersonView, days: Days, now: datetime, code: str,
    dimension: Dimension | None, key: int | None,
) -> Behind:  # fmt: skip
    return asyncio.run(_at_place(url, person, now, lambda place: read_behind(place, days, code, dimension, key)))


async def _at_place(url: str, person: PersonView, now: datetime, read: Callable[[Workplace], Awaitable[T]]) -> T:
    database = await Database.open(url, _Clock(now))
    database.keep_pages(_KEPT_KB)
    try:
        return await read(await Workplace(database, person, Feed()).load())
    finally:
        await database.close()


def _write(tell: Progress, packed: bytes, path: str, named: str, speak: str) -> None:
    """The workbook at `path`; what the disk refuses is said of the file that a person `named`."""
    from app.services.reports.period_book import write_period  # openpyxl is for the other process

    with writing(Path(named)):
        write_period(PeriodReport.unpacked(packed), Path(path), speak, tell)
