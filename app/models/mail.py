"""Mail that waits to be sent, was sent, or could not be."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of

MAIL_STATES = ("waiting", "sending", "sent", "failed", "unknown")


class Mail(Base):
    """One letter to one person: written with what it tells of, sent at most once.

    `about` names what it is for ("alert <uuid> <person>", "digest <person> <period>"): a second one is not written.
    `sending` is set before the letter goes out; one that was left so by a worker that died, or whose connection broke
    after the text was given over, is `unknown` and never sent again by itself. Texts may be erased.
    """

    __tablename__ = "mail"
    __table_args__ = (one_of("state", MAIL_STATES), Index("ix_mail_state_next_try_at", "state", "next_try_at"))

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    about: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(300), default="")


class AlertLetter(Base):
    """That an alert stands in a letter to a person: it is written about once."""

    __tablename__ = "alert_letter"

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"))
