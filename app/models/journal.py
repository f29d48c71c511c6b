"""The journal: what people did beside acting on cases, append-only, hash-chained per subject."""

from datetime import datetime

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Journal(Base):
    """One thing done to a subject (a person, an agency, a memo …): codes, UUIDs and instants, as in the history.

    `payload` is JSON text, hashed verbatim. The database refuses UPDATE and DELETE.
    """

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("subject", "seq"),)

    id: Mapped[Key]
    subject: Mapped[str] = mapped_column(String(36))
    seq: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(36))
    entry: Mapped[str] = mapped_column(String(40))
    payload: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
