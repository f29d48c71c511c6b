"""Changing the region's working hours: a new immutable calendar, and open cases re-timed by it."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Meta, RuleChange, WorkHours, new_uuid
from app.regulation import requirements
from app.regulation.calendar import WorkCalendar
from app.regulation.calendar_errors import CalendarError
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.production_calendar import ProductionCalendar
from app.regulation.region_calendar import RegionCalendar
from app.services.journal import check_duty, note_down
from app.services.regulations import shipped_production
from app.services.retiming import Progress, finish_changes
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """The calendar in force now, and how many open cases got other due times."""

    version: str
    cases: int


async def change_hours(
    place: Workplace,
    agency: Mapping[str, Any],
    duty: Mapping[str, Any],
    why: str,
    progress: Progress | None = None,
    sources: Mapping[str, str] | None = None,
) -> HoursChanged:
    """Put new calendars in force: the agencies' and the curators' (objects as WorkCalendar.from_dict takes them).

    Open clocks are counted anew from where they started; verdicts stay. Only an administrator may. `sources` are
    the texts that the calendars were made from, kept to be edited again.
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
        await place.database.keep(connection, {"hours_version": version, **(sources or {})})
        change: dict[str, Any] = {"uuid": new_uuid(), "hours_version": version, "person_id": place.person.id}
        await connection.execute(insert(RuleChange).values(**change, why=why.strip(), changed_at=now))
        await note_down(connection, place, change["uuid"], "hours_changed", {"hours": version})
    return HoursChanged(version, await finish_changes(place, progress))


@dataclass(frozen=True, slots=True)
class HoursSettings:
    """What a region's calendars are made of: its own hours and days ([hours] of a regulation file, of JSON's types
    only), and the text of a production calendar of its own, "" for the shipped one."""

    document: Mapping[str, Any]
    production_text: str = ""

    def production(self) -> ProductionCalendar:
        """The production calendar. Raises CalendarError or Refused("file_broken") for an own text that is wrong."""
        if not self.production_text:
            return shipped_production()
        try:
            document = tomllib.loads(self.production_text)
        except tomllib.TOMLDecodeError as error:
            raise Refused("file_broken", source="calendar.toml", detail=str(error)) from error
        return ProductionCalendar.from_dict(document, "calendar.toml")

    def region(self, zone: str) -> RegionCalendar:
        """The region's reading of it. Raises CalendarError."""
        return RegionCalendar.from_dict({"tz": zone, **self.document}, "regulation.toml", "hours")

    def calendars(self, zone: str, boundary: str = "end") -> tuple[WorkCalendar, WorkCalendar]:
        """The agencies' and the curators' working time. Raises CalendarError or Refused."""
        production, region = self.production(), self.region(zone)
        return (
            WorkCalendar.from_dict(region.agency_calendar(production), boundary),
            WorkCalendar.from_dict(region.duty_calendar(production), boundary),
        )

    def refusal(self, zone: str) -> CalendarError | Refused | None:
        """Why these settings cannot be used, None when they can."""
        try:
            self.calendars(zone)
        except (CalendarError, Refused) as error:
            return error
        return None


async def read_hours(connection: AsyncConnection, place: Workplace) -> HoursSettings:
    """The settings in force, as they were last changed; before that, those of the regulation's own file."""
    kept = await connection.execute(select(Meta.key, Meta.value).where(Meta.key.in_(("hours", "production"))))
    meta = dict(kept.all())
    document = json.loads(meta["hours"]) if "hours" in meta else plain(place.rules().profile.hours)
    return HoursSettings(document, meta.get("production", ""))


async def set_hours(
    place: Workplace, settings: HoursSettings, why: str, based_on: str, progress: Progress | None = None
) -> HoursChanged:
    """Put the region's hours, own days and production calendar in force, as change_hours does. Raises CalendarError.

    `based_on` is the version of the hours that these were made from: Refused where somebody changed it meanwhile.
    """
    if based_on != await _version_now(place):
        raise Refused("rules_changed_meanwhile")
    agency, duty = settings.calendars(place.database.meta["zone"])
    sources = {"hours": json.dumps(plain(settings.document), ensure_ascii=False, sort_keys=True)}
    sources["production"] = settings.production_text
    return await change_hours(place, agency.to_dict(), duty.to_dict(), why, progress, sources)


async def _version_now(place: Workplace) -> str:
    async with place.database.read() as connection:
        return (await connection.execute(select(Meta.value).where(Meta.key == "hours_version"))).scalar_one()


def plain(value: Any) -> Any:
    """A value of TOML in JSON's types: dates as ISO texts."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | bool) else value.isoformat()


def hours_version(agency: WorkCalendar, duty: WorkCalendar) -> str:
    """The digest of a pair of calendars, as verdicts keep it."""
    return f"{agency.version[:16]}+{duty.version[:16]}"


def hours_text(calendar: WorkCalendar) -> str:
    """A calendar as it is stored."""
    return json.dumps(calendar.to_dict(), ensure_ascii=False, sort_keys=True)
