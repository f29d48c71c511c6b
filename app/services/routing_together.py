"""Several messages to one agency at once: which of them can go, and each sent by an act of its own (п. 7, 9)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Case, Leg, Location, Person, Source
from app.regulation.clocks import Clock, Facts
from app.regulation.errors import Refusal, Refused
from app.regulation.permission import Standing, refusal
from app.regulation.profile import Importance
from app.regulation.workflow import Act, LegKind, State
from app.services import casework
from app.services.acting import read_clocks_of
from app.services.casework import Routing
from app.services.matching import match_choice
from app.services.messages import read_messages_of
from app.services.queries import visible
from app.services.saving import Done
from app.services.views import Directories
from app.services.workplace import Workplace

# What one person can still answer for having looked at, and one page of a queue.
MOST_TOGETHER = 200
_ACTS = {State.INBOX: Act.ROUTE, State.RETURNED: Act.REROUTE}
_VERBS = {Act.ROUTE: casework.route, Act.REROUTE: casework.reroute}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A message among those chosen, as of `version`; `refusal` says why it cannot go with the others.

    `location_id` is the place it has or that its words name, None where neither, `where` all that is known of it;
    `curator` is who has it in hand, "" where nobody or this person; `has_parts` that other agencies wrote for it
    already (п. 16).
    """

    id: int
    number: str
    version: int
    state: State
    excerpt: str
    source: str
    regulation_id: int
    topic_id: int | None
    suggested_topic: str
    location_id: int | None
    place: str
    where: str
    importance: Importance
    curator: str
    has_parts: bool
    clocks: tuple[Clock, ...]
    facts: Facts
    refusal: Refusal | None

    @property
    def act(self) -> Act:
        """What sends it: on its way for the first time (п. 7), or on again (п. 9)."""
        return _ACTS.get(self.state, Act.ROUTE)

    @property
    def leg_kind(self) -> LegKind:
        """The place of the one agency in the order: after written parts it is the last link."""
        return LegKind.LAST if self.has_parts else LegKind.SINGLE


@dataclass(frozen=True, slots=True)
class Together:
    """What all get: one topic, importance and agency; `location_id` only for those whose place is not known."""

    topic_id: int | None
    importance: Importance
    agency_id: int | None
    location_id: int | None = None

    def routing(self, chosen: Chosen) -> Routing:
        """The routing of one of them."""
        return Routing(
            self.topic_id,
            chosen.location_id or self.location_id,
            self.importance,
            (self.agency_id,) if self.agency_id else (),
            chosen.place,
            chosen.has_parts,
        )

    def refusal(self, chosen: Sequence[Chosen]) -> Refusal | None:
        """What is missing to send those that can go (п. 7), None when nothing."""
        going = [one for one in chosen if one.refusal is None]
        if not going:
            return Refusal("none_can_go")
        return next(filter(None, (self.routing(one).refusal() for one in going)), None)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one of them: done, or why not."""

    case_id: int
    number: str
    done: Done | None = None
    refusal: Refusal | None = None


async def read_chosen(place: Workplace, case_ids: Sequence[int], directories: Directories) -> tuple[Chosen, ...]:
    """The cases as they stand, least time left first; those beyond MOST_TOGETHER are refused ("too_many_together").

    A case this person does not see is left out.
    """
    async with place.database.read() as connection:
        rows = (await connection.execute(_statement(place, case_ids))).all()
        await place.know(connection, [row.regulation_id for row in rows])
        found = await _read_rest(connection, [row.id for row in rows])
    return tuple(
        _chosen(place, row, found, directories, is_beyond=number >= MOST_TOGETHER)
        for number, row in enumerate(rows)
    )


async def send_together(
    place: Workplace, chosen: Sequence[Chosen], together: Together, act_ids: Mapping[int, str]
) -> AsyncIterator[Sent]:
    """Send those that can go, each in a transaction of its own; one that is refused does not stop the others.

    `act_ids` are the client's, by case: repeated after a lost connection, what was done is not done twice.
    Raises DatabaseUnavailable; what was sent before stays sent.
    """
    for one in chosen:
        if one.refusal is not None:
            continue
        try:
            done = await _VERBS[one.act](place, one.id, one.version, together.routing(one), act_ids[one.id])
        except Refused as error:
            yield Sent(one.id, one.number, refusal=error.refusal)
        else:
            yield Sent(one.id, one.number, done)


# ----- reading


@dataclass(frozen=True, slots=True)
class _Rest:
    """What of many cases lies in other tables, by case."""

    clocks: Mapping[int, tuple[Clock, ...]]
    messages: Mapping[int, Any]
    parts: Mapping[int, int]


def _statement(place: Workplace, case_ids: Sequence[int]) -> Any:
    columns = (
        Case.id, Case.number, Case.version, Case.state, Case.excerpt, Case.regulation_id, Case.topic_id,
        Case.suggested_topic, Case.location_id, Case.place, Case.importance, Case.significant, Case.curator_id,
        Case.promised_on, Case.repeat_of, Location.name.label("location"), Source.name.label("source"),
        Source.kind.label("channel"), Person.name.label("curator"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Source, Source.id == Case.source_id)
        .outerjoin(Location, Location.id == Case.location_id)
        .outerjoin(Person, Person.id == Case.curator_id)
        .where(Case.id.in_(case_ids), *visible(place))
        .order_by(Case.step_due_at, Case.id)
    )


async def _read_rest(connection: AsyncConnection, case_ids: Sequence[int]) -> _Rest:
    clocks = await read_clocks_of(connection, case_ids)
    done = select(Leg.case_id, func.count()).where(Leg.case_id.in_(case_ids), Leg.state == "done")
    parts = dict((await connection.execute(done.group_by(Leg.case_id))).all())
    messages = await read_messages_of(connection, case_ids)
    return _Rest({key: tuple(many) for key, many in clocks.items()}, messages, parts)


def _chosen(place: Workplace, row: Any, rest: _Rest, directories: Directories, *, is_beyond: bool) -> Chosen:
    messages, state = rest.messages[row.id], State(row.state)
    facts = Facts(
        importance=Importance(row.importance),
        channel=row.channel,
        messages=messages.detected,
        source_in_act=messages.in_act,
        agreed_date=row.promised_on,
        outside=messages.outside,
    )
    location = match_choice(row.place, directories.locations) if row.location_id is None else None
    return Chosen(
        row.id, row.number, row.version, state, row.excerpt, row.source, row.regulation_id, row.topic_id,
        row.suggested_topic, location.id if location else row.location_id, row.place,
        ", ".join(part for part in (row.location, row.place) if part), facts.importance,
        "" if row.curator_id in (None, place.person.id) else row.curator,
        bool(rest.parts.get(row.id)), rest.clocks.get(row.id, ()), facts,
        Refusal("too_many_together", {"most": MOST_TOGETHER}) if is_beyond else _refusal(place, row, state),
    )  # fmt: skip


def _refusal(place: Workplace, row: Any, state: State) -> Refusal | None:
    """Why this case cannot be sent now by this person; the act itself asks the same rule again."""
    standing = Standing(state, significant=row.significant, is_repeat=row.repeat_of is not None)
    return refusal(_ACTS.get(state, Act.ROUTE), LegKind.SINGLE, standing, place.actor)


