"""Sending: one attempt at a time, its text compared byte for byte, its outcome kept before anything else is done.

An attempt whose outcome was not heard goes to "check": the page is read back, and only a network that knows a second
sending by its key is sent the same again by the program. Otherwise a person decides.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import FAR_FUTURE, Case, Connector, Dispatch, MessageOrigin, Publication
from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind, State
from app.services.changes import Change
from app.services.networks.adapter import Adapter, Encloses, Enclosure, Placed, Sought, Target
from app.services.networks.faults import (
    MISREAD,
    Ambiguous,
    Fault,
    Forbidden,
    NoRights,
    Quota,
    RetryAfter,
    TargetClosed,
    TargetGone,
    Unreachable,
    Unreadable,
    WrongToken,
)
from app.services.networks.kinds import abilities_of
from app.services.networks.opening import Networks, opened
from app.services.outbox.enclosing import enclosing_refusal, files_of, read_enclosures
from app.services.outbox.ordering import as_json, note_row
from app.services.outbox.rendering import Answered, approved_text, read_answered
from app.services.publishing import PublicationRecord, publish
from app.services.workplace import Workplace, read_people

log = logging.getLogger(__name__)

STALE = timedelta(minutes=5)
"""After this an attempt that said nothing is one whose outcome is unknown."""
BACKOFF_MINUTES = (1, 5, 15, 30, 60)
LOOK_AFTER = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
NEAR = timedelta(days=1)
"""Answers sent within this time of each other may be taken for each other, whatever a network's clock shows."""
# A closed way on which the next step of the ladder may be taken.
_FALLS = (TargetClosed, TargetGone, NoRights, WrongToken)


@dataclass(slots=True)
class SendReport:
    """How many were sent, await a check, failed, and were recorded on their cases."""

    sent: int = 0
    recorded: int = 0
    check: int = 0
    failed: int = 0
    put_off: int = 0


async def publish_due(place: Workplace, networks: Networks) -> SendReport:
    """Send, check and record whatever is due; one that fails does not keep the others. The worker's job."""
    report = SendReport()
    await _lost_attempts(place)
    for dispatch_id, state in await _due(place):
        step = {"waiting": _send, "check": _look, "sent": _record}[state]
        try:
            await step(place, networks, dispatch_id, report)
        except Refused as error:  # the case went another way meanwhile: said on the row, the others go on
            await _hinder(place, dispatch_id, error.refusal.code, error.refusal.params, report)
    return report


async def _due(place: Workplace) -> list[tuple[int, str]]:
    query = (
        select(Dispatch.id, Dispatch.state)
        .where(Dispatch.state.in_(("waiting", "check", "sent")), Dispatch.not_before <= place.now())
        .order_by(Dispatch.id)
    )
    async with place.database.read() as connection:
        return [(row.id, row.state) for row in await connection.execute(query)]


async def _lost_attempts(place: Workplace) -> None:
    """An attempt of a program that ended in the middle of it: whether it arrived is not known."""
    lost = select(Dispatch).where(Dispatch.state == "sending", Dispatch.tried_at < place.now() - STALE)
    async with place.database.write() as connection:
        for row in (await connection.execute(lost.with_for_update())).all():
            await _set(connection, row, state="check", fault=Ambiguous.code, not_before=place.now())
            await note_row(connection, place, row, "answer_unknown")


