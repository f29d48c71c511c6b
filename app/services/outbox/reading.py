"""The outbox as people see it: what waits, what stands there, what is to be checked, what needs a person and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select

from app.models import Agency, Author, Case, Connector, Dispatch, Leg, Message, Person
from app.models.base import UtcDateTime
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.folding import excerpt
from app.services.journal import check_duty
from app.services.outbox.rendering import approved_text, read_answered
from app.services.workplace import SEE_ALL, Workplace

DAYS_SHOWN = 30
OPEN = ("waiting", "sending", "sent", "check", "failed")


@dataclass(frozen=True, slots=True)
class DispatchView:
    """An answer on its way. `message_link` is where it is to stand, `link` where it does; `fault` a code with its
    parameters, "" for none."""

    id: int
    uuid: str
    case_id: int
    number: str
    state: str
    rung: str
    network: str
    connector: str
    author: str
    excerpt: str
    message_link: str
    link: str
    fault: str
    fault_params: Mapping[str, Any]
    attempts: int
    ordered_at: datetime
    ordered_by: str
    not_before: datetime
    published_at: datetime | None

    @property
    def may_go_again(self) -> bool:
        """Whether a person may have it sent (again)."""
        return self.state in ("failed", "check")

    @property
    def may_be_cancelled(self) -> bool:
        return self.state in ("waiting", "failed", "check")


async def list_outbox(place: Workplace) -> list[DispatchView]:
    """What is open, and of the rest the last DAYS_SHOWN days; of people of agencies their own only.

    Refused("role_may_not").
    """
    check_duty(place, Duty.READ_OUTBOX)
    recent = Dispatch.ordered_at >= place.now() - timedelta(days=DAYS_SHOWN)
    query = (
        select(Dispatch, Case.number, Connector.name.label("connector"), Author.name.label("author"),
               Message.text.label("words"), Message.link.label("message_link"), Person.name.label("person"))
        .join(Case, Case.id == Dispatch.case_id)
        .join(Message, Message.id == Dispatch.message_id)
        .outerjoin(Author, Author.id == Message.author_id)
        .outerjoin(Connector, Connector.id == Dispatch.connector_id)
        .outerjoin(Person, Person.id == Dispatch.ordered_by_id)
        .where(or_(Dispatch.state.in_(OPEN), recent), _mine(place))
        .order_by(Dispatch.id.desc())
    )  # fmt: skip
    async with place.database.read() as connection:
        rows = (await connection.execute(query)).all()
    return sorted((_view(row) for row in rows), key=lambda view: _ORDER.index(view.state))


_ORDER = ("failed", "check", "sent", "sending", "waiting", "done", "cancelled")


def _view(row: Any) -> DispatchView:
    return DispatchView(
        row.id, row.uuid, row.case_id, row.number, row.state, row.rung, row.network, row.connector or "",
        row.author or "", excerpt(row.words), row.message_link, row.link, row.fault, json.loads(row.fault_params),
        row.attempts, row.ordered_at, row.person or "", row.not_before, row.published_at,
    )  # fmt: skip


def _mine(place: Workplace) -> Any:
    """Whose dispatches a person sees: all, or those of cases that their agency has."""
    if place.actor.roles & SEE_ALL:
        return Dispatch.id.is_not(None)
    mine = select(Leg.case_id).join(Agency, Agency.id == Leg.agency_id).where(Agency.uuid.in_(place.actor.agencies))
    return Dispatch.case_id.in_(mine)


def count_stuck(place: Workplace) -> Select[Any]:
    """Dispatches that wait for a person: failed, or of unknown outcome with nothing left that the program can do."""
    from app.services.outbox.sending import STALE

    looked = and_(Dispatch.state == "check", Dispatch.fault.in_(("not_found", "not_read_back")))
    stale_from = bindparam("stale_from", place.now() - STALE, UtcDateTime())
    stays = and_(Dispatch.state == "sent", Dispatch.ordered_at < stale_from)
    waiting = or_(Dispatch.state == "failed", looked, stays)
    return select(func.count()).select_from(Dispatch).where(waiting, _mine(place))


async def text_to_place(place: Workplace, dispatch_id: int) -> str:
    """The approved text of a dispatch, to be placed by hand. Raises Refused as `approved_text` does."""
    check_duty(place, Duty.READ_OUTBOX)
    async with place.database.read() as connection:
        row = (await connection.execute(select(Dispatch).where(Dispatch.id == dispatch_id, _mine(place)))).one()
        messages = await read_answered(connection, row.case_id)
        message = next((m for m in messages if m.id == row.message_id), None)
        if message is None:
            raise Refused("message_gone")
        return (await approved_text(connection, row.case_id, row.draft_uuid, message, row.rung)).text
