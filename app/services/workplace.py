"""Who works at which database: the person, their rights, and the rules their region counts by."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from app.models import Regulation, WorkHours
from app.models.database import Database
from app.regulation.calendar import WorkCalendar
from app.regulation.clocks import Rules
from app.regulation.profile import Profile
from app.regulation.profile_file import parse
from app.regulation.workflow import Actor, Role
from app.services.changes import Feed


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
    hours: tuple[WorkCalendar, WorkCalendar] | None = None

    @property
    def actor(self) -> Actor:
        return self.person.actor

    @property
    def current_regulation_id(self) -> int:
        """The version that new cases are registered under: the latest in force today."""
        today = self.database.clock.now().date()
        in_force = {key: p for key, p in self.regulations.items() if p.effective_from <= today}
        return max(in_force, key=lambda key: (in_force[key].effective_from, in_force[key].version))

    def rules(self, regulation_id: int | None = None) -> Rules:
        """The rules a case of this regulation counts by, with the calendars in force now."""
        assert self.hours is not None, "load() was not awaited"
        return Rules(self.regulations[regulation_id or self.current_regulation_id], *self.hours)

    def now(self) -> datetime:
        """The desk's time, aware UTC: the database's, not this PC's."""
        return self.database.clock.now()

    async def load(self) -> "Workplace":
        """Read regulations and calendars; again after either changes."""
        async with self.database.read() as connection:
            rows = (await connection.execute(select(Regulation.id, Regulation.text, Regulation.key))).all()
            self.regulations = {row.id: parse(row.text, f"{row.key}.toml") for row in rows}
            version = self.database.meta["hours_version"]
            hours = (await connection.execute(select(WorkHours).where(WorkHours.version == version))).one()
        boundary = self.regulations[self.current_regulation_id].readings.boundary
        self.hours = tuple(WorkCalendar.from_dict(json.loads(text), boundary) for text in (hours.agency, hours.duty))
        return self
