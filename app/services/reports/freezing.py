"""Reports that were made are kept as they were: frozen with the versions of rules and data, and told to officials.

What was reported to whom and when is kept beside (п. 23; Kuzbass п. 25).
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Message, Person, Report, ReportDelivery, new_uuid
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.profile import ReportDuty
from app.regulation.report_days import Days, PeriodKind
from app.regulation.workflow import Role
from app.services import blobs
from app.services.journal import check_duty, note_down
from app.services.measuring import period_of
from app.services.officials import officials_of
from app.services.reports.periodic import PeriodReport
from app.services.workplace import Workplace

_DUTIES = ("monthly", "results")
# Which official of the register answers to a post that a regulation names, by a word of it.
_POSTS = (("печати", "press"), ("внутренней политике", "internal_policy"), ("Губернатор", "governor"))


@dataclass(frozen=True, slots=True)
class FrozenReport:
    """A report that was made: of which days, which edition, when, by whom ("" for the program)."""

    id: int
    uuid: str
    days: Days
    edition: int
    made_at: datetime
    made_by: str
    sha256: str
    told: tuple["Told", ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A report told to an official: by which duty and clause, to whom, when, how, and by whom."""

    duty: str
    clause: str
    name: str
    post: str
    way: str
    reported_at: datetime
    reported_by: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a duty of the regulation names; `official` (uuid) and `name` where the register has somebody in office."""

    duty: str
    clause: str
    post: str
    official: str | None = None
    name: str = ""


# ----- freezing


async def freeze(place: Workplace, report: PeriodReport, *, only_first: bool = False) -> int | None:
    """Keep a report as it is; gives its id. A second report of the same days is their next edition.

    `only_first`: None where the days have one already, also where another desk was quicker. Raises
    Refused("role_may_not").
    """
    check_duty(place, Duty.MAKE_REPORTS)
    is_program = Role.SYSTEM in place.actor.roles
    packed = await asyncio.to_thread(report.packed)
    try:
        async with place.database.write() as connection:
            edition = await _last_edition(connection, report) + 1
            if only_first and edition > 1:
                return None
            values = _values(report) | {"edition": edition, "made_by_id": None if is_program else place.person.id}
            values["sha256"] = await blobs.put(connection, place.database, packed)
            made = await connection.execute(insert(Report).values(**values).returning(Report.id))
            if not is_program:
                facts = {"kind": report.kind, "days": [report.first, report.last], "edition": edition}
                await note_down(connection, place, values["uuid"], "report_made", facts | {"sha256": values["sha256"]})
            return made.scalar_one()
    except IntegrityError:
        if only_first:
            return None
        raise


def _values(report: PeriodReport) -> dict[str, Any]:
    return {
        "uuid": new_uuid(),
        "kind": report.kind.value,
        "first_day": report.first,
        "last_day": report.last,
        "made_at": report.made_at,
        "regulation_id": report.regulation_id,
        "hours_version": report.hours_version,
        "definitions": report.definitions,
        "history_id": report.history_id,
    }


async def _last_edition(connection: AsyncConnection, report: PeriodReport) -> int:
    same = (Report.kind == report.kind.value, Report.first_day == report.first, Report.last_day == report.last)
    last = await connection.execute(select(func.max(Report.edition)).where(*same))
    return last.scalar_one() or 0


async def read_frozen(place: Workplace, report_id: int) -> PeriodReport:
    """A report as it was frozen. Raises Refused("report_damaged") where its data are not what was sealed."""
    check_duty(place, Duty.READ_REPORTS)
    return await unseal(place, report_id)


async def unseal(place: Workplace, report_id: int) -> PeriodReport:
    """The same, of whoever may."""
    async with place.database.read() as connection:
        sha256 = (await connection.execute(select(Report.sha256).where(Report.id == report_id))).scalar_one()
        packed = await blobs.read(connection, sha256)
    if hashlib.sha256(packed).hexdigest() != sha256:
        raise Refused("report_damaged", sha256=sha256)
    return await asyncio.to_thread(PeriodReport.unpacked, packed)


async def list_frozen(place: Workplace, limit: int = 200) -> list[FrozenReport]:
    """Reports made, the latest period first, each with whom it was told to. Raises Refused("role_may_not")."""
    check_duty(place, Duty.READ_REPORTS)
    query = (
        select(Report, Person.name.label("maker"))
        .outerjoin(Person, Person.id == Report.made_by_id)
        .order_by(Report.last_day.desc(), Report.first_day.desc(), Report.edition.desc())
        .limit(limit)
    )
    async with place.database.read() as connection:
        rows = (await connection.execute(query)).all()
        told = await _told(connection, [row.id for row in rows])
    return [
        FrozenReport(
            row.id, row.uuid, Days(PeriodKind(row.kind), row.first_day, row.last_day), row.edition, row.made_at,
            row.maker or "", row.sha256, tuple(told.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


async def _told(connection: AsyncConnection, report_ids: list[int]) -> dict[int, list[Told]]:
    query = (
        select(ReportDelivery, Person.name.label("reporter"))
        .join(Person, Person.id == ReportDelivery.reported_by_id)
        .where(ReportDelivery.report_id.in_(report_ids))
        .order_by(ReportDelivery.reported_at, ReportDelivery.id)
    )
    told: dict[int, list[Told]] = {}
    for row in await connection.execute(query):
        line = Told(row.duty, row.clause, row.name, row.post, row.way, row.reported_at, row.reporter)
        told.setdefault(row.report_id, []).append(line)
    return told


# ----- telling officials


def report_duties(place: Workplace) -> tuple[ReportDuty, ...]:
    """The monthly duties of the regulation in force (п. 23; Kuzbass п. 25)."""
    return tuple(duty for duty in place.rules().profile.reports if duty.code in _DUTIES)


async def addressees(place: Workplace, on_day: date) -> list[Addressee]:
    """To whom the regulation's monthly duties report, with who holds the post on a day."""
    found = []
    for duty in report_duties(place):
        for post in duty.addressees:
            role = next((role for word, role in _POSTS if word in post), "")
            holders = await officials_of(place, role, on_day) if role else []
            found += [Addressee(duty.code, duty.clause or "", post, o.uuid, o.name) for o in holders] or [
                Addressee(duty.code, duty.clause or "", post)
            ]
    return found


