"""A day of the calendar in words: whether it works, how long, why, and by which act."""

from app.regulation.day_story import DayKind, DayStory
from app.regulation.hours import write_spans
from app.texts import mark, tr
from app.texts.moments import day as day_words

_KINDS = {
    DayKind.WORKING: mark("an ordinary working day"),
    DayKind.WEEKEND: mark("a day off of the week"),
    DayKind.HOLIDAY: mark("a holiday"),
    DayKind.MOVED_OFF: mark("a day off moved here"),
    DayKind.WORKED: mark("a working day: its day off was moved away"),
    DayKind.SHORTENED: mark("an hour shorter: before a holiday"),
    DayKind.DECREE: mark("declared non-working by decree"),
    DayKind.OWN_OFF: mark("a day off of the region"),
    DayKind.OWN_WORKING: mark("a working day of the region"),
    DayKind.OWN_SHORTENED: mark("an hour shorter in the region"),
    DayKind.SPECIAL: mark("hours of its own"),
    DayKind.UNKNOWN: mark("the production calendar of this year is not loaded: due times are not computed"),
}

_MONTHS = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"), mark("July"),
    mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip


def month_name(month: int) -> str:
    """«Январь»; 1 is January."""
    return tr(_MONTHS[month - 1])


def hours_words(story: DayStory) -> str:
    """«09:00–13:00, 14:00–18:00», or that nobody works."""
    return ", ".join(f"{start}–{close}" for start, close in write_spans(story.spans)) or tr("no working hours")


def day_lines(story: DayStory) -> list[str]:
    """What is known of the day: kind and hours, the holiday, the move, the act."""
    lines = [tr(_KINDS[story.kind])]
    if story.kind is not DayKind.UNKNOWN:
        lines.append(hours_words(story))
    if story.name:
        lines.append(story.name)
    if story.moved is not None:
        day = day_words(story.moved)
        lines.append(tr("moved to {day}", day=day) if story.kind is DayKind.WORKED else tr("moved from {day}", day=day))
    if story.act:
        lines.append(story.act)
    return lines
