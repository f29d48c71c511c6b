"""Officials who never sign in (deputy governors and the like): their post, since when, and what they oversee."""

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of

# "press": for press and mass information (п. 22, 23); "internal_policy": Kuzbass п. 25; "governor": п. 24.
OFFICIAL_ROLES = ("deputy", "press", "internal_policy", "governor")


class Official(Base):
    """Somebody in a post from one day to another (both included; no end while in office); `acting` is «и. о.»."""

    __tablename__ = "official"
    __table_args__ = (
        one_of("role", OFFICIAL_ROLES),
        CheckConstraint("to_day IS NULL OR to_day >= from_day", name="days"),
    )

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(300))
    role: Mapped[str] = mapped_column(String(20), default="deputy")
    acting: Mapped[bool] = mapped_column(Boolean, default=False)
    from_day: Mapped[date] = mapped_column(Date)
    to_day: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=1)


class Oversight(Base):
    """One thing that an official oversees: a topic group (or topic), or an agency (п. 22)."""

    __tablename__ = "oversight"
    __table_args__ = (CheckConstraint("(topic_id IS NULL) <> (agency_id IS NULL)", name="one_thing"),)

    id: Mapped[Key]
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"), index=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
