"""The program at work by a sign-in of its own, a member of cur_worker and of nothing else: every job gets through."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.models import Account, Alert, Author, Dispatch, JobRun, new_uuid
from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind, Role, State
from app.services import casework
from app.services.background.jobs import JOBS
from app.services.background.worker import Worker, seat_program
from app.services.desk_settings import DeskSettings, set_settings
from app.services.networks.opening import networks_of
from app.services.outbox.sending import publish_due
from app.services.publishing import PublicationRecord, publish
from app.services.verifying import verify
from tests.helpers.databases import PASSWORD, FixedTime, _administer
from tests.helpers.waiting import until

ROOT = Path(__file__).parent.parent.parent
SOON = """
CREATE OR REPLACE FUNCTION guard.end_blockers() RETURNS int LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT guard.end_blockers_after(interval '1 second') $$
"""


@pytest.fixture
def url(postgres_url):
    return postgres_url


@pytest_asyncio.fixture
async def workers(desk, postgres, postgres_url):
    """The database as a worker's login opens it."""
    await _administer(postgres, f"CREATE ROLE w_login LOGIN PASSWORD '{PASSWORD}' IN ROLE cur_worker")
    address = make_url(postgres_url).set(username="w_login", password=PASSWORD)
    opened = await FixedTime.open(address.render_as_string(hide_password=False), desk.clock)
    yield opened
    await opened.close()
    await _administer(postgres, "DROP ROLE w_login")


async def test_every_job_gets_through_by_the_workers_own_login(desk, workers):
    old = await desk.entered("Яма", author_name="Иван Петров")
    await desk.act(casework.route, desk.curator, old, desk.routing())
    await desk.act(casework.submit, desk.executor, old, DraftKind.ANSWER, "Заделаем")
    await desk.act(casework.approve, desk.curator, old, DraftKind.ANSWER)
    await desk.publish(old)
    await set_settings(desk.admin, DeskSettings(retention_months=1))
    desk.clock.move(days=42)
    late = await desk.routed()
    desk.clock.move(days=1)
    assert workers.acts_as_program

    worker = Worker(await seat_program(workers), JOBS)
    task = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(60):
            while {run.kind: run.state for run in await runs(desk)} != dict.fromkeys((j.kind for j in JOBS), "done"):
                assert not task.done() or task.result()
                await asyncio.sleep(0.05)
    finally:
        task.cancel()
        await asyncio.wait({task})
    async with desk.database.read() as connection:
        assert (await connection.execute(select(Alert.id).where(Alert.case_id == late))).first()
        assert "Иван" not in (await connection.execute(select(Author.name))).scalars().all()
    assert (await verify(desk.database)).findings == []


async def runs(desk):
    async with desk.database.read() as connection:
        return (await connection.execute(select(JobRun.kind, JobRun.state, JobRun.error))).all()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET act = act", "DELETE FROM journal", "UPDATE author SET name = ''", "SET ROLE cur_owner",
        "UPDATE person SET name = 'x'", "INSERT INTO role_grant SELECT * FROM role_grant", "DELETE FROM role_grant",
        "UPDATE work_hours SET agency = ''",
        "SELECT guard.note_down('x', 'sign_in_made', '{}', (SELECT uuid FROM person LIMIT 1))",
        "SELECT rolpassword FROM pg_authid", 'UPDATE "case" SET state = state',
        "SELECT guard.follow('topic', 1, 2)", "SELECT guard.learn_regulation(1, 'x', '{}', '[]')",
    ],
)  # fmt: skip
async def test_the_worker_may_do_no_more_than_its_work(workers, statement):
    with pytest.raises(DBAPIError) as caught:
        async with workers.write() as connection:
            await connection.execute(text(statement))
    assert caught.value.orig.sqlstate in ("42501", "CD001")


async def test_in_a_persons_name_the_worker_saves_only_that_their_answer_was_published(desk, workers):
    program = await seat_program(workers)
    waits = await desk.routed(text="Другая яма")
    await desk.act(casework.submit, desk.executor, waits, DraftKind.ANSWER, "Тоже заделаем")
    for person in (desk.curator.person, replace(desk.curator.person, roles=frozenset({Role.SYSTEM}))):
        forger = replace(program, person=person)
        with pytest.raises(Refused, match=r"another_name|role_may_not"):
            await casework.approve(forger, waits, (await desk.card(waits)).version, DraftKind.ANSWER)

    case_id = await desk.approved()
    card = await desk.card(case_id)
    made = desk.clock.now()
    values = {
        "uuid": new_uuid(), "case_id": case_id, "message_id": card.messages[0].id, "draft_uuid": card.draft.uuid,
        "network": "vk", "rung": "reply", "digest": "x", "key": "k", "act_id": new_uuid(), "state": "waiting",
        "not_before": made, "ordered_at": made, "ordered_by_id": desk.executor.person.id,
    }  # fmt: skip
    sent = {"state": "sent", "link": "https://vk.com/wall-1_1?reply=2", "published_at": made}
    record = PublicationRecord(sent["link"], made, message_id=card.messages[0].id)
    own = replace(program, person=desk.executor.person)
    with pytest.raises(Refused, match="another_name"):  # nobody ordered it
        await publish(own, case_id, card.version, DraftKind.ANSWER, record, act_id=values["act_id"])
    with pytest.raises(DBAPIError, match="another_name"):
        async with workers.write() as connection:
            await connection.execute(insert(Dispatch).values(**values | sent))
    async with desk.database.write() as owner:
        await owner.execute(insert(Dispatch).values(**values | sent))
    await publish_due(program, networks_of(workers))
    async with desk.database.read() as connection:
        assert (await connection.execute(select(Dispatch.state, Dispatch.fault))).one() == ("done", "")
    assert (await desk.card(case_id)).state == State.ANSWERED


async def test_the_command_signs_out_who_holds_others_up(desk, workers):
    """A desk hangs with a lock that another one needs; the program's patience is made short, the rest is as it runs."""
    async with desk.database.write() as connection:
        await connection.execute(text(SOON))
        whose = select(Account.login).where(Account.person_id.in_([desk.curator.person.id, desk.executor.person.id]))
        logins = (await connection.execute(whose)).scalars().all()
    address = make_url(workers.url)
    where = {"host": address.host, "port": address.port, "database": address.database, "password": PASSWORD}
    holder, waiter = [await asyncpg.connect(user=login, **where) for login in logins]
    await holder.execute("BEGIN; SELECT guard.take_turn('roster')")
    waiting = asyncio.create_task(waiter.execute("SELECT guard.take_turn('roster')"))
    words = [sys.executable, "-m", "app", "worker", "--database", workers.url]
    with subprocess.Popen(words, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL) as worker:
        try:
            await until(holder.is_closed)
            await waiting
        finally:
            worker.terminate()
            waiter.terminate()
    assert worker.returncode == 0
