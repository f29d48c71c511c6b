"""Words of reports to the Governor: ways, what a surge is, and every placeholder of the templates."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from app.regulation.workflow import State
from app.texts import mark, tr, trn
from app.texts.moments import full_moment
from app.texts.words import clock_code_name, state_name

_WAYS = {
    "in_person": mark("in person"),
    "phone": mark("by phone"),
    "document": mark("by a document"),
    "mail": mark("by e-mail"),
    "messenger": mark("in a messenger"),
    "other": mark("another way"),
}

_ENTRIES = {
    "surge_proposed": mark("noticed by the program"),
    "surge_confirmed": mark("surge confirmed"),
    "surge_dismissed": mark("proposal dismissed"),
    "episode_opened": mark("episode opened"),
    "episode_cases_added": mark("cases added"),
    "episode_case_removed": mark("case taken out"),
    "episode_reported": mark("reported to the Governor"),
    "episode_closed": mark("episode closed"),
}

# Placeholders of a template, in the order in which its help lists them; what each stands for.
PLACEHOLDERS = {
    "region": mark("the region"),
    "addressee": mark("to whom it is reported"),
    "made_at": mark("when the page was made"),
    "number": mark("the case's number"),
    "title": mark("the episode's name, or the case's topic"),
    "topic": mark("topic group and topic"),
    "place": mark("place"),
    "since": mark("since when"),
    "source": mark("where it was written"),
    "author": mark("the author, only when asked for"),
    "message": mark("the citizens' words"),
    "state": mark("where the work stands"),
    "agency": mark("who works on it"),
    "done": mark("what is being done"),
    "next_step": mark("the next step"),
    "due": mark("when the next step is due"),
    "count": mark("how many messages"),
    "growth": mark("growth against the usual"),
    "places": mark("places, with counts"),
    "topics": mark("topics, with counts"),
    "states": mark("how many are in work and answered"),
    "agencies": mark("agencies, with counts"),
    "reporter": mark("who reports"),
    "cut": mark("a note that texts were shortened"),
}


class Surge(Protocol):
    """What the words of a surge are made from."""

    @property
    def topic(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def main_topic(self) -> str: ...
    @property
    def main_location(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def hours(self) -> int: ...
    @property
    def usual_low(self) -> int: ...
    @property
    def usual_high(self) -> int: ...


def way_name(code: str) -> str:
    return tr(_WAYS.get(code, code))


def ways() -> tuple[tuple[str, str], ...]:
    """(code, name) of every way, in the order of the list."""
    return tuple((code, tr(name)) for code, name in _WAYS.items())


def entry_words(entry: str, payload: Mapping[str, Any]) -> str:
    """What an entry of the journal says: "карточки добавлены: 12"."""
    words = tr(_ENTRIES.get(entry, entry))
    return f"{words}: {len(payload['cases'])}" if "cases" in payload else words


def surge_title(surge: Surge) -> str:
    """"Уборка снега — Фрунзенский район": what a surge is about."""
    return " — ".join(part for part in (surge.topic, surge.location) if part)


def surge_words(surge: Surge) -> str:
    """"17 сообщений за 3 ч, обычно 2–5; в основном: Фрунзенский район"."""
    words = trn("{n} message", "{n} messages", surge.count)
    low, high = surge.usual_low, surge.usual_high
    usual = f"{low}–{high}" if low < high else str(high)
    said = tr("{messages} in {hours} h, usually {usual}", messages=words, hours=surge.hours, usual=usual)
    main = ", ".join(part for part in (surge.main_location, surge.main_topic) if part)
    return f"{said}; {tr('mainly: {main}', main=main)}" if main else said


def values_of(paper: Any) -> dict[str, str]:
    """What each placeholder becomes on a page; empty for what the page has nothing to say about."""
    zone = ZoneInfo(paper.zone)
    quotes = "\n".join(f"«{text.strip()}»" for text in paper.messages)
    return {
        "region": paper.region,
        "addressee": paper.addressee,
        "made_at": full_moment(paper.made_at, zone),
        "number": paper.number,
        "title": paper.title or paper.topic,
        "topic": paper.topic,
        "place": paper.place,
        "since": full_moment(paper.since, zone) if paper.since else "",
        "source": paper.source,
        "author": paper.author,
        "message": quotes,
        "state": state_name(State(paper.state)) if paper.state else "",
        "agency": paper.agency,
        "done": paper.done.strip(),
        "next_step": clock_code_name(paper.step) if paper.step else "",
        "due": _due(paper.due_at, zone),
        "count": str(paper.count) if paper.count else "",
        "growth": _growth(paper),
        "places": _listed(paper.places),
        "topics": _listed(paper.topics),
        "states": _listed([(_stage(code), count) for code, count in paper.states]),
        "agencies": _listed(paper.agencies),
        "reporter": paper.reporter,
        "cut": tr("The texts are shortened to one page; whole they are in the program.") if paper.is_cut else "",
    }


def _due(at: datetime | None, zone: ZoneInfo) -> str:
    return full_moment(at, zone) if at and at.year < 9999 else ""


def _growth(paper: Any) -> str:
    if not paper.surge_count:
        return ""
    messages = trn("{n} message", "{n} messages", paper.surge_count)
    usual = f"{paper.usual_low}–{paper.usual_high}" if paper.usual_low < paper.usual_high else str(paper.usual_high)
    return tr("{messages} in {hours} h, usually {usual}", messages=messages, hours=paper.surge_hours, usual=usual)


def _listed(counted: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{name} — {count}" for name, count in counted)


def _stage(code: str) -> str:
    return tr("in work") if code == "open" else state_name(State(code))


