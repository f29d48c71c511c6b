"""The directories of a region to choose from: topics, locations, agencies, sources."""

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import Agency, Location, Source, Topic
from app.services.acting import is_bound
from app.services.staffing import read_staff, region_day, staff_of
from app.services.views import Choice, Directories
from app.services.workplace import Workplace


async def read_directories(place: Workplace) -> Directories:
    """Topics, locations, agencies and sources to choose from."""
    async with place.database.read() as connection:
        agencies = (await connection.execute(select(Agency).order_by(Agency.name))).all()
        today = region_day(place)
        staff = staff_of([agency.id for agency in agencies], await read_staff(connection, today), today)
        sources = await connection.execute(select(Source).order_by(Source.id))
        return Directories(
            topics=await _tree(connection, Topic),
            locations=await _tree(connection, Location),
            agencies=tuple(
                Choice(a.id, a.name, a.kind, a.short_name, a.active, staff[a.id], is_bound(a.kind, a.binding))
                for a in agencies
            ),
            sources=tuple(Choice(s.id, s.name, s.kind, s.code, s.mode != "off") for s in sources),
        )


async def _tree(connection: AsyncConnection, table: type[Topic] | type[Location]) -> tuple[Choice, ...]:
    parent = aliased(table)
    statement = (
        select(
            table.id,
            table.name,
            (table.active & func.coalesce(parent.active, true())).label("active"),
            parent.name.label("group"),
        )
        .outerjoin(parent, parent.id == table.parent_id)
        .where(table.merged_into_id.is_(None))
        .order_by(func.coalesce(parent.name, table.name), parent.name.is_not(None), table.name)
    )
    return tuple(
        Choice(row.id, row.name, row.group or "", active=row.active) for row in await connection.execute(statement)
    )
