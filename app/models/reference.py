"""Directories: topics in two levels, locations, sources."""

from sqlalchemy import Boolean, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7


class Topic(Base):
    """A topic group (no parent) or a topic within one (п. 7: «тема (группа тем)»)."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    name: Mapped[str] = mapped_column(String(300))


class Location(Base):
    """A place: a municipality (no parent) or a settlement within one (п. 7: «локация»)."""

    __tablename__ = "location"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    name: Mapped[str] = mapped_column(String(300))


class Source(Base):
    """Where messages are found; `in_act` when the regulation names it (п. 3)."""

    __tablename__ = "source"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    in_act: Mapped[bool] = mapped_column(Boolean)