# ----- an attempt


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What one attempt is made with."""

    row: Any
    connector: Any
    message: Answered
    target: Target | None
    text: str
    files: tuple[Enclosure, ...] = ()


async def _send(place: Workplace, networks: Networks, dispatch_id: int, report: SendReport) -> None:
    attempt = await _claim(place, dispatch_id)
    if attempt is None:
        return
    try:
        async with place.database.read() as connection:
            files = await read_enclosures(connection, attempt.row.case_id, attempt.row.draft_uuid)
        attempt = replace(attempt, files=files)
        placed = await _sent(place, networks, attempt)
    except Ambiguous as fault:
        await _unknown(place, attempt.row, fault, report)
    except Fault as fault:
        await _failed(place, attempt, fault, report)
    except Refused as error:
        await _hinder(place, dispatch_id, error.refusal.code, error.refusal.params, report)
    except Exception:
        # Whatever it was, the request may have gone: it is looked for, never sent again because of a defect here.
        log.exception("sending a dispatch")
        await _unknown(place, attempt.row, Ambiguous(), report)
    else:
        await _arrived(place, attempt.row, placed, report)
        await _record(place, networks, dispatch_id, report)


async def _claim(place: Workplace, dispatch_id: int) -> _Attempt | None:
    """Take a dispatch for one attempt, its text approved byte for byte; None where it is not to be sent (any more)."""
    async with place.database.write() as connection:
        row = await _locked(connection, dispatch_id)
        if row.state != "waiting":
            return None
        attempt = await _attempt(connection, row)
        now = place.now()
        await _set(connection, row, state="sending", tried_at=now, attempts=row.attempts + 1, fault="")
        await note_row(connection, place, row, "answer_sending", {"attempt": row.attempts + 1})
    return replace(attempt, row=await _read(place, dispatch_id))


async def _attempt(connection: AsyncConnection, row: Any) -> _Attempt:
    """Raises Refused: ("not_approved"), ("placed_already"), ("approved_text_changed"), ("outbox_no_connection")."""
    case = (await connection.execute(select(Case).where(Case.id == row.case_id))).one()
    if case.state != State.TO_PUBLISH or case.draft_uuid != row.draft_uuid:
        raise Refused("not_approved")
    placed = select(Publication.id).where(
        Publication.message_id == row.message_id, Publication.draft_uuid == row.draft_uuid
    )
    if (await connection.execute(placed)).first() is not None:
        raise Refused("placed_already")
    message = next((m for m in await read_answered(connection, row.case_id) if m.id == row.message_id), None)
    if message is None:
        raise Refused("message_gone")
    told = await approved_text(connection, row.case_id, row.draft_uuid, message, row.rung)
    if told.digest != row.digest:
        raise Refused("approved_text_changed")
    query = select(Connector).where(Connector.id == row.connector_id, Connector.active)
    connector = (await connection.execute(query)).one_or_none()
    if connector is None:
        raise Refused("outbox_no_connection")
    return _Attempt(row, connector, message, await _origin(connection, row), told.text)


async def _origin(connection: AsyncConnection, row: Any) -> Target | None:
    query = select(MessageOrigin.target).where(MessageOrigin.message_id == row.message_id)
    kept = (await connection.execute(query)).scalar_one_or_none()
    target: Target | None = json.loads(kept) if kept and kept != "{}" else None
    return target


async def _sent(place: Workplace, networks: Networks, attempt: _Attempt) -> Placed:
    async with opened(place, networks, attempt.connector) as (adapter, _):
        target = None if attempt.row.rung == "own_page" else _target(adapter, attempt)
        try:
            if attempt.files:
                return await _sent_with_files(adapter, target, attempt)
            if target is None:
                return await adapter.post(attempt.text, attempt.row.key)
            return await adapter.reply(target, attempt.text, attempt.row.key)
        except MISREAD:
            raise Ambiguous from None  # something came back, not what is documented


async def _sent_with_files(adapter: Any, target: Target | None, attempt: _Attempt) -> Placed:
    able: Encloses = adapter  # by the abilities of its network, asked when the answer was ordered
    if target is None:
        return await able.post_with(attempt.text, attempt.row.key, attempt.files)
    return await able.reply_with(target, attempt.text, attempt.row.key, attempt.files)


def _target(adapter: Adapter, attempt: _Attempt) -> Target:
    target = attempt.target
    if target is None and attempt.message.link:
        target = adapter.target(attempt.message.link)
    if target is None:
        raise NoRights("answered_by_hand_only")
    return target


# ----- what came of it


async def _arrived(place: Workplace, row: Any, placed: Placed, report: SendReport) -> None:
    """Kept at once: from here on it is never sent again, whatever happens to the act."""
    now = place.now()
    at = placed.at.astimezone(UTC) if placed.at else now
    at = at if row.tried_at - STALE <= at <= now else now  # a network whose clock is wrong does not set ours
    async with place.database.write() as connection:
        await _set(connection, row, state="sent", link=placed.link, published_at=max(at, row.ordered_at), fault="")
        await note_row(connection, place, row, "answer_sent")
    report.sent += 1
    place.feed.tell(Change(frozenset([row.case_id]), ""))


async def _unknown(place: Workplace, row: Any, fault: Fault, report: SendReport) -> None:
    async with place.database.write() as connection:
        later = place.now() + LOOK_AFTER[0]
        await _set(connection, row, state="check", fault=fault.code, not_before=later, attempts=0)
        await note_row(connection, place, row, "answer_unknown")
    report.check += 1
    place.feed.tell(Change(frozenset([row.case_id]), ""))


async def _failed(place: Workplace, attempt: _Attempt, fault: Fault, report: SendReport) -> None:
    """Nothing was published: later, the next step of the ladder, or a person."""
    row, now = attempt.row, place.now()
    if isinstance(fault, Quota | RetryAfter | Unreachable) and (later := _later(row, fault, now)) is not None:
        async with place.database.write() as connection:
            params = {"fault": fault.code, "fault_params": as_json(fault.params)}
            await _set(connection, row, state="waiting", not_before=later, **params)
            await note_row(connection, place, row, "answer_put_off", {"code": fault.code})
        report.put_off += 1
        place.feed.tell(Change(frozenset([row.case_id]), ""))
    elif isinstance(fault, _FALLS) and row.rung == "reply" and row.may_fall and await _fall(place, attempt, fault):
        report.put_off += 1
    else:
        await _hinder(place, row.id, fault.code, fault.params, report)


def _later(row: Any, fault: Fault, now: datetime) -> datetime | None:
    """When to try again; None after the last of the tries at a network that is not reached."""
    if isinstance(fault, Quota):
        return fault.until
    if isinstance(fault, RetryAfter):
        return now + timedelta(seconds=max(1.0, fault.seconds))
    if isinstance(fault, Forbidden) or row.attempts > len(BACKOFF_MINUTES):
        return None
    return now + timedelta(minutes=BACKOFF_MINUTES[row.attempts - 1])


async def _fall(place: Workplace, attempt: _Attempt, fault: Fault) -> bool:
    """The next step: the agency's own page, with the text frozen for it at approval and the reason why (п. 14)."""
    if not abilities_of(attempt.message.network).posts:
        return False
    async with place.database.write() as connection:
        row = await _locked(connection, attempt.row.id)
        try:
            told = await approved_text(connection, row.case_id, row.draft_uuid, attempt.message, "own_page")
        except Refused:
            return False
        files = await files_of(connection, row.draft_uuid)
        if enclosing_refusal(files, attempt.message.network, told.text, "own_page"):
            return False
        values = {"rung": "own_page", "digest": told.digest, "key": f"{row.key[:56]}-own", "attempts": 0}
        params = {"fault": fault.code, "fault_params": as_json(fault.params)}
        await _set(connection, row, state="waiting", reason=fault.code, not_before=place.now(), **params, **values)
        await note_row(connection, place, row, "answer_fell", {"code": fault.code, "to": values["digest"]})
    place.feed.tell(Change(frozenset([attempt.row.case_id]), ""))
    return True


