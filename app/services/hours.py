"""Changing the region's working hours: a new immutable calendar, and open cases re-timed by it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from app.models import Meta, RuleChange, WorkHours, new_uuid
from app.regulation import requirements
from app.regulation.calendar import WorkCalendar
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.journal import check_duty
from app.services.retiming import finish_changes
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """The calendar in force now, and how many open cases got other due times."""

    version: str
    cases: int


async def change_hours(
    place: Workplace, agency: Mapping[str, Any], duty: Mapping[str, Any], why: str
) -> HoursChanged:
    """Put new calendars in force: the agencies' and the curators' (objects as WorkCalendar.from_dict takes them).

    Open clocks are counted anew from where they started; verdicts stay. Only an administrator may.
    Raises Refused, or CalendarInvalid where a calendar cannot be used; nothing is changed then.
    """
    check_duty(place, Duty.SET_RULES)
    if refused := requirements.reason(why):
        raise Refused(refused.code, **refused.params)
    calendars = WorkCalendar.from_dict(agency), WorkCalendar.from_dict(duty)
    version = hours_version(*calendars)
    async with place.database.write() as connection:
        known = await connection.execute(select(WorkHours.version).where(WorkHours.version == version))
        now = await place.database.moment(connection)
        if known.first() is None:
            texts = dict(zip(("agency", "duty"), map(hours_text, calendars), strict=True))
            await connection.execute(insert(WorkHours).values(version=version, added_at=now, **texts))
        await connection.execute(update(Meta).where(Meta.key == "hours_version").values(value=version))
        change = {"uuid": new_uuid(), "hours_version": version, "person_id": place.person.id}
        await connection.execute(insert(RuleChange).values(**change, why=why.strip(), changed_at=now))
    return HoursChanged(version, await finish_changes(place))


def hours_version(agency: WorkCalendar, duty: WorkCalendar) -> str:
    """The digest of a pair of calendars, as verdicts keep it."""
    return f"{agency.version[:16]}+{duty.version[:16]}"


def hours_text(calendar: WorkCalendar) -> str:
    """A calendar as it is stored."""
    return json.dumps(calendar.to_dict(), ensure_ascii=False, sort_keys=True)
