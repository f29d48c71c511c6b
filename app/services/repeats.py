"""Repeats (п. 17–18): the same question after a published answer, linked to the earlier card."""

from sqlalchemy import select

from app.models import Author, Case, Message
from app.regulation import requirements
from app.regulation.errors import Refused
from app.regulation.workflow import Act
from app.services.acting import act
from app.services.casework import check, deed_of
from app.services.kin import relative_of
from app.services.saving import Done, Work
from app.services.workplace import Workplace


async def mark_repeat(place: Workplace, case_id: int, version: int, earlier_id: int, act_id: str = "") -> Done:
    """Mark a case as a repeat of an answered one (п. 17), by whichever author unless the
    region reads it otherwise (`repeat_by`). Its answer then cannot be approved
    without the measures taken. Raises Refused("earlier_open"): an open card is merged instead."""

    async def record(work: Work) -> None:
        earlier = (await work.connection.execute(select(Case).where(Case.id == earlier_id))).one_or_none()
        if earlier is None:
            raise Refused("case_unknown", id=earlier_id)
        this = await relative_of(work.connection, work.case)
        check(requirements.repeat(this, await relative_of(work.connection, earlier)))
        if work.rules.profile.readings.repeat_by == "author" and not await _share_author(work, earlier_id):
            raise Refused("repeat_by_another", number=earlier.number)
        work.case_updates["repeat_of"] = work.payload["repeat_of"] = earlier.uuid

    return await act(place, case_id, version, deed_of(Act.MARK_REPEAT, act_id=act_id), record)


async def _share_author(work: Work, earlier_id: int) -> bool:
    """Whether somebody wrote on both cards: the same page, or the same name where no page is known."""
    query = select(Message.case_id, Author.name, Author.link).join(Author, Author.id == Message.author_id)
    rows = (await work.connection.execute(query.where(Message.case_id.in_((work.case.id, earlier_id))))).all()
    mine, theirs = (
        {row.link or row.name for row in rows if row.case_id == case_id} for case_id in (work.case.id, earlier_id)
    )
    return bool(mine & theirs)


async def unmark_repeat(place: Workplace, case_id: int, version: int, reason: str, act_id: str = "") -> Done:
    """Take a wrong mark off, with the reason; the history keeps both acts."""
    check(requirements.reason(reason))

    async def record(work: Work) -> None:
        work.case_updates["repeat_of"] = work.payload["repeat_of"] = None

    return await act(place, case_id, version, deed_of(Act.UNMARK_REPEAT, note=reason, act_id=act_id), record)
