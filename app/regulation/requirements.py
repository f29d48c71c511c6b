"""What an act needs before it may be saved; dialogs and services ask these same pure rules.

Each function gives the first Refusal, or None when nothing is missing.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Clock, Facts, Rules, due_time
from app.regulation.errors import Refusal

DRAFT_LIMIT = 20_000


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


def agreed_date(agreed: date | None, now: datetime, rules: Rules, final: Clock | None = None) -> Refusal | None:
    """п. 15: the date of the final answer is agreed at approval, is a working day and within the limit.

    `final` is the clock of an earlier interim answer, open or not: its date stands, so none is needed now, and a
    later one is refused. Where the year is not loaded the date is taken as given: no act waits for a calendar.
    """
    rule = rules.profile.clocks.get("final")
    if rule is None or not rule.limits:
        return None
    if agreed is None:
        return None if final else Refusal("agreed_date_missing")
    if agreed <= now.astimezone(rules.agency.zone).date():
        return Refusal("agreed_date_past", {"date": agreed})
    try:
        latest = final.due_at if final else due_time(rules, rule, now, Facts())
        return _refused_by_calendar(agreed, latest, rules)
    except CalendarError:
        return None


def _refused_by_calendar(agreed: date, latest: datetime | None, rules: Rules) -> Refusal | None:
    # The due time is the end of the last day, which for plain days is midnight: the date is that of the second before.
    last_day = (latest - timedelta(seconds=1)).astimezone(rules.agency.zone).date() if latest else None
    if last_day and agreed > last_day:
        return Refusal("agreed_date_late", {"date": agreed, "latest": last_day})
    if not rules.agency.is_working_day(agreed):
        return Refusal("agreed_date_not_working", {"date": agreed})
    return None
