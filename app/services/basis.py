"""What an act on a case depends on, read in one go while the case is locked: the basis of its rules.

On PostgreSQL one call locks the cases, takes the moment and answers with all of it; on SQLite, whose writer is alone,
a case is one statement. No rule and no recorder knows which of the two it was.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import Case, ClockRow, Draft, History, Leg, Message, Source
from app.models.around import AROUND, around
from app.models.base import UtcDateTime, day, moment
from app.regulation.clocks import Clock, Outcome
from app.regulation.errors import Refused
from app.regulation.profile import LimitKind
from app.regulation.workflow import Role
from app.services.messages import OnCard, on_card
from app.services.workplace import SEE_ALL, Stored, Workplace, read_stored
from app.services.writing import naming_refusals


@dataclass(frozen=True, slots=True)
class LastLink:
    """The end of a case's chain; where the act asked for is saved already, also when and in which case (its id)."""

    seq: int
    hash: str
    recorded_at: datetime
    done_at: datetime | None
    done_in: int | None


@dataclass(frozen=True, slots=True)
class Basis:
    """A case as it stays until the transaction ends, with all that its acts depend on.

    `case` has the columns of the case and those of AROUND; `sources` are the codes of its messages' sources, `drafts`
    the version of its latest draft, `legs` the position of its last leg; 0 where there is none.
    """

    case: Any
    last: LastLink
    messages: OnCard
    sources: tuple[str, ...]
    clocks: tuple[Clock, ...]

    @property
    def drafts(self) -> int:
        return self.case.latest_draft or 0

    @property
    def legs(self) -> int:
        return self.case.last_leg or 0


@dataclass(frozen=True, slots=True)
class Begun:
    """The moment of the acts of one transaction on the cases `ids`; PostgreSQL takes back no other than it sealed."""

    at: datetime
    ids: tuple[int, ...] = ()
    seal: str = ""
    stored: Stored | None = None
    bases: Mapping[int, Basis] = field(default_factory=dict)

    def basis(self, place: Workplace, case_id: int) -> Basis:
        """What was read of a case.

        Raises Refused("case_unknown"), to whoever does not see all cases Refused("another_agency"), since PostgreSQL
        hides them, to a wall Refused("role_may_not").
        """
        if case_id in self.bases:
            return self.bases[case_id]
        if place.actor.roles == {Role.WALL}:
            raise Refused("role_may_not", roles=(Role.CURATOR, Role.EXECUTOR, Role.RESPONSIBLE))
        if not place.actor.roles & SEE_ALL:
            raise Refused("another_agency")
        raise Refused("case_unknown", id=case_id)


async def begin(connection: AsyncConnection, place: Workplace, acts: Mapping[int, str]) -> Begun:
    """Lock these cases in the order of their ids, those that this person may see, take the moment of the acts and
    read what they depend on. `acts` gives for each case the id of the act that it may have seen already, or "".

    Raises Refused("program_older"), ("program_of_another_workflow") where this program may only read.
    """
    if place.database.is_sqlite:
        stored, bases = await read_stored(connection, place.person), {}
        stored.check(place.database.program)
        for case_id, act_id in acts.items():
            if basis := await _read(connection, case_id, act_id):
                bases[case_id] = basis
        return Begun(await place.database.moment(connection), tuple(sorted(acts)), "", stored, bases)
    ids = sorted(acts)
    values = {"ids": ids, "acts": [acts[case_id] for case_id in ids], "who": place.person.id}
    with naming_refusals():
        told = (await connection.execute(_BEGIN, values)).scalar_one()
    found = told if isinstance(told, dict) else json.loads(told)
    stored = Stored(*found["stored"])
    stored.check(place.database.program)
    bases = {each["case"]["id"]: _told(each) for each in found["bases"]}
    return Begun(moment(found["at"]), tuple(ids), found["seal"], stored, bases)


# ----- SQLite

# Made once: building a select takes longer than SQLite takes to answer it.
_last, _same = aliased(History), aliased(History)
_leg, _draft, _from = aliased(Leg), aliased(Draft), aliased(Source)
_CLOCK = tuple(column.key for column in ClockRow.__table__.columns)


def _listed(query: Any) -> Any:
    """Rows of one column of JSON as one text: a statement of their own would take longer than all of them."""
    rows = query.subquery()
    return select(func.json_group_array(func.json(rows.c.one))).scalar_subquery()


