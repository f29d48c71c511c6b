"""Directories: topics in two levels, locations, sources."""

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of

# "assisted": the program shows what to copy; "import_only": from files; "off": takes no new messages.
SOURCE_MODES = ("automatic", "assisted", "import_only", "off")


def _unique_name(table: str) -> Index:
    """One name once in a group; an entry merged into another gives its name free."""
    there = text("merged_into_id IS NULL")
    name = f"uq_{table}_parent_id_name"
    # the migration says the same to PostgreSQL; said here, it would load that dialect at every start (5 % of one)
    return Index(name, "parent_id", "name", unique=True, sqlite_where=there)


class Topic(Base):
    """A topic group (no parent) or a topic within one (п. 7: «тема (группа тем)»).

    One merged into another stays as a row, so that the history's uuid still finds its name.
    """

    __tablename__ = "topic"
    __table_args__ = (_unique_name("topic"),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    name: Mapped[str] = mapped_column(String(300))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)


class Location(Base):
    """A place: a municipality (no parent) or a settlement within one (п. 7: «локация»); `residents` where known."""

    __tablename__ = "location"
    __table_args__ = (_unique_name("location"),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    name: Mapped[str] = mapped_column(String(300))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    residents: Mapped[int | None] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer, default=1)


class Street(Base):
    """A street of a place, as a register of addresses tells it; `key` is what a text's street is compared with.

    Taken in anew, the streets of a place replace those it had: nothing refers to them.
    """

    __tablename__ = "street"
    __table_args__ = (Index("ix_street_key", "key"),)

    id: Mapped[Key]
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    key: Mapped[str] = mapped_column(String(300))


class Source(Base):
    """Where messages are found; `in_act` when the regulation names it (п. 3), `mode` is how they come."""

    __tablename__ = "source"
    __table_args__ = (one_of("mode", SOURCE_MODES),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    in_act: Mapped[bool] = mapped_column(Boolean)
    mode: Mapped[str] = mapped_column(String(15), default="import_only")
    version: Mapped[int] = mapped_column(Integer, default=1)


class AgencyAccount(Base):
    """An agency's account in a social network (п. 4); one page is one agency's, found by its canonical id."""

    __tablename__ = "agency_account"
    __table_args__ = (UniqueConstraint("network", "canonical_id"),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    network: Mapped[str] = mapped_column(String(20))
    canonical_id: Mapped[str] = mapped_column(String(300))
    link: Mapped[str] = mapped_column(String(2000))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
