"""Reporting to the Governor (п. 24): what was handed over, to whom, which way, when and by whom; with its papers."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import (
    Agency,
    Case,
    ClockRow,
    Episode,
    EpisodeCase,
    GovernorReport,
    Location,
    Person,
    RoleGrant,
    new_uuid,
)
from app.models.history import link_hash
from app.regulation import requirements
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.workflow import WITH_EPISODE, Act, Role
from app.services import blobs
from app.services.acting import act, act_within
from app.services.casework import check, deed_of
from app.services.changes import Change
from app.services.journal import check_duty, check_reporting, note_down
from app.services.saving import Deed, Done, Work
from app.services.workplace import Workplace

# Which way a report may go; app/texts names them.
WAYS = ("in_person", "phone", "document", "mail", "messenger", "other")


@dataclass(frozen=True, slots=True)
class Papers:
    """What was handed over on paper: the data it was made from (JSON) and the two files; all empty for none."""

    dataset: str = ""
    docx: bytes = b""
    pdf: bytes = b""


@dataclass(frozen=True, slots=True)
class Handing:
    """How a report was handed over. `reported_at` None means: when it is saved; `reporter_id` None: whoever saves."""

    addressee: str
    way: str = "in_person"
    note: str = ""
    reported_at: datetime | None = None
    reporter_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report handed over, as lists show it; `title` is the episode's name or the case's excerpt."""

    id: int
    uuid: str
    case_id: int | None
    number: str
    episode_uuid: str
    title: str
    addressee: str
    way: str
    note: str
    reporter: str
    reported_at: datetime
    recorded_at: datetime
    docx: str
    pdf: str


async def report_case(
    place: Workplace, case_id: int, version: int, handing: Handing, papers: Papers | None = None, act_id: str = ""
) -> Done:
    """Record that a significant case was reported (п. 24): the stopwatch stops at the time of the report.

    Raises Refused: addressee_missing, not_significant, in_the_future, before_previous_act (the mark).
    """
    check(requirements.handing(handing.addressee))

    async def record(work: Work) -> None:
        row = await _store(work.connection, place, handing, papers or Papers(), work.at, work.recorded_at)
        work.writes.add(GovernorReport, row)
        work.payload["report"] = await sealed(work.connection, row)

    deed = deed_of(Act.REPORT_GOVERNOR, note=handing.note, act_id=act_id, occurred_at=handing.reported_at)
    return await act(place, case_id, version, deed, record)


async def report_episode(place: Workplace, episode_uuid: str, handing: Handing, papers: Papers | None = None) -> None:
    """Record that an episode was reported (п. 24): the first report stops its stopwatch, and every report those of
    its cases that are marked as significant and wait.

    Raises Refused: role_may_not, addressee_missing, episode_unknown, in_the_future, before_previous_act.
    """
    await check_reporting(place)
    check(requirements.handing(handing.addressee))
    async with place.database.write() as connection:
        found = select(Episode).where(Episode.uuid == episode_uuid).with_for_update()
        episode = (await connection.execute(found)).one_or_none()
        if episode is None:
            raise Refused("episode_unknown")
        now = await place.database.moment(connection)
        at = (handing.reported_at or now).astimezone(UTC).replace(microsecond=0)
        check(requirements.moment(at, episode.started_at, now))
        row = await _store(connection, place, handing, papers or Papers(), at, now)
        await connection.execute(insert(GovernorReport).values(episode_id=episode.id, **row))
        if episode.reported_at is None:
            await connection.execute(update(Episode).where(Episode.id == episode.id).values(reported_at=at))
        facts = {"report": await sealed(connection, row), "reported_at": at.isoformat()}
        await note_down(connection, place, episode_uuid, "episode_reported", facts)
        told = await _report_its_cases(connection, place, episode, row["uuid"], at)
    place.feed.tell(Change(frozenset(told)))


async def _report_its_cases(
    connection: AsyncConnection, place: Workplace, episode: Any, report: str, at: datetime
) -> list[int]:
    """Stop the stopwatches of the episode's marked cases at the time of its report; gives the cases.

    One that was marked after the report was handed over goes on waiting for one of its own.
    """
    waiting = (
        select(ClockRow.case_id)
        .join(EpisodeCase, EpisodeCase.case_id == ClockRow.case_id)
        .where(EpisodeCase.episode_id == episode.id, ClockRow.code == "governor")
        .where(ClockRow.stopped_at.is_(None), ClockRow.started_at <= at)
    )
    ids = (await connection.execute(waiting)).scalars().all()
    deed = partial(Deed, Act.REPORT_GOVERNOR, WITH_EPISODE, note=episode.title, occurred_at=at)

    async def decide(work: Work) -> bool:
        work.payload["episode_report"] = [episode.uuid, report]
        return True

    deeds = {case_id: deed(act_id=str(uuid5(UUID(report), str(case_id)))) for case_id in ids}
    with place.feed.acting(*(deed.act_id for deed in deeds.values())):
        return [done.case_id for done in await act_within(connection, place, deeds, decide)]


