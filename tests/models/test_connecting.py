"""Whatever can be wrong on the way to a server is told by its own sentence, and no password in it."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.models import connecting
from app.models.database import Database, DatabaseUnavailable
from app.services.signing_in import Address
from app.settings import database_url
from app.texts.refusals import explain
from tests.helpers.databases import PASSWORD, _administer
from tests.helpers.postgres import free_port


def signed(postgres_url, **changes):
    return make_url(postgres_url).set(username="person1", password=PASSWORD, **changes)


@pytest.mark.parametrize(
    ("named", "hosts", "mode"),
    [
        ("postgresql://a@db1/r", [("db1", 5432)], "verify-full"),
        ("postgresql://a@localhost:5433/r", [("localhost", 5433)], "disable"),
        ("postgresql://a@db1:5433,db2/r", [("db1", 5433), ("db2", 5432)], "verify-full"),
        ("postgresql://a@/r?host=db1:5433&host=db2:5432", [("db1", 5433), ("db2", 5432)], "verify-full"),
        ("postgresql://a@db1,db2:5433/r?ssl=require", [("db1", 5432), ("db2", 5433)], "require"),
        ("postgresql://a@localhost,db2/r", [("localhost", 5432), ("db2", 5432)], "verify-full"),
    ],
)
def test_an_address_may_name_several_servers_and_each_is_as_protected(named, hosts, mode):
    url = database_url(named)
    assert connecting.hosts_of(make_url(url)) == hosts
    assert connecting.mode_of(make_url(url)) == mode
    address = Address.of(url)
    assert make_url(address.url()).username == "a"
    assert connecting.hosts_of(make_url(address.url("пароль"))) == hosts
    assert Address.of(address.url()) == address


async def test_of_several_servers_the_one_that_answers_is_used(postgres_url):
    right = signed(postgres_url)
    both = [f"127.0.0.1:{free_port()}", f"127.0.0.1:{right.port}"]
    database = await Database.open(right.set(query={"host": both}).render_as_string(hide_password=False))
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1
    await database.close()
    assert await refused(right.set(query={"host": both[:1] * 2})) == "server_silent"


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
