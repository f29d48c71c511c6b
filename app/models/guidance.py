"""The guidance library (п. 2): instructions, model answers, consultations given; every version is kept."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of

GUIDANCE_KINDS = ("instruction", "answer", "consultation")


class Guidance(Base):
    """One page of the library, as of its latest version; `folded` is what the search looks in.

    A model answer may belong to a topic (or group); a consultation says who of which agency asked what, and when.
    """

    __tablename__ = "guidance"
    __table_args__ = (one_of("kind", GUIDANCE_KINDS),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    version: Mapped[int] = mapped_column(Integer, default=1)
    kind: Mapped[str] = mapped_column(String(15))
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    asked_by: Mapped[str] = mapped_column(String(300), default="")
    asked_on: Mapped[date | None] = mapped_column(Date)
    question: Mapped[str] = mapped_column(Text, default="")
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    folded: Mapped[str] = mapped_column(Text)


class GuidanceVersion(Base):
    """A page as it read from one change to the next."""

    __tablename__ = "guidance_version"
    __table_args__ = (UniqueConstraint("guidance_id", "version"),)

    id: Mapped[Key]
    guidance_id: Mapped[int] = mapped_column(ForeignKey("guidance.id"))
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
