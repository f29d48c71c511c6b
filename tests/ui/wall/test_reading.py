"""The wall's line to a PostgreSQL server that ends its connections."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.models.database import Database
from app.regulation.workflow import DraftKind
from app.services import casework
from app.ui.wall.reading import WallLine
from tests.helpers.waiting import until


async def test_a_connection_that_the_server_ended_is_taken_up_again(postgres, postgres_url):
    told = []
    line = WallLine(lambda: Database.open_to_read(postgres_url), lambda: told.append(line.line.misses), 60)
    await line.read_once()
    before = line.line.state
    name = postgres_url.rsplit("/", 1)[1]
    engine = create_async_engine(postgres.url(), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        ended = await connection.execute(
            text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
        assert ended.scalar_one() >= 1
    await engine.dispose()
    for _ in range(2):  # the first reading may still meet the ended one
        await line.read_once()
    assert line.line.misses == 0
    assert line.line.state is not before
    assert told[0] == told[-1] == 0
    await line._let_go()


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_what_others_do_stands_on_the_wall_before_its_next_reading(desk):
    """By the wall's own sign-in, which may only read; its next reading is an hour away."""
    url, told = desk.wall.database.url, []
    line = WallLine(lambda: Database.open_to_read(url), lambda: told.append(line.line.state.open), 3600, 0.01)
    reading = asyncio.create_task(line.read_for_ever())
    try:
        await until(lambda: told == [0])
        case_id = await desk.routed()
        await until(lambda: [queue.name for queue in line.line.state.queues] == ["ДОР"])
        await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
        await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
        await desk.publish(case_id)
        await until(lambda: line.line.state.open == 0)
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
