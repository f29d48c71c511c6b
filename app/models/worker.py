"""The worker of a database: who may do background work now, and which of it was done for which period."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key
from app.models.people import one_of

JOB_STATES = ("running", "done", "failed")


class WorkerLease(Base):
    """The one row that says who works: until `expires_at` by the database's time, under a `fence` that grows with
    every change of hands. `holder` is a uuid of one run of the program, `label` its machine and process."""

    __tablename__ = "worker_lease"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(36))
    label: Mapped[str] = mapped_column(String(200))
    fence: Mapped[int] = mapped_column(BigInteger)
    taken_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class JobRun(Base):
    """One job for one period ("2026-10", "2026-11-26T09:15Z"): begun under `fence`, and how it ended.

    A row left `running` by a worker that died is taken up again by the next; one that is `done` never is.
    `error` is a code, `retry_at` when a failed one is tried again.
    """

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("kind", "period"),
        one_of("state", JOB_STATES),
        Index("ix_job_run_state_retry_at", "state", "retry_at"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(10))
    fence: Mapped[int] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(Integer, default=1)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(200), default="")
