"""The region's rules as its administrator reads them: the text in force, the act's own numbers, versions, changes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app.models import Case, Person, Regulation, RuleChange
from app.regulation.profile import Profile
from app.regulation.workflow import OPEN
from app.services.hours import HoursSettings, read_hours
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of the act with its last correction: `open_cases` count by it, `current` marks the one in force."""

    regulation_id: int
    version: int
    revision: int
    effective_from: date
    short_act: str
    open_cases: int
    current: bool


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change of the rules. `kind`: hours, correction or version; `finished` is False while cases are re-timed."""

    uuid: str
    changed_at: datetime
    who: str
    why: str
    kind: str
    version: int
    cases: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything that can be set. `document` is the text in force, parsed; `act` what the act itself says."""

    profile: Profile
    document: Mapping[str, Any]
    act: Profile
    hours: HoursSettings
    versions: tuple[VersionView, ...]
    changes: tuple[ChangeView, ...]


async def read_rulebook(place: Workplace) -> Rulebook:
    """Read the rules in force and where they came from."""
    async with place.database.read() as connection:
        await place.refresh(connection)
        rows = (await connection.execute(select(Regulation).order_by(Regulation.id))).all()
        mine = select(Case.regulation_id, func.count()).where(Case.state.in_(OPEN)).group_by(Case.regulation_id)
        open_cases = dict((await connection.execute(mine)).all())
        changes = (await connection.execute(_CHANGES)).all()
        hours = await read_hours(connection, place)
    current = place.current_regulation_id
    if all(row.id != current for row in rows):
        return await read_rulebook(place)  # it was put in force at this very desk while the others were read
    text = next(row.text for row in rows if row.id == current)
    now = place.regulations[current]
    first = next(r.id for r in rows if (r.key, r.version, r.revision) == (now.key, now.version, 0))
    return Rulebook(
        profile=now,
        document=tomllib.loads(text),
        act=place.regulations[first],
        hours=hours,
        versions=_versions(rows, place, open_cases, current),
        changes=tuple(_change(row) for row in changes),
    )


_CHANGES = (
    select(RuleChange, Person.name, Regulation.version, Regulation.revision)
    .outerjoin(Person, Person.id == RuleChange.person_id)
    .outerjoin(Regulation, Regulation.id == RuleChange.regulation_id)
    .order_by(RuleChange.id.desc())
    .limit(200)
)


def _change(row: Any) -> ChangeView:
    kind = "hours" if row.regulation_id is None else "correction" if row.revision else "version"
    return ChangeView(
        row.uuid, row.changed_at, row.name or "", row.why, kind, row.version or 0, row.cases, bool(row.finished_at)
    )


def _versions(
    rows: Any, place: Workplace, open_cases: Mapping[int, int], current: int
) -> tuple[VersionView, ...]:
    latest = {row.version: row for row in rows}
    counted = dict.fromkeys(latest, 0)
    for row in rows:
        counted[row.version] += open_cases.get(row.id, 0)
    return tuple(
        VersionView(
            row.id, row.version, row.revision, row.effective_from, place.regulations[row.id].short_act,
            counted[row.version], row.id == current,
        )
        for row in reversed(latest.values())
    )  # fmt: skip
