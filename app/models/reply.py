"""What authors replied to requests (п. 11): apart from messages, for no answer is owed under a reply."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7


class Reply(Base):
    """The author's words, where they stand and when they were written; erasable, the history keeps digests.

    That of the link is made with `salt`, which is erased with it: nobody can try links until one fits.
    """

    __tablename__ = "reply"

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(2000), default="")
    salt: Mapped[str] = mapped_column(String(36))
    replied_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
