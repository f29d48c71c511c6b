"""What services hand to the window: frozen rows of plain data, never rows of the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.regulation.clocks import Clock, Facts, Outcome
from app.regulation.permission import Standing
from app.regulation.profile import Importance, LimitKind
from app.regulation.workflow import DraftKind, LegKind, State
from app.services.staffing import STAFFED, AgencyStaff


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in a table. `step` is the clock it is sorted by (None where no clock runs), `facts` what it counts by.

    `turn` puts an executor's own work first: 0 mine, 1 nobody's, 2 a colleague's; 0 for everyone else.
    `is_left` says that its curator is away or off duty.
    `promised` (what the interim answer said) is filled in its own queue only, and so are who took a case out of
    work (`ended_by`) and why. `changed` is what was last done to its message on its page: "edited", "removed" or "".
    `rank` tells how well a search found it: 0 by its number or author, 1 by words, 2 by words nearly alike.
    `location` is the directory's part of `place`.
    """

    id: int
    number: str
    version: int
    state: State
    importance: Importance
    significant: bool
    excerpt: str
    place: str
    topic: str
    agency: str
    source: str
    post_kind: str
    posted_at: datetime | None
    regulation_id: int
    step: Clock | None
    answer_due_at: datetime | None
    returns: int
    reworks: int
    curator: str
    closed_at: datetime | None
    collected_at: datetime
    executor: str = ""
    turn: int = 0
    is_left: bool = False
    messages: int = 1
    is_repeat: bool = False
    corrections: int = 0
    promised_on: date | None = None
    promised: str = ""
    ended_by: str = ""
    ended_why: str = ""
    changed: str = ""
    rank: int = 1
    location: str = ""

    @property
    def facts(self) -> Facts:
        """What the step's countdown depends on."""
        return Facts(importance=self.importance)


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many cases wait where; `agencies` holds (id, short name, open, overdue), busiest first.

    `changes_at` is the next moment at which time alone changes a count: a case becomes soon due or overdue.
    `pages` tells how much waits on a page of the desk, by its code; `soon_minutes` how early `soon` counts.
    """

    queues: dict[str, int]
    agencies: tuple[tuple[int, str, int, int], ...]
    soon: int = 0
    changes_at: datetime | None = None
    pages: Mapping[str, int] = field(default_factory=dict)
    soon_minutes: int = 15


@dataclass(frozen=True, slots=True)
class Today:
    """The day so far; `in_time_percent` is None while nothing was judged."""

    detected: int
    published: int
    in_time_percent: int | None


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file of a message, of a draft or of a publication; without `sha256` only a link to it is known.

    `preview` is a small picture (JPEG) of it, b"" where it has none.
    """

    name: str
    media_type: str
    size_bytes: int
    link: str
    uuid: str = ""
    sha256: str = ""
    preview: bytes = b""


@dataclass(frozen=True, slots=True)
class MessageChangeView:
    """What happened to a message on its page later: "edited" (`before` became `text`), "removed" or "restored"."""

    kind: str
    noticed_at: datetime
    text: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as the citizen wrote it; `came_from` is the number of the merged card that brought it."""

    id: int
    uuid: str
    text: str
    source_code: str
    source: str
    in_act: bool
    post_kind: str
    link: str
    author: str
    author_link: str
    posted_at: datetime | None
    collected_at: datetime
    detected_at: datetime | None
    attachments: tuple[AttachmentView, ...] = ()
    came_from: str = ""
    author_contact: str = ""
    changes: tuple[MessageChangeView, ...] = ()


@dataclass(frozen=True, slots=True)
class LegView:
    """One agency's turn."""

    uuid: str
    position: int
    kind: LegKind
    state: str
    agency_id: int
    agency: str
    bound: bool
    received_at: datetime | None
    executor: str = ""
    has_program: bool = True
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DraftView:
    """A version of a draft with the decision on it: verdict "approved", "rework" or "" while it waits.

    `measures` is the end of `text` that an answer to a repeat needs (п. 17), "" where it has none.
    """

    uuid: str
    kind: DraftKind
    version: int
    text: str
    author: str
    recorded_by: str
    submitted_at: datetime
    verdict: str = ""
    remark: str = ""
    agreed_date: date | None = None
    attachments: tuple[AttachmentView, ...] = ()
    measures: str = ""
    leg_uuid: str = ""
    agency: str = ""
    asked: tuple[str, ...] = ()
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReplyView:
    """What the author replied to a request (п. 11): when they wrote it, and when it was recorded by whom."""

    uuid: str
    text: str
    link: str
    replied_at: datetime
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class PublicationView:
    """Where an answer stands under one message, and what proves it; `corrected_at` when a later publication under the
    same message put it right."""

    message_id: int
    draft_uuid: str
    same_page: bool
    reason: str
    link: str
    published_at: datetime
    recorded_at: datetime
    author_link: str = ""
    proof: AttachmentView | None = None
    kind: DraftKind = DraftKind.ANSWER
    corrected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryView:
    """One act of the history: who, for whom, what, when, with what words.

    `proposed_agency_id` is whose competence the executor named when returning the case (п. 8); `handed` are the
    names from whom and to whom work went, None for every other act.
    """

    seq: int
    act: str
    variant: str
    state_from: State
    state_to: State
    actor: str
    on_behalf: str
    recorded_at: datetime
    occurred_at: datetime
    note: str
    proposed_agency_id: int | None = None
    handed: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class KinView:
    """Another card named on this one, with what was written and decided there.

    `answer` is the approved text and `link` where it stands, of an answered one; `drafts` are those of a merged one.
    """

    id: int
    number: str
    state: State
    agency: str
    excerpt: str
    detected_at: datetime | None
    closed_at: datetime | None
    answer: str = ""
    link: str = ""
    published_at: datetime | None = None
    drafts: tuple[DraftView, ...] = ()


