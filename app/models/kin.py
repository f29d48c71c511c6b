"""What messages are found by when another is like them: an index that can be made anew from the messages."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base

INDEXED = 0


class KinMark(Base):
    """A message can be found by this mark: a digest of its link, its text, its author, a place or a word in it.

    The mark INDEXED is no message's: each batch leaves it with its last message, so that the index knows where it is.
    """

    __tablename__ = "kin_mark"
    __table_args__ = ({"sqlite_with_rowid": False},)

    mark: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True, autoincrement=False)
