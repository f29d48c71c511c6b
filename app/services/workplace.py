"""Who works at which database: the person, their rights, and the rules their region counts by."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Meta, Regulation, WorkHours
from app.models.database import Database
from app.regulation.calendar import WorkCalendar
from app.regulation.clocks import Rules
from app.regulation.profile import Profile
from app.regulation.profile_file import parse
from app.regulation.workflow import Actor, Role
from app.services.changes import Feed

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

    @property
    def actor(self) -> Actor:
        return Actor(self.uuid, self.roles, frozenset(uuid for uuid, _ in self.agencies))


@dataclass(slots=True)
class Workplace:
    """A person at an open database. Everything a service needs is reached from here."""

    database: Database
    person: PersonView
    feed: Feed
    regulations: dict[int, Profile] = field(default_factory=dict)
    hours_version: str = ""
    _hours: tuple[dict[str, Any], dict[str, Any]] | None = None
    _calendars: dict[str, tuple[WorkCalendar, WorkCalendar]] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return self.person.actor

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

    async def refresh(self, connection: AsyncConnection, regulation_id: int | None = None) -> None:
        """Take up hours and regulations that another desk changed meanwhile; one small read where none were."""
        newest = select(func.max(Regulation.id)).scalar_subquery()
        stored = select(Meta.value, newest).where(Meta.key == "hours_version")
        version, last = (await connection.execute(stored)).one()
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

    async def _load_regulations(self, connection: AsyncConnection) -> None:
        rows = (await connection.execute(select(Regulation))).all()
        self.regulations = {row.id: replace(_parsed(row.text, row.key), revision=row.revision) for row in rows}


@lru_cache(64)
def _parsed(text: str, key: str) -> Profile:
    """A regulation's text read once in the life of the program: reading takes longer than a window may stand still."""
    return parse(text, f"{key}.toml")
