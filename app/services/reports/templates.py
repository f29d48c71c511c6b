"""Templates of reports: the region's own in the database beats the one that ships with the program."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from app.models import Person, ReportTemplate, new_uuid
from app.regulation.duties import Duty
from app.resources import resource
from app.services.journal import check_duty, note_down
from app.services.workplace import Workplace

GOVERNOR_CASE = "governor_case"
GOVERNOR_EPISODE = "governor_episode"
CODES = (GOVERNOR_CASE, GOVERNOR_EPISODE)


@dataclass(frozen=True, slots=True)
class TemplateView:
    """The template in use; `name` is empty for the shipped one."""

    code: str
    name: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None


async def read_template(place: Workplace, code: str) -> bytes:
    """The template in use, as a Word file."""
    newest = select(ReportTemplate.data).where(ReportTemplate.code == code).order_by(ReportTemplate.id.desc()).limit(1)
    async with place.database.read() as connection:
        own: bytes | None = (await connection.execute(newest)).scalar_one_or_none()
    if own:
        return own
    ours: bytes = await asyncio.to_thread(resource(f"templates/{code}.docx").read_bytes)
    return ours


async def list_templates(place: Workplace) -> list[TemplateView]:
    """Every template with whose it is now."""
    query = select(ReportTemplate.code, ReportTemplate.name, ReportTemplate.added_at, Person.name.label("who"))
    query = query.join(Person, Person.id == ReportTemplate.person_id).order_by(ReportTemplate.id)
    async with place.database.read() as connection:
        newest = {row.code: row for row in await connection.execute(query)}
    return [
        TemplateView(code, newest[code].name, newest[code].who, newest[code].added_at)
        if code in newest
        else TemplateView(code)
        for code in CODES
    ]


async def set_template(place: Workplace, code: str, name: str, data: bytes) -> None:
    """Use the region's own template from now on; empty `data` goes back to the shipped one.

    Raises Refused: role_may_not, template_damaged, template_placeholder, template_broken, template_too_large.
    """
    check_duty(place, Duty.SET_TEMPLATES)
    if data:
        await asyncio.to_thread(_check, data)
    digest = hashlib.sha256(data).hexdigest()
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        uuid = new_uuid()
        row = {"uuid": uuid, "code": code, "name": name[:300] if data else "", "sha256": digest, "data": data}
        await connection.execute(insert(ReportTemplate).values(**row, person_id=place.person.id, added_at=now))
        await note_down(connection, place, uuid, "template_set", {"code": code, "sha256": digest})


def _check(data: bytes) -> None:
    from app.services.reports.governor_docx import check  # python-docx is slow to import
    from app.texts.governor import PLACEHOLDERS

    check(data, PLACEHOLDERS)
