"""Reminders of promised dates that a person has seen."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base
from app.models.people import one_of
from app.regulation.promises import Reminder


class ReminderSeen(Base):
    """A person acknowledged a reminder of this kind for this date: it is not shown to them again."""

    __tablename__ = "reminder_seen"
    __table_args__ = (one_of("kind", tuple(Reminder)),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    promised_on: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    seen_at: Mapped[datetime]
