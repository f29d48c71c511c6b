"""Builds the demo region: its own SQLite file, where invented messages were worked on through the real services.

Every act of the content is played at its own instant by a clock that the builder moves, so history, clocks and
verdicts are those of real work. The file keeps how far its time is from this machine's: a Tuesday at 11:40.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from app.models import Case, History, Location, Topic
from app.models.database import Database
from app.models.time import SystemClock
from app.own_files import sqlite_files
from app.regulation.clocks import Rules
from app.regulation.workflow import Act, DraftKind, Role, State
from app.resources import resource
from app.services import casework, correcting, marking, merging, publishing, repeats, replies
from app.services.attachments import FileRef
from app.services.changes import Feed
from app.services.demo.content import DemoAct, DemoContent, DemoMessage, DemoPerson, load_content, with_dates
from app.services.demo.duty import staff_the_desk
from app.services.demo.governor import show_governor
from app.services.demo.library import add_library
from app.services.demo.memos import memo_steps
from app.services.demo.registers import add_registers
from app.services.directories import read_directories
from app.services.incoming import Incoming
from app.services.regions import NewAgency, NewPerson, add_agencies, add_people, add_tree, list_people, set_up, sit_down
from app.services.registering import register
from app.services.regulations import shipped_rules
from app.services.replies import ReplyRecord
from app.services.saving import Done
from app.services.workplace import Workplace

REGULATION = "kursk"
NOW_AT = time(11, 40)
DAYS_BEFORE = 6
"""How far the content reaches back: the working week before the Tuesday must be a plain one."""


@dataclass(slots=True)
class MovedClock:
    """A clock that stands where the builder puts it."""

    at: datetime

    def now(self) -> datetime:
        return self.at


async def open_demo(path: Path) -> Database:
    """The demo region of this file, built where there is none; its time goes on from the last act in it.

    Raises DatabaseUnavailable.
    """
    if not path.exists():
        return await build_demo(path)
    database = await Database.open(_url(path))
    if "demo" not in database.meta:  # a build that was cut short never gets this name, but a stranger's file may
        await database.close()
        delete_demo(path)
        return await build_demo(path)
    await _go_on_from(database, await _last_moment(database))
    return database


async def build_demo(path: Path) -> Database:
    """Build the demo region in a new file at `path` and open it. Raises DatabaseUnavailable."""
    content = load_content()
    now = demo_now(datetime.now(UTC), shipped_rules(REGULATION))
    unfinished = path.with_name(path.name + ".building")
    delete_demo(unfinished)
    clock = MovedClock(now - timedelta(days=DAYS_BEFORE + 1))
    database = await Database.open(_url(unfinished), clock)
    try:
        player = await _Player.set_up(database, clock, content, now)
        await add_library(next(iter(player.people.values())), player.topic_ids, player.agency_ids)
        administrator = next(place for place in player.people.values() if Role.ADMINISTRATOR in place.actor.roles)
        await add_registers(administrator, player.topic_ids, player.agency_ids)
        for at, step in _in_order(player, now):
            clock.at = at
            await step()
        clock.at = now
        await show_governor(next(iter(player.people.values())), now)
        await staff_the_desk(player.people, player.today)
        await database.set_meta("demo", now.isoformat())
    finally:
        await database.close()
    unfinished.replace(path)
    database = await Database.open(_url(path))
    await _go_on_from(database, now)
    return database


def delete_demo(path: Path) -> None:
    """Undo the demo: its file and SQLite's files beside it."""
    for each in sqlite_files(path):
        each.unlink(missing_ok=True)


def demo_now(real_now: datetime, rules: Rules) -> datetime:
    """The next Tuesday 11:40 of the region that stands in two plain working weeks; never before `real_now`.

    Not before, so that files exported today are not from the future there.
    """
    zone = rules.agency.zone
    day = real_now.astimezone(zone).date()
    while True:
        around = [day + timedelta(days=shift) for shift in range(-DAYS_BEFORE, 4)]
        plain = all(rules.agency.is_working_day(near) == (near.weekday() < 5) for near in around)
        now = datetime.combine(day, NOW_AT, zone).astimezone(UTC)
        if day.weekday() == 1 and plain and now >= real_now:
            return now
        day += timedelta(days=1)


def _url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def _last_moment(database: Database) -> datetime:
    async with database.read() as connection:
        last: datetime = (await connection.execute(select(func.max(History.recorded_at)))).scalar_one()
    return max(last, datetime.fromisoformat(database.meta["demo"]))