async def record_told(
    place: Workplace, report_id: int, to: Addressee, way: str, reported_at: datetime | None = None
) -> None:
    """Record that a report was told to an official: now, or at an earlier moment, and how («лично», «письмом»).

    Raises Refused: role_may_not, from_the_future, before_report (told before it was made).
    """
    check_duty(place, Duty.REPORT_MONTHLY)
    async with place.database.write() as connection:
        report = (await connection.execute(select(Report).where(Report.id == report_id))).one()
        now = await place.database.moment(connection)
        at = reported_at or now
        if at > now:
            raise Refused("from_the_future", at=at, now=now)
        if at < report.made_at:
            raise Refused("before_report", at=at, made_at=report.made_at)
        values = {
            "report_id": report_id, "duty": to.duty, "clause": to.clause, "official": to.official, "name": to.name,
            "post": to.post, "way": way.strip(), "reported_at": at, "recorded_at": now,
            "reported_by_id": place.person.id,
        }  # fmt: skip
        await connection.execute(insert(ReportDelivery).values(**values))
        told = {"duty": to.duty, "clause": to.clause, "official": to.official, "at": at, "sha256": report.sha256}
        await note_down(connection, place, report.uuid, "report_told", told)


# ----- what is due by itself


async def is_missing(place: Workplace, days: Days) -> bool:
    """Whether these days have no report yet, while any message was detected by their end."""
    end = period_of(place, days.first, days.last).end
    made = (Report.kind == days.kind.value, Report.first_day == days.first, Report.last_day == days.last)
    async with place.database.read() as connection:
        if (await connection.execute(select(Report.id).where(*made).limit(1))).first() is not None:
            return False
        any_message = select(Message.id).where(Message.detected_at < end).limit(1)
        return (await connection.execute(any_message)).first() is not None
