"""The administrator's register of sign-ins in the real window, at a real server."""

from types import SimpleNamespace

import pytest
from sqlalchemy.engine import make_url

from app.models.database import Database
from app.services.regions import list_people
from tests.helpers.qt import until
from tests.helpers.windows import Desk as Windows

NEW = "совсем новый пароль"


@pytest.fixture
def url(postgres_url):
    return postgres_url


async def test_an_administrator_blocks_and_lets_in_again(desk, tmp_path):
    region = SimpleNamespace(database=desk.database, curator=desk.admin)
    windows = Windows(region, await list_people(desk.database), tmp_path)
    window = await windows.sit(desk.admin)
    window.open_page("page:registers")
    page = window.places.page
    await until(lambda: page.rows)
    page.open_register("sign_ins")
    await until(lambda: page._shown_of == "sign_ins" and page.rows)
    assert not page.add.isVisible()
    login = next(row.login for row in page._contents.rows if row.name == "Шеф")
    try:
        await settled(page, "Шеф", blocked=True)
        assert state(page, "Шеф") == "blocked"
        await settled(page, "Шеф", blocked=False, password=NEW)
        assert state(page, "Шеф") == "active"
        address = make_url(desk.database.url).set(username=login, password=NEW)
        await (await Database.open(address.render_as_string(hide_password=False))).close()
    finally:
        from app.models.scram import scram_verifier
        from tests.helpers.databases import PASSWORD

        async with desk.database.write() as owner:  # sign-ins are the server's: other tests need theirs
            given = f"ALTER ROLE \"{login}\" LOGIN PASSWORD '{scram_verifier(PASSWORD)}'"
            await (await owner.get_raw_connection()).driver_connection.execute(given)
        await windows.aclose()


async def settled(page, name, **values):
    row = next(row for row in page._contents.rows if row.name == name)
    page.show_entry(row)
    for code, value in values.items():
        page.form._sets[code](value)
    page.save()
    await until(lambda: page.form.bar.isVisible())  # it says that the entry was saved, after all was read anew
    assert not page.form.is_edited()


def state(page, name):
    return next(row.state for row in page._contents.rows if row.name == name)