_MESSAGES = (
    select(func.json_array(Message.uuid, Message.detected_at, Message.in_act, _from.code).label("one"))
    .join(_from, _from.id == Message.source_id)
    .where(Message.case_id == bindparam("case_key"))
    .order_by(Message.id)
)
_CLOCKS = select(ClockRow).where(ClockRow.case_id == bindparam("case_key")).order_by(ClockRow.id)
_CASE = (
    around(
        select(
            Case,
            *AROUND,
            select(func.max(_draft.version)).where(_draft.case_id == Case.id).scalar_subquery().label("latest_draft"),
            select(func.max(_leg.position)).where(_leg.case_id == Case.id).scalar_subquery().label("last_leg"),
            _last.seq.label("last_seq"),
            _last.hash.label("last_hash"),
            _last.recorded_at.label("last_recorded_at"),
            _same.recorded_at.label("done_at"),
            _same.case_id.label("done_in"),
            _listed(_MESSAGES).label("messages"),
            _listed(_CLOCKS.with_only_columns(func.json_array(*ClockRow.__table__.columns).label("one"))).label(
                "clocks"
            ),
        ).select_from(Case)
    )
    .join(_last, _last.case_id == Case.id)
    .outerjoin(_same, _same.act_id == bindparam("act_key"))
    .where(Case.id == bindparam("case_key"))
    .order_by(_last.seq.desc())
    .limit(1)
)


async def _read(connection: AsyncConnection, case_id: int, act_id: str) -> Basis | None:
    row = (await connection.execute(_CASE, {"case_key": case_id, "act_key": act_id})).one_or_none()
    if row is None:
        return None
    last = LastLink(row.last_seq, row.last_hash, row.last_recorded_at, row.done_at, row.done_in)
    clocks = [dict(zip(_CLOCK, each, strict=True)) for each in json.loads(row.clocks)]
    return _basis(row, last, json.loads(row.messages), clocks)


def _basis(case: Any, last: LastLink, messages: Sequence[Any], clocks: Sequence[Mapping[str, Any]]) -> Basis:
    """The basis of messages and clocks as JSON tells of them: instants are text in it, and SQLite knows no truth."""
    on_it = [
        SimpleNamespace(uuid=uuid, detected_at=moment(detected_at), in_act=bool(in_act))
        for uuid, detected_at, in_act, _ in messages
    ]
    rows = [SimpleNamespace(**_typed(ClockRow, each)) for each in clocks]
    for row in rows:
        row.by_agreement = bool(row.by_agreement)
    codes = tuple(code for *_, code in messages)
    return Basis(case, last, on_card(on_it), codes, tuple(clock_of(row) for row in rows))


def clock_of(row: Any) -> Clock:
    """The rule's clock from its stored row."""
    return Clock(
        code=row.code,
        round=row.round,
        started_at=row.started_at,
        kind=LimitKind(row.kind),
        due_at=row.due_at,
        target_at=row.target_at,
        leg=row.leg,
        message=row.message,
        by_agreement=row.by_agreement,
        pauses=tuple((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in json.loads(row.pauses)),
        paused_at=row.paused_at,
        stopped_at=row.stopped_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        late_seconds=row.late_seconds,
    )


# ----- PostgreSQL

_BEGIN = text("SELECT guard.begin_and_read(:ids, :acts, :who)").bindparams(
    bindparam("ids", type_=ARRAY(BigInteger)), bindparam("acts", type_=ARRAY(Text))
)


def _told(found: Mapping[str, Any]) -> Basis:
    """The basis from what `guard.basis` tells: instants and days are text in it."""
    case = SimpleNamespace(**_typed(Case, found["case"]), **found["around"])
    seq, hash_, recorded_at, done_at, done_in = found["last"]
    last = LastLink(seq, hash_, moment(recorded_at), moment(done_at), done_in)
    return _basis(case, last, found["messages"], found["clocks"])


def _readers(table: Any) -> dict[str, Any]:
    columns = table.__table__.columns
    moments = {column.key: moment for column in columns if isinstance(column.type, UtcDateTime)}
    return moments | {column.key: day for column in columns if column.type.python_type is date}


_READERS = {table: _readers(table) for table in (Case, ClockRow)}


def _typed(table: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, **{key: read(row[key]) for key, read in _READERS[table].items()}}
