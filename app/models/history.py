"""The history: one row an act, append-only, hash-chained per case."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key

GENESIS = "0" * 64


class History(Base):
    """What happened, by whom, when: codes, UUIDs, instants and digests; never texts or names.

    `payload` is the act's document as text, hashed verbatim. The database refuses UPDATE and DELETE.
    """

    __tablename__ = "history"
    __table_args__ = (UniqueConstraint("case_id", "seq"), Index("ix_history_act_occurred_at", "act", "occurred_at"))

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int] = mapped_column(Integer)
    act_id: Mapped[str] = mapped_column(String(36), unique=True)
    recorded_at: Mapped[datetime]
    occurred_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(36))
    on_behalf: Mapped[str | None] = mapped_column(String(36))
    act: Mapped[str] = mapped_column(String(20))
    variant: Mapped[str] = mapped_column(String(20), default="")
    state_from: Mapped[str] = mapped_column(String(20))
    state_to: Mapped[str] = mapped_column(String(20))
    payload: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


def link_hash(previous: str, fields: Iterable[str | int | datetime | None]) -> str:
    """sha256 (hex) over the previous hash and the fields, each with its length, so that none can run into the next."""
    digest = hashlib.sha256(previous.encode())
    for value in fields:
        text = "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
        data = text.encode()
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()
