"""The region of a database: its settings, the regulations in force, the calendars clocks were judged by."""

from datetime import date, datetime

from sqlalchemy import Date, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Meta(Base):
    """Facts about the database itself: `epoch`, `clock_offset_seconds` (demo), `region`, `zone` …"""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Regulation(Base):
    """One immutable version of a regulation: the text as it was in force; a case points to its own."""

    __tablename__ = "regulation"
    __table_args__ = (UniqueConstraint("key", "version", "revision"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    effective_from: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]


class WorkHours(Base):
    """One immutable pair of calendars (agencies, duty) as JSON, found by the digest stored with verdicts."""

    __tablename__ = "work_hours"

    version: Mapped[str] = mapped_column(String(80), primary_key=True)
    agency: Mapped[str] = mapped_column(Text)
    duty: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
