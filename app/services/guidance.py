"""The guidance library (п. 2): instructions, model answers by topic, consultations given; every version is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import Agency, Guidance, GuidanceVersion, Person, Topic, new_uuid
from app.models.guidance import GUIDANCE_KINDS
from app.models.history import link_hash
from app.regulation import requirements
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.changes import Change
from app.services.folding import fold
from app.services.journal import check_duty, note_down
from app.services.registers.keeping import clean, locked
from app.services.workplace import Workplace

# A place of a model answer: {имя}, {срок}. What the card knows is filled in, the rest is the writer's.
PLACE = re.compile(r"\{([^{}\n]{1,40})\}")
# Of a page or a nickname nobody knows the name: it is greeted without one.
_CALLED = re.compile(r",\s*\{\s*имя\s*\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GuidanceFacts:
    """What a page says. A consultation (decree, п. 2) tells who of which agency asked what, and on which day."""

    kind: str
    title: str
    text: str
    topic_id: int | None = None
    agency_id: int | None = None
    asked_by: str = ""
    asked_on: date | None = None
    question: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class GuidanceView:
    """A page of the library as of `version`, with the names of its topic and agency."""

    id: int
    version: int
    facts: GuidanceFacts
    topic: str
    agency: str
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """A page as it once read."""

    version: int
    title: str
    text: str
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """A model answer for a draft."""

    id: int
    title: str
    text: str


# ----- reading


async def list_guidance(place: Workplace, kind: str = "", query: str = "") -> list[GuidanceView]:
    """Pages of a kind ("" for all) that hold every word of `query`, by title; withdrawn ones last.

    Raises Refused("role_may_not").
    """
    check_duty(place, Duty.READ_GUIDANCE)
    position = func.instr if place.database.is_sqlite else func.strpos
    conditions = [position(Guidance.folded, word) > 0 for word in fold(query).split()]
    if kind:
        conditions.append(Guidance.kind == kind)
    statement = _views().where(*conditions).order_by(Guidance.withdrawn, Guidance.title, Guidance.id)
    async with place.database.read() as connection:
        return [_view(row) for row in await connection.execute(statement)]


async def read_versions(place: Workplace, guidance_id: int) -> list[VersionView]:
    """What a page said from change to change, the latest first."""
    check_duty(place, Duty.READ_GUIDANCE)
    query = (
        select(GuidanceVersion, Person.name)
        .join(Person, Person.id == GuidanceVersion.changed_by_id)
        .where(GuidanceVersion.guidance_id == guidance_id)
        .order_by(GuidanceVersion.version.desc())
    )
    async with place.database.read() as connection:
        rows = await connection.execute(query)
        return [VersionView(row.version, row.title, row.text, row.changed_at, row.name) for row in rows]


async def model_answers(place: Workplace, topic_id: int | None) -> list[ModelAnswer]:
    """Model answers for a draft on a topic: of the topic itself, of its group, then those for any topic."""
    check_duty(place, Duty.READ_GUIDANCE)
    async with place.database.read() as connection:
        parent = select(Topic.parent_id).where(Topic.id == topic_id)
        group = (await connection.execute(parent)).scalar_one_or_none() if topic_id else None
        query = select(Guidance.id, Guidance.title, Guidance.text, Guidance.topic_id)
        query = query.where(Guidance.kind == "answer", Guidance.withdrawn.is_(False))
        fitting = or_(Guidance.topic_id.in_([topic_id, group]), Guidance.topic_id.is_(None))
        rows = (await connection.execute(query.where(fitting).order_by(Guidance.title))).all()
    order = {topic_id: 0, group: 1, None: 2} if topic_id else {None: 2}
    return [ModelAnswer(row.id, row.title, row.text) for row in sorted(rows, key=lambda row: order[row.topic_id])]


def filled(text: str, known: Mapping[str, str]) -> str:
    """A model answer with the places that are known filled in; the rest stays as it stands: {срок}. Where it is known
    that the author has no name to be called by (""), they are not called by one."""
    if known.get("имя") == "":
        text = _CALLED.sub("", text)
    return PLACE.sub(lambda match: known.get(match[1].strip().lower()) or match[0], text)


def _views() -> Select[Any]:
    group = aliased(Topic)
    return (
        select(Guidance, Topic.name.label("topic"), group.name.label("topic_group"), Person.name.label("changed_by"))
        .add_columns(Agency.short_name.label("agency"))
        .outerjoin(Topic, Topic.id == Guidance.topic_id)
        .outerjoin(group, group.id == Topic.parent_id)
        .outerjoin(Agency, Agency.id == Guidance.agency_id)
        .join(Person, Person.id == Guidance.changed_by_id)
    )


def _view(row: Any) -> GuidanceView:
    facts = GuidanceFacts(**{key: getattr(row, key) for key in GuidanceFacts.__dataclass_fields__})
    topic = " · ".join(part for part in (row.topic_group, row.topic) if part)
    return GuidanceView(row.id, row.version, facts, topic, row.agency or "", row.changed_at, row.changed_by)


# ----- writing


async def add_guidance(place: Workplace, facts: GuidanceFacts) -> int:
    """Add a page; gives its id.

    Raises Refused: "role_may_not", "name_missing", "draft_empty", and for a consultation "asked_by_missing" or
    "day_in_future".
    """
    check_duty(place, Duty.WRITE_GUIDANCE)
    facts = _checked(place, facts)
    uuid = new_uuid()
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        mine = {"changed_at": now, "changed_by_id": place.person.id}
        values = {"uuid": uuid, **_columns(facts), **mine}
        guidance_id = (await connection.execute(insert(Guidance).values(**values).returning(Guidance.id))).scalar_one()
        await _keep_version(connection, guidance_id, 1, facts, mine)
        await note_down(connection, place, uuid, "guidance_added", _told(uuid, facts))
    place.feed.tell(Change(frozenset()))
    return guidance_id


async def change_guidance(place: Workplace, guidance_id: int, version: int, facts: GuidanceFacts) -> int:
    """Change a page seen at `version`; what it said before is kept. Gives the new version.

    Raises Refused as `add_guidance` does, and "record_changed" with who changed it meanwhile.
    """
    check_duty(place, Duty.WRITE_GUIDANCE)
    facts = _checked(place, facts)
    async with place.database.write() as connection:
        row = await locked(connection, Guidance, guidance_id, version)
        now = await note_down(connection, place, row.uuid, "guidance_changed", _told(row.uuid, facts))
        mine = {"changed_at": now, "changed_by_id": place.person.id}
        values = {**_columns(facts), "version": version + 1, **mine}
        await connection.execute(update(Guidance).where(Guidance.id == guidance_id).values(**values))
        await _keep_version(connection, guidance_id, version + 1, facts, mine)
    place.feed.tell(Change(frozenset()))
    return version + 1


def refusal_of(facts: GuidanceFacts, today: date) -> Refused | None:
    """What is missing on a page, None when nothing; the editor asks it too."""
    try:
        clean(facts.title, 300, "name_missing")
    except Refused as error:
        return error
    if refused := requirements.draft(facts.text):
        return Refused(refused.code, **refused.params)
    if facts.kind == "consultation":
        if facts.agency_id is None and not facts.asked_by.strip():
            return Refused("asked_by_missing")
        if facts.asked_on is not None and facts.asked_on > today:
            return Refused("day_in_future", date=facts.asked_on)
    return None


def _checked(place: Workplace, facts: GuidanceFacts) -> GuidanceFacts:
    today = place.now().astimezone(place.rules().agency.zone).date()
    if facts.kind not in GUIDANCE_KINDS:
        raise Refused("choice_unknown", option="kind", value=facts.kind, choices=", ".join(GUIDANCE_KINDS))
    if refused := refusal_of(facts, today):
        raise refused
    asked_on = facts.asked_on or (today if facts.kind == "consultation" else None)
    return replace(facts, title=" ".join(facts.title.split()), asked_by=facts.asked_by.strip()[:300], asked_on=asked_on)


def _columns(facts: GuidanceFacts) -> dict[str, Any]:
    values = {key: getattr(facts, key) for key in GuidanceFacts.__dataclass_fields__}
    said = " ".join((facts.title, facts.text, facts.asked_by, facts.question))
    return {**values, "folded": fold(said)}


def _told(uuid: str, facts: GuidanceFacts) -> dict[str, Any]:
    return {"kind": facts.kind, "text": link_hash(uuid, [facts.title, facts.text]), "withdrawn": facts.withdrawn}


async def _keep_version(
    connection: AsyncConnection, guidance_id: int, version: int, facts: GuidanceFacts, mine: Mapping[str, Any]
) -> None:
    values = {"guidance_id": guidance_id, "version": version, "title": facts.title, "text": facts.text, **mine}
    await connection.execute(insert(GuidanceVersion).values(**values))
