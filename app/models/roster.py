"""Who is off duty at a moment, as the roster and the absences of that day say it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, exists, or_

from app.models.base import UtcDateTime
from app.models.people import Absence, Shift

# What is asked: this moment, the region's day, and when that begins and ends.
MOMENTS: dict[str, BindParameter[Any]] = {
    "now": bindparam("now", type_=UtcDateTime()),
    "today": bindparam("today", type_=Date()),
    "first": bindparam("first", type_=UtcDateTime()),
    "last": bindparam("last", type_=UtcDateTime()),
}


def off_duty(curator_id: Any, moments: Mapping[str, Any] | None = None) -> ColumnElement[bool]:
    """Of a column with curators: whether they are away that day, or not on duty now although the day has a roster.

    Without `moments` the statement is asked with them by name.
    """
    asked: Iterable[Any] = MOMENTS.values()
    if moments is not None:
        asked = [bindparam(name, moments[name], each.type) for name, each in MOMENTS.items()]
    now, today, first, last = asked
    is_away = exists().where(
        Absence.person_id == curator_id, Absence.cancelled.is_(False),
        Absence.first_day <= today, Absence.last_day >= today,
    )  # fmt: skip
    is_kept = exists().where(Shift.starts_at < last, Shift.ends_at > first)
    is_there = exists().where(Shift.person_id == curator_id, Shift.starts_at <= now, Shift.ends_at > now)
    return and_(curator_id.is_not(None), or_(is_away, and_(is_kept, ~is_there)))
