"""What people said that the columns of a table mean: kept by its header, the same for every desk."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from app.models import ImportMapping, Person
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.intake.columns import REGION_ZONE, ColumnMapping, fields, normal_header
from app.services.journal import check_duty
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class MappingView:
    """A mapping as the page shows it. `fields` leads from our field to a header as `normal_header` gives it."""

    fingerprint: str
    version: int
    file_name: str
    fields: Mapping[str, str]
    zone: str
    changed_by: str
    changed_at: datetime


async def read_mappings(place: Workplace) -> dict[str, ColumnMapping]:
    """All of the region's, by fingerprint."""
    async with place.database.read() as connection:
        rows = await connection.execute(select(ImportMapping.fingerprint, ImportMapping.fields, ImportMapping.zone))
        return {row.fingerprint: ColumnMapping(json.loads(row.fields), row.zone) for row in rows}


async def list_mappings(place: Workplace) -> list[MappingView]:
    """All of the region's, the newest first."""
    query = select(ImportMapping, Person.name.label("person")).outerjoin(Person, Person.id == ImportMapping.person_id)
    async with place.database.read() as connection:
        rows = (await connection.execute(query.order_by(ImportMapping.changed_at.desc()))).all()
    return [_view(row) for row in rows]


async def save_mapping(
    place: Workplace, fingerprint: str, version: int, file_name: str, mapping: ColumnMapping
) -> MappingView:
    """Keep a mapping; `version` is the one that was changed, 0 for a new one.

    Raises Refused: role_may_not, mapping_without_text, mapping_twice (a column for two fields), zone_unknown,
    mapping_changed (somebody else saved it meanwhile).
    """
    check_duty(place, Duty.IMPORT)
    _check(mapping)
    kept = {code: normal_header(header) for code, header in mapping.fields.items() if header}
    values = {
        "file_name": file_name[-300:],
        "fields": json.dumps(kept, ensure_ascii=False),
        "zone": mapping.zone,
        "person_id": place.person.id,
        "changed_at": place.now(),
        "version": version + 1,
    }
    async with place.database.write() as connection:
        found = await connection.execute(select(ImportMapping.version).where(ImportMapping.fingerprint == fingerprint))
        present = found.scalar_one_or_none() or 0
        if present != version:
            raise Refused("mapping_changed")
        if present:
            where = ImportMapping.fingerprint == fingerprint
            await connection.execute(update(ImportMapping).where(where).values(**values))
        else:
            await connection.execute(insert(ImportMapping).values(fingerprint=fingerprint, **values))
    return next(view for view in await list_mappings(place) if view.fingerprint == fingerprint)


async def forget_mapping(place: Workplace, fingerprint: str) -> None:
    """Forget what was said of a header: its columns are understood by their names again."""
    check_duty(place, Duty.IMPORT)
    async with place.database.write() as connection:
        await connection.execute(delete(ImportMapping).where(ImportMapping.fingerprint == fingerprint))


def mapping_refusal(mapping: ColumnMapping) -> Refused | None:
    """Why a mapping cannot be kept, None where it can."""
    try:
        _check(mapping)
    except Refused as error:
        return error
    return None


def _check(mapping: ColumnMapping) -> None:
    chosen = [header for header in mapping.fields.values() if header]
    if not (mapping.fields.get("text") or mapping.fields.get("fact")):
        raise Refused("mapping_without_text")
    twin = next((header for header in chosen if chosen.count(header) > 1), None)
    if twin is not None:
        raise Refused("mapping_twice", column=twin)
    if mapping.zone not in ("", REGION_ZONE):
        try:
            ZoneInfo(mapping.zone)
        except (ValueError, OSError, KeyError) as error:
            raise Refused("zone_unknown", zone=mapping.zone) from error
    assert set(mapping.fields) <= {*fields(), "fact"}, "our own fields only"


def _view(row: Any) -> MappingView:
    return MappingView(
        row.fingerprint, row.version, row.file_name, json.loads(row.fields), row.zone, row.person or "", row.changed_at
    )