async def _go_on_from(database: Database, moment: datetime) -> None:
    offset = moment - datetime.now(UTC).replace(microsecond=0)
    await database.set_meta("clock_offset_seconds", str(int(offset.total_seconds())))
    assert isinstance(database.clock, SystemClock)
    database.clock.set_offset(offset)


def _in_order(player: "_Player", now: datetime) -> list[tuple[datetime, Callable[[], Awaitable[object]]]]:
    """Every act on a message and every step of the memos, each at its instant."""
    steps: list[tuple[int, Callable[[], Awaitable[object]]]] = [
        (act.minutes, partial(player.play, message, act)) for message in player.content.messages for act in message.acts
    ]
    steps += memo_steps(next(iter(player.people.values())))
    return [(now + timedelta(minutes=minutes), step) for minutes, step in sorted(steps, key=lambda step: step[0])]


@dataclass(slots=True)
class _Player:
    """Everybody at their desks, and where each message stands."""

    content: DemoContent
    now: datetime
    people: Mapping[str, Workplace]
    executors: Mapping[str, Workplace]
    agency_ids: Mapping[str, int]
    topic_ids: Mapping[tuple[str, str], int]
    location_ids: Mapping[tuple[str, str], int]
    cases: dict[str, Done] = field(default_factory=dict)
    agencies: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def set_up(cls, database: Database, clock: MovedClock, content: DemoContent, now: datetime) -> "_Player":
        await set_up(database, REGULATION)
        await add_agencies(database, [NewAgency(a.name, a.short_name, a.kind) for a in content.agencies])
        await add_people(database, [_person(person, content) for person in content.people])
        await add_tree(database, Topic, dict(content.topics))
        await add_tree(database, Location, dict(content.places))
        everybody = await list_people(database)
        first = await sit_down(database, everybody[0], Feed())
        seats = [replace(first, person=person) for person in everybody]  # rules are read once for all
        people = {person.key: seat for person, seat in zip(content.people, seats, strict=True)}
        directories = await read_directories(seats[0])
        ids = {agency.name: agency.id for agency in directories.agencies}
        return cls(
            content=content,
            now=now,
            people=people,
            executors={p.agency: people[p.key] for p in reversed(content.people) if p.role is Role.EXECUTOR},
            agency_ids={agency.key: ids[agency.name] for agency in content.agencies},
            topic_ids={(topic.group, topic.name): topic.id for topic in directories.topics},
            location_ids={(location.group, location.name): location.id for location in directories.locations},
        )

    async def play(self, message: DemoMessage, act: DemoAct) -> None:
        """Do one act at the clock's instant."""
        if act.act is Act.COLLECT:
            self.cases[message.id] = await self._collect(message)
            return
        done = self.cases[message.id]
        self.cases[message.id] = await _PLAYED[act.act](self, message, act, done)

    def curator(self, message: DemoMessage) -> Workplace:
        return self.people[message.curator]

    def executor(self, message: DemoMessage) -> Workplace:
        """The executor of the agency that has the message now."""
        return self.executors[self.agencies[message.id]]

    def text(self, text: str) -> str:
        return with_dates(text, self.today)

    @property
    def today(self) -> date:
        """The demo's day in the region."""
        zone = next(iter(self.people.values())).rules().agency.zone
        return self.now.astimezone(zone).date()

    async def _collect(self, message: DemoMessage) -> Done:
        incoming = Incoming(
            text=self.text(message.text),
            source_code=message.source,
            post_kind=message.post_kind,
            link=message.link,
            author_name=message.author,
            author_link=message.author_link,
            posted_at=self.now + timedelta(minutes=message.posted_minutes),
        )
        place = self.people[message.curator or next(iter(self.people))]
        (case_id,) = (await register(place, [incoming])).case_ids
        async with place.database.read() as connection:
            number = (await connection.execute(select(Case.number).where(Case.id == case_id))).scalar_one()
        return Done(case_id, number, 1, State.COLLECTED, place.now())

    def routing(self, message: DemoMessage, agency: str) -> casework.Routing:
        """What the curator settled: topic, place, importance, and the agency this time."""
        self.agencies[message.id] = agency
        settled = (message.municipality, message.settlement) if message.settlement else ("", message.municipality)
        return casework.Routing(
            topic_id=self.topic_ids[self.content.group_of(message.topic), message.topic],
            location_id=self.location_ids[settled],
            importance=message.importance,
            agency_ids=(self.agency_ids[agency],),
            place=message.street,
        )


