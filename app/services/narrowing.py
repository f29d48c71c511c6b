"""Of a queue only what is of a topic or with an agency: what can be chosen there, and how the database keeps to it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.models import Agency, Case, Topic
from app.services.workplace import SEE_ALL, Workplace

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Keeps cases of a topic (with those under it) and of the agency that has them now; None keeps all.

    The names are only for the eyes.
    """

    topic: int | None = None
    agency: int | None = None
    topic_name: str = field(default="", compare=False)
    agency_name: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return self.topic is not None or self.agency is not None


NOTHING = Narrowing()


@dataclass(frozen=True, slots=True)
class Occurring:
    """A topic or an agency with how many cases of the queue are of it; `group` is what a topic stands under."""

    id: int
    name: str
    count: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The topics and agencies of a queue; `counted` is how many of its cases were, None where all."""

    topics: tuple[Occurring, ...]
    agencies: tuple[Occurring, ...]
    counted: int | None = None


def conditions_of(only: Narrowing) -> list[ColumnElement[bool]]:
    """What a case must be. A message that nobody has given a topic is of the one that came with it."""
    conditions: list[ColumnElement[bool]] = []
    if only.topic is not None:
        belongs = or_(Topic.id == only.topic, Topic.parent_id == only.topic, Topic.merged_into_id == only.topic)
        came_with = Case.suggested_topic.in_(select(Topic.name).where(belongs))
        conditions.append(
            or_(Case.topic_id.in_(select(Topic.id).where(belongs)), and_(Case.topic_id.is_(None), came_with))
        )
    if only.agency is not None:
        conditions.append(Case.agency_id == only.agency)
    return conditions


async def read_occurring(
    place: Workplace, conditions: list[ColumnElement[bool]], order: Sequence[ColumnElement[Any]] = ()
) -> Occurrences:
    """The topics and the agencies of the first `MOST_COUNTED` cases that meet `conditions`, the most frequent first.

    A topic that has others under it counts theirs too. Where there are more cases, what was not met among the first
    follows with a count of 0: an archive grows without end, and its count would grow with it.
    """
    first = (
        select(Case.topic_id, Case.suggested_topic, Case.agency_id)
        .where(*conditions)
        .order_by(*order)
        .limit(MOST_COUNTED)
        .subquery()
    )
    columns = (first.c.topic_id, first.c.suggested_topic, first.c.agency_id)
    async with place.database.read() as connection:
        counted = (await connection.execute(select(*columns, func.count()).group_by(*columns))).all()
        known = (await connection.execute(select(Topic.id, Topic.name, Topic.parent_id, Topic.merged_into_id))).all()
        agencies = (await connection.execute(select(Agency.id, Agency.short_name, Agency.uuid))).all()
    cases = sum(row[-1] for row in counted)
    with_topic, with_agency = _by_topic(counted, known), Counter[int]()
    for _, _, agency_id, count in counted:
        if agency_id is not None:
            with_agency[agency_id] += count
    if is_whole := cases < MOST_COUNTED:
        listed = [row.id for row in known if row.id in with_topic]
        there = [row.id for row in agencies if row.id in with_agency]
    else:
        sees_all = place.actor.roles & SEE_ALL
        listed = [row.id for row in known if row.merged_into_id is None]
        there = [row.id for row in agencies if sees_all or row.uuid in place.actor.agencies]
    names, groups = {row.id: row.name for row in known}, {row.id: row.parent_id for row in known}
    short = {row.id: row.short_name for row in agencies}
    return Occurrences(
        _most_first(Occurring(one, names[one], with_topic[one], names.get(groups[one], "")) for one in listed),
        _most_first(Occurring(one, short[one], with_agency[one]) for one in there),
        None if is_whole else cases,
    )


def _by_topic(counted: Iterable[Any], known: Iterable[Any]) -> Counter[int]:
    """How many cases are of each topic, those of the topics under it included."""
    parents, merged = {row.id: row.parent_id for row in known}, {row.id: row.merged_into_id for row in known}
    by_name = {row.name: row.id for row in known}
    totals: Counter[int] = Counter()
    for topic_id, came_with, _, count in counted:
        if (topic := topic_id if topic_id is not None else by_name.get(came_with)) is not None:
            topic = merged[topic] or topic
            for each in filter(None, (topic, parents[topic])):
                totals[each] += count
    return totals


def _most_first(found: Iterable[Occurring]) -> tuple[Occurring, ...]:
    return tuple(sorted(found, key=lambda one: (-one.count, one.name)))