@dataclass(frozen=True, slots=True)
class KinViews:
    """The other cards of a card: the answered one it repeats (п. 17), those that repeat it, those whose messages it
    took, and the one that took its own."""

    earlier: KinView | None = None
    repeats: tuple[KinView, ...] = ()
    merged: tuple[KinView, ...] = ()
    merged_into: KinView | None = None


@dataclass(frozen=True, slots=True)
class CaseCard:
    """Everything the card shows, as of `version`; `at_work` names the others who ask for an act of it just now."""

    id: int
    uuid: str
    number: str
    version: int
    state: State
    importance: Importance
    significant: bool
    topic_id: int | None
    topic: str
    topic_group: str
    location_id: int | None
    location: str
    place: str
    curator: str
    agency_id: int | None
    agency: str
    suggested_topic: str
    suggested_agency: str
    regulation_id: int
    collected_at: datetime
    detected_at: datetime | None
    closed_at: datetime | None
    returns: int
    reworks: int
    messages: tuple[MessageView, ...]
    clocks: tuple[Clock, ...]
    facts: Facts
    standing: Standing
    legs: tuple[LegView, ...]
    drafts: tuple[DraftView, ...]
    publications: tuple[PublicationView, ...]
    history: tuple[HistoryView, ...]
    kin: KinViews = field(default_factory=KinViews)
    replies: tuple[ReplyView, ...] = ()
    corrections: int = 0
    promised_on: date | None = None
    at_work: str = ""
    at_work_until: datetime | None = None

    @property
    def parts(self) -> tuple[DraftView, ...]:
        """What earlier agencies wrote for the common answer (п. 16): the last version of each finished turn."""
        finished = {leg.uuid for leg in self.legs if leg.state == "done"}
        of_leg = {d.leg_uuid: d for d in self.drafts if d.kind is DraftKind.INFORMATION and d.leg_uuid in finished}
        return tuple(of_leg.values())

    @property
    def leg(self) -> LegView | None:
        """The active leg, None while no agency has the case."""
        return next((leg for leg in self.legs if leg.state == "active"), None)

    @property
    def draft(self) -> DraftView | None:
        """The version under review or last decided on; None before the first and after a new routing."""
        return self.drafts[-1] if self.drafts else None

    def answer_clock(self, message: MessageView) -> Clock | None:
        """The `answer` of one message: the run that counts, open or judged."""
        mine = (c for c in reversed(self.clocks) if c.code == "answer" and c.message == message.uuid)
        return next(mine, None)

    @property
    def unpublished(self) -> tuple[MessageView, ...]:
        """The messages under which the last draft does not stand yet."""
        placed = {p.message_id for p in self.publications if self.draft and p.draft_uuid == self.draft.uuid}
        return tuple(message for message in self.messages if message.id not in placed)

    @property
    def networks(self) -> tuple[str, ...]:
        """The sources of its messages, by code, each once."""
        return tuple(dict.fromkeys(message.source_code for message in self.messages))

    @property
    def late_returns(self) -> int:
        """How often the case was returned after the window of п. 8."""
        return sum(clock.code == "return" and clock.outcome is Outcome.LATE for clock in self.clocks)

    @property
    def open_clocks(self) -> tuple[Clock, ...]:
        """Clocks that run now, the step's first and `answer` last."""
        return tuple(sorted((c for c in self.clocks if c.is_open), key=_clock_order))


def _clock_order(clock: Clock) -> tuple[bool, bool, datetime]:
    stopwatch = clock.kind in (LimitKind.STOPWATCH, LimitKind.NOT_COMPUTABLE)
    return stopwatch, clock.code == "answer", clock.due_at or clock.started_at


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a directory: topics and locations show their parent as `group`, agencies their kind.

    `staffing` says of an agency that it has nobody today, and until when; `bound` whether it works by the act.
    """

    id: int
    name: str
    group: str = ""
    short_name: str = ""
    active: bool = True
    staffing: AgencyStaff = STAFFED
    bound: bool = True


@dataclass(frozen=True, slots=True)
class Directories:
    """What routing chooses from."""

    topics: tuple[Choice, ...]
    locations: tuple[Choice, ...]
    agencies: tuple[Choice, ...]
    sources: tuple[Choice, ...]
