"""Who works at which database: the person, their rights, and the rules their region counts by."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, null, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import Agency, Meta, Person, Regulation, RoleGrant, WorkHours
from app.models.database import Database
from app.models.program import Program
from app.models.question import Question
from app.regulation.calendar import WorkCalendar
from app.regulation.clocks import Rules
from app.regulation.errors import Refused
from app.regulation.permission import Actor
from app.regulation.profile import Profile
from app.regulation.profile_file import parse
from app.regulation.workflow import Role
from app.services.changes import Feed

# The uuid by which the program itself is named where it acted, and no person.
PROGRAM_UUID = "program"
# Roles that read every case of the region.
SEE_ALL = frozenset([Role.CURATOR, Role.SUPERVISOR, Role.ORGANISER, Role.ADMINISTRATOR, Role.SYSTEM])


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as the desk shows them."""

    id: int
    uuid: str
    name: str
    post: str
    body: str
    roles: frozenset[Role]
    agencies: tuple[tuple[str, str], ...] = ()
    version: int = 0

    @property
    def actor(self) -> Actor:
        return Actor(self.uuid, self.roles, frozenset(uuid for uuid, _ in self.agencies))


_newest = select(func.max(Regulation.id)).scalar_subquery()
_version = select(Person.version).where(Person.id == bindparam("person_key")).scalar_subquery()
_kept: list[Any] = []
for _key in ("workflow", "min_client"):
    _one = aliased(Meta)
    _kept.append(select(_one.value).where(_one.key == _key).scalar_subquery())
_STORED = select(Meta.value, _newest, _version, *_kept).where(Meta.key == "hours_version")
_STORED_OF_NOBODY = select(Meta.value, _newest, null(), *_kept).where(Meta.key == "hours_version")


class Stored(NamedTuple):
    """What a desk keeps of the database and reads again when it changed: the version of the working hours, the newest
    regulation, the version of this person (None of nobody); which programs may write there (`models.program`)."""

    hours_version: str
    regulation_id: int
    person_version: int | None
    workflow: str | None
    min_client: str | None

    def check(self, program: Program) -> None:
        """Raise Refused("program_older") or ("program_of_another_workflow") where this program may only read."""
        if refused := program.refusal({"workflow": self.workflow, "min_client": self.min_client}):
            raise Refused(refused.code, **refused.params)


async def read_stored(connection: AsyncConnection, person: PersonView) -> Stored:
    """One small read. The wall is nobody: its account may not even read who works here."""
    query, keys = (_STORED, {"person_key": person.id}) if person.id else (_STORED_OF_NOBODY, {})
    return Stored(*(await connection.execute(query, keys)).one())


@dataclass(frozen=True, slots=True)
class Archive:
    """How many closed cases a person sees in each state, as counted at a time of the monotonic clock (seconds)."""

    counted_at: float
    by_state: dict[str, int]


