"""Alerts of clocks, who was told of them and how, and how each person wants to be told."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of
from app.regulation.alarms import Level, Priority, Side, Told

MAIL_MODES = ("off", "at_once", "digest")


class Alert(Base):
    """One clock of a case at one level: raised once, acknowledged or set aside by a person, ended by an act.

    `due_at` is what it was raised for: where the clock is timed anew it ends and may be raised again in the same row.
    `ended_at` is when the clock stopped, when the next level took its place, or when the clock was timed anew.
    """

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("clock_id", "level"),
        one_of("level", tuple(Level)),
        one_of("priority", tuple(Priority)),
        one_of("side", tuple(Side)),
        Index("ix_alert_ended_at_raised_at", "ended_at", "raised_at"),
        Index("ix_alert_case_id", "case_id"),
    )

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    code: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(10))
    priority: Mapped[str] = mapped_column(String(10))
    side: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime]
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    shelved_until: Mapped[datetime | None]
    shelved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    shelf_reason: Mapped[str] = mapped_column(Text, default="")


class AlertNotice(Base):
    """That a person was told of an alert at their desk, and how: once each."""

    __tablename__ = "alert_notice"
    __table_args__ = (one_of("how", tuple(Told)), Index("ix_alert_notice_person_id_told_at", "person_id", "told_at"))

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    how: Mapped[str] = mapped_column(String(10))
    told_at: Mapped[datetime]


class NoticeSetting(Base):
    """How a person wants to be told: by sound, by a notice of the system, by mail; without a row, by the defaults."""

    __tablename__ = "notice_setting"
    __table_args__ = (one_of("mail", MAIL_MODES),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    sound: Mapped[bool] = mapped_column(Boolean, default=True)
    notices: Mapped[bool] = mapped_column(Boolean, default=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    mail: Mapped[str] = mapped_column(String(10), default="off")
    version: Mapped[int] = mapped_column(Integer, default=1)
