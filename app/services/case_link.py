"""The link to a case that other programs can keep: cur-desk://case/46-2026-004217."""

from sqlalchemy import select

from app.models import Case
from app.services.workplace import Workplace

SCHEME = "cur-desk"
_PREFIX = f"{SCHEME}://case/"


def number_of(link: str) -> str | None:
    """The number that a link names, None for any other link."""
    link = link.strip()
    return link[len(_PREFIX) :].strip("/") if link.lower().startswith(_PREFIX) else None


async def find_by_number(place: Workplace, number: str) -> int | None:
    """The case of this number, None where there is none."""
    async with place.database.read() as connection:
        return (await connection.execute(select(Case.id).where(Case.number == number))).scalar_one_or_none()
