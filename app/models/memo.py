"""Memos on shortcomings (п. 22): their text, to whom they go, what they hold, and what was mended of it."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of
from app.regulation.shortcomings import Rule

MEMO_STATES = ("draft", "sent", "received", "closed")


class Memo(Base):
    """A memo from a curator to deputy governors; `version` grows with every change, the second of two is refused.

    The text is free while it is a draft and frozen when it is sent.
    """

    __tablename__ = "memo"
    __table_args__ = (one_of("state", MEMO_STATES),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    version: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    begin: Mapped[date] = mapped_column(Date)
    end: Mapped[date] = mapped_column(Date)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_how: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    closed_note: Mapped[str] = mapped_column(Text, default="")


class MemoAddressee(Base):
    """One official a memo goes to, as they were called then; `why` says for what: press, or what they oversee."""

    __tablename__ = "memo_addressee"

    id: Mapped[Key]
    memo_id: Mapped[int] = mapped_column(ForeignKey("memo.id"), index=True)
    official: Mapped[str | None] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(300))
    why: Mapped[str] = mapped_column(String(300), default="")
    received_at: Mapped[datetime | None]
    received_note: Mapped[str] = mapped_column(Text, default="")


class MemoItem(Base):
    """One shortcoming in a memo, with the facts as they were when it was taken in, and its follow-up.

    `key` names the shortcoming for good: it is in one memo only. `facts` is JSON of codes and numbers.
    """

    __tablename__ = "memo_item"
    __table_args__ = (one_of("rule", tuple(Rule)), Index("ix_memo_item_mended_on_due_on", "mended_on", "due_on"))

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    memo_id: Mapped[int] = mapped_column(ForeignKey("memo.id"), index=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    rule: Mapped[str] = mapped_column(String(15))
    clause: Mapped[str] = mapped_column(String(20), default="")
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    found_at: Mapped[datetime]
    facts: Mapped[str] = mapped_column(Text, default="{}")
    remark: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    mended_on: Mapped[date | None] = mapped_column(Date)
    mended_note: Mapped[str] = mapped_column(Text, default="")
    mended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