def _person(person: DemoPerson, content: DemoContent) -> NewPerson:
    names = {agency.key: agency.name for agency in content.agencies}
    agency = names.get(person.agency)
    body = person.body or agency or ""
    return NewPerson(person.name, (person.role,), person.post, body, agency, person.key, post_level="deputy_head")


# A draft that speaks of a photo has one attached.
_SHOWN = "фото"


def _file(code: str, name: str) -> FileRef:
    """A drawn picture that ships with the demo, with its preview."""
    folder = resource(f"demo/{REGULATION}/files")
    path, preview = folder / f"{code}.jpg", (folder / f"{code}-preview.jpg").read_bytes()
    content = path.read_bytes()
    return FileRef(name, "image/jpeg", len(content), hashlib.sha256(content).hexdigest(), preview, path)


# ----- how each act is done


async def _detect(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    return await casework.detect(player.curator(message), done.case_id, done.version)


async def _route(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    routing = player.routing(message, act.agency)
    send = casework.route if act.act is Act.ROUTE else casework.reroute
    return await send(player.curator(message), done.case_id, done.version, routing)


async def _return(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    return await casework.return_to_curator(player.executor(message), done.case_id, done.version, act.reason)


async def _submit(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    text, kind = player.text(act.draft), DraftKind(act.variant)
    files = (_file("repaired", "участок после ремонта.jpg"),) if _SHOWN in text.casefold() else ()
    place, measures = player.executor(message), player.text(act.measures)
    return await casework.submit(place, done.case_id, done.version, kind, text, files=files, measures=measures)


async def _approve(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    agreed = None if act.agreed_in_days is None else player.today + timedelta(days=act.agreed_in_days)
    return await casework.approve(
        player.curator(message), done.case_id, done.version, DraftKind(act.variant), agreed
    )


async def _rework(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    place = player.curator(message)
    remark = player.text(act.reason)
    return await casework.send_to_rework(place, done.case_id, done.version, DraftKind(act.variant), remark)


async def _publish(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    place = player.executor(message)
    record = publishing.PublicationRecord(act.link, place.now(), proof=_file("answer", "снимок ответа.jpg"))
    return await publishing.publish(place, done.case_id, done.version, DraftKind(act.variant), record)


async def _exclude(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    place = player.curator(message)
    grounds = {ground.code: ground.text for ground in place.rules().profile.grounds}
    reason = ": ".join(part for part in (grounds.get(act.ground, ""), act.reason) if part)
    exit_state, ground = State(act.variant), act.ground or ""
    return await casework.exclude(place, done.case_id, done.version, exit_state, reason, ground=ground)


async def _reply(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    reply = ReplyRecord(act.reason)
    return await replies.record_reply(player.curator(message), done.case_id, done.version, reply)


async def _close(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    return await replies.close_without_reply(player.curator(message), done.case_id, done.version, act.reason)


async def _correct(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    return await correcting.open_correction(player.curator(message), done.case_id, done.version, act.reason)


async def _mark(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    return await marking.mark_significant(player.curator(message), done.case_id, done.version)


async def _merge(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    other, place = player.cases[act.other], player.curator(message)
    merged = await merging.merge(place, done.case_id, done.version, other.case_id, into_other=True)
    player.cases[act.other] = replace(other, version=other.version + 1)  # it grew by the very same act
    return merged


async def _mark_repeat(player: _Player, message: DemoMessage, act: DemoAct, done: Done) -> Done:
    earlier = player.cases[act.other]
    return await repeats.mark_repeat(player.curator(message), done.case_id, done.version, earlier.case_id)


_PLAYED: Mapping[Act, Callable[[_Player, DemoMessage, DemoAct, Done], Awaitable[Done]]] = {
    Act.DETECT: _detect,
    Act.ROUTE: _route,
    Act.REROUTE: _route,
    Act.RETURN: _return,
    Act.SUBMIT: _submit,
    Act.APPROVE: _approve,
    Act.REWORK: _rework,
    Act.PUBLISH: _publish,
    Act.EXCLUDE: _exclude,
    Act.REPLY_RECEIVED: _reply,
    Act.CLOSE_WITHOUT_REPLY: _close,
    Act.CORRECT: _correct,
    Act.MARK_SIGNIFICANT: _mark,
    Act.MERGE: _merge,
    Act.MARK_REPEAT: _mark_repeat,
}
