"""Handing one letter to the mail server, and what came of it: sent, later, refused, or not known."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from typing import Any

from app.services.mail.settings import MailServer

TIMEOUT_SECONDS = 20.0


class Fate(StrEnum):
    """What became of a letter. `later`: nothing was given over, try again; `away`: the server itself cannot be used;
    `unknown`: the text was given over and no reply came, so that a second try might be a second letter."""

    SENT = "sent"
    LATER = "later"
    AWAY = "away"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it goes out; `uuid` makes its Message-ID, the same at every try."""

    uuid: str
    address: str
    subject: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of it, and the server's words or the error's."""

    fate: Fate
    words: str = ""


async def hand_over(server: MailServer, password: str, letter: Letter) -> Reply:
    """Hand a letter over in one connection; never raises for what a server or a network does."""
    import aiosmtplib  # with ssl and email: only where mail is sent
    from aiosmtplib import errors

    smtp = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, timeout=TIMEOUT_SECONDS, use_tls=server.tls == "tls",
        start_tls=server.tls == "starttls", username=server.login or None, password=password or None,
    )  # fmt: skip
    content = as_bytes(server, letter)
    try:
        await smtp.connect()
        await smtp.mail(server.sender)
    except (errors.SMTPException, OSError, TimeoutError, ValueError) as error:
        return Reply(Fate.AWAY, _words(error))
    try:
        await smtp.rcpt(letter.address)
    except errors.SMTPResponseException as error:
        return await _ended(smtp, _reply(error))
    except (errors.SMTPException, OSError, TimeoutError) as error:
        return Reply(Fate.LATER, _words(error))
    try:
        response = await smtp.data(content)
    except errors.SMTPResponseException as error:
        return await _ended(smtp, _reply(error))
    except (errors.SMTPException, OSError, TimeoutError) as error:
        return Reply(Fate.UNKNOWN, _words(error))
    return await _ended(smtp, Reply(Fate.SENT, response.message))


def as_bytes(server: MailServer, letter: Letter) -> bytes:
    """The letter as RFC 5322 wants it."""
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = letter.address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.uuid}@{server.sender.rpartition('@')[2] or make_msgid()}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers of absence to a program
    message.set_content(letter.text, cte="base64")
    return message.as_bytes()


def _reply(error: Any) -> Reply:
    """4xx: come again later (grey lists do so); 5xx: never."""
    return Reply(Fate.LATER if 400 <= error.code < 500 else Fate.REFUSED, _words(error))


def _words(error: Exception) -> str:
    code = getattr(error, "code", "")
    return " ".join(str(part) for part in (code, getattr(error, "message", "") or error) if part)[:300]


async def _ended(smtp: Any, reply: Reply) -> Reply:
    """Take leave; what goes wrong then changes nothing."""
    try:
        await smtp.quit()
    except Exception:  # the letter's fate is sealed
        smtp.close()
    return reply
