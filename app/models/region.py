"""The region of a database: its settings, the regulations in force, the calendars clocks were judged by."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7


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


class RuleChange(Base):
    """One change of what open cases count by, and who made it why; cases re-timed by it name it in their history.

    New hours (`hours_version`) or a corrected regulation (`regulation_id`, the revision now in force).

    `finished_at` is empty while cases are still being re-timed, so that an interrupted change is gone on with.
    """

    __tablename__ = "rule_change"

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    hours_version: Mapped[str | None] = mapped_column(String(80))
    regulation_id: Mapped[int | None] = mapped_column(ForeignKey("regulation.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    cases: Mapped[int] = mapped_column(Integer, default=0)


class WorkHours(Base):
    """One immutable pair of calendars (agencies, duty) as JSON, found by the digest stored with verdicts."""

    __tablename__ = "work_hours"

    version: Mapped[str] = mapped_column(String(80), primary_key=True)
    agency: Mapped[str] = mapped_column(Text)
    duty: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
