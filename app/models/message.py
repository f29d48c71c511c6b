"""Messages as citizens wrote them, their authors and attachments."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7


class Author(Base):
    """Who wrote a message: apart from cases, so that personal data can be erased (152-ФЗ).

    `contact` is a telephone or an address of somebody who called or came in person.
    """

    __tablename__ = "author"

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    name: Mapped[str] = mapped_column(String(300), default="")
    link: Mapped[str] = mapped_column(String(2000), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")


class Message(Base):
    """A citizen's post or comment. `intake_key` (number, link or content digest) makes imports idempotent.

    `link_id` is the canonical id of what its link leads to, the same for every way of writing the link.
    `in_act` is what its source was at intake: a later change concerns new messages only. `forgotten_at` is when it was
    forgotten who wrote it: from then on its key and links are gone, and `forgotten_mark` alone tells that it was here.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_case_id", "case_id", "id"), Index("ix_message_detected_at", "detected_at"))

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    in_act: Mapped[bool] = mapped_column(Boolean)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"), index=True)
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    intake_key: Mapped[str] = mapped_column(String(100), unique=True)
    text: Mapped[str] = mapped_column(Text)
    post_kind: Mapped[str] = mapped_column(String(20), default="")
    link: Mapped[str] = mapped_column(String(2000), default="")
    link_id: Mapped[str] = mapped_column(String(200), default="", index=True)
    posted_at: Mapped[datetime | None]
    collected_at: Mapped[datetime]
    detected_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]


class ForgettingSecret(Base):
    """What digests of forgotten messages are made with (hex): one row, made with the first of them; nobody reads it."""

    __tablename__ = "forgetting_secret"

    id: Mapped[Key]
    secret: Mapped[str] = mapped_column(String(64))


class ForgottenMark(Base):
    """The digest (hex) of the key or the link of a forgotten message, so that it does not come in again as new."""

    __tablename__ = "forgotten_mark"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)


class Blob(Base):
    """Content of attachments in chunks, addressed by its sha256 (hex), stored once."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    part: Mapped[int] = mapped_column(Integer, primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Base):
    """A picture, video or file of a message, of a draft (п. 19), or the proof of a publication (п. 14).

    `preview` is a small picture of it (JPEG), so that a card shows it without reading the whole content.
    """

    __tablename__ = "attachment"

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"), index=True)
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size_bytes: Mapped[int] = mapped_column(Integer, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    preview: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    link: Mapped[str] = mapped_column(String(2000), default="")
