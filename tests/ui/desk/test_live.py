"""Two desks at one server: what one does stands in the other's window, without a key pressed."""

import pytest_asyncio
from sqlalchemy import text

from app.models.database import Database
from app.services.incoming import Incoming
from app.services.regions import list_people, sit_down
from app.services.registering import enter
from app.ui.desk.window import DeskWindow
from app.ui.preferences import Preferences
from tests.helpers.qt import until
from tests.helpers.windows import reading

END_LISTENER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'cur-desk listening' AND datname = current_database()
"""


@pytest_asyncio.fixture
async def databases(postgres_url):
    opened = [await Database.open(postgres_url) for _ in range(2)]
    yield opened
    for each in opened:
        await each.close()


@pytest_asyncio.fixture
async def window(databases, tmp_path):
    people = await list_people(databases[0])
    shown = DeskWindow(await sit_down(databases[0], people[0]), people, Preferences(tmp_path / "desk.ini"), tmp_path)
    shown.start("inbox")
    shown.show()
    await until(lambda: shown.presenter.has_rows.is_set() and not reading(shown))
    yield shown
    await shown.aclose()


async def test_a_message_of_another_desk_comes_by_itself_also_after_the_connection_was_lost(databases, window):
    other = await sit_down(databases[1], (await list_people(databases[1]))[1])
    first = await enter(other, Incoming("Яма у школы", "vk"))
    await until(lambda: [row.id for row in window.page.rows()] == [first])

    links = []
    window.place.feed.subscribe_link(links.append)
    async with databases[1].engine.connect() as connection:
        await connection.execute(text(END_LISTENER))
    second = await enter(other, Incoming("Яма у сада", "vk"))
    await until(lambda: {row.id for row in window.page.rows()} == {first, second})
    await until(lambda: [link.is_up for link in links] == [False, True])

    assert window.status.connection_words() == "На связи, изменения приходят сразу"
