"""Connections to social networks: what is collected and how far, what a network allows, and the outbox of answers."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Uuid7
from app.models.people import one_of

# "check": whether it was published is not known; a person or a reading of the page tells, never a second sending.
# "failed": a person has to place it, or to mend what hinders; "done": the publication is recorded on the case.
DISPATCH_STATES = ("waiting", "sending", "sent", "check", "failed", "cancelled", "done")
RUNGS = ("reply", "own_page")
CHANGES = ("edited", "removed", "restored")


class Connector(Base):
    """One connection: a community, a bot, a channel or a feed. Its tokens are in the keyring, never here.

    `settings` is JSON of ids and phrases; `cursor` JSON of how far each stream was read; `last_run` JSON of what the
    last run brought. `running_until` is the lease of a run, `due_at` when the next one is wanted.
    """

    __tablename__ = "connector"

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    network: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[str] = mapped_column(String(100))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    settings: Mapped[str] = mapped_column(Text, default="{}")
    proxy: Mapped[str] = mapped_column(String(300), default="")
    every_minutes: Mapped[int] = mapped_column(Integer, default=5)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    cursor: Mapped[str] = mapped_column(Text, default="{}")
    last_run: Mapped[str] = mapped_column(Text, default="{}")
    last_run_at: Mapped[datetime | None]
    last_good_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    running_until: Mapped[datetime | None]


class UpdateGap(Base):
    """A time for which a network did not give what was written: shown until a person says that they saw it."""

    __tablename__ = "update_gap"

    id: Mapped[Key]
    connector_id: Mapped[int] = mapped_column(ForeignKey("connector.id"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class NetworkAllowance(Base):
    """What a network allows one connection in one bucket: how much of the period is used, when the next call may go.

    `next_ms` is milliseconds since 1970 (UTC): paces are shorter than a second. `blocked_until` is what the network
    itself asked for.
    """

    __tablename__ = "network_allowance"

    connector_id: Mapped[int] = mapped_column(ForeignKey("connector.id"), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(60), primary_key=True)
    period_start: Mapped[datetime]
    used: Mapped[int] = mapped_column(Integer, default=0)
    next_ms: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None]


class MessageOrigin(Base):
    """Where in its network a collected message stands; `target` is the JSON that an answer in place needs."""

    __tablename__ = "message_origin"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True, autoincrement=False)
    connector_id: Mapped[int] = mapped_column(ForeignKey("connector.id"))
    target: Mapped[str] = mapped_column(Text)


class MessageChange(Base):
    """What its author, or the page's owner, did to a message after it was collected; the message itself stays."""

    __tablename__ = "message_change"
    __table_args__ = (one_of("kind", CHANGES),)

    id: Mapped[Key]
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, default="")
    noticed_at: Mapped[datetime]


class Rendering(Base):
    """The exact text of an approved draft for one message on the agency's own page, frozen at approval (п. 12, 14).

    An answer in place needs none: it is the approved text itself. It names the author: `digest` is made with `salt`,
    and both text and salt are erased when the author is forgotten.
    """

    __tablename__ = "rendering"
    __table_args__ = (UniqueConstraint("draft_uuid", "message_id"),)

    id: Mapped[Key]
    draft_uuid: Mapped[str] = mapped_column(String(36))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    text: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(36))
    digest: Mapped[str] = mapped_column(String(64))


class Dispatch(Base):
    """One answer on its way to one message (п. 14). `key` is what makes a network know a second sending.

    `digest` is that of the frozen rendering: what is sent is compared with it before every attempt. `fault` is the
    code of what went wrong, `fault_params` its JSON; `may_fall` that the next step of the ladder may be taken
    where this one is closed. `ordered_by_id` is who sends: the act stands in their name.
    """

    __tablename__ = "dispatch"
    __table_args__ = (
        one_of("state", DISPATCH_STATES),
        one_of("rung", RUNGS),
        Index("ix_dispatch_state_not_before", "state", "not_before"),
    )

    id: Mapped[Key]
    uuid: Mapped[Uuid7]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    draft_uuid: Mapped[str] = mapped_column(String(36), index=True)
    connector_id: Mapped[int | None] = mapped_column(ForeignKey("connector.id"))
    network: Mapped[str] = mapped_column(String(20))
    rung: Mapped[str] = mapped_column(String(10))
    may_fall: Mapped[bool] = mapped_column(Boolean, default=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(60))
    act_id: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime]
    ordered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ordered_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    link: Mapped[str] = mapped_column(String(2000), default="")
    fault: Mapped[str] = mapped_column(String(40), default="")
    fault_params: Mapped[str] = mapped_column(Text, default="{}")
