"""Agencies, people, what each may do, and how they sign in."""

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.regulation.workflow import Role

AGENCY_KINDS = ("regional", "municipal", "federal", "other")


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """A CHECK that keeps a code column to its codes."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Agency(Base):
    """A body that solves citizens' questions; only regional executive bodies are bound by the act."""

    __tablename__ = "agency"
    __table_args__ = (one_of("kind", AGENCY_KINDS),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    name: Mapped[str] = mapped_column(String(300), unique=True)
    short_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class Person(Base):
    """Someone who works at the desk or in an agency; `body` is the body a curator comes from (п. 5)."""

    __tablename__ = "person"

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class RoleGrant(Base):
    """A role of a person; executors and responsible officials have it in one agency each (п. 6)."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "agency_id"), one_of("role", tuple(Role)))

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))


class Account(Base):
    """How a person signs in; on the embedded database the verifier may be empty (one-person desk)."""

    __tablename__ = "account"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    login: Mapped[str] = mapped_column(String(63), unique=True)
    verifier: Mapped[str] = mapped_column(String(300), default="")
    blocked: Mapped[bool] = mapped_column(Boolean, default=False)
