"""What is said of people and their absences: agencies with nobody today, who is on duty, what moves where."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.services.roster import DutyNow, ShiftView
from app.services.staffing import AgencyStaff, Staffing
from app.texts import tr
from app.texts.moments import clock_time, near_moment


def short_day(day: date) -> str:
    """"05.06"."""
    return f"{day:%d.%m}"


def days_words(first: date, last: date) -> str:
    """"05.06", "05.06 – 12.06"."""
    return short_day(first) if first == last else f"{short_day(first)} – {short_day(last)}"


def staffing_note(staff: AgencyStaff) -> str:
    """A word or two beside an agency's name, "" where somebody is there."""
    if staff.staffing is Staffing.NO_PROGRAM:
        return tr("without the program")
    return tr("nobody today") if staff.staffing is Staffing.NOBODY_TODAY else ""


def staffing_words(agency: str, staff: AgencyStaff) -> str:
    """The sentence before an agency is chosen: nobody is there today, or a curator writes its acts down (п. 6)."""
    if staff.staffing is Staffing.NO_PROGRAM:
        return tr("{agency} works without the program: a curator records its acts.", agency=agency)
    if staff.staffing is not Staffing.NOBODY_TODAY:
        return ""
    if staff.back_on is None:
        return tr("{agency} has no executor today, and nobody substitutes.", agency=agency)
    back = short_day(staff.back_on)
    return tr("{agency} has no executor until {day}, and nobody substitutes.", agency=agency, day=back)


def short_name(name: str) -> str:
    """"Соколова Е. П." of "Соколова Елена Петровна"; anything else stays as it is."""
    family, *others = name.split()
    if len(others) != 2 or any("." in other for other in others):
        return name
    return f"{family} {' '.join(f'{other[0]}.' for other in others)}"


def duty_words(duty: DutyNow, now: datetime, zone: ZoneInfo) -> str:
    """"На смене: Соколова Е. П. до 18:00"; who comes next where nobody is there; "" without a roster."""
    if duty.on_duty:
        return tr("On duty: {people}", people=_people(duty.on_duty, zone))
    if not duty.coming:
        return tr("Nobody is on duty") if duty.is_kept else ""
    first = duty.coming[0]
    if not duty.is_kept and (first.starts_at - now).days >= 1:
        return ""
    at = near_moment(first.starts_at, now, zone)
    return tr("Nobody is on duty; next: {person}, {moment}", person=short_name(first.person), moment=at)


def duty_names(duty: DutyNow, now: datetime, zone: ZoneInfo) -> str:
    """"На смене: Соколова, Жмакин": as short as a status bar needs it; without anybody as `duty_words`."""
    if not duty.on_duty:
        return duty_words(duty, now, zone)
    return tr("On duty: {people}", people=", ".join(_family(shift.person) for shift in duty.on_duty))


def _family(name: str) -> str:
    return short_name(name).split()[0] if short_name(name) != name else name


def _people(shifts: Sequence[ShiftView], zone: ZoneInfo) -> str:
    told = (tr("{person} until {time}", person=short_name(s.person), time=clock_time(s.ends_at, zone)) for s in shifts)
    return ", ".join(told)