async def _hinder(
    place: Workplace, dispatch_id: int, code: str, params: Mapping[str, Any], report: SendReport
) -> None:
    """A person is needed; what was sent stays sent, and what is not to be sent any more is taken back.

    Somebody who acted on the case in this very moment is no hindrance: the act is tried again the next time.
    """
    if code == "changed_meanwhile":
        return
    async with place.database.write() as connection:
        row = await _locked(connection, dispatch_id)
        if code == "placed_already":
            await _set(connection, row, state="done" if row.state == "sent" else "cancelled", fault=code)
            await note_row(connection, place, row, "answer_cancelled", {"code": code})
        else:
            state = row.state if row.state in ("sent", "check") else "failed"
            await _set(
                connection, row, state=state, fault=code, fault_params=as_json(params), not_before=FAR_FUTURE
            )
            await note_row(connection, place, row, "answer_failed", {"code": code})
            report.failed += 1
    place.feed.tell(Change(frozenset([row.case_id]), ""))


# ----- reading back


async def _look(place: Workplace, networks: Networks, dispatch_id: int, report: SendReport) -> None:
    """Look for our answer where it was to stand."""
    async with place.database.read() as connection:
        row = (await connection.execute(select(Dispatch).where(Dispatch.id == dispatch_id))).one()
        attempt = await _attempt(connection, row)
        sought = Sought(attempt.text, row.tried_at, row.key, await _others(connection, row))
    try:
        async with opened(place, networks, attempt.connector) as (adapter, _):
            target = None if row.rung == "own_page" else _target(adapter, attempt)
            try:
                placed = await adapter.find(target, sought)
            except MISREAD:
                raise Unreadable from None
    except (RetryAfter, Quota, Unreachable) as fault:
        later = fault.until if isinstance(fault, Quota) else place.now() + timedelta(minutes=5)
        async with place.database.write() as connection:
            await _set(connection, row, not_before=later)
        report.check += 1
    except Fault as fault:
        await _hinder(place, row.id, "not_read_back", {"why": fault.code}, report)
    else:
        if placed is not None:
            await _arrived(place, row, placed, report)
            await _record(place, networks, dispatch_id, report)
        else:
            await _not_found(place, row, report)


