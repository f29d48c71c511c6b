"""Of a queue only what is of a topic or with an agency: what can be chosen there, and how the database keeps to it."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.models import Agency, Case, Topic
from app.services.workplace import Workplace


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
    place: Workplace, conditions: list[ColumnElement[bool]]
) -> tuple[tuple[Occurring, ...], tuple[Occurring, ...]]:
    """The topics and the agencies of the cases that meet `conditions`, the most frequent first.

    A topic that has others under it counts theirs too.
    """
    topics = select(Case.topic_id, Case.suggested_topic, func.count()).where(*conditions)
    agencies = (
        select(Agency.id, Agency.short_name, func.count())
        .join(Case, Case.agency_id == Agency.id)
        .where(*conditions)
        .group_by(Agency.id, Agency.short_name)
    )
    async with place.database.read() as connection:
        counted = (await connection.execute(topics.group_by(Case.topic_id, Case.suggested_topic))).all()
        known = (await connection.execute(select(Topic.id, Topic.name, Topic.parent_id, Topic.merged_into_id))).all()
        with_agency = [Occurring(*row) for row in await connection.execute(agencies)]
    names, parents = {row[0]: row[1] for row in known}, {row[0]: row[2] for row in known}
    merged, by_name = {row[0]: row[3] for row in known}, {row[1]: row[0] for row in known}
    totals: Counter[int] = Counter()
    for topic_id, came_with, count in counted:
        if (topic := topic_id if topic_id is not None else by_name.get(came_with)) is not None:
            topic = merged[topic] or topic
            for each in filter(None, (topic, parents[topic])):
                totals[each] += count
    groups = {topic: names[parent] for topic, parent in parents.items() if parent is not None}
    with_topic = [Occurring(topic, names[topic], count, groups.get(topic, "")) for topic, count in totals.items()]
    return _most_first(with_topic), _most_first(with_agency)


def _most_first(found: list[Occurring]) -> tuple[Occurring, ...]:
    return tuple(sorted(found, key=lambda one: (-one.count, one.name)))
