"""Surges the program notices (п. 24): counted as messages come in, proposed with their reasons, decided by people."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import (
    Author,
    Case,
    Episode,
    EpisodeCase,
    History,
    Location,
    Message,
    Person,
    Surge,
    Topic,
    new_uuid,
)
from app.models.history import link_hash
from app.regulation import requirements
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.surges import WEEK, Alarm, Key, Known, Sensitivity, Tally, Voices, Watch
from app.regulation.workflow import EXITS, Act
from app.services.casework import check
from app.services.changes import Change
from app.services.episodes import add_episode
from app.services.folding import fold
from app.services.journal import check_duty, check_reporting, note_down
from app.services.workplace import PROGRAM_UUID, Workplace

SENSITIVITY = Sensitivity()
HOUR = 3600
PAGE = 100
"""Messages read at a time: the first look reads two months of them, and the window goes on between two pages."""
OVERLAP = 50
VOICES_HOURS = 10 * 24
"""Messages that come later than this after they were written count as another voice."""
OPENING_CHARS = 25


@dataclass(frozen=True, slots=True)
class SurgeView:
    """A proposal: how many messages in how many hours, what is usual, and where most of them come from."""

    uuid: str
    topic: str
    location: str
    main_topic: str
    main_location: str
    since: datetime
    hours: int
    count: int
    usual_low: int
    usual_high: int
    found_at: datetime
    state: str
    decided_by: str
    decided_at: datetime | None
    reason: str


# A message as counted: its hour, topic, place, and whether it counts. A plain tuple of plain values: of a hundred
# thousand of them the garbage collector must know nothing, or a pass of it would hold the window.
_Counted = tuple[int, str, str, bool]


class SurgeWatch:
    """Keeps the counts of one desk in memory and brings them up to date by what is new since it looked last.

    `check` writes proposals and nothing else. Two desks that notice the same surge propose it once.
    """

    def __init__(self, place: Workplace, how: Sensitivity = SENSITIVITY) -> None:
        self._place, self._how = place, how
        self._tally, self._voices = Tally(), Voices()
        self._messages: dict[int, _Counted] = {}
        self._last_message = self._last_history = 0
        self._forgotten = 0
        self._names = _Names({}, {})

    async def check(self) -> list[str]:
        """Take up what is new and look; gives the uuids of surges proposed now."""
        await self._take_up()
        hour = _hour(self._place.now())
        async with self._place.database.read() as connection:
            known = await _known(connection, hour, self._how)
        watch = Watch(self._how, known)
        alarms = await asyncio.to_thread(watch.news, self._tally, hour)
        going_on = {before.key for before in known if before.key in watch.going_on and before.last_hour < hour}
        return await self._propose(alarms, going_on)

    @property
    def counted(self) -> int:
        """How many messages are counted."""
        return sum(is_counted for *_, is_counted in self._messages.values())

    # ----- counting

    async def _take_up(self) -> None:
        oldest = self._place.now() - timedelta(hours=WEEK * (self._how.weeks + 1))
        async with self._place.database.read() as connection:
            self._names = await _Names.read(connection)
            changed = await self._changed_cases(connection)
            last = self._last_message - OVERLAP  # another desk's transaction may have ended after a later one
            while rows := (await connection.execute(_page(last, oldest))).all():
                for row in rows:
                    self._count(row)
                last = self._last_message = rows[-1].id
                self._voices.forget_before(_hour(rows[-1].collected_at) - VOICES_HOURS)
                await asyncio.sleep(0)  # the first time there are many: the window goes on meanwhile
            for part in (changed[n : n + PAGE] for n in range(0, len(changed), PAGE)):
                for row in await connection.execute(_MESSAGES.where(Message.case_id.in_(part))):
                    self._count_anew(row)
        await asyncio.to_thread(self._forget, _hour(oldest))

    async def _changed_cases(self, connection: AsyncConnection) -> list[int]:
        """Cases whose topic, place or being at all was settled since the last look."""
        last = (await connection.execute(select(func.max(History.id)))).scalar() or 0
        if not self._last_history:
            self._last_history = last
            return []
        acts = (Act.ROUTE, Act.REROUTE, Act.AMEND, Act.EXCLUDE, Act.REINSTATE)
        query = select(History.case_id).where(History.id > self._last_history, History.act.in_(acts)).distinct()
        self._last_history = last
        return list((await connection.execute(query)).scalars())

    def _count(self, row: Any) -> None:
        if row.id in self._messages:
            return
        hour, topic, place = self._read(row)
        is_another = self._voices.is_another(hour, topic, place, _names_of(row))
        self._keep(row, hour, topic, place, is_another)

    def _count_anew(self, row: Any) -> None:
        before = self._messages.get(row.id)
        if before is None:
            return
        if before[3]:
            self._tally.add(*before[:3], -1)
        hour, topic, place = self._read(row)
        is_moved = (topic, place) != before[1:3]
        self._keep(
            row, hour, topic, place,
            self._voices.is_another(hour, topic, place, _names_of(row)) if is_moved else True,
        )  # fmt: skip

    def _keep(self, row: Any, hour: int, topic: str, place: str, is_another: bool) -> None:
        is_counted = is_another and row.state not in EXITS
        self._messages[row.id] = (hour, topic, place, is_counted)
        if is_counted:
            self._tally.add(hour, topic, place)

    def _read(self, row: Any) -> tuple[int, str, str]:
        topic = str(row.topic_id or "") or self._names.topic(row.suggested_topic)
        place = str(row.location_id or "") or self._names.location(row.place)
        return _hour(row.posted_at or row.collected_at), topic, place

    def _forget(self, hour: int) -> None:
        """Once an hour: what is too old for any forecast."""
        if hour == self._forgotten:
            return
        self._forgotten = hour
        self._tally.forget_before(hour)
        for number in [number for number, message in self._messages.items() if message[0] < hour]:
            del self._messages[number]

    # ----- proposing

    async def _propose(self, alarms: Sequence[Alarm], going_on: set[Key]) -> list[str]:
        if not alarms and not going_on:
            return []
        async with self._place.database.write() as connection:
            now = await self._place.database.moment(connection)
            recent = Surge.seen_at >= now - timedelta(hours=self._how.quiet_hours)
            for key in going_on:  # as long as a surge goes on it is not told again
                mine = update(Surge).where(*_is_of(key), Surge.state != "dismissed", recent)
                await connection.execute(mine.values(seen_at=now))
            made = [await self._propose_one(connection, alarm, now) for alarm in alarms]
        if proposed := [uuid for uuid in made if uuid]:
            self._place.feed.tell(Change(frozenset()))
        return proposed

    async def _propose_one(self, connection: AsyncConnection, alarm: Alarm, now: datetime) -> str | None:
        uuid, main = new_uuid(), alarm.mainly or Key()
        dismissed = select(func.count()).where(*_is_of(alarm.key), Surge.state == "dismissed")
        before = (await connection.execute(dismissed)).scalar_one()
        values = {
            "uuid": uuid,
            "topic_id": _number(alarm.key.topic),
            "location_id": _number(alarm.key.place),
            "main_topic_id": _number(main.topic),
            "main_location_id": _number(main.place),
            "since": _moment(alarm.since_hour),
            "hours": alarm.hours,
            "count": alarm.count,
            "usual_low": alarm.low,
            "usual_high": alarm.high,
            "found_at": now,
            "seen_at": now,
            "mark": f"{alarm.key.topic}:{alarm.key.place}:{alarm.found_hour}:{before}",
            "state": "proposed",
            "reason": "",
        }
        made = self._place.database.insert(Surge).values(**values).on_conflict_do_nothing(index_elements=["mark"])
        if not (await connection.execute(made)).rowcount:
            return None
        await note_proposal(connection, self._place, values)
        return uuid


async def note_proposal(connection: AsyncConnection, place: Workplace, surge: Mapping[str, Any]) -> None:
    """Write a proposal into the journal, as the program's and nobody's."""
    program = replace(place, person=replace(place.person, uuid=PROGRAM_UUID))
    facts = {"hours": surge["hours"], "count": surge["count"], "usual": [surge["usual_low"], surge["usual_high"]]}
    await note_down(connection, program, surge["uuid"], "surge_proposed", facts)


class _Names:
    """The directories by folded name: what a source suggests is counted before a curator has settled it."""

    def __init__(self, topics: dict[str, str], locations: dict[str, str]) -> None:
        self._topics, self._locations = topics, locations
        self._places: dict[str, str] = {}

    @classmethod
    async def read(cls, connection: AsyncConnection) -> "_Names":
        topics = {fold(row.name): str(row.id) for row in await connection.execute(select(Topic.name, Topic.id))}
        places = {fold(row.name): str(row.id) for row in await connection.execute(select(Location.name, Location.id))}
        return cls(topics, places)

    def topic(self, name: str) -> str:
        return self._topics.get(fold(name), "") if name else ""

    def location(self, words: str) -> str:
        """The place that a written address names; the longest name that stands in it."""
        folded = fold(words) if words else ""
        if folded not in self._places:
            found = max((name for name in self._locations if name and name in folded), key=len, default="")
            self._places[folded] = self._locations.get(found, "")
        return self._places[folded]


_MESSAGES = (
    select(Message.id, Message.case_id, Message.posted_at, Message.collected_at)
    .add_columns(func.substr(Message.text, 1, OPENING_CHARS).label("opening"))
    .add_columns(Case.topic_id, Case.location_id, Case.suggested_topic, Case.place, Case.state)
    .add_columns(Author.name.label("author"), Author.link.label("author_link"))
    .join(Case, Case.id == Message.case_id)
    .outerjoin(Author, Author.id == Message.author_id)
)


def _names_of(row: Any) -> tuple[str, str]:
    """What a message's voice is known by: its author, and the beginning of its text."""
    return fold(row.author_link or row.author or ""), fold(row.opening or "")


