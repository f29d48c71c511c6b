"""Clock rows: every run of every clock of a case, with the verdict it got and what it was judged by."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key
from app.models.people import one_of
from app.regulation.clocks import Outcome
from app.regulation.profile import LimitKind


class ClockRow(Base):
    """One run of a clock; `pauses` is JSON [[begin, end], …]; the verdict is frozen when `stopped_at` is set."""

    __tablename__ = "clock"
    __table_args__ = (
        one_of("kind", tuple(LimitKind)),
        one_of("outcome", tuple(Outcome)),
        Index("ix_clock_case_id", "case_id"),
        Index("ix_clock_code_stopped_at_started_at", "code", "stopped_at", "started_at"),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    code: Mapped[str] = mapped_column(String(20))
    round: Mapped[int] = mapped_column(Integer)
    leg: Mapped[str | None] = mapped_column(String(36))
    message: Mapped[str | None] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(15))
    by_agreement: Mapped[bool] = mapped_column(Boolean, default=False)
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"))
    hours_version: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    target_at: Mapped[datetime | None]
    pauses: Mapped[str] = mapped_column(Text, default="[]")
    paused_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(15))
    late_seconds: Mapped[int | None] = mapped_column(Integer)