@dataclass(slots=True)
class Workplace:
    """A person at an open database. Everything a service needs is reached from here."""

    database: Database
    person: PersonView
    feed: Feed
    regulations: dict[int, Profile] = field(default_factory=dict)
    hours_version: str = ""
    archive: Archive | None = None
    # What was asked before on the listening connection, by what it is about and for whom.
    questions: dict[tuple[str, Actor], Question] = field(default_factory=dict)
    _hours: tuple[dict[str, Any], dict[str, Any]] | None = None
    _calendars: dict[str, tuple[WorkCalendar, WorkCalendar]] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return self.person.actor

    async def ask(
        self, about: str, values: Mapping[str, Any], statement: Callable[[], Select[Any]]
    ) -> Sequence[Any] | None:
        """The rows of a statement, made at its first asking, by one question on the listening connection.

        None where nobody listens or the connection failed: then the pool is to be asked.
        """
        line = self.database.line
        if line is None:
            return None
        key = about, self.actor
        if key not in self.questions:
            self.questions[key] = Question(statement().params(values), self.database)
        return await self.questions[key].ask(line, values)

    @property
    def current_regulation_id(self) -> int:
        """The version that new cases are registered under: the latest in force today."""
        today = self.now().astimezone(ZoneInfo(self.database.meta["zone"])).date()
        in_force = {key: p for key, p in self.regulations.items() if p.effective_from <= today}
        order = {key: (p.effective_from, p.version, p.revision) for key, p in in_force.items()}
        return max(order, key=order.__getitem__)

    def rules(self, regulation_id: int | None = None) -> Rules:
        """The rules a case of this regulation counts by, with the calendars in force now."""
        profile = self.regulations[regulation_id or self.current_regulation_id]
        boundary = profile.readings.boundary
        if boundary not in self._calendars:
            assert self._hours is not None, "load() was not awaited"
            agency, duty = (WorkCalendar.from_dict(hours, boundary) for hours in self._hours)
            self._calendars[boundary] = agency, duty
        return Rules(profile, *self._calendars[boundary])

    def now(self) -> datetime:
        """The desk's time, aware UTC: the database's, not this PC's."""
        return self.database.clock.now()

    async def load(self) -> "Workplace":
        """Read regulations and calendars; again after either changes."""
        async with self.database.read() as connection:
            await self._load_regulations(connection)
            await self.refresh(connection)
        return self

    async def refresh(
        self, connection: AsyncConnection, regulation_id: int | None = None, stored: Stored | None = None
    ) -> None:
        """Take up hours, regulations and this person's own roles that another desk changed meanwhile; one small read
        where none were, none where `stored` was read already. Raises Refused("person_off") for a person who was
        switched off.
        """
        version, last, person_version, *_ = stored or await read_stored(connection, self.person)
        is_program = Role.SYSTEM in self.person.roles  # acts in a person's name, by its own right
        if person_version is not None and person_version != self.person.version and not is_program:
            await self._reread_person(connection)
        if version != self.hours_version:
            hours = (await connection.execute(select(WorkHours).where(WorkHours.version == version))).one()
            self._hours = json.loads(hours.agency), json.loads(hours.duty)
            self._calendars.clear()
            self.hours_version = self.database.meta["hours_version"] = version
        if last not in self.regulations or (regulation_id is not None and regulation_id not in self.regulations):
            await self._load_regulations(connection)

    async def know(self, connection: AsyncConnection, regulation_ids: Iterable[int]) -> None:
        """Take up regulations that cases just read count by, where another desk added them; else reads nothing."""
        for regulation_id in regulation_ids:
            if regulation_id not in self.regulations:
                await self.refresh(connection, regulation_id)

    async def _reread_person(self, connection: AsyncConnection) -> None:
        found = await read_people(connection, self.person.id)
        if not found:
            raise Refused("person_off")
        from app.services.substituting import with_substituted  # builds on this module

        self.person = found[0]
        self.person = await with_substituted(connection, self)

    async def _load_regulations(self, connection: AsyncConnection) -> None:
        rows = (await connection.execute(select(Regulation))).all()
        self.regulations = {row.id: replace(_parsed(row.text, row.key), revision=row.revision) for row in rows}


@lru_cache(64)
def _parsed(text: str, key: str) -> Profile:
    """A regulation's text read once in the life of the program: reading takes longer than a window may stand still."""
    return parse(text, f"{key}.toml")


async def read_people(connection: AsyncConnection, person_id: int | None = None) -> list[PersonView]:
    """Everyone who may sit down, in the order they were added; or the one person asked for, if they may."""
    grants = (
        select(RoleGrant.person_id, RoleGrant.role, Agency.uuid, Agency.short_name)
        .outerjoin(Agency, Agency.id == RoleGrant.agency_id)
        .order_by(RoleGrant.id)
    )
    people = select(Person).where(Person.active).order_by(Person.id)
    if person_id is not None:
        grants, people = grants.where(RoleGrant.person_id == person_id), people.where(Person.id == person_id)
    rows = (await connection.execute(grants)).all()
    return [
        PersonView(
            id=person.id,
            uuid=person.uuid,
            name=person.name,
            post=person.post,
            body=person.body,
            roles=frozenset(Role(row.role) for row in rows if row.person_id == person.id),
            agencies=tuple({r.uuid: r.short_name for r in rows if r.person_id == person.id and r.uuid}.items()),
            version=person.version,
        )
        for person in await connection.execute(people)
    ]
