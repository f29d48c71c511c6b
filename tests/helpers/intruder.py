"""Someone at a server with a bare driver, signed in as a person of the region (fixture `intruder`)."""

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.engine import make_url

from app.models import Account, Person
from tests.helpers.databases import PASSWORD

NAMES = {"curator": "Соколова", "second": "Орлова", "executor": "Панов", "stranger": "Львов", "chief": "Шеф",
         "admin": "Админ", "wall": "Табло", "nobodys": "Ничей", "both": "Двое"}  # fmt: skip


class Intruder:
    """Bare connections, by the sign-ins of people of the region."""

    def __init__(self, desk, logins):
        self.desk, self._logins, self._open = desk, logins, {}

    async def at(self, who):
        if who not in self._open:
            url = make_url(self.desk.database.url)
            self._open[who] = await asyncpg.connect(
                host=url.host, port=url.port, database=url.database, user=self._logins[NAMES[who]], password=PASSWORD
            )
        return self._open[who]

    def login(self, who):
        return self._logins[NAMES[who]]

    async def rows(self, who, statement, *values):
        return await (await self.at(who)).fetch(statement, *values)

    async def tries(self, who, statement, *values):
        """The refusal of a statement that must not succeed: SQLSTATE and message."""
        connection = await self.at(who)
        with pytest.raises(asyncpg.PostgresError) as caught:
            async with connection.transaction():
                await connection.execute(statement, *values)
        return caught.value.sqlstate, caught.value.args[0]

    async def aclose(self):
        for connection in self._open.values():
            await connection.close()


@pytest_asyncio.fixture
async def intruder(desk):
    async with desk.database.read() as connection:
        query = select(Person.name, Account.login).join(Account, Account.person_id == Person.id)
        logins = dict((await connection.execute(query)).all())
    made = Intruder(desk, logins)
    yield made
    await made.aclose()