def _page(after: int, oldest: datetime) -> Any:
    return _MESSAGES.where(Message.id > after, Message.collected_at >= oldest).order_by(Message.id).limit(PAGE)


async def _known(connection: AsyncConnection, hour: int, how: Sensitivity) -> list[Known]:
    recent = _moment(hour - how.quiet_hours)
    query = select(Surge).where(or_(Surge.seen_at >= recent, Surge.decided_at >= recent)).order_by(Surge.id)
    return [
        Known(
            Key(str(row.topic_id or ""), str(row.location_id or "")), row.hours, row._mapping["count"],
            max(_hour(row.seen_at), _hour(row.decided_at or row.seen_at)), row.state == "dismissed",
        )
        for row in await connection.execute(query)
    ]  # fmt: skip


def _is_of(key: Key) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    topic, place = _number(key.topic), _number(key.place)
    return Surge.topic_id.is_not_distinct_from(topic), Surge.location_id.is_not_distinct_from(place)


def _number(code: str) -> int | None:
    return int(code) if code else None


def _hour(at: datetime) -> int:
    return int(at.timestamp() // HOUR)


def _moment(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR, UTC)


# ----- what people do with proposals


async def confirm(place: Workplace, surge_uuid: str, title: str) -> str:
    """Confirm a surge on an urgent question: an episode over its cases begins, and its stopwatch (п. 24).

    Gives the episode's uuid. Raises Refused: role_may_not, surge_unknown, surge_decided, episode_unnamed.
    """
    await check_reporting(place)
    async with place.database.write() as connection:
        surge = await _undecided(connection, surge_uuid)
        cases = await _cases_of(connection, surge)
        episode = await add_episode(connection, place, title, surge.since, cases, surge)
        await _decide(connection, place, surge, "confirmed", "", {"episode": episode})
    place.feed.tell(Change(frozenset()))
    return episode


async def dismiss(place: Workplace, surge_uuid: str, reason: str) -> None:
    """Dismiss a proposal with the reason; it does not come again unless the surge grows.

    Raises Refused: role_may_not, reason_missing, surge_unknown, surge_decided.
    """
    await check_reporting(place)
    check(requirements.reason(reason))
    async with place.database.write() as connection:
        surge = await _undecided(connection, surge_uuid)
        await _decide(connection, place, surge, "dismissed", reason.strip(), {})
    place.feed.tell(Change(frozenset()))


async def _undecided(connection: AsyncConnection, uuid: str) -> Any:
    surge = (await connection.execute(select(Surge).where(Surge.uuid == uuid).with_for_update())).one_or_none()
    if surge is None:
        raise Refused("surge_unknown")
    if surge.state != "proposed":
        who = select(Person.name).where(Person.id == surge.decided_by_id)
        raise Refused("surge_decided", who=(await connection.execute(who)).scalar_one(), at=surge.decided_at)
    return surge


async def _decide(
    connection: AsyncConnection, place: Workplace, surge: Any, state: str, reason: str, facts: dict[str, Any]
) -> None:
    facts = facts | ({"reason": link_hash(surge.uuid, [reason])} if reason else {})
    now = await note_down(connection, place, surge.uuid, f"surge_{state}", facts)
    values = {"state": state, "decided_by_id": place.person.id, "decided_at": now, "reason": reason}
    await connection.execute(update(Surge).where(Surge.id == surge.id).values(**values))


async def _cases_of(connection: AsyncConnection, surge: Any) -> list[int]:
    """The cases of the surge's topic and place since it began, those taken out of work left out.

    As in counting: what the source suggested counts where the curator has not settled it yet.
    """
    at = func.coalesce(Message.posted_at, Message.collected_at)
    names = await _Names.read(connection)
    rows = await connection.execute(_MESSAGES.where(at >= surge.since, Case.state.not_in(EXITS)).order_by(Case.id))
    found = []
    for row in rows:
        topic = str(row.topic_id or "") or names.topic(row.suggested_topic)
        place = str(row.location_id or "") or names.location(row.place)
        if str(surge.topic_id or topic) == topic and str(surge.location_id or place) == place:
            found.append(row.case_id)
    return list(dict.fromkeys(found))


async def cases_like(place: Workplace, episode_uuid: str) -> list[int]:
    """Cases of an open episode's topic and place that came since and are not in it; none for one made by hand."""
    check_duty(place, Duty.READ_GOVERNOR)
    async with place.database.read() as connection:
        episode = (await connection.execute(select(Episode).where(Episode.uuid == episode_uuid))).one_or_none()
        if episode is None or episode.closed_at is not None or not (episode.topic_id or episode.location_id):
            return []
        there = select(EpisodeCase.case_id).where(EpisodeCase.episode_id == episode.id)
        known = set((await connection.execute(there)).scalars())
        return [case_id for case_id in await _cases_of(connection, episode) if case_id not in known]


async def list_surges(place: Workplace, states: Iterable[str] = ("proposed",), limit: int = 50) -> list[SurgeView]:
    """Proposals in these states, newest first."""
    check_duty(place, Duty.READ_GOVERNOR)
    main_topic, main_location = aliased(Topic), aliased(Location)
    query = (
        select(Surge, Topic.name.label("topic"), Location.name.label("location"), Person.name.label("decider"))
        .add_columns(main_topic.name.label("main_topic"), main_location.name.label("main_location"))
        .outerjoin(Topic, Topic.id == Surge.topic_id)
        .outerjoin(Location, Location.id == Surge.location_id)
        .outerjoin(main_topic, main_topic.id == Surge.main_topic_id)
        .outerjoin(main_location, main_location.id == Surge.main_location_id)
        .outerjoin(Person, Person.id == Surge.decided_by_id)
        .where(Surge.state.in_(tuple(states)))
        .order_by(Surge.found_at.desc(), Surge.id.desc())
        .limit(limit)
    )
    async with place.database.read() as connection:
        return [_view(row) for row in await connection.execute(query)]


def _view(row: Any) -> SurgeView:
    return SurgeView(
        uuid=row.uuid,
        topic=row.topic or "",
        location=row.location or "",
        main_topic=(row.main_topic or "") if row.main_topic_id != row.topic_id else "",
        main_location=(row.main_location or "") if row.main_location_id != row.location_id else "",
        since=row.since,
        hours=row.hours,
        count=row.count,
        usual_low=row.usual_low,
        usual_high=row.usual_high,
        found_at=row.found_at,
        state=row.state,
        decided_by=row.decider or "",
        decided_at=row.decided_at,
        reason=row.reason,
    )
