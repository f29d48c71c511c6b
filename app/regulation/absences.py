"""Who is away and who has their work then (п. 6): substitutes of persons, followed from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.regulation.errors import Refusal
from app.regulation.workflow import Role

# Whose work is moved when they are away.
WORKERS = frozenset([Role.CURATOR, Role.EXECUTOR, Role.RESPONSIBLE])


@dataclass(frozen=True, slots=True)
class Worker:
    """A person with work in hand: roles, and the agencies (id → uuid, short name) they have them in."""

    id: int
    uuid: str
    name: str
    roles: frozenset[Role]
    agencies: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    post: str = ""

    def may_substitute(self, other: "Worker") -> bool:
        """Whether this person may do the other's work: another curator, or somebody of the same agency."""
        if self.id == other.id:
            return False
        is_curator = Role.CURATOR in self.roles and Role.CURATOR in other.roles
        return is_curator or bool(self.agencies.keys() & other.agencies.keys())


@dataclass(frozen=True, slots=True)
class Away:
    """A person's absence, both days inclusive; `id` is 0 for one that is only being planned."""

    person: int
    first_day: date
    last_day: date
    substitute: int | None = None
    id: int = 0

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def meets(self, first_day: date, last_day: date) -> bool:
        """Whether any day of the absence lies within these."""
        return self.first_day <= last_day and first_day <= self.last_day


@dataclass(frozen=True, slots=True)
class Staff:
    """Everyone who works, and the absences of today and later."""

    workers: Mapping[int, Worker]
    absences: tuple[Away, ...] = ()

    def away(self, person: int, day: date) -> Away | None:
        """The person's absence on this day, None where they are there."""
        return next((away for away in self.absences if away.person == person and away.covers(day)), None)

    def holder(self, owner: int, day: date) -> int | None:
        """Who has this person's work on this day: they, or the first of their substitutes who is there; or nobody."""
        seen: set[int] = set()
        person: int | None = owner
        while person is not None and (away := self.away(person, day)):
            seen.add(person)
            person = away.substitute if away.substitute not in seen else None
        return person if person in self.workers else None

    def curator_of(self, owner: int, day: date) -> int | None:
        """Who has a curator's cases on this day."""
        holder = self.holder(owner, day)
        return holder if holder is not None and Role.CURATOR in self.workers[holder].roles else None

    def executor_of(self, owner: int, agency: int, day: date) -> int | None:
        """Who of the agency has an executor's work on this day."""
        holder = self.holder(owner, day)
        return holder if holder is not None and agency in self.workers[holder].agencies else None

    def substitutes(self, person: int, first_day: date, last_day: date) -> tuple[Worker, ...]:
        """Who may substitute the person and is there on all of these days, by name."""
        free = [
            worker
            for worker in self.workers.values()
            if worker.may_substitute(self.workers[person]) and self._met(worker.id, first_day, last_day) is None
        ]
        return tuple(sorted(free, key=lambda worker: worker.name))

    def refusal(self, plan: Away, today: date) -> Refusal | None:
        """Why this absence cannot be arranged or changed to be so, or None. `plan.id` is not compared with itself."""
        if plan.person not in self.workers:
            return Refusal("absence_without_work")
        if plan.last_day < plan.first_day:
            return Refusal("absence_reversed", {"first": plan.first_day, "last": plan.last_day})
        if plan.last_day < today:
            return Refusal("absence_past", {"last": plan.last_day, "today": today})
        if met := self._met(plan.person, plan.first_day, plan.last_day, plan.id):
            return Refusal("absence_overlaps", {"first": met.first_day, "last": met.last_day})
        return self._substitute_refusal(plan, max(plan.first_day, today))

    def _substitute_refusal(self, plan: Away, first_day: date) -> Refusal | None:
        if plan.substitute is None:
            return None
        if plan.substitute == plan.person:
            return Refusal("substitute_self")
        substitute = self.workers.get(plan.substitute)
        others = ", ".join(worker.name for worker in self.substitutes(plan.person, first_day, plan.last_day))
        if substitute is None or not substitute.may_substitute(self.workers[plan.person]):
            return Refusal("substitute_elsewhere", {"name": substitute.name if substitute else "—", "others": others})
        if met := self._met(plan.substitute, first_day, plan.last_day):
            facts = {"name": substitute.name, "first": met.first_day, "last": met.last_day, "others": others}
            return Refusal("substitute_away", facts)
        return None

    def _met(self, person: int, first_day: date, last_day: date, but: int = 0) -> Away | None:
        mine = (away for away in self.absences if away.person == person and (not but or away.id != but))
        return next((away for away in mine if away.meets(first_day, last_day)), None)
