"""What an act needs before it may be saved; dialogs and services ask these same pure rules.

Each function gives the first Refusal, or None when nothing is missing.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Clock, Rules
from app.regulation.errors import Refusal
from app.regulation.promises import last_day, nearest_working_day
from app.regulation.workflow import GROWABLE, MERGEABLE, OPEN, DraftKind, State

DRAFT_LIMIT = 20_000
# A place of a model answer that the writer has still to fill: {срок}.
PLACE_LEFT = re.compile(r"\{[а-яё][а-яё ]{0,39}\}", re.IGNORECASE)
# What a request may ask the author for (п. 11): what exactly, where, when.
MISSING = ("what", "where", "when")


def route(topic: int | None, location: int | None, agencies: Sequence[int]) -> Refusal | None:
    """п. 7: topic or topic group, location and at least one agency, none twice (п. 16)."""
    if topic is None:
        return Refusal("topic_missing")
    if location is None:
        return Refusal("location_missing")
    if not agencies:
        return Refusal("agency_missing")
    if len(set(agencies)) != len(agencies):
        return Refusal("agency_twice")
    return None


def draft(text: str) -> Refusal | None:
    """п. 11, 19: a draft says something; DRAFT_LIMIT characters at most."""
    if not text.strip():
        return Refusal("draft_empty")
    if len(text) > DRAFT_LIMIT:
        return Refusal("draft_too_long", {"length": len(text), "limit": DRAFT_LIMIT})
    return None


def handing(addressee: str) -> Refusal | None:
    """п. 24: a report names to whom it was handed over."""
    return None if addressee.strip() else Refusal("addressee_missing")


def episode(title: str) -> Refusal | None:
    """[ours]: an episode has a name that people will know it by."""
    return None if title.strip() else Refusal("episode_unnamed")
def asked(parts: Sequence[str]) -> Refusal | None:
    """п. 11: a request to the author asks for parts of MISSING, none twice."""
    known = set(parts) <= set(MISSING) and len(set(parts)) == len(parts)
    return None if known else Refusal("asked_unknown", {"parts": ", ".join(parts)})


def answer(text: str) -> Refusal | None:
    """A draft, and nothing of a model answer is left to fill in."""
    if (refused := draft(text)) is None and (left := PLACE_LEFT.search(text)):
        return Refusal("place_left", {"place": left[0]})
    return refused


def reason(text: str) -> Refusal | None:
    """A return (п. 8), a rework (п. 12) and an exit (п. 20) name their reason."""
    return None if text.strip() else Refusal("reason_missing")


def publication(
    same_page: bool,
    link: str,
    why_elsewhere: str,
    author_link: str,
    published_at: datetime,
    not_before: datetime,
    now: datetime,
) -> Refusal | None:
    """п. 14: on the same page with its link, or on the agency's own account with the reason and a link to the author;
    time in the past."""
    if not link.strip():
        return Refusal("link_missing")
    if not same_page and not why_elsewhere.strip():
        return Refusal("why_elsewhere_missing")
    if not same_page and not author_link.strip():
        return Refusal("author_link_missing")
    return moment(published_at, not_before, now)


def moment(occurred_at: datetime, not_before: datetime, now: datetime) -> Refusal | None:
    """What is recorded afterwards happened neither in the future nor before the act it follows, at a stated time."""
    if occurred_at.tzinfo is None:
        return Refusal("moment_without_zone", {"moment": f"{occurred_at:%Y-%m-%d %H:%M}"})
    if occurred_at > now:
        return Refusal("in_the_future", {"at": occurred_at, "now": now})
    if occurred_at < not_before:
        return Refusal("before_previous_act", {"at": occurred_at, "previous": not_before})
    return None


def agreed_date(
    agreed: date | None, now: datetime, rules: Rules, final: Clock | None = None, *, before: bool = True
) -> Refusal | None:
    """п. 15: the date of the final answer is agreed at approval, is a working day and within the limit.

    `final` is its clock, open or not, if it runs already: a date past it is refused. `before` says that an earlier
    interim answer has its date: it stands, so none is needed now. Where the year is not loaded the date is taken as
    given: no act waits for a calendar.
    """
    rule = rules.profile.clocks.get("final")
    if rule is None or not rule.limits:
        return None
    if agreed is None:
        return None if final and before else Refusal("agreed_date_missing")
    if agreed <= now.astimezone(rules.agency.zone).date():
        return Refusal("agreed_date_past", {"date": agreed})
    try:
        return _refused_by_calendar(agreed, _date_of(final, rules) or last_day(rules, final, now), rules)
    except CalendarError:
        return None


def shifted_date(shifted: date | None, now: datetime, rules: Rules, final: Clock | None) -> Refusal | None:
    """п. 15: another date for the final answer, before the one promised has passed, never past the limit, which
    is counted from the first interim answer. `final` is the open clock of the promise."""
    if final is None or not final.is_open:
        return Refusal("no_promise")
    promised = _date_of(final, rules)
    if promised is not None and final.due_at is not None and now > final.due_at:
        return Refusal("promise_broken", {"date": promised})
    if shifted is None:
        return Refusal("agreed_date_missing")
    if shifted == promised:
        return Refusal("date_unchanged", {"date": shifted})
    if shifted <= now.astimezone(rules.agency.zone).date():
        return Refusal("agreed_date_past", {"date": shifted})
    try:
        return _refused_by_calendar(shifted, last_day(rules, final, now), rules)
    except CalendarError:
        return None


def _date_of(final: Clock | None, rules: Rules) -> date | None:
    # A limit of plain days ends at midnight: the date is that of the second before.
    due = final.due_at if final else None
    return (due - timedelta(seconds=1)).astimezone(rules.agency.zone).date() if due else None


def _refused_by_calendar(agreed: date, latest: date | None, rules: Rules) -> Refusal | None:
    if latest and agreed > latest:
        return Refusal("agreed_date_late", {"date": agreed, "latest": latest})
    if not rules.agency.is_working_day(agreed):
        before, after = (nearest_working_day(rules.agency, agreed, step) for step in (-1, 1))
        if latest and after > latest:
            return Refusal("agreed_date_holiday_last", {"date": agreed, "before": before})
        return Refusal("agreed_date_not_working", {"date": agreed, "before": before, "after": after})
    return None


def exit_reason(
    exit_state: State, reason_: str, ground: str = "", grounds: Sequence[str] = ()
) -> Refusal | None:
    """п. 20 knows four grounds and no other; outside competence (п. 1) needs words; no reaction needed (п. 7) none.

    `grounds` are the codes of the regulation; where it has none (the norm is not set) words are needed instead.
    """
    if exit_state is State.NO_REACTION:
        return None
    if exit_state is State.NOT_PROCESSED and grounds:
        return None if ground in grounds else Refusal("ground_missing")
    return reason(reason_)


def reply_link(link: str) -> Refusal | None:
    """Where the author's reply stands: a link, or nothing for one that came by phone."""
    link = link.strip()
    if link and (not link.startswith(("https://", "http://")) or " " in link):
        return Refusal("link_malformed", {"link": link})
    return None


