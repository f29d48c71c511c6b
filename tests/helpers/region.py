"""A real region in a real SQLite file for tests of the desk: people, agencies, directories, a clock that obeys."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

import pytest_asyncio

from app.models import Location, Topic
from app.models.database import Database
from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind, Role
from app.services import casework, publishing
from app.services.cards import read_card
from app.services.changes import Feed
from app.services.directories import read_directories
from app.services.incoming import Incoming
from app.services.regions import NewAgency, NewPerson, add_agencies, add_people, add_tree, list_people, set_up
from app.services.registering import enter, register
from app.services.views import Directories
from app.services.workplace import Workplace
from tests.helpers.staffed import seat

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # Tuesday, 11:00 in Kursk
TEXT = (
    "Добрый день. На перекрёстке у школы № 5 во Льгове не работает светофор, дети переходят как придётся. "
    "Когда починят?"
)
ANSWER = (
    "Здравствуйте, Андрей! Яму на Щигровской улице у остановки «Школа № 20» дорожная служба огородила сегодня утром. "
    "Ямочный ремонт выполнят до 25 ноября, если не будет дождя; фото пришлём в этот же комментарий."
)


AGENCIES = [
    NewAgency("Комитет дорожного хозяйства Курской области", "Комитет дорожного хозяйства", "regional"),
    NewAgency("Администрация города Льгова", "Администрация г. Льгова", "municipal"),
    NewAgency("Комитет ЖКХ и ТЭК Курской области", "Комитет ЖКХ", "regional"),
]
PEOPLE = [
    NewPerson("Е. Соколова", (Role.CURATOR,)),
    NewPerson("О. Белова", (Role.CURATOR,)),
    NewPerson("И. Панов", (Role.EXECUTOR,), agency="Комитет дорожного хозяйства Курской области"),
    NewPerson("А. Орлов", (Role.SUPERVISOR,)),
]


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now=START):
        self.at = now

    def now(self):
        return self.at

    def move(self, **delta):
        self.at += timedelta(**delta)


@dataclass
class Region:
    """An open database, its people at their desks, and verbs that bring a case where a test needs it."""

    database: Database
    clock: HandClock
    curator: Workplace
    colleague: Workplace
    executor: Workplace
    supervisor: Workplace
    directories: Directories

    async def card(self, case_id, place=None):
        return await read_card(place or self.curator, case_id)

    async def message(self, text=TEXT, **facts):
        facts = {"author_name": "Андрей П.", "link": f"https://vk.com/wall-1_{crc32(text.encode())}"} | facts
        incoming = Incoming(text, facts.pop("source_code", "vk"), post_kind="комментарий", **facts)
        return await enter(self.curator, incoming)

    async def collected(self, text=TEXT, **facts):
        return (await register(self.curator, [Incoming(text, "ok", **facts)])).case_ids[0]

    def routing(self, agency=0, importance=Importance.NORMAL):
        topic = next(t for t in self.directories.topics if t.group)
        return casework.Routing(
            topic.id, self.directories.locations[-1].id, importance, (self.agency_ids[agency],), "Кирова ул."
        )

    @property
    def agency_ids(self):
        return [agency.id for agency in sorted(self.directories.agencies, key=lambda a: a.id)]

    async def routed(self, text=TEXT, agency=0, **facts):
        case_id = await self.message(text, **facts)
        self.clock.move(minutes=5)
        await casework.route(self.curator, case_id, (await self.card(case_id)).version, self.routing(agency))
        return case_id

    async def submitted(self, answer=ANSWER, kind=DraftKind.ANSWER, case_id=None):
        case_id = case_id or await self.routed()
        self.clock.move(minutes=30)
        await casework.submit(self.executor, case_id, (await self.card(case_id)).version, kind, answer)
        return case_id

    async def reworked(self, remark="Назвать срок и не отсылать к другому органу."):
        case_id = await self.submitted("Здравствуйте! Ваше обращение перенаправлено в МКУ.")
        self.clock.move(minutes=10)
        version = (await self.card(case_id)).version
        await casework.send_to_rework(self.curator, case_id, version, DraftKind.ANSWER, remark)
        return case_id

    async def approved(self, kind=DraftKind.ANSWER, agreed=None):
        case_id = await self.submitted(kind=kind)
        self.clock.move(minutes=10)
        await casework.approve(self.curator, case_id, (await self.card(case_id)).version, kind, agreed)
        return case_id

    async def published(self):
        case_id = await self.approved()
        self.clock.move(minutes=20)
        record = publishing.PublicationRecord("https://vk.com/wall-1_1?reply=2", self.clock.at - timedelta(minutes=7))
        version = (await self.card(case_id)).version
        await publishing.publish(self.executor, case_id, version, DraftKind.ANSWER, record)
        return case_id


_furnished = {}  # the bytes of a furnished file by its regulation: made once, written anew for each test


async def open_region(folder, feed=None, regulation="kursk"):
    """A region in `folder`, Kursk's unless another is named; close its database when done."""
    if regulation not in _furnished:
        _furnished[regulation] = await _furnish(regulation)
    file = Path(folder) / "desk.db"
    file.write_bytes(_furnished[regulation])
    database = await Database.open(f"sqlite+aiosqlite:///{file}", HandClock())
    places = await seat(database, await list_people(database), feed or Feed())
    return Region(database, database.clock, *places, await read_directories(places[0]))


async def _furnish(regulation):
    """The file of a region with its agencies, people and directories."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "desk.db"
        database = await Database.open(f"sqlite+aiosqlite:///{file}", HandClock())
        await set_up(database, regulation)
        await add_agencies(database, AGENCIES)
        await add_people(database, PEOPLE)
        await add_tree(database, Topic, {"Дороги": ["Ямы во дворах", "Светофоры"], "ЖКХ": ["Вывоз ТКО"]})
        await add_tree(database, Location, {"Курск": ["Сеймский округ"], "Льгов": []})
        async with database.engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await database.close()
        return file.read_bytes()


@pytest_asyncio.fixture
async def region(tmp_path):
    """A region for one test, closed after it; import it into a conftest."""
    made = await open_region(tmp_path)
    yield made
    await made.database.close()
