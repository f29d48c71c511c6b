"""Everything that a card shows of its case, asked of the database by one statement: the case's row and lists as JSON.

Fifteen readings, each under row-level security, took a desk four times as long as this one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, partial
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Boolean, Select, bindparam, case, cast, func, null, select, union_all
from sqlalchemy.orm import aliased

from app.models import (
    Agency,
    Approval,
    Attachment,
    Author,
    Case,
    ClockRow,
    Draft,
    History,
    Leg,
    Location,
    Message,
    MessageChange,
    Note,
    Person,
    Publication,
    Reply,
    RoleGrant,
    Source,
    Topic,
)
from app.models.base import UtcDateTime
from app.regulation.errors import Refused
from app.regulation.workflow import Act
from app.services.basis import AROUND, around, day, moment
from app.services.presence import others_at_work
from app.services.workplace import Workplace

_KEY: Any = bindparam("case_key", type_=Case.id.type)
_NOW: Any = bindparam("now", type_=UtcDateTime)
_ME: Any = bindparam("me", type_=Person.id.type)
# Acts whose document says something that the card shows.
TELLING = (Act.RETURN, Act.HAND_OVER, Act.ASSIGN, Act.REWORK, Act.SEND_BACK)


@dataclass(frozen=True)
class Part:
    """Rows that belong to a case, in their order: read as one column of JSON, given as plain objects."""

    name: str
    query: Any
    order: str

    def column(self, is_sqlite: bool) -> Any:
        """The column of a select with these rows in it."""
        rows = self.query.subquery()
        columns = [_written(column, is_sqlite) for column in rows.c]
        make, gather = ("json_array", "json_group_array") if is_sqlite else ("json_build_array", "json_agg")
        one = select(getattr(func, make)(*columns).label("one")).order_by(rows.c[self.order]).subquery()
        listed = getattr(func, gather)(func.json(one.c.one) if is_sqlite else one.c.one)
        return select(listed).scalar_subquery().label(self.name)

    def rows(self, told: str | Sequence[Any] | None) -> list[Any]:
        """The rows of what that column told."""
        found = json.loads(told) if isinstance(told, str) else told or []
        return [self._row(each) for each in found]

    def _row(self, values: Sequence[Any]) -> Any:
        row = dict(zip(self._names, values, strict=True))
        for name, read in self._readers:
            row[name] = read(row[name])
        return SimpleNamespace(**row)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.query.selected_columns)

    @cached_property
    def _readers(self) -> tuple[tuple[str, Any], ...]:
        return tuple((c.key, reader) for c in self.query.selected_columns if (reader := _reader(c.type)))


def _written(column: Any, is_sqlite: bool) -> Any:
    if column.type.python_type is not bytes:
        return column
    return func.hex(column) if is_sqlite else func.encode(column, "hex")


def _reader(kind: Any) -> Any:
    """How a value is had back from JSON, where it is another there: instants, days, bytes, and SQLite's truths."""
    if isinstance(kind, UtcDateTime):
        return moment
    if isinstance(kind, Boolean):
        return bool
    return {date: day, bytes: bytes.fromhex}.get(kind.python_type)


_FILE = (
    Attachment.id, Attachment.uuid, Attachment.name, Attachment.media_type, Attachment.size_bytes, Attachment.link,
    Attachment.sha256, Attachment.preview,
)  # fmt: skip
_NO_ID, _NO_UUID = cast(null(), Message.id.type), cast(null(), Draft.uuid.type)
# Each by its own index: with OR between them a server reads every attachment there is.
_FILES = union_all(
    select(
        *_FILE, Message.id.label("message_id"), _NO_UUID.label("draft_uuid"), _NO_UUID.label("publication_uuid")
    )
    .join(Message, Message.id == Attachment.message_id)
    .where(Message.case_id == _KEY),
    select(*_FILE, _NO_ID, Draft.uuid, _NO_UUID)
    .join(Draft, Draft.id == Attachment.draft_id)
    .where(Draft.case_id == _KEY),
    select(*_FILE, _NO_ID, _NO_UUID, Publication.uuid)
    .join(Publication, Publication.id == Attachment.publication_id)
    .where(Publication.case_id == _KEY),
)
_writer, _recorder, _replied, _executor = (aliased(Person) for _ in range(4))
_actor, _behalf, _behalf_agency = aliased(Person), aliased(Person), aliased(Agency)
_HAS_PROGRAM = (
    select(RoleGrant.id)
    .join(Person, Person.id == RoleGrant.person_id)
    .where(RoleGrant.agency_id == Leg.agency_id, Person.active)
    .exists()
)