def no_reply(waiting: Clock | None, now: datetime) -> Refusal | None:
    """The region may give the author time to reply: until it is over the case is not closed for want of a reply."""
    if waiting is not None and waiting.is_open and waiting.due_at is not None and now <= waiting.due_at:
        return Refusal("author_has_time", {"until": waiting.due_at})
    return None


# ----- repeats (п. 17–18), and several messages on one card


@dataclass(frozen=True, slots=True)
class Relative:
    """A card as another is compared with it; `into` is the number of the card it was merged into, `regulation` the
    key and version it counts by, `published` whether anything stands under one of its messages already, `correcting`
    the kind of the correction under way, if one is."""

    number: str
    state: State
    regulation: tuple[str, int] = ("", 0)
    significant: bool = False
    is_repeat: bool = False
    published: bool = False
    into: str = ""
    correcting: str = ""


def repeat(this: Relative, earlier: Relative) -> Refusal | None:
    """п. 17: a repeat asks again what was answered already; while the earlier card is open it is merged instead."""
    if this.number == earlier.number:
        return Refusal("same_card")
    if earlier.state is State.MERGED:
        return Refusal("earlier_merged", {"number": earlier.number, "into": earlier.into})
    # an answer that is being corrected was given all the same
    answered = earlier.state is State.ANSWERED or earlier.correcting == DraftKind.CORRECTION
    if earlier.state in OPEN and not answered:
        return Refusal("earlier_open", {"number": earlier.number, "state": earlier.state})
    if not answered:
        return Refusal("earlier_unanswered", {"number": earlier.number, "state": earlier.state})
    return None


def measures(is_repeat: bool, kind: DraftKind, text: str) -> Refusal | None:
    """п. 17: an answer to a repeat, final or interim, tells of the measures taken or of the progress."""
    if is_repeat and kind in (DraftKind.ANSWER, DraftKind.INTERIM) and not text.strip():
        return Refusal("measures_missing")
    return None


def with_measures(text: str, part: str) -> str:
    """The whole of an answer to a repeat, as it is approved and published: the answer, then the measures taken."""
    return f"{text.rstrip()}\n\n{part.strip()}" if part.strip() else text


def without_measures(whole: str, part: str) -> str:
    """The answer apart from its measures: what `with_measures` was given."""
    return whole.removesuffix(f"\n\n{part}") if part else whole


def merge(source: Relative, target: Relative) -> Refusal | None:
    """Why the messages of `source` may not move into `target`, each refusal with the way out; None when they may."""
    if source.number == target.number:
        return Refusal("same_card")
    return _refused_source(source) or _refused_target(target) or _refused_pair(source, target)


def _refused_source(source: Relative) -> Refusal | None:
    if source.state is State.MERGED:
        return Refusal("merged_already", {"number": source.number, "into": source.into})
    if source.published:
        return Refusal("source_published", {"number": source.number})
    if source.state not in MERGEABLE:
        return Refusal("source_not_mergeable", {"number": source.number, "state": source.state})
    return None


def _refused_target(target: Relative) -> Refusal | None:
    if target.state is State.MERGED:
        return Refusal("merged_already", {"number": target.number, "into": target.into})
    if target.state is State.COLLECTED:
        return Refusal("target_not_detected", {"number": target.number})
    if target.state is State.ANSWERED:
        return Refusal("target_answered", {"number": target.number})
    if target.correcting:
        return Refusal("correction_under_way", {"number": target.number})
    if target.state not in GROWABLE:
        return Refusal("target_closed", {"number": target.number, "state": target.state})
    return None


def _refused_pair(source: Relative, target: Relative) -> Refusal | None:
    numbers = {"number": source.number, "into": target.number}
    if source.regulation != target.regulation:
        return Refusal("regulations_differ", numbers)
    if source.significant and not target.significant:
        return Refusal("significance_differs", numbers)
    if source.is_repeat and not target.is_repeat:
        return Refusal("repeat_differs", numbers)
    return None


def split(messages: Sequence[str], chosen: Collection[str], published: Collection[str]) -> Refusal | None:
    """Some messages leave a card, at least one stays; one that was answered already stays with its answer."""
    if not chosen:
        return Refusal("nothing_to_split")
    if not set(chosen) <= set(messages):
        return Refusal("message_gone")
    if set(chosen) == set(messages):
        return Refusal("nothing_would_stay")
    if set(chosen) & set(published):
        return Refusal("answered_stays")
    return None
