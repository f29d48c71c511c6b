"""Reports made are kept as they were, made once a month by themselves, and told to officials with a record."""

import asyncio
import os
import signal
import time
from datetime import date, timedelta
from multiprocessing import active_children

import pytest
from sqlalchemy import update

from app.models import Report
from app.models.database import DatabaseUnavailable
from app.regulation.errors import Refused
from app.regulation.report_days import month_of
from app.services.background.jobs import JOBS, Run
from app.services.background.worker import seat_program
from app.services.journal import read_journal
from app.services.officials import OfficialFacts, add_official
from app.services.reports import freezing, making
from app.services.reports.periodic import read_report

MAY, JUNE = month_of(date(2026, 5, 1)), month_of(date(2026, 6, 1))


async def test_a_frozen_report_stays_as_it_was(desk):
    await desk.answered()
    report = await read_report(desk.chief, JUNE)
    first = await freezing.freeze(desk.chief, report)
    await desk.entered("Ещё одно")
    second = await freezing.freeze(desk.chief, await read_report(desk.chief, JUNE))

    assert await freezing.read_frozen(desk.curator, first) == report
    newest, oldest = await freezing.list_frozen(desk.curator)
    assert [(r.id, r.edition, r.made_by) for r in (oldest, newest)] == [(first, 1, "Шеф"), (second, 2, "Шеф")]
    assert (await freezing.read_frozen(desk.curator, second)).total.received == 2


async def test_data_that_were_changed_are_not_shown(desk):
    made = await freezing.freeze(desk.chief, await read_report(desk.chief, JUNE))
    async with desk.database.write() as connection:
        await connection.execute(update(Report).values(sha256="0" * 64))

    with pytest.raises(Refused, match="report_damaged"):
        await freezing.read_frozen(desk.chief, made)


async def test_only_those_whose_duty_it_is(desk):
    with pytest.raises(Refused, match="role_may_not"):
        await read_report(desk.executor, JUNE)
    with pytest.raises(Refused, match="role_may_not"):
        await freezing.list_frozen(desk.admin)


async def test_the_official_of_the_act_is_told_and_it_is_kept(desk):
    facts = OfficialFacts("Иванова А. А.", "Заместитель Губернатора", date(2026, 1, 1), role="press")
    await add_official(desk.admin, facts)
    made = await freezing.freeze(desk.chief, await read_report(desk.chief, JUNE))
    (to,) = await freezing.addressees(desk.curator, date(2026, 6, 1))
    assert (to.clause, to.name) == ("23", "Иванова А. А.")

    await freezing.record_told(desk.curator, made, to, "лично")

    (report,) = await freezing.list_frozen(desk.chief)
    (told,) = report.told
    assert (told.name, told.clause, told.way, told.reported_by) == ("Иванова А. А.", "23", "лично", "Соколова")
    assert [entry.entry for entry in await read_journal(desk.chief, report.uuid)] == ["report_made", "report_told"]


async def test_nothing_is_told_before_it_was_made_or_by_another(desk):
    made = await freezing.freeze(desk.chief, await read_report(desk.chief, JUNE))
    (to,) = await freezing.addressees(desk.curator, date(2026, 6, 1))
    now = desk.clock.now()

    with pytest.raises(Refused, match="before_report"):
        await freezing.record_told(desk.curator, made, to, "", now - timedelta(minutes=1))
    with pytest.raises(Refused, match="from_the_future"):
        await freezing.record_told(desk.curator, made, to, "", now + timedelta(minutes=1))
    with pytest.raises(Refused, match="role_may_not"):
        await freezing.record_told(desk.chief, made, to, "")


async def test_a_month_is_made_once(desk):
    assert not await freezing.is_missing(desk.chief, MAY)  # in May there was no message
    await desk.answered()
    desk.clock.move(days=30)
    assert await freezing.is_missing(desk.chief, JUNE)

    assert await freezing.freeze(desk.chief, await read_report(desk.chief, JUNE), only_first=True)

    assert not await freezing.is_missing(desk.chief, JUNE)
    again = await read_report(desk.chief, JUNE)
    assert await freezing.freeze(desk.chief, again, only_first=True) is None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_the_program_makes_the_month_in_a_process_of_its_own(desk):
    """The job as the worker runs it: Wednesday 1 July is the first working day after June."""
    await desk.answered()
    desk.clock.move(days=30)
    program = await seat_program(desk.database)
    (job,) = [job for job in JOBS if job.kind == "monthly"]
    assert job.due(program, desk.clock.now(), "") == ["2026-06"]

    work = await job.make(program)
    for _ in range(2):  # a worker that died may leave it to be done again
        await work(Run(program, "monthly", "2026-06"))

    (kept,) = await freezing.list_frozen(desk.chief)
    assert kept.made_by == ""
    report = await freezing.read_frozen(desk.chief, kept.id)
    assert (report.first, report.total.answered) == (JUNE.first, 1)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("work", [making._read, making._give_earlier], ids=["reading", "earlier"])
async def test_whichever_of_both_processes_dies_it_is_said(desk, work, monkeypatch):
    monkeypatch.setattr(making, work.__name__, _die)
    with pytest.raises(Refused, match="report_process_died"):
        await making.make_report(desk.chief, JUNE)
    assert not active_children()


def _die(*_):
    os._exit(1)


async def test_a_process_is_ended_however_often_its_task_is_cancelled():
    works = asyncio.Event()
    task = asyncio.create_task(making._in_process(_end_slowly, (), lambda *_: works.set()))
    await works.wait()
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0.1)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not active_children()


def _end_slowly(tell):
    signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), os._exit(0)))
    tell("reading", 1)
    time.sleep(60)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_database_that_is_away_is_unavailable_there_as_here(desk, tmp_path):
    (tmp_path / "file").touch()
    away = f"sqlite+aiosqlite:///{tmp_path}/file/x.db", desk.chief.person, JUNE, desk.chief.now()
    with pytest.raises(DatabaseUnavailable):
        await making._in_process(making._behind, (*away, "received", None, None), None)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_what_the_other_process_refuses_is_refused_here(desk, tmp_path):
    with pytest.raises(Refused, match="role_may_not"):
        await making.make_report(desk.executor, JUNE)
    report = await read_report(desk.chief, JUNE)
    with pytest.raises(Refused, match="file_unwritable") as refused:
        await making.write_report(report, tmp_path / "нет" / "x.xlsx")
    assert refused.value.refusal.params["path"] == str(tmp_path / "нет" / "x.xlsx")
    steps = []
    await making.write_report(report, tmp_path / "июнь.xlsx", lambda step, _done: steps.append(step))

    assert steps == ["writing"]
    assert [path.name for path in tmp_path.glob("*.xlsx*")] == ["июнь.xlsx"]
