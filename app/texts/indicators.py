"""The words of the indicators: titles of pictures, what is said of a part, and what the list behind it is called."""

from datetime import date

from app.regulation.measures import ClockFigures, Dimension
from app.regulation.profile import Profile
from app.regulation.usual import Usual
from app.services.indicators import Inflow
from app.texts import mark, tr, trn
from app.texts.measures import part_not_set
from app.texts.moments import day as day_words
from app.texts.moments import weekday_of
from app.texts.words import clause_words, clock_code_name, clock_name

_KEPT = {"met": mark("in time"), "late": mark("late"), "running": mark("overdue, not finished")}


def usual_words(usual: Usual | None) -> str:
    """"обычно 51–66"; "" where too few like days lie behind."""
    if usual is None:
        return ""
    if usual.low == usual.high:
        return tr("usually {n}", n=usual.low)
    return tr("usually {low}–{high}", low=usual.low, high=usual.high)


def day_label(iso: str) -> str:
    """"24.11"."""
    return f"{date.fromisoformat(iso):%d.%m}"


def day_title(iso: str) -> str:
    """"вт 24.11.2026"."""
    found = date.fromisoformat(iso)
    return f"{weekday_of(found)} {day_words(found)}"


def hour_title(hour: int) -> str:
    """"14:00–15:00"."""
    return f"{hour}:00–{hour + 1}:00"


def inflow_words(title: str, inflow: Inflow) -> str:
    """What is said of a bar."""
    messages = trn("{n} message", "{n} messages", inflow.count)
    words = f"{title}: {messages}"
    return f"{words}, {usual_words(inflow.usual)}" if inflow.usual else words


def clock_title(code: str, profile: Profile) -> str:
    """"п. 7 · Направить в орган"."""
    rule = profile.clocks.get(code)
    if rule is None:
        return clock_code_name(code)
    clause = clause_words(rule)
    return f"{clause} · {clock_name(rule)}" if clause else clock_name(rule)


def kept_words(title: str, kept: str, count: int) -> str:
    """"п. 7 · Направить в орган: в срок — 41"."""
    return tr("{title}: {kept} — {n}", title=title, kept=tr(_KEPT[kept]), n=count)


def share_figure(figures: ClockFigures, *, with_running: bool) -> str:
    """"97 % (41 из 42)": the kept of all that were judged; promises count what is still owed as not kept."""
    judged = figures.met + figures.late + (figures.running if with_running else 0)
    if not judged:
        return "—"
    percent = 100 if figures.met == judged else min(99, round(100 * figures.met / judged))
    return tr("{percent} % ({met} of {judged})", percent=percent, met=figures.met, judged=judged)


def agency_name(name: str) -> str:
    return name or part_not_set(Dimension.AGENCY)


def place_name(name: str) -> str:
    return name or part_not_set(Dimension.PLACE)


def topic_name(name: str) -> str:
    return name or part_not_set(Dimension.TOPIC)


def cell_words(place: str, topic: str, count: int) -> str:
    """"Льгов, Дороги: 12 сообщений"."""
    return f"{place_name(place)}, {topic_name(topic)}: {trn('{n} message', '{n} messages', count)}"


def behind_title(words: str, cases: int) -> str:
    """What the list under the pictures is called."""
    return f"{words} · {trn('{n} card', '{n} cards', cases)}"