async def _others(connection: AsyncConnection, row: Any) -> frozenset[str]:
    """The links of answers in the same network that are known to be others, of about the same time."""
    from_then = row.tried_at - NEAR
    known = union(
        select(Publication.link).where(Publication.published_at >= from_then, Publication.link != ""),
        select(Dispatch.link).where(Dispatch.tried_at >= from_then, Dispatch.id != row.id, Dispatch.link != ""),
    )
    return frozenset((await connection.execute(known)).scalars())


async def _not_found(place: Workplace, row: Any, report: SendReport) -> None:
    """It does not stand there: look again later; then the same once more where the network knows repeats."""
    looks = row.attempts + 1
    async with place.database.write() as connection:
        if looks < len(LOOK_AFTER):
            later = place.now() + LOOK_AFTER[looks]
            await _set(connection, row, attempts=looks, not_before=later, fault="not_found_yet")
        elif abilities_of(row.network).knows_repeats:
            await _set(connection, row, state="waiting", attempts=0, not_before=place.now(), fault="")
            await note_row(connection, place, row, "answer_again", {"code": "not_found"})
        else:
            await _set(connection, row, not_before=FAR_FUTURE, fault="not_found")
            await note_row(connection, place, row, "answer_not_found")
    report.check += 1


# ----- the act


async def _record(place: Workplace, networks: Networks, dispatch_id: int, report: SendReport) -> None:
    """The act of publication, as if by hand, in the name of who ordered it; repeated, it is done once."""
    async with place.database.read() as connection:
        row = (await connection.execute(select(Dispatch).where(Dispatch.id == dispatch_id))).one()
        case = (await connection.execute(select(Case).where(Case.id == row.case_id))).one()
        message = next((m for m in await read_answered(connection, row.case_id) if m.id == row.message_id), None)
        variant = await _variant(connection, row.draft_uuid)
        people = await read_people(connection, row.ordered_by_id)
    if message is None:
        raise Refused("message_gone")
    if not people:
        raise Refused("person_off")
    from app.texts.networks import fault_reason  # words are made where they are stored

    mine = replace(place, person=people[0])
    same = row.rung == "reply"
    record = PublicationRecord(
        link=row.link,
        published_at=row.published_at,
        same_page=same,
        reason="" if same else fault_reason(row.reason),
        author_link="" if same else message.author_link or message.link,
        message_id=row.message_id,
    )
    await publish(mine, case.id, case.version, variant, record, act_id=row.act_id)
    async with place.database.write() as connection:
        await _set(connection, row, state="done", fault="")
        await note_row(connection, place, row, "answer_recorded", {"act": row.act_id})
    report.recorded += 1
    place.feed.tell(Change(frozenset([row.case_id]), ""))


async def _variant(connection: AsyncConnection, draft_uuid: str) -> DraftKind:
    from app.models import Draft

    return DraftKind((await connection.execute(select(Draft.kind).where(Draft.uuid == draft_uuid))).scalar_one())


# ----- rows


async def _locked(connection: AsyncConnection, dispatch_id: int) -> Any:
    return (await connection.execute(select(Dispatch).where(Dispatch.id == dispatch_id).with_for_update())).one()


async def _read(place: Workplace, dispatch_id: int) -> Any:
    async with place.database.read() as connection:
        return (await connection.execute(select(Dispatch).where(Dispatch.id == dispatch_id))).one()


async def _set(connection: AsyncConnection, row: Any, **values: Any) -> None:
    await connection.execute(update(Dispatch).where(Dispatch.id == row.id).values(**values))


