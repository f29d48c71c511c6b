"""Imports of files: each run, the rows it refused, and what people said that columns mean."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of

RUN_STATES = ("running", "finished", "stopped", "broken")


class ImportRun(Base):
    """One import of a file: who, when, which file (`file_hash`, sha256), what was read, new, known already, refused.

    `changed_at` moves with every batch: a run that is still "running" long after was cut off. `export` is the kind of
    the file, `stories` is JSON: what was mended, agencies nobody knows, why reading ended early.
    """

    __tablename__ = "import_run"
    __table_args__ = (one_of("state", RUN_STATES),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    file_name: Mapped[str] = mapped_column(String(300))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    rows_read: Mapped[int] = mapped_column(Integer, default=0)
    rows_new: Mapped[int] = mapped_column(Integer, default=0)
    rows_known: Mapped[int] = mapped_column(Integer, default=0)
    rows_refused: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(10), default="running")
    changed_at: Mapped[datetime]
    file_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    file_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    export: Mapped[str] = mapped_column(String(30), default="")
    stories: Mapped[str] = mapped_column(Text, default="{}")


class ImportRefusal(Base):
    """A row that was not taken in, whole, so that it can be written to a file and mended at any desk.

    `params` is JSON for the sentence, `cells` JSON of [header, value] in the order of the file.
    """

    __tablename__ = "import_refusal"

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    row_number: Mapped[int] = mapped_column(Integer)
    sheet: Mapped[str] = mapped_column(String(100), default="")
    cell: Mapped[str] = mapped_column(String(20), default="")
    code: Mapped[str] = mapped_column(String(30))
    params: Mapped[str] = mapped_column(Text, default="{}")
    cells: Mapped[str] = mapped_column(Text, default="[]")


class ImportMapping(Base):
    """What a person said that the columns of a table mean, for every desk; `fingerprint` is of its header.

    `fields` is JSON: our field → header. `version` grows with every change, the second of two is refused.
    """

    __tablename__ = "import_mapping"

    id: Mapped[Key]
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    file_name: Mapped[str] = mapped_column(String(300))
    fields: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(String(60), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
