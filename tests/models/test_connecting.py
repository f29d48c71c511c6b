"""Whatever can be wrong on the way to a server is told by its own sentence, and no password in it."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.models import connecting
from app.models.database import Database, DatabaseUnavailable
from app.texts.refusals import explain
from tests.helpers.databases import PASSWORD, _administer


def signed(postgres_url, **changes):
    return make_url(postgres_url).set(username="person1", password=PASSWORD, **changes)


async def refused(url):
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database.open(url.render_as_string(hide_password=False))
    said = explain(caught.value.refusal)
    assert PASSWORD not in said
    assert "{" not in said
    return caught.value.refusal.code


async def test_each_thing_that_can_be_wrong_has_its_sentence(postgres_url):
    right = signed(postgres_url)

    assert await refused(right.set(port=1)) == "server_silent"
    assert await refused(right.set(host="no-such-server.invalid", query={"ssl": "disable"})) == "server_name_unknown"
    assert await refused(right.set(password="другой")) == "password_wrong"
    assert await refused(right.set(username="nobody")) == "password_wrong"
    assert await refused(right.set(database="elsewhere")) == "server_database_unknown"
    assert await refused(right.set(query={"ssl": "verify-full"})) == "tls_missing"
    opened = await Database.open(right.render_as_string(hide_password=False))
    assert not opened.acts_as_program
    await opened.close()


async def test_a_blocked_sign_in_an_older_and_a_newer_database_are_told_apart(postgres, postgres_url):
    right, owner = signed(postgres_url), await Database.open(postgres_url)
    try:
        await _administer(postgres, "ALTER ROLE person1 NOLOGIN")
        assert await refused(right) == "sign_in_blocked"
        await _administer(postgres, "ALTER ROLE person1 LOGIN CONNECTION LIMIT 0")
        assert await refused(right) == "server_full"
    finally:
        await _administer(postgres, "ALTER ROLE person1 LOGIN CONNECTION LIMIT 8")
    async with owner.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await owner.close()
    assert await refused(right) == "database_newer"


async def test_an_empty_database_is_not_made_by_whoever_signs_in(postgres, postgres_url):
    await _administer(postgres, "CREATE DATABASE empty")
    try:
        assert await refused(signed(postgres_url, database="empty")) == "database_not_made"
    finally:
        await _administer(postgres, "DROP DATABASE empty WITH (FORCE)")


@pytest.mark.parametrize(
    ("address", "mode"),
    [("localhost/x", "disable"), ("db.region.ru/x", "verify-full"), ("db.region.ru/x?ssl=require", "require")],
)
def test_off_this_computer_the_servers_certificate_and_name_are_checked(address, mode):
    url = make_url(f"postgresql+asyncpg://me@{address}")

    assert connecting.mode_of(url) == mode
    bare, settings = connecting.split(url)
    assert "ssl" not in bare.query
    assert getattr(settings["ssl"], "check_hostname", False) is (mode == "verify-full")
