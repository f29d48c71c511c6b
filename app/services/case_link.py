"""What leads to a case from outside: the link that other programs can keep (cur-desk://case/46-2026-004217), and the
links of its messages."""

from sqlalchemy import select

from app.models import Case, Message, Reply
from app.services.links.known import link_id_of
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


async def find_by_link(place: Workplace, link: str) -> int | None:
    """The case that a message's link belongs to, however the link is written; None where it is not known."""
    link_id = link_id_of(link)  # with OR between the two a server would read every message
    at_link = Message.link_id == link_id if link_id else Message.link == link.strip()
    replied = select(Reply.case_id).where(Reply.link == link.strip())
    statement = select(Message.case_id).where(at_link).union_all(replied).limit(1)
    async with place.database.read() as connection:
        return (await connection.execute(statement)).scalar_one_or_none()