MESSAGES = Part(
    "messages",
    select(
        Message.id, Message.uuid, Message.text, Message.in_act, Message.post_kind, Message.link, Message.posted_at,
        Message.collected_at, Message.detected_at, Source.code, Source.name.label("source"),
        Author.name.label("author"), Author.link.label("author_link"), Author.contact.label("author_contact"),
    )
    .join(Source, Source.id == Message.source_id)
    .outerjoin(Author, Author.id == Message.author_id)
    .where(Message.case_id == _KEY),
    "id",
)  # fmt: skip
CHANGES = Part(
    "changes",
    select(MessageChange)
    .join(Message, Message.id == MessageChange.message_id)
    .where(Message.case_id == _KEY),
    "id",
)
FILES = Part("files", _FILES, "id")
CLOCKS = Part("clocks", select(ClockRow).where(ClockRow.case_id == _KEY), "id")
LEGS = Part(
    "legs",
    select(
        Leg.uuid, Leg.position, Leg.kind, Leg.state, Leg.agency_id, Leg.bound, Leg.received_at, Leg.opened_at,
        Agency.short_name.label("agency"), Agency.uuid.label("agency_uuid"), _executor.name.label("executor"),
        _HAS_PROGRAM.label("has_program"),
    )
    .join(Agency, Agency.id == Leg.agency_id)
    .outerjoin(_executor, _executor.id == Leg.executor_id)
    .where(Leg.case_id == _KEY),
    "position",
)  # fmt: skip
DRAFTS = Part(
    "drafts",
    select(
        Draft.uuid, Draft.kind, Draft.version, Draft.text, Draft.submitted_at, Draft.measures, Draft.leg_uuid,
        Draft.asked, _writer.name.label("author"), _recorder.name.label("recorder"), Approval.verdict,
        Approval.agreed_date, Approval.decided_at, Agency.short_name.label("agency"),
    )
    .outerjoin(_writer, _writer.id == Draft.author_id)
    .join(_recorder, _recorder.id == Draft.recorded_by_id)
    .outerjoin(Approval, Approval.draft_uuid == Draft.uuid)
    .outerjoin(Leg, Leg.uuid == Draft.leg_uuid)
    .outerjoin(Agency, Agency.id == Leg.agency_id)
    .where(Draft.case_id == _KEY),
    "version",
)  # fmt: skip
PUBLICATIONS = Part(
    "publications",
    select(Publication, Draft.kind)
    .join(Draft, Draft.uuid == Publication.draft_uuid)
    .where(Publication.case_id == _KEY),
    "id",
)
HISTORY = Part(
    "history",
    select(
        History.seq, History.act, History.variant, History.state_from, History.state_to, History.recorded_at,
        History.occurred_at, case((History.act.in_(TELLING), History.payload)).label("payload"),
        _actor.name.label("actor"), func.coalesce(_behalf.name, _behalf_agency.short_name).label("behalf"),
        Note.text.label("note"),
    )
    .outerjoin(_actor, _actor.uuid == History.actor)
    .outerjoin(_behalf, _behalf.uuid == History.on_behalf)
    .outerjoin(_behalf_agency, _behalf_agency.uuid == History.on_behalf)
    .outerjoin(Note, Note.act_id == History.act_id)
    .where(History.case_id == _KEY),
    "seq",
)  # fmt: skip
REPLIES = Part(
    "replies",
    select(
        Reply.id, Reply.uuid, Reply.text, Reply.link, Reply.replied_at, Reply.recorded_at,
        _replied.name.label("recorder"),
    )
    .join(_replied, _replied.id == Reply.recorded_by_id)
    .where(Reply.case_id == _KEY),
    "id",
)  # fmt: skip
PARTS = (MESSAGES, CHANGES, FILES, CLOCKS, LEGS, DRAFTS, PUBLICATIONS, HISTORY, REPLIES)


@dataclass(frozen=True, slots=True)
class Parts:
    """What was read of a case: its row with what stands around it, and the rows of each part by its name."""

    case: Any
    rows: Mapping[str, list[Any]]

    def of(self, part: Part) -> list[Any]:
        return self.rows[part.name]


async def read_parts(place: Workplace, case_id: int) -> Parts:
    """All of a case, of one moment. Raises Refused("case_unknown") where there is none that this person may see."""
    values = {"case_key": case_id, "me": place.person.id, "now": place.now()}
    statement = partial(_statement, place.database.is_sqlite)
    found = await place.ask("card", values, statement)
    if found is None:
        async with place.database.read() as connection:
            found = [row._mapping for row in await connection.execute(statement(), values)]
    if not found:
        raise Refused("case_unknown", id=case_id)
    told = dict(found[0])
    listed = {part.name: part.rows(told.pop(part.name)) for part in PARTS}
    return Parts(SimpleNamespace(**told), listed)


@cache
def _statement(is_sqlite: bool) -> "Select[*tuple[Any, ...]]":
    """Made once, for making it takes longer than asking it."""
    group, curator, repeating, merged = aliased(Topic), aliased(Person), aliased(Case), aliased(Case)
    names, until = others_at_work(_ME, _NOW)
    own = [column for column in Case.__table__.columns if column.key != "folded"]
    around_it = (
        names.label("at_work"),
        until.label("at_work_until"),
        Topic.name.label("topic"),
        group.name.label("topic_group"),
        Location.name.label("location"),
        curator.name.label("curator"),
        Agency.short_name.label("agency"),
        (
            select(repeating.id).where(repeating.repeat_of == Case.uuid).exists()
            | select(merged.id).where(merged.merged_into == Case.uuid).exists()
        ).label("is_named"),
    )
    asked: Select[Any] = (
        around(select(*own, *AROUND, *around_it, *(part.column(is_sqlite) for part in PARTS)).select_from(Case))
        .outerjoin(Topic, Topic.id == Case.topic_id)
        .outerjoin(group, group.id == Topic.parent_id)
        .outerjoin(Location, Location.id == Case.location_id)
        .outerjoin(curator, curator.id == Case.curator_id)
        .where(Case.id == _KEY)
    )
    return asked
