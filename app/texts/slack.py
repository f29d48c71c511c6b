"""What the limit of the answer leaves to the step under way, in words."""

from dataclasses import dataclass
from datetime import datetime

from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Clock, Facts, Rules, earliest_due
from app.regulation.remaining import latest_finish, slack_seconds
from app.texts import mark, tr
from app.texts.moments import duration, near_moment
from app.texts.words import clause_words

_DO = {
    "route": mark("send it by {moment}"),
    "reroute": mark("send it on by {moment}"),
    "draft": mark("send the draft by {moment}"),
    "link": mark("send the information by {moment}"),
    "rework": mark("send the mended draft by {moment}"),
    "approve": mark("approve by {moment}"),
    "publish": mark("publish by {moment}"),
}


@dataclass(frozen=True, slots=True)
class SlackWords:
    """`state` is plain, soon (the step must end before its own limit) or late (the chain no longer fits)."""

    state: str
    text: str


def slack_words(
    rules: Rules, clocks: tuple[Clock, ...], clock: Clock, facts: Facts, now: datetime
) -> SlackWords | None:
    """The slack of an open step against `answer`; None where there is nothing to compare."""
    answer_due = earliest_due(clocks, "answer")
    if clock.code not in _DO or clock.due_at is None or answer_due is None:
        return None
    try:
        latest = latest_finish(rules, clock.code, answer_due, facts)
        slack = slack_seconds(rules, clock, answer_due, facts)
        missing = rules.agency.between(latest, now) if latest is not None and now > latest else 0
    except CalendarError:
        return None
    if latest is None or slack is None:
        return None
    zone = rules.agency.zone
    answer = next(c for c in clocks if c.code == "answer" and c.is_open and c.due_at == answer_due)
    limit = clause_words(rules.profile.clocks["answer"], answer)
    if now > answer_due:
        return SlackWords("late", tr("the answer is overdue already ({limit})", limit=limit))
    if now > latest:
        short = duration(missing)
        text = tr("the chain no longer fits the answer's limit ({limit}): {short} short", limit=limit, short=short)
        return SlackWords("late", text)
    todo = tr(_DO[clock.code], moment=near_moment(latest, now, zone))
    if latest < clock.due_at:
        return SlackWords("soon", tr("to keep the answer's limit ({limit}), {todo}", limit=limit, todo=todo))
    return SlackWords("plain", tr("slack to the answer's limit ({limit}): {slack}", limit=limit, slack=duration(slack)))
