"""A small region in a database, people at their desks, and a clock that a test can move."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from app.models import Location, Topic
from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind, Role
from app.services import cards, casework, publishing
from app.services.changes import Feed
from app.services.directories import read_directories
from app.services.incoming import Incoming
from app.services.regions import NewAgency, NewPerson, add_agencies, add_people, add_tree, list_people, set_up, sit_down
from app.services.registering import enter

# A Monday morning in Kursk, 10:00.
START = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
LINK = "https://vk.com/wall-1_2?reply=3"


class MovableClock:
    """A clock that stands until it is moved."""

    def __init__(self, now=START):
        self._now = now

    def now(self):
        return self._now

    def move(self, **delta):
        self._now += timedelta(**delta)


PEOPLE = [
    NewPerson("Соколова", (Role.CURATOR,)),
    NewPerson("Орлова", (Role.CURATOR,)),
    NewPerson("Панов", (Role.EXECUTOR,), agency="Комитет дорог"),
    NewPerson("Львов", (Role.EXECUTOR,), agency="Администрация Льгова"),
    NewPerson("Шеф", (Role.SUPERVISOR,)),
    NewPerson("Админ", (Role.ADMINISTRATOR,)),
    NewPerson("Табло", (Role.WALL,)),
    NewPerson("Ничей", (Role.EXECUTOR,)),
    NewPerson("Двое", (Role.CURATOR, Role.EXECUTOR), agency="Комитет дорог"),
]


async def furnish(database):
    """A region with three agencies, everyone of PEOPLE, two topics and a place."""
    await set_up(database, "kursk")
    agencies = [("Комитет дорог", "ДОР", "regional"), ("Администрация Льгова", "Льгов", "municipal")]
    agencies.append(("Комитет ЖКХ", "ЖКХ", "regional"))
    await add_agencies(database, [NewAgency(*agency) for agency in agencies])
    await add_people(database, PEOPLE)
    await add_tree(database, Topic, {"Дороги": ["Ямы", "Свет"]})
    await add_tree(database, Location, {"Курск": ["Центр"]})


async def seat(database, people, feed=None):
    """Everyone's workplace, in a region where nobody is absent yet: rules are read once, rights are each one's own."""
    first = await sit_down(database, people[0], feed)
    own = [{"person": person, "feed": feed or Feed(), "questions": {}, "_calendars": {}} for person in people[1:]]
    return [first, *(replace(first, regulations={**first.regulations}, **theirs) for theirs in own)]


@dataclass
class Desk:
    """Everyone at one database; acts go by the shortest words a test can say."""

    database: object
    people: dict
    clock: object
    topic: int
    location: int
    agencies: dict

    @classmethod
    async def at(cls, database, names=None):
        """Everyone at their desk, or only those named beside the curator."""
        chosen = [person for person in await list_people(database) if names is None or person.name in names]
        people = {place.person.name: place for place in await seat(database, chosen)}
        directories = await read_directories(people["Соколова"])
        topic = next(choice.id for choice in directories.topics if choice.name == "Ямы")
        agencies = {agency.short_name: agency.id for agency in directories.agencies}
        return cls(database, people, database.clock, topic, directories.locations[-1].id, agencies)

    def __getattr__(self, name):
        names = {"curator": "Соколова", "second": "Орлова", "executor": "Панов", "lgov": "Львов", "chief": "Шеф"}
        names |= {"admin": "Админ", "wall": "Табло", "nobodys": "Ничей", "both": "Двое"}
        if name not in names:
            raise AttributeError(name)
        return self.people[names[name]]

    def routing(self, *agencies, importance=Importance.NORMAL):
        chosen = tuple(self.agencies[agency] for agency in agencies or ("ДОР",))
        return casework.Routing(self.topic, self.location, importance, chosen, "Щигровская")

    async def entered(self, text="Яма на Щигровской", **more):
        return await enter(self.curator, Incoming(text, "vk", **more))

    async def routed(self, *agencies, text="Яма на Щигровской", **routing):
        case_id = await self.entered(text)
        await self.act(casework.route, self.curator, case_id, self.routing(*agencies, **routing))
        return case_id

    async def approved(self, kind=DraftKind.ANSWER, **approval):
        case_id = await self.routed()
        await self.act(casework.submit, self.executor, case_id, kind, "Заделаем")
        await self.act(casework.approve, self.curator, case_id, kind, **approval)
        return case_id

    async def answered(self):
        case_id = await self.approved()
        await self.publish(case_id)
        return case_id

    async def publish(self, case_id, kind=DraftKind.ANSWER, who=None, at=None, link=LINK):
        record = publishing.PublicationRecord(link, at or self.clock.now())
        return await self.act(publishing.publish, who or self.executor, case_id, kind, record)

    async def act(self, verb, who, case_id, *words, **more):
        """Do `verb` to the case as it stands now."""
        card = await self.card(case_id)
        return await verb(who, case_id, card.version, *words, **more)

    async def card(self, case_id, who=None):
        return await cards.read_card(who or self.curator, case_id)
