"""Many rows are stored as one by one, only sooner."""

from datetime import UTC, datetime, timedelta, timezone

import pytest_asyncio
from sqlalchemy import insert

from app.models import Message
from app.models.many import insert_many
from tests.helpers.region import open_region

MOSCOW = timezone(timedelta(hours=3))


@pytest_asyncio.fixture
async def region(tmp_path):
    region = await open_region(tmp_path)
    yield region
    await region.database.close()


async def rows_of(connection, table):
    return (await connection.exec_driver_sql(f"SELECT * FROM {table.__tablename__} ORDER BY id")).all()


async def test_rows_lie_in_the_file_as_the_usual_way_puts_them(region):
    moments = [None, datetime(2026, 9, 21, 10, tzinfo=MOSCOW), datetime(2026, 9, 21, 7, 0, 0, 9, tzinfo=UTC)]
    rows = [
        {
            "id": number, "uuid": f"u{number}", "case_id": 1, "source_id": 1, "in_act": number == 1,
            "intake_key": f"k{number}", "text": "Яма", "post_kind": "", "link": "", "link_id": "", "posted_at": moment,
            "collected_at": datetime(2026, 9, 21, tzinfo=UTC), "detected_at": None,
        }
        for number, moment in enumerate(moments, start=1)
    ]  # fmt: skip
    async with region.database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # the case need not be there
        await connection.execute(insert(Message), rows)
        usual = await rows_of(connection, Message)
        await connection.exec_driver_sql("DELETE FROM message")
        await insert_many(connection, Message, rows)
        assert await rows_of(connection, Message) == usual
        await connection.rollback()


async def test_nothing_is_stored_of_nothing(region):
    async with region.database.write() as connection:
        await insert_many(connection, Message, [])
        assert await rows_of(connection, Message) == []
