"""Sign-ins as an administrator gives, renews and blocks them, on a real server."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.models.database import Database, DatabaseUnavailable
from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services import accounts
from app.services.journal import read_journal
from app.services.regions import list_people
from app.services.registers.people import Grant, PersonFacts, add_person

NEW, NEWER = "совсем новый пароль", "ещё новее пароль"


@pytest.fixture
def url(postgres_url):
    return postgres_url


async def enters(desk, login, password):
    address = make_url(desk.database.url).set(username=login, password=password)
    database = await Database.open(address.render_as_string(hide_password=False))
    try:
        return [person.name for person in await list_people(database)]
    finally:
        await database.close()


async def test_a_person_is_let_in_renewed_and_blocked(desk):
    facts = PersonFacts("Новикова", login="novikova", grants=(Grant(Role.CURATOR),))
    person_id = await add_person(desk.admin, facts)
    try:
        assert [e.state for e in await accounts.list_accounts(desk.admin) if e.name == "Новикова"] == ["none"]
        await accounts.give_password(desk.admin, person_id, "novikova", NEW)
        assert "Новикова" in await enters(desk, "novikova", NEW)

        await accounts.give_password(desk.admin, person_id, "novikova", NEWER)
        with pytest.raises(DatabaseUnavailable, match="password_wrong"):
            await enters(desk, "novikova", NEW)
        assert "Новикова" in await enters(desk, "novikova", NEWER)

        await accounts.block(desk.admin, person_id)
        with pytest.raises(DatabaseUnavailable, match="sign_in_blocked"):
            await enters(desk, "novikova", NEWER)
        [entry] = [e for e in await accounts.list_accounts(desk.admin) if e.name == "Новикова"]
        assert entry.state == "blocked"
        told = [line.entry for line in await read_journal(desk.admin, entry.uuid)]
        assert told == ["person_added", "sign_in_made", "password_renewed", "sign_in_blocked"]
    finally:
        async with desk.database.write() as connection:
            here = make_url(desk.database.url).database
            await connection.execute(text(f"REVOKE ALL ON DATABASE {here} FROM novikova"))
            await connection.execute(text("DROP ROLE novikova"))


async def test_sign_ins_are_given_by_an_administrator_with_a_password_that_will_do(desk):
    person = desk.people["Ничей"].person

    with pytest.raises(Refused, match="role_may_not"):
        await accounts.give_password(desk.curator, person.id, "person8", NEW)
    with pytest.raises(Refused, match="password_short"):
        await accounts.give_password(desk.admin, person.id, "person8", "короткий")
    with pytest.raises(Refused, match="login_taken"):
        await accounts.give_password(desk.admin, person.id, "person1", NEW)
    with pytest.raises(Refused, match="last_administrator"):
        await accounts.block(desk.admin, desk.admin.person.id)
