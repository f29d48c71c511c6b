"""Reading the facts of a period from the database and counting them by the one set of definitions.

Facts are streamed, so that a month of 100,000 messages in a base of a million takes no more memory than its figures.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, exists, false, func, not_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import (
    Approval,
    Case,
    ClockRow,
    Draft,
    History,
    Leg,
    Location,
    Message,
    Publication,
    Source,
    Topic,
)
from app.regulation.book import Book
from app.regulation.clocks import Outcome
from app.regulation.duties import Duty
from app.regulation.lateness import attribute_lateness, overdue_seconds
from app.regulation.measures import (
    ActFact,
    Dimension,
    MessageFact,
    Period,
    Subject,
    Subjects,
    VerdictFact,
    Verdicts,
    name_verdict,
)
from app.regulation.profile import Importance, LimitKind
from app.regulation.shortcomings import Rule, is_formal, is_short
from app.regulation.workflow import CORRECTIONS, EXITS, OPEN, Act, DraftKind, State
from app.services.journal import check_duty
from app.services.shortcomings import rows_of
from app.services.workplace import Workplace

# Rows taken from the database at once while streaming.
_AT_ONCE = 2000
_LEFT = (*EXITS, State.NO_REPLY)
# What a clock that never paused says of its pauses.
NO_PAUSES = "[]"
# Noted by a curator on an answer (п. 19, 21): what makes it incomplete.
_INCOMPLETE = (Rule.SUBSTANCE, Rule.UNTRUE)

# Hears what is being read now: a code of STEPS, and how many of them are behind.
Progress = Callable[[str, int], None]
STEPS = ("acts", "answers", "messages", "clocks")

Fact = MessageFact | VerdictFact | ActFact
Part = list[Fact] | Verdicts


async def read_book(
    place: Workplace, first: date, last: date, *, with_carried: bool = True, progress: Progress | None = None
) -> Book:
    """The figures of the days `first` to `last` of the region, both included.

    A period that is not over ends now. `with_carried` False leaves out what was carried over: enough to compare with
    an earlier period, and much less to read. Raises Refused("role_may_not").
    """
    check_duty(place, Duty.SEE_FIGURES)
    period = period_of(place, first, last)
    book = Book(period, place.rules().agency.between)
    async for facts in read_parts(place, period, with_carried=with_carried, in_columns=True, progress=progress):
        enter(book, facts)
    return book


def enter(book: Book, facts: "Part") -> None:
    """Enter what `read_parts` gave in a book."""
    if isinstance(facts, Verdicts):
        book.add_verdicts(facts)
    else:
        book.add(facts)


def period_of(place: Workplace, first: date, last: date) -> Period:
    """The days as a period; one that is not over ends now, with what was done in this very second."""
    whole = Period.of_days(first, last, place.rules().agency.zone)
    soon = place.now() + timedelta(seconds=1)
    return Period(whole.begin, max(whole.begin, min(whole.end, soon)), whole.zone)


async def read_facts(
    place: Workplace, period: Period, *, with_carried: bool = True, progress: Progress | None = None
) -> AsyncIterator[Fact]:
    """All facts of a period, from one state of the database."""
    async for facts in read_parts(place, period, with_carried=with_carried, progress=progress):
        if not isinstance(facts, Verdicts):
            for fact in facts:
                yield fact


async def read_parts(
    place: Workplace,
    period: Period,
    *,
    with_carried: bool = True,
    in_columns: bool = False,
    progress: Progress | None = None,
) -> AsyncIterator["Part"]:
    """What `read_facts` gives, some thousands at once: a step of the loop for each of a million facts costs more than
    counting it.

    `in_columns`: clocks come as Verdicts, but for answers that are not in time; enough for a Book.
    """
    tell = progress or (lambda _step, _done: None)
    async with place.database.read() as connection:
        if not place.database.is_sqlite:
            await connection.execution_options(isolation_level="REPEATABLE READ")
        reading = _Reading(place, connection, period, await _Tree.read(connection))
        tell("acts", 0)
        yield await reading.acts()
        tell("answers", 1)
        await reading.note_incomplete()
        tell("messages", 2)
        async for messages in reading.messages(with_carried):
            yield messages
        tell("clocks", 3)
        async for verdicts in reading.verdicts(in_columns):
            yield verdicts
        tell("clocks", 4)


@dataclass(frozen=True, slots=True)
class _Tree:
    """Directories by id: whole topics and places belong to their groups, sources to a kind."""

    topics: Mapping[int, int]
    places: Mapping[int, int]
    social: frozenset[int]

    @classmethod
    async def read(cls, connection: AsyncConnection) -> "_Tree":
        groups = {}
        for table in (Topic, Location):
            rows = (await connection.execute(select(table.id, table.parent_id, table.merged_into_id))).all()
            into = {row.id: row.merged_into_id for row in rows if row.merged_into_id}
            parents = {row.id: row.parent_id for row in rows}
            groups[table] = {row.id: _top(row.id, parents, into) for row in rows}
        social = select(Source.id).where(Source.kind == "social")
        return cls(groups[Topic], groups[Location], frozenset((await connection.execute(social)).scalars()))


def _top(key: int, parents: Mapping[int, int | None], into: Mapping[int, int]) -> int:
    """The group of an entry, itself where it is one; an entry merged into another counts as that one."""
    for _ in range(len(parents)):
        key = into.get(key, key)
        parent = parents[key]
        if parent is None:
            break
        key = parent
    return key


# What every fact is broken down by.
_SUBJECT = (
    Case.topic_id.label("topic_id"), Case.location_id.label("location_id"), Case.curator_id.label("curator_id"),
)  # fmt: skip


# The same of a clock: of its own message and leg, where it has one.
_CLOCK_SUBJECT = (
    func.coalesce(Message.source_id, Case.source_id).label("source_id"),
    func.coalesce(Leg.agency_id, Case.agency_id).label("agency_id"),
    *_SUBJECT,
)
# Whether a draft was sent to rework (п. 12): `Case.reworks` counts parts sent back and corrections' rounds too. The
# empty text keeps SQLite from looking through all rework acts there are for each case, instead of the case's own.
_REWORK = select(History.id).where(
    History.case_id == Case.id, History.act.concat("") == Act.REWORK, History.variant.not_in(CORRECTIONS)
)
_WAS_REWORKED = case((Case.reworks > 0, exists(_REWORK)), else_=false()).label("was_reworked")
# What became of a clock that ended.
_ENDED = ClockRow.stopped_at, ClockRow.outcome, ClockRow.late_seconds
# The same, as it is counted; an outcome's code is the word of the count.
_COUNTED = ClockRow.outcome, func.coalesce(ClockRow.late_seconds, 0)
# What says by how much a clock that still runs is overdue.
_RUN = ClockRow.due_at, ClockRow.paused_at, ClockRow.pauses, ClockRow.regulation_id, Case.importance


@dataclass(slots=True)
class _Reading:
    """One reading of one period."""

    place: Workplace
    connection: AsyncConnection
    period: Period
    tree: _Tree
    incomplete: set[int] = field(default_factory=set)
    _subjects: dict[tuple[Any, ...], Subject] = field(default_factory=dict)

    @property
    def until(self) -> datetime:
        """Up to when a clock that still runs is overdue: the end of the period, or now."""
        return min(self.period.end, self.place.now())

    def subject(
        self, network: int | None, agency: int | None, topic: int | None, location: int | None, curator: int | None
    ) -> Subject:
        """The subject of a row; the last three are its `_SUBJECT`."""
        key = network, agency, topic, location, curator
        found = self._subjects.get(key)
        if found is None:
            found = self._subjects[key] = Subject(
                network=network,
                is_social=network in self.tree.social,
                topic=self.tree.topics.get(topic) if topic is not None else None,
                place=self.tree.places.get(location) if location is not None else None,
                agency=agency,
                curator=curator,
            )
        return found

    async def stream(self, query: "Select[*tuple[Any, ...]]") -> AsyncIterator[Sequence[Any]]:
        """Rows of a query, many at once."""
        result = await self.connection.stream(query, execution_options={"yield_per": _AT_ONCE})
        async for part in result.partitions():
            yield part

    def within(self, column: Any) -> Any:
        return and_(column >= self.period.begin, column < self.period.end)

    # ----- returns, rework rounds, what was noted

    async def acts(self) -> list[Fact]:
        """Returns and rework rounds, each of the agency whose turn it was; corrections have no rounds of п. 12."""
        query = (
            select(History.case_id, History.act, History.variant, History.payload, Case.source_id, *_SUBJECT)
            .join(Case, Case.id == History.case_id)
            .where(History.act.in_((Act.RETURN, Act.REWORK, Act.NOTE_SHORTCOMING)), self.within(History.occurred_at))
        )
        told, legs = [], set()
        async for rows in self.stream(query):
            for case_id, act, variant, payload, *subject in rows:
                if act == Act.NOTE_SHORTCOMING:
                    if variant in _INCOMPLETE:
                        self.incomplete.add(case_id)
                elif variant not in CORRECTIONS:
                    leg = json.loads(payload)["leg"]
                    legs.add(leg)
                    told.append((case_id, act, leg, subject))
        agencies = await self._agencies_of(legs)
        return [
            ActFact(case_id, self.subject(source_id, agencies.get(leg), *subject), act)
            for case_id, act, leg, (source_id, *subject) in told
        ]

    async def _agencies_of(self, legs: Iterable[str]) -> dict[str, int]:
        rows = await rows_of(self.connection, select(Leg.uuid, Leg.agency_id), Leg.uuid, legs)
        return {row.uuid: row.agency_id for row in rows}

    # ----- answers that say too little

    async def note_incomplete(self) -> None:
        """Cases whose published answer is short or formal (п. 19), or whose question was asked again (п. 17)."""
        query = (
            select(Draft.case_id, Case.regulation_id, Approval.approved_text)
            .join(Approval, Approval.draft_uuid == Draft.uuid)
            .join(Case, Case.id == Draft.case_id)
            .where(Draft.kind == DraftKind.ANSWER)
            .where(Draft.uuid.in_(select(Publication.draft_uuid).where(self.within(Publication.published_at))))
        )
        async for rows in self.stream(query):
            self.incomplete.update(case_id for case_id, rules, text in rows if self._says_little(rules, text))
        again = aliased(Case)
        asked = select(Case.id).join(again, again.repeat_of == Case.uuid).where(self.within(again.detected_at))
        self.incomplete.update((await self.connection.execute(asked)).scalars())

    def _says_little(self, regulation_id: int, text: str) -> bool:
        rules = self.place.rules(regulation_id).profile.shortcomings
        tests = ((Rule.FORMAL, is_formal), (Rule.SHORT, is_short))
        return any(rule in rules and is_so(text, rules[rule].threshold) for rule, is_so in tests)

    # ----- messages

    async def messages(self, with_carried: bool) -> AsyncIterator[list[Fact]]:
        """Detected messages that something happened to in the period, or that were open in it."""
        period = self.period
        of_case = select(Message.id).join(Case, Case.id == Message.case_id)
        concerned = [
            select(Message.id).where(self.within(Message.detected_at)),
            select(Publication.message_id).where(self.within(Publication.published_at)),
            of_case.where(Case.state.in_(_LEFT), self.within(Case.closed_at)),
        ]
        if with_carried:
            detected = Message.detected_at < period.end
            concerned += [
                of_case.where(Case.state.in_(OPEN), detected),
                of_case.where(Case.closed_at >= period.end, detected),
            ]
        ids = union(*concerned).subquery()
        query = (
            select(
                Message.case_id, Message.detected_at, Case.repeat_of, _WAS_REWORKED,
                case((Case.state.in_(_LEFT), Case.closed_at), else_=None).label("left_at"),
                self._published(DraftKind.ANSWER).label("final_at"),
                self._published(DraftKind.INTERIM).label("interim_at"),
                Message.source_id, Case.agency_id, *_SUBJECT,
            )
            .join(ids, ids.c.id == Message.id)
            .join(Case, Case.id == Message.case_id)
            .where(Message.detected_at.is_not(None))
        )  # fmt: skip
        async for rows in self.stream(query):
            yield [
                MessageFact(
                    case_id=case_id,
                    subject=self.subject(*subject),
                    detected_at=detected_at,
                    interim_at=interim_at,
                    final_at=final_at,
                    left_at=left_at,
                    is_repeat=repeat_of is not None,
                    was_reworked=was_reworked,
                    is_incomplete=case_id in self.incomplete,
                )
                for case_id, detected_at, repeat_of, was_reworked, left_at, final_at, interim_at, *subject in rows
            ]

    @staticmethod
    def _published(kind: DraftKind) -> Any:
        """When the first answer of a kind was placed under the message."""
        return (
            select(func.min(Publication.published_at))
            .join(Draft, Draft.uuid == Publication.draft_uuid)
            .where(Publication.case_id == Message.case_id, Publication.message_id == Message.id, Draft.kind == kind)
            .correlate(Message)
            .scalar_subquery()
        )

    # ----- clocks

    async def verdicts(self, in_columns: bool) -> AsyncIterator[Part]:
        """Clocks that stopped in the period with a verdict, then those overdue at its end."""
        is_late_answer = and_(ClockRow.code == "answer", ClockRow.outcome == Outcome.LATE)
        others = *self._stopped(), not_(is_late_answer)
        if in_columns:
            async for rows in self.stream(self._clocks(*_COUNTED).where(*others)):
                yield self._in_columns(rows)
        else:
            async for rows in self.stream(self._clocks(*_ENDED).where(*others)):
                yield [self._ended(*row) for row in rows]
        late: list[VerdictFact] = []
        async for rows in self.stream(self._clocks(*_ENDED).where(*self._stopped(), is_late_answer)):
            late += [self._ended(*row) for row in rows]
        lost = await self._lost_steps({fact.case_id for fact in late})
        yield [replace(fact, lost_step=lost.get(fact.case_id, "")) for fact in late]
        # asked one by one, so that the index of codes, stops and starts serves both: of a year of later stops it
        # leaves the few that started before the end
        for still in (ClockRow.stopped_at.is_(None), ClockRow.stopped_at >= self.period.end):
            async for rows in self.stream(self._clocks(*_RUN).where(*self._overdue(still))):
                yield list(self._running(rows))

    def _in_columns(self, rows: Sequence[Any]) -> Verdicts:
        """Rows of `_COUNTED` clocks."""
        _, codes, agreed, outcomes, late, networks, agencies, topics, places, curators = zip(*rows, strict=True)
        kinds = list(zip(codes, outcomes, agreed, strict=True))
        known = {kind: name_verdict(*kind) for kind in set(kinds)}
        columns = {
            Dimension.NETWORK: networks, Dimension.TOPIC: list(map(self.tree.topics.get, topics)),
            Dimension.PLACE: list(map(self.tree.places.get, places)), Dimension.AGENCY: agencies,
            Dimension.CURATOR: curators,
        }  # fmt: skip
        subjects = Subjects(columns, [network in self.tree.social for network in networks])
        return Verdicts(subjects, [known[kind] for kind in kinds], late)

    def _ended(
        self, case_id: int, code: str, by_agreement: bool, at: datetime, outcome: str, late: int | None, *subject: Any
    ) -> VerdictFact:
        is_met = outcome == Outcome.MET
        return VerdictFact(
            case_id, self.subject(*subject), code, at, is_met=is_met, by_agreement=by_agreement, late_seconds=late or 0
        )

    @staticmethod
    def _clocks(*columns: Any) -> Select[Any]:
        return (
            select(ClockRow.case_id, ClockRow.code, ClockRow.by_agreement, *columns, *_CLOCK_SUBJECT)
            .join(Case, Case.id == ClockRow.case_id)
            .outerjoin(Leg, Leg.uuid == ClockRow.leg)
            .outerjoin(Message, Message.uuid == ClockRow.message)
        )

    def _stopped(self) -> tuple[Any, ...]:
        codes = ClockRow.code.in_(self._codes())
        return codes, self.within(ClockRow.stopped_at), ClockRow.outcome.in_((Outcome.MET, Outcome.LATE))

    def _overdue(self, still: Any) -> tuple[Any, ...]:
        end = self.period.end
        limit = ClockRow.kind == LimitKind.LIMIT
        return ClockRow.code.in_(self._codes()), still, limit, ClockRow.due_at < end, ClockRow.started_at < end

    def _codes(self) -> list[str]:
        """Every clock any regulation here has; naming them lets the index of codes be used."""
        return sorted({code for profile in self.place.regulations.values() for code in profile.clocks})

    def _running(self, rows: Iterable[Any]) -> Iterator[VerdictFact]:
        """By how much a clock is overdue is told of answers alone: nothing lists the others, and there are many."""
        for case_id, code, by_agreement, due_at, paused_at, pauses, regulation_id, importance, *subject in rows:
            if not self._was_paused(paused_at, pauses):
                late = 0
                if code == "answer":
                    rules = self.place.rules(regulation_id)
                    late = overdue_seconds(rules, code, Importance(importance), due_at, self.until)
                yield VerdictFact(
                    case_id, self.subject(*subject), code, self.until, is_running=True, by_agreement=by_agreement,
                    late_seconds=late,
                )  # fmt: skip

    def _was_paused(self, paused_at: datetime | None, pauses: str) -> bool:
        """Whether the clock stood still when the period ended: what waits is not overdue."""
        end = self.period.end
        if paused_at is not None and paused_at <= end:
            return True
        if pauses == NO_PAUSES:
            return False
        return any(datetime.fromisoformat(a) <= end < datetime.fromisoformat(b) for a, b in json.loads(pauses))

    async def _lost_steps(self, case_ids: Iterable[int]) -> dict[int, str]:
        """Which step lost the answer of each case (п. 10, 21), "" where none did; a case without late steps is left
        out."""
        query = (
            select(ClockRow.case_id, ClockRow.code, ClockRow.leg, ClockRow.outcome, ClockRow.late_seconds)
            .where(ClockRow.outcome == Outcome.LATE)
            .order_by(ClockRow.id)
        )
        clocks: dict[int, list[Any]] = {}
        for row in await rows_of(self.connection, query, ClockRow.case_id, case_ids):
            clocks.setdefault(row.case_id, []).append(row)
        return {case_id: attribute_lateness(of_case).code or "" for case_id, of_case in clocks.items()}
