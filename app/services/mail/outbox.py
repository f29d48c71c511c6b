"""The outbox: letters are sent by the worker, with patience, and never twice."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.models import Mail, Person, new_uuid
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.background.jobs import Run, Work
from app.services.journal import check_duty
from app.services.mail.sending import Fate, Letter, Reply, hand_over
from app.services.mail.settings import MailServer, find_password, refresh_server, server_refusal
from app.services.mail.writing import write_letters
from app.services.workplace import Workplace
from app.texts.letters import trial_letter

BATCH = 50
TRY_AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
GIVE_UP_AFTER = timedelta(hours=24)
"""By then what a letter tells of is over."""


@dataclass(frozen=True, slots=True)
class MailView:
    """A letter of the outbox as the administrator sees it: no text."""

    id: int
    created_at: datetime
    person: str
    address: str
    subject: str
    state: str
    attempts: int
    sent_at: datetime | None
    next_try_at: datetime
    last_error: str


def mail(place: Workplace) -> Work:
    """The job: writes the letters that are due and sends those that wait, where the region has a mail server."""

    async def work(run: Run) -> None:
        server = await refresh_server(run.place.database)
        if server.is_set:
            await write_letters(run.place)
            await send_waiting(run.place, server)

    return work


async def send_waiting(place: Workplace, server: MailServer) -> int:
    """Send what waits, one after another; gives how many were sent. Only one program at a time may do this."""
    await _settle_left(place)
    password = await asyncio.to_thread(find_password, place.database, server)
    sent = 0
    for row in await _waiting(place):
        if not await _begin(place, row.id):
            continue
        letter = Letter(row.uuid, row.address, row.subject, row.text, row.created_at)
        reply = await hand_over(server, password, letter)
        await _end(place, row, reply)
        sent += reply.fate is Fate.SENT
        if reply.fate is Fate.AWAY:
            break  # the server itself: the others need not ask it too
    return sent


async def _settle_left(place: Workplace) -> None:
    """What another worker was sending when it died may have gone out: it is not sent again."""
    async with place.database.write() as connection:
        values = {"state": "unknown", "last_error": "interrupted"}
        await connection.execute(update(Mail).where(Mail.state == "sending").values(**values))


async def _waiting(place: Workplace) -> Sequence[Any]:
    due = (Mail.state == "waiting", Mail.next_try_at <= place.now())
    async with place.database.read() as connection:
        query = select(Mail).where(*due).order_by(Mail.next_try_at, Mail.id).limit(BATCH)
        return (await connection.execute(query)).all()


async def _begin(place: Workplace, mail_id: int) -> bool:
    """Write down that it goes out now, before it does."""
    async with place.database.write() as connection:
        mine = (Mail.id == mail_id, Mail.state == "waiting")
        values = {"state": "sending", "attempts": Mail.attempts + 1}
        return bool((await connection.execute(update(Mail).where(*mine).values(**values))).rowcount)


async def _end(place: Workplace, row: Any, reply: Reply) -> None:
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        values: dict[str, Any] = {"last_error": "" if reply.fate is Fate.SENT else reply.words}
        if reply.fate is Fate.SENT:
            values |= {"state": "sent", "sent_at": now}
        elif reply.fate in (Fate.LATER, Fate.AWAY) and now - row.created_at < GIVE_UP_AFTER:
            pause = TRY_AGAIN_AFTER[min(row.attempts, len(TRY_AGAIN_AFTER) - 1)]
            values |= {"state": "waiting", "next_try_at": now + pause}
        else:
            values["state"] = "unknown" if reply.fate is Fate.UNKNOWN else "failed"
        await connection.execute(update(Mail).where(Mail.id == row.id).values(**values))


# ----- for the administrator


async def list_mail(place: Workplace, limit: int = 200) -> list[MailView]:
    """The newest letters first. Raises Refused("role_may_not")."""
    check_duty(place, Duty.SET_MAIL)
    query = select(Mail, Person.name.label("person")).outerjoin(Person, Person.id == Mail.person_id)
    async with place.database.read() as connection:
        rows = (await connection.execute(query.order_by(Mail.id.desc()).limit(limit))).all()
    return [
        MailView(
            r.id, r.created_at, r.person or "", r.address, r.subject, r.state, r.attempts, r.sent_at, r.next_try_at,
            r.last_error,
        )
        for r in rows
    ]  # fmt: skip


async def send_again(place: Workplace, mail_id: int) -> None:
    """A person decides that a letter which failed, or of which nothing is known, is to be sent once more."""
    check_duty(place, Duty.SET_MAIL)
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        mine = (Mail.id == mail_id, Mail.state.in_(("failed", "unknown")))
        await connection.execute(update(Mail).where(*mine).values(state="waiting", next_try_at=now, created_at=now))


async def send_trial(place: Workplace, server: MailServer, password: str | None, address: str) -> None:
    """Send one letter at once, past the outbox, to try the server. Raises Refused("mail_not_sent") and those of
    `set_server`."""
    check_duty(place, Duty.SET_MAIL)
    if refused := server_refusal(server):
        raise refused
    if "@" not in address:
        raise Refused("email_invalid", email=address)
    if password is None:
        password = await asyncio.to_thread(find_password, place.database, server)
    rules, now = place.rules(), place.now()
    subject, text = trial_letter(rules.profile.region, now, rules.agency.zone)
    reply = await hand_over(server, password, Letter(new_uuid(), address, subject, text, now))
    if reply.fate is not Fate.SENT:
        raise Refused("mail_not_sent", reply=reply.words)
