"""Reports of periods as they were frozen, and who reported which of them to whom and when (п. 23)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of

REPORT_KINDS = ("week", "month", "period")


class Report(Base):
    """The figures of the days `first_day` to `last_day` as they stood when the report was made.

    `sha256` is the address of the data (zlib, JSON) among the blobs; `edition` 1 is the first of its period.
    `definitions`, the regulation and `hours_version` say by what it was counted, `history_id` up to which act.
    `made_by_id` is empty where the program made it.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("kind", "first_day", "last_day", "edition"),
        one_of("kind", REPORT_KINDS),
        CheckConstraint("first_day <= last_day", name="days"),
    )

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    kind: Mapped[str] = mapped_column(String(10))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    edition: Mapped[int] = mapped_column(Integer, default=1)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"))
    hours_version: Mapped[str] = mapped_column(String(80))
    definitions: Mapped[int] = mapped_column(Integer)
    history_id: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64))


class ReportDelivery(Base):
    """A report told to an official: to whom (as they stood in the register then), by which duty, when, how."""

    __tablename__ = "report_delivery"

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    duty: Mapped[str] = mapped_column(String(40))
    clause: Mapped[str] = mapped_column(String(20), default="")
    official: Mapped[str | None] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(String(200), default="")
    post: Mapped[str] = mapped_column(String(300))
    way: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
