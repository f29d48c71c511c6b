"""Agencies, people, what each may do, and how they sign in."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.regulation.workflow import Role

ABSENCE_REASONS = ("illness", "leave", "trip", "study", "other")
AGENCY_KINDS = ("regional", "municipal", "federal", "other")
# "by_kind": regional executive bodies by the act, the others by agreement [reading]; or settled for one agency.
BINDINGS = ("by_kind", "act", "agreement")
# What a responsible official is at least (п. 6: «не ниже заместителя руководителя»); "" for every other role.
POST_LEVELS = ("", "head", "deputy_head")


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """A CHECK that keeps a code column to its codes."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Agency(Base):
    """A body that solves citizens' questions; `binding` tells whether its clocks run by the act or by agreement."""

    __tablename__ = "agency"
    __table_args__ = (one_of("kind", AGENCY_KINDS), one_of("binding", BINDINGS))

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    name: Mapped[str] = mapped_column(String(300), unique=True)
    short_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    binding: Mapped[str] = mapped_column(String(10), default="by_kind")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)


class Person(Base):
    """Someone who works at the desk or in an agency; `body` is the body a curator comes from (п. 5)."""

    __tablename__ = "person"

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)


class RoleGrant(Base):
    """A role of a person; executors and responsible officials have it in one agency each (п. 6)."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "agency_id"),
        one_of("role", tuple(Role)),
        one_of("post_level", POST_LEVELS),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    post_level: Mapped[str] = mapped_column(String(15), default="")


class Account(Base):
    """How a person signs in; on the embedded database the verifier may be empty (one-person desk)."""

    __tablename__ = "account"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    login: Mapped[str] = mapped_column(String(63), unique=True)
    verifier: Mapped[str] = mapped_column(String(300), default="")
    blocked: Mapped[bool] = mapped_column(Boolean, default=False)


class Absence(Base):
    """Days (both inclusive, the region's) on which a person is away, and who substitutes them (п. 6).

    `changed_by_id` is who arranged it or changed its end last: the moving of work stands in their name.
    """

    __tablename__ = "absence"
    __table_args__ = (
        one_of("reason", ABSENCE_REASONS),
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("substitute_id <> person_id", name="substitute"),
        Index("ix_absence_person_id_last_day", "person_id", "last_day"),
    )

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(String(10))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    cancelled: Mapped[bool] = mapped_column(Boolean, default=False)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    arranged_at: Mapped[datetime]


class Lent(Base):
    """Work that is with another while its owner is away: whose it is, and whom it was moved to (None: to nobody).

    `leg_uuid` is "" for a curator's case. Where the work is no longer with the holder a person decided otherwise, and
    the row means nothing.
    """

    __tablename__ = "lent"
    __table_args__ = (UniqueConstraint("case_id", "leg_uuid"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    leg_uuid: Mapped[str] = mapped_column(String(36), default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    absence_id: Mapped[int | None] = mapped_column(ForeignKey("absence.id"))


class Shift(Base):
    """When a curator is on duty at the desk, as the roster plans it [ours]."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="hours"),
        Index("ix_shift_starts_at_ends_at", "starts_at", "ends_at"),
    )

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
