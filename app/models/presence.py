"""Who is at work on which card just now: a lease, renewed while a window asks for an act; never history."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Presence(Base):
    """A person asks for an act of a card; `until` (the database's time) ends it where a desk died."""

    __tablename__ = "presence"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    until: Mapped[datetime]
