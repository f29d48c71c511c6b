"""The wall's line to a PostgreSQL server that ends its connections."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.models.database import Database
from app.ui.wall.reading import WallLine


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
