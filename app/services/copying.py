"""An embedded region moved to a server whole: every row with its id, history and hashes included, compared after."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import LargeBinary, func, insert, select, text

from app.models import Base
from app.models.database import Database
from app.models.guards import install
from app.regulation.errors import Refused
from app.services.regions import is_set_up
from app.services.safekeeping import anchor_in, read_anchor

BATCH = 1000
# Of files so many parts, each a megabyte: what is copied is never all in memory.
BATCH_OF_FILES = 4
# Hears the table being copied and its rows so far.
Progress = Callable[[str, int], None]


async def copy_region(source: Database, target: Database, progress: Progress = lambda _table, _rows: None) -> int:
    """Copy everything of an SQLite region into an empty database of a server, in one transaction; gives the rows.

    Raises Refused: region_missing, region_there, region_worked_in, anchor_differs. Nothing is kept then, nor where it
    is broken off: the copy is compared, and the source looked at again, before it is there.
    """
    if not await is_set_up(source):
        raise Refused("region_missing", path=str(source.path))
    if await is_set_up(target):
        raise Refused("region_there", path="PostgreSQL", region=target.meta["region"])
    copied = 0
    async with source.read() as reading, target.write() as writing:
        # rows of one table refer to later ones (a merged topic to what took it): references are whole at the end
        await writing.execute(text("SET LOCAL session_replication_role = replica"))
        await writing.execute(text("DELETE FROM meta"))
        for table in Base.metadata.sorted_tables:
            copied += await _copy_table(reading, writing, table, progress)
        await writing.execute(text("SET LOCAL session_replication_role = origin"))
        await writing.run_sync(lambda connection: connection.exec_driver_sql("SET LOCAL ROLE cur_owner"))
        await writing.run_sync(install)
        if (found := await anchor_in(writing)) != (expected := await anchor_in(reading)):
            raise Refused("anchor_differs", found=found[1], expected=expected[1])
        if await read_anchor(source) != expected:
            raise Refused("region_worked_in", path=str(source.path))
    async with target.read() as reading:
        target.meta = dict((await reading.execute(text("SELECT key, value FROM meta"))).all())
    return copied


async def _copy_table(reading: Any, writing: Any, table: Any, progress: Progress) -> int:
    count = 0
    key = list(table.primary_key.columns)
    most = BATCH_OF_FILES if any(isinstance(column.type, LargeBinary) for column in table.columns) else BATCH
    rows = await reading.stream(select(table).order_by(*key).execution_options(yield_per=most))
    async for part in rows.mappings().partitions(most):
        await writing.execute(insert(table), [dict(row) for row in part])
        count += len(part)
        progress(table.name, count)
    if "id" in table.columns and count:
        last = select(func.max(table.c.id)).scalar_subquery()
        await writing.execute(select(func.setval(func.pg_get_serial_sequence(f'public."{table.name}"', "id"), last)))
    return count
