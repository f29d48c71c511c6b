"""Everything that a card shows of its case, by one statement: the rows of each part as one column of JSON.

Fifteen readings took a desk four times as long. A server answers by `guard.card`, which is made of this statement: that
the person may see the case is asked there once, and not by policies of fifteen tables, which took five times as long as
the reading itself.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import chain
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Select,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from app.models.around import AROUND, around
from app.models.base import UtcDateTime, day, moment
from app.models.case import Approval, Case, Draft, Leg, Note, Publication
from app.models.clock import ClockRow
from app.models.history import History
from app.models.message import Attachment, Author, Message
from app.models.network import MessageChange
from app.models.people import Agency, Person, RoleGrant
from app.models.presence import Presence
from app.models.reference import Location, Source, Topic
from app.models.reply import Reply
from app.models.telling import function, written
from app.regulation.workflow import Act

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
        """The column of a select with these rows in it, each as an object."""
        rows = self.query.subquery()
        order = rows.c[self.order]
        if not is_sqlite:
            listed = func.json_agg(aggregate_order_by(rows.table_valued(), order))
            return select(listed).scalar_subquery().label(self.name)
        pairs: Any = ((literal_column(f"'{own.key}'"), _written(own)) for own in rows.c)
        one = select(func.json_object(*chain.from_iterable(pairs)).label("one")).order_by(order).subquery()
        return select(func.json_group_array(func.json(one.c.one))).scalar_subquery().label(self.name)

    def rows(self, told: str | Sequence[Any] | None) -> list[Any]:
        """The rows of what that column told."""
        found: Sequence[Any] = json.loads(told) if isinstance(told, str) else told or ()
        return [self._row(each) for each in found]

    def _row(self, row: dict[str, Any]) -> Any:
        for name, read in self._readers:
            row[name] = read(row[name])
        return SimpleNamespace(**row)

    @cached_property
    def _readers(self) -> tuple[tuple[str, Any], ...]:
        return tuple((c.key, reader) for c in self.query.selected_columns if (reader := _reader(c.type)))


def _written(own: Any) -> Any:
    """As SQLite has it in JSON; PostgreSQL writes bytes by itself."""
    return func.hex(own) if own.type.python_type is bytes else own


def _reader(kind: Any) -> Any:
    """How a value is had back from JSON, where it is another there: instants, days, bytes, and SQLite's truths."""
    if isinstance(kind, UtcDateTime):
        return moment
    if isinstance(kind, Boolean):
        return _truth
    return {date: day, bytes: _bytes}.get(kind.python_type)


def _truth(told: int | None) -> bool | None:
    """What is not known stays so: of a case that no agency has, nobody says whether the act binds it."""
    return None if told is None else bool(told)


def _bytes(told: str) -> bytes:
    """PostgreSQL marks digits as such."""
    return bytes.fromhex(told.removeprefix("\\x"))


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


@cache
def case_part(is_sqlite: bool) -> Part:
    """The case itself, with what stands around it: made once, for making it takes longer than asking it."""
    group, curator, repeating, merged = aliased(Topic), aliased(Person), aliased(Case), aliased(Case)
    others = and_(Presence.case_id == Case.id, Presence.person_id != _ME, Presence.until > _NOW)
    at_work = select(func.aggregate_strings(Person.name, ", ")).join(Presence, Presence.person_id == Person.id)
    named = (
        select(other.id).where(key == Case.uuid, true() if is_sqlite else func.guard.sees_case(other.id)).exists()
        for other, key in ((repeating, repeating.repeat_of), (merged, merged.merged_into))
    )
    around_it = (
        at_work.where(others).scalar_subquery().label("at_work"),
        select(func.max(Presence.until)).where(others).scalar_subquery().label("at_work_until"),
        Topic.name.label("topic"),
        group.name.label("topic_group"),
        Location.name.label("location"),
        curator.name.label("curator"),
        Agency.short_name.label("agency"),
        or_(*named).label("is_named"),
    )
    own = [column for column in Case.__table__.columns if column.key != "folded"]
    query = (
        around(select(*own, *AROUND, *around_it).select_from(Case))
        .outerjoin(Topic, Topic.id == Case.topic_id)
        .outerjoin(group, group.id == Topic.parent_id)
        .outerjoin(Location, Location.id == Case.location_id)
        .outerjoin(curator, curator.id == Case.curator_id)
        .where(Case.id == _KEY)
    )
    return Part("case", query, "id")


def parts(is_sqlite: bool) -> tuple[Part, ...]:
    """The columns of the answer, in their order."""
    return case_part(is_sqlite), *PARTS


@cache
def reading(is_sqlite: bool) -> Select[Any]:
    """The statement itself: the card `case_key` as `me` sees it `now`. A server asks it within `guard.card` alone."""
    return select(*(part.column(is_sqlite) for part in parts(is_sqlite)))


def asking(is_sqlite: bool) -> Select[Any]:
    """What a desk asks for the card `case_key`: a row of all parts, of which a case that it may not see has none."""
    if is_sqlite:
        return reading(is_sqlite)
    columns = (column(part.name, JSON()) for part in parts(is_sqlite))
    told = func.guard.card(_KEY, _ME, _NOW).table_valued(*columns)
    return select(*told.c)


def telling() -> tuple[str, str]:
    """The statements that make the function of a server that tells a card to whoever may see its case."""
    statement = written(reading(is_sqlite=False), {_KEY.key: "$1", _ME.key: "$2", _NOW.key: "$3"})
    return function(
        "card",
        "bigint, bigint, timestamptz",
        ", ".join(f'"{part.name}" json' for part in parts(is_sqlite=False)),
        "BEGIN IF guard.sees_all() OR EXISTS (SELECT FROM guard.seen_case WHERE id = $1) "
        f"THEN RETURN QUERY {statement}; END IF; END",
    )