async def _store(
    connection: AsyncConnection, place: Workplace, handing: Handing, papers: Papers, at: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "uuid": new_uuid(),
        "addressee": handing.addressee.strip()[:300],
        "way": handing.way if handing.way in WAYS else "other",
        "note": handing.note.strip(),
        "reported_by_id": handing.reporter_id or place.person.id,
        "reported_at": at,
        "recorded_at": now,
        "dataset": papers.dataset,
        "docx": await blobs.put(connection, place.database, papers.docx),
        "pdf": await blobs.put(connection, place.database, papers.pdf),
    }


async def sealed(connection: AsyncConnection, row: Any) -> list[Any]:
    """What history and journal keep of a report: uuid, way, who, salted digests of the rest, sha256 of the files."""
    values = row if isinstance(row, dict) else row._mapping
    who = select(Person.uuid).where(Person.id == values["reported_by_id"])
    texts = link_hash(values["uuid"], [values["addressee"], values["note"], values["dataset"]])
    reporter = (await connection.execute(who)).scalar_one()
    return [values["uuid"], values["way"], reporter, texts, values["docx"], values["pdf"]]


async def read_file(place: Workplace, sha256: str) -> bytes:
    """A file that was handed over. Raises Refused: role_may_not, file_damaged where it is not what it was."""
    check_duty(place, Duty.READ_GOVERNOR)
    async with place.database.read() as connection:
        data = await blobs.read(connection, sha256)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refused("file_damaged")
    return data


async def read_dataset(place: Workplace, report_id: int) -> dict[str, Any]:
    """The data a report was made from, so that it can be made again."""
    check_duty(place, Duty.READ_GOVERNOR)
    query = select(GovernorReport.dataset).where(GovernorReport.id == report_id)
    async with place.database.read() as connection:
        dataset: dict[str, Any] = json.loads((await connection.execute(query)).scalar_one() or "{}")
    return dataset


async def list_reports(place: Workplace, limit: int = 200, episode_uuid: str = "") -> list[ReportView]:
    """What has been reported, newest first."""
    check_duty(place, Duty.READ_GOVERNOR)
    query = (
        select(GovernorReport, Case.number, Case.excerpt, Person.name)
        .add_columns(Episode.uuid.label("episode"), Episode.title.label("title"))
        .outerjoin(Case, Case.id == GovernorReport.case_id)
        .outerjoin(Episode, Episode.id == GovernorReport.episode_id)
        .join(Person, Person.id == GovernorReport.reported_by_id)
        .order_by(GovernorReport.reported_at.desc(), GovernorReport.id.desc())
        .limit(limit)
    )
    if episode_uuid:
        query = query.where(Episode.uuid == episode_uuid)
    async with place.database.read() as connection:
        return [_report(row) for row in await connection.execute(query)]


def _report(row: Any) -> ReportView:
    return ReportView(
        id=row.id,
        uuid=row.uuid,
        case_id=row.case_id,
        number=row.number or "",
        episode_uuid=row.episode or "",
        title=row.title or row.excerpt or "",
        addressee=row.addressee,
        way=row.way,
        note=row.note,
        reporter=row.name,
        reported_at=row.reported_at,
        recorded_at=row.recorded_at,
        docx=row.docx,
        pdf=row.pdf,
    )


@dataclass(frozen=True, slots=True)
class MarkedCase:
    """A significant case that awaits its report: since when, its target (None: the region set none), where it is."""

    case_id: int
    number: str
    excerpt: str
    where: str
    agency: str
    state: str
    marked_at: datetime
    target_at: datetime | None


_WAITING = (
    select(ClockRow.case_id, ClockRow.started_at, ClockRow.target_at, Case.number, Case.excerpt, Case.place, Case.state)
    .add_columns(Agency.short_name.label("agency"), Location.name.label("location"))
    .join(Case, Case.id == ClockRow.case_id)
    .outerjoin(Agency, Agency.id == Case.agency_id)
    .outerjoin(Location, Location.id == Case.location_id)
    .where(ClockRow.code == "governor", ClockRow.stopped_at.is_(None))
    .order_by(ClockRow.started_at)
)


async def list_marked(place: Workplace) -> list[MarkedCase]:
    """Significant cases that were not reported yet, the longest wait first."""
    check_duty(place, Duty.READ_GOVERNOR)
    async with place.database.read() as connection:
        return [
            MarkedCase(
                row.case_id, row.number, row.excerpt, ", ".join(part for part in (row.location, row.place) if part),
                row.agency or "", row.state, row.started_at, row.target_at,
            )
            for row in await connection.execute(_WAITING)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reporting:
    """What recording a report begins with: the last addressee ("" for none yet), and who may have reported."""

    addressee: str
    people: tuple[tuple[int, str], ...]


async def read_reporting(place: Workplace) -> Reporting:
    """The last addressee of this database, and the curators and supervisors."""
    last = select(GovernorReport.addressee).order_by(GovernorReport.id.desc()).limit(1)
    people = (
        select(Person.id, Person.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.active, RoleGrant.role.in_((Role.CURATOR, Role.SUPERVISOR)))
        .distinct()
        .order_by(Person.name)
    )
    async with place.database.read() as connection:
        addressee = (await connection.execute(last)).scalar_one_or_none()
        return Reporting(addressee or "", tuple((row.id, row.name) for row in await connection.execute(people)))
