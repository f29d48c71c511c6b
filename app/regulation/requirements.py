"""What an act needs before it may be saved; dialogs and services ask these same pure rules.

Each function gives the first Refusal, or None when nothing is missing.
"""

from collections.abc import Sequence
from datetime import date, datetime

from app.regulation.clocks import Facts, Rules, due_time
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
    same_page: bool, link: str, why_elsewhere: str, published_at: datetime, not_before: datetime, now: datetime
) -> Refusal | None:
    """п. 14: on the same page with its link, or on the agency's own account with the reason; time in the past."""
    if not link.strip():
        return Refusal("link_missing")
    if not link.strip().startswith(("https://", "http://")) or " " in link.strip():
        return Refusal("link_malformed", {"link": link.strip()})
    if not same_page and not why_elsewhere.strip():
        return Refusal("why_elsewhere_missing")
    return moment(published_at, not_before, now)


def moment(occurred_at: datetime, not_before: datetime, now: datetime) -> Refusal | None:
    """What is recorded afterwards happened neither in the future nor before the act it follows."""
    if occurred_at > now:
        return Refusal("in_the_future", {"at": occurred_at, "now": now})
    if occurred_at < not_before:
        return Refusal("before_previous_act", {"at": occurred_at, "previous": not_before})
    return None


def agreed_date(agreed: date | None, now: datetime, rules: Rules) -> Refusal | None:
    """п. 15: the date of the final answer is agreed at approval, is a working day and within the limit."""
    rule = rules.profile.clocks.get("final")
    if rule is None or not rule.limits:
        return None
    if agreed is None:
        return Refusal("agreed_date_missing")
    latest = due_time(rules, rule, now, Facts())
    zone = rules.agency.zone
    if agreed <= now.astimezone(zone).date():
        return Refusal("agreed_date_past", {"date": agreed})
    if latest and agreed > latest.astimezone(zone).date():
        return Refusal("agreed_date_late", {"date": agreed, "latest": latest.astimezone(zone).date()})
    if not rules.agency.is_working_day(agreed):
        return Refusal("agreed_date_not_working", {"date": agreed})
    return None
