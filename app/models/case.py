"""Cases and what is made in them: legs, drafts, approvals, publications, and the notes people write."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of
from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind, LegKind, State

LEG_STATES = ("waiting", "active", "done", "returned", "dropped")


class Case(Base):
    """A card: one state, its clocks, its history. `version` grows with every act; the second of two is refused.

    `step_due_at` and `answer_due_at` are the earliest open due times (far future when there is none), so that
    a queue is one index scan; `executor_id` is who has the agency's turn in hand, as the leg says; `folded` is what
    the filter looks in. `repeat_of` and `merged_into` are uuids of other cases: the answered one that this one asks
    again (п. 17), and the one that took its messages. `promised_on` is the day that stands for the final answer
    (п. 15): the earliest agreed on at approval, or the one it was shifted to.
    """

    __tablename__ = "case"
    __table_args__ = (
        one_of("state", tuple(State)),
        one_of("importance", tuple(Importance)),
        Index("ix_case_state_step_due_at_id", "state", "step_due_at", "id"),
        Index("ix_case_state_answer_due_at_id", "state", "answer_due_at", "id"),
        Index("ix_case_agency_id_state_step_due_at", "agency_id", "state", "step_due_at"),
        Index("ix_case_state_changed_at_id", "state", "changed_at", "id"),
        Index("ix_case_closed_at_id", "closed_at", "id"),
        Index("ix_case_agency_id_closed_at_id", "agency_id", "closed_at", "id"),
        # Everything that is counted of open cases, in the order in which it is, and by which an agency's are put in
        # order: the counts read nothing else, nor does what chooses a page of an agency's queue.
        Index(
            "ix_case_open", "agency_id", "state", "curator_id", "step_due_at", "answer_due_at", "merged_into", "id",
            "executor_id",
            sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    number: Mapped[str] = mapped_column(String(36), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer, default=1)
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"))
    importance: Mapped[str] = mapped_column(String(10), default=Importance.NORMAL)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    place: Mapped[str] = mapped_column(String(300), default="")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    curator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    leg_uuid: Mapped[str | None] = mapped_column(String(36))
    executor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    draft_uuid: Mapped[str | None] = mapped_column(String(36))
    suggested_topic: Mapped[str] = mapped_column(String(300), default="")
    suggested_agency: Mapped[str] = mapped_column(String(300), default="")
    excerpt: Mapped[str] = mapped_column(String(400))
    post_kind: Mapped[str] = mapped_column(String(20), default="")
    posted_at: Mapped[datetime | None]
    folded: Mapped[str] = mapped_column(Text)
    significant: Mapped[bool] = mapped_column(Boolean, default=False)
    repeat_of: Mapped[str | None] = mapped_column(String(36), index=True)
    merged_into: Mapped[str | None] = mapped_column(String(36), index=True)
    returns: Mapped[int] = mapped_column(Integer, default=0)
    reworks: Mapped[int] = mapped_column(Integer, default=0)
    corrections: Mapped[int] = mapped_column(Integer, default=0)
    promised_on: Mapped[date | None] = mapped_column(Date)
    collected_at: Mapped[datetime]
    detected_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    step_code: Mapped[str] = mapped_column(String(20), default="")
    step_kind: Mapped[str] = mapped_column(String(15), default="")
    step_by_agreement: Mapped[bool] = mapped_column(Boolean, default=False)
    step_started_at: Mapped[datetime | None]
    step_due_at: Mapped[datetime]
    answer_due_at: Mapped[datetime]


class CaseCounter(Base):
    """The last number given in a region and year; taken as the last statement of a transaction."""

    __tablename__ = "case_counter"

    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class Leg(Base):
    """One agency's turn at a case (п. 16); a case has at most one active leg.

    `bound` is what the agency was when it was sent the case: a later change of its binding concerns new legs only.
    """

    __tablename__ = "leg"
    __table_args__ = (
        one_of("kind", tuple(LegKind)),
        one_of("state", LEG_STATES),
        Index("ix_leg_agency_id_state", "agency_id", "state"),
    )

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    bound: Mapped[bool] = mapped_column(Boolean)
    executor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Draft(Base):
    """A version of what is to be published; a new submission is a new row, never an edit.

    `measures` is the end of the text that an answer to a repeat needs (п. 17); `text` is the whole.
    `asked` names the parts of a request to the author (п. 11): codes of requirements.MISSING, comma-separated.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("case_id", "version"), one_of("kind", tuple(DraftKind)))

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    leg_uuid: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(15))
    version: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    measures: Mapped[str] = mapped_column(Text, default="")
    asked: Mapped[str] = mapped_column(String(40), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime]


class Approval(Base):
    """A curator's decision on one version: approved (the text is frozen byte for byte) or sent to rework (п. 12)."""

    __tablename__ = "approval"
    __table_args__ = (one_of("verdict", ("approved", "rework")),)

    id: Mapped[Key]
    draft_uuid: Mapped[str] = mapped_column(String(36), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(10))
    approved_text: Mapped[str] = mapped_column(Text, default="")
    agreed_date: Mapped[date | None] = mapped_column(Date)
    curator_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]


class Publication(Base):
    """Where an answer stands under one message: on the same page, or on the agency's own account with the reason
    and a link to the author (п. 14). The history's digest of both links is made with `salt`, erased with them."""

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("draft_uuid", "message_id"),
        Index("ix_publication_published_at", "published_at"),
    )

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    draft_uuid: Mapped[str] = mapped_column(String(36))
    same_page: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(Text, default="")
    author_link: Mapped[str] = mapped_column(String(2000), default="")
    link: Mapped[str] = mapped_column(String(2000), default="")
    salt: Mapped[str] = mapped_column(String(36))
    published_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Note(Base):
    """What a person wrote with an act: a remark, a reason. Erasable; the history keeps its salted digest."""

    __tablename__ = "note"

    act_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))
