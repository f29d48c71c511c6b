"""What goes to the Governor (п. 24): proposals of surges, episodes over many cases, and the reports handed over."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of

SURGE_STATES = ("proposed", "confirmed", "dismissed")


class Surge(Base):
    """A surge that the program noticed: a proposal with its numbers; only a person confirms or dismisses it.

    `usual_low`…`usual_high` is what was usual in the same hours; `seen_at` is when it was last seen going on; `mark`
    keeps two desks that notice the same from proposing it twice.
    """

    __tablename__ = "surge"
    __table_args__ = (one_of("state", SURGE_STATES), Index("ix_surge_state_found_at", "state", "found_at"))

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    main_topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    main_location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    since: Mapped[datetime]
    hours: Mapped[int] = mapped_column(Integer)
    count: Mapped[int] = mapped_column(Integer)
    usual_low: Mapped[int] = mapped_column(Integer)
    usual_high: Mapped[int] = mapped_column(Integer)
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    mark: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class Episode(Base):
    """A confirmed surge on an urgent question: many cases, one stopwatch to its report, an outcome when closed.

    `started_at` starts the stopwatch (confirmation), `reported_at` stops it; `target_at` is the region's own target.
    """

    __tablename__ = "episode"
    __table_args__ = (Index("ix_episode_closed_at", "closed_at"),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    title: Mapped[str] = mapped_column(String(200))
    surge_uuid: Mapped[str | None] = mapped_column(String(36))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[datetime]
    started_at: Mapped[datetime]
    target_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")


class EpisodeCase(Base):
    """A case of an episode; taken out, it leaves the table and stays in the journal."""

    __tablename__ = "episode_case"
    __table_args__ = (UniqueConstraint("episode_id", "case_id"),)

    id: Mapped[Key]
    episode_id: Mapped[int] = mapped_column(ForeignKey("episode.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    added_at: Mapped[datetime]


class GovernorReport(Base):
    """A report handed over: about a case or an episode, to whom, which way, when and by whom, with its data.

    `dataset` is the JSON it was made from; `docx` and `pdf` are what was handed over, by their sha256 in `blob`.
    """

    __tablename__ = "governor_report"
    __table_args__ = (CheckConstraint("(case_id IS NULL) <> (episode_id IS NULL)", name="subject"),)

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    episode_id: Mapped[int | None] = mapped_column(ForeignKey("episode.id"), index=True)
    addressee: Mapped[str] = mapped_column(String(300))
    way: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    dataset: Mapped[str] = mapped_column(Text, default="")
    docx: Mapped[str] = mapped_column(String(64), default="")
    pdf: Mapped[str] = mapped_column(String(64), default="")


class ReportTemplate(Base):
    """A region's own template of a report; it beats the shipped one. Each change is a new row, the latest counts.

    An empty `data` goes back to the shipped template.
    """

    __tablename__ = "report_template"

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    code: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
