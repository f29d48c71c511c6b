"""Reading a regulation from TOML; an error names the file, the key and what is allowed."""

import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from app.regulation.calendar_errors import CalendarError
from app.regulation.errors import Refusal
from app.regulation.profile import (
    Calendar,
    ClockRule,
    CuratorBodies,
    Ground,
    Importance,
    Limit,
    LimitKind,
    Profile,
    ReportDuty,
    SourceRule,
    Start,
    Unit,
)
from app.regulation.rating_rules import Component, RatingRules
from app.regulation.readings import READINGS, Readings
from app.regulation.region_calendar import RegionCalendar
from app.regulation.section import Section
from app.regulation.shortcomings import DEFAULT, THRESHOLDS, Rule, ShortcomingRule
from app.regulation.workflow import Event

_TOP = (
    "regulation", "readings", "clock", "clause", "ground", "source", "report", "hours", "curators", "shortcoming",
    "rating",
)  # fmt: skip
_HEAD = ("key", "version", "act", "short_act", "region", "region_code", "zone", "effective_from")
_CLOCK = (
    "clause", "who", "calendar", "start", "stop", "void", "resume", "by_reading", "limit", "window", "channels",
    "before", "target", "plain_hours", "per", "agreed_date", "first_start", "title",
)  # fmt: skip
SOURCE_KINDS = ("social", "messenger", "video", "blog", "forum", "phone", "broadcast", "other")
_PERIODS = ("when found", "at once", "day", "week", "month", "quarter", "year")
# The width of the column that keeps a clock's code.
_CODE_LENGTH = 20


class ProfileError(ValueError):
    """A regulation file that cannot be used: `refusal` names file, key, value and what is allowed."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code}: {params}")
        self.refusal = Refusal(code, params)


def parse(text: str, file: str, readings: Mapping[str, str] | None = None) -> Profile:
    """Read a regulation from TOML `text`; `file` is only named in errors. Raises ProfileError.

    `readings` beat those of the file, to see what another reading of the act would give.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError("file_broken", source=file, detail=str(error)) from error
    try:
        return _profile(Section(raw, file, "", _TOP), readings or {})
    except CalendarError as error:
        raise ProfileError(error.code, **error.params) from error


def _profile(top: Section, beating: Mapping[str, str]) -> Profile:
    head = top.table("regulation", _HEAD)
    readings = _readings(top.table("readings", READINGS), beating)
    return Profile(
        key=head.text("key"),
        version=head.whole("version"),
        act=head.text("act"),
        short_act=head.text("short_act"),
        region=head.text("region"),
        region_code=head.text("region_code"),
        zone=_zone(head),
        effective_from=head.day("effective_from"),
        readings=readings,
        clocks=MappingProxyType(_clocks(top.table("clock", None), readings)),
        clauses=MappingProxyType(_texts(top.table("clause", None))),
        grounds=tuple(Ground(row.text("code"), row.text("text")) for row in top.tables("ground", ("code", "text"))),
        sources=tuple(_source(row) for row in top.tables("source", ("code", "name", "kind", "in_act"))),
        reports=tuple(_report(row) for row in top.tables("report", ("code", "clause", "from", "to", "every"))),
        hours=MappingProxyType(_hours(top, head.text("zone"))),
        curators=_curators(top.table("curators", ("clause", "bodies"))),
        shortcomings=MappingProxyType(_shortcomings(top.table("shortcoming", None))),
        rating=_rating(top.table("rating", ("clause", "threshold", "red", "prior", "weights"))),
    )


def _zone(head: Section) -> str:
    name = head.text("zone")
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise head.refuse("zone", name, "zone") from None


def _hours(top: Section, zone: str) -> Mapping[str, Any]:
    """The region's hours, checked here so that a wrong one is named when the file is read, not at the first count."""
    hours = top.table("hours", None)
    RegionCalendar.from_dict({"tz": zone, **hours.values}, top.source, "hours")
    return dict(hours.values)


def _readings(section: Section, beating: Mapping[str, str]) -> Readings:
    merged = Section({**section.values, **beating}, section.source, section.path, READINGS)
    chosen = {key: merged.choice(key, reading.choices, reading.choices[0]) for key, reading in READINGS.items()}
    return Readings(**chosen)


# ----- clocks


def _clocks(section: Section, readings: Readings) -> dict[str, ClockRule]:
    rules: dict[str, ClockRule] = {}
    for code in section.values:
        if len(code) > _CODE_LENGTH:
            raise section.refuse(code, code, "short_name", str(_CODE_LENGTH))
        rules[code] = _clock(code, section.table(code, _CLOCK), readings)
    if not rules:
        raise section.refuse("", "", "table")
    for rule in rules.values():
        _check_base(section, rule, rules)
    return rules


def _check_base(section: Section, rule: ClockRule, rules: Mapping[str, ClockRule]) -> None:
    """A backward clock counts in hours or minutes from a forward one; while that has no limit, it has none either."""
    if rule.before is None:
        return
    bases = [code for code, other in rules.items() if not other.before and (other.limits or other.not_set)]
    if rule.before not in bases:
        raise section.refuse(f"{rule.code}.before", rule.before, "one_of", ", ".join(bases))
    for limit in (*rule.limits.values(), *rule.channels.values()):
        if limit.unit.is_day:
            units = ", ".join(unit for unit in Unit if not unit.is_day)
            raise section.refuse(f"{rule.code}.limit", str(limit), "limit", units)


def _clock(code: str, section: Section, readings: Readings) -> ClockRule:
    limits, channels = _limits(section), _channels(section)
    window = section.flag("window", False)
    timed = LimitKind.WINDOW if window else LimitKind.LIMIT
    return ClockRule(
        code=code,
        clause=section.text("clause") if "clause" in section.values else None,
        who=_who(section, readings),
        kind=timed if limits or channels else LimitKind.STOPWATCH,
        calendar=Calendar(section.choice("calendar", tuple(Calendar), Calendar.AGENCY)),
        start=_starts(section, readings),
        stop=_events(section, "stop") + _by_reading(section, "met", readings),
        void=_events(section, "void") + _by_reading(section, "no", readings),
        pause=_by_reading(section, "pauses", readings),
        resume=_events(section, "resume"),
        limits=MappingProxyType(limits),
        channels=MappingProxyType(channels),
        before=section.text("before") if "before" in section.values else None,
        target=_limit(section, "target", section.values["target"]) if "target" in section.values else None,
        plain_hours=section.choice("plain_hours", READINGS["plain_hours"].choices, readings.plain_hours),
        per=section.choice("per", ("case", "leg", "message"), "case"),
        agreed_date=section.flag("agreed_date", False),
        first_start=section.flag("first_start", False),
        not_set=section.values.get("limit") == "not set",
        title=section.text("title") if "title" in section.values else None,
    )


def _who(section: Section, readings: Readings) -> str:
    """Who answers for a clock; `governor_by` leaves that to the reading of this name (п. 24)."""
    who = section.choice("who", ("curator", "executor", "chain", "author", "governor_by"), "curator")
    return readings.governor_by if who == "governor_by" else who


def _limits(section: Section) -> dict[Importance, Limit]:
    value = section.values.get("limit")
    if value is None or value == "not set":
        return {}
    if not isinstance(value, Mapping):
        limit = _limit(section, "limit", value)
        return {Importance.NORMAL: limit, Importance.HIGH: limit}
    if Importance.NORMAL not in value or not set(value) <= set(Importance):
        raise section.refuse("limit", dict(value), "by_importance")
    normal = _limit(section, "limit.normal", value["normal"])
    high = _limit(section, "limit.high", value.get("high", value["normal"]))
    return {Importance.NORMAL: normal, Importance.HIGH: high}


def _limit(section: Section, key: str, value: Any) -> Limit:
    amount, _, unit = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if not (amount.isascii() and amount.isdecimal()) or int(amount) == 0 or unit not in list(Unit):
        raise section.refuse(key, value, "limit", ", ".join(Unit))
    return Limit(int(amount), Unit(unit))


def _channels(section: Section) -> dict[str, Limit]:
    channels = section.table("channels", SOURCE_KINDS)
    return {name: _limit(channels, name, value) for name, value in channels.values.items()}


def _starts(section: Section, readings: Readings) -> tuple[Start, ...]:
    rows = section.listed("start")
    if not rows:
        raise section.refuse("start", rows, "events")
    return tuple(_start(section, row, readings) for row in rows)


def _start(section: Section, row: Any, readings: Readings) -> Start:
    """An event, one that counts from the detection, or one for each choice of a reading (by_reading, its choices)."""
    if not isinstance(row, Mapping):
        return Start(_event(section, "start", row))
    if "by_reading" in row:
        key = Section(row, section.source, section.at("start"), None).choice("by_reading", READINGS)
        choices = READINGS[key].choices
        entry = Section(row, section.source, section.at("start"), ("by_reading", *choices))
        events = {choice: _event(entry, choice, entry.text(choice)) for choice in choices}
        return Start(events[getattr(readings, key)])
    entry = Section(row, section.source, section.at("start"), ("event", "counted_from"))
    counted_from = entry.choice("counted_from", (Event.DETECTED,))  # the one earlier fact that a case remembers
    return Start(_event(entry, "event", entry.text("event")), Event(counted_from))


def _events(section: Section, key: str) -> tuple[Event, ...]:
    return tuple(_event(section, key, name) for name in section.listed(key))


def _event(section: Section, key: str, name: Any) -> Event:
    try:
        return Event(name)
    except ValueError:
        raise section.refuse(key, name, "one_of", ", ".join(Event)) from None


_ON_EVENTS = ("interim_effect", "clarification_effect", "clarification_steps", "link_on_last", "link_again")


def _by_reading(section: Section, effect: str, readings: Readings) -> tuple[Event, ...]:
    """The events of `by_reading` whose reading is `effect`: {interim_published = "interim_effect"}.

    met: the event stops the clock, pauses: it pauses it, runs and yes: it does nothing, no: it neither starts the
    clock nor leaves it running.
    """
    table = section.table("by_reading", None)
    found = []
    for name in table.values:
        reading = table.choice(name, _ON_EVENTS)
        event = _event(table, name, name)
        if getattr(readings, reading) == effect:
            found.append(event)
    return tuple(found)


# ----- the rest


def _texts(section: Section) -> dict[str, str]:
    return {key: section.text(key) for key in section.values}


def _source(row: Section) -> SourceRule:
    return SourceRule(row.text("code"), row.text("name"), row.choice("kind", SOURCE_KINDS), row.flag("in_act", True))


def _report(row: Section) -> ReportDuty:
    clause = row.text("clause") if "clause" in row.values else None
    addressees = tuple(str(post) for post in row.listed("to"))
    return ReportDuty(row.text("code"), clause, row.text("from"), addressees, row.choice("every", _PERIODS))


def _curators(section: Section) -> CuratorBodies:
    clause = section.text("clause") if "clause" in section.values else None
    return CuratorBodies(clause, tuple(str(body) for body in section.listed("bodies")))


def _shortcomings(section: Section) -> dict[Rule, ShortcomingRule]:
    """The rows of п. 22; what a file that has the table does not name is not looked for."""
    if not section.values:
        return dict(DEFAULT)
    rules = {}
    for name in section.values:
        if name not in list(Rule):
            raise section.refuse(name, name, "keys", ", ".join(Rule))
        code = Rule(name)
        row = section.table(name, ("clause", "threshold") if code in THRESHOLDS else ("clause",))
        clause = row.text("clause") if "clause" in row.values else None
        rules[code] = ShortcomingRule(code, clause, row.whole("threshold") if code in THRESHOLDS else 0)
    return rules


def _rating(section: Section) -> RatingRules:
    """The rating of п. 2; what a file does not name is as shipped. Weights are whole parts, not all of them nothing."""
    usual = RatingRules()
    weights = section.table("weights", Component)
    shares = {part: _parts(weights, part.value, usual.weights[part]) for part in Component}
    if not any(shares.values()):
        raise section.refuse("weights", dict(weights.values), "weights")
    red = _parts(section, "red", usual.red)
    if red > 100:
        raise section.refuse("red", red, "points")
    return RatingRules(
        clause=section.text("clause") if "clause" in section.values else None,
        threshold=_parts(section, "threshold", usual.threshold),
        red=red,
        prior=_parts(section, "prior", usual.prior),
        weights=MappingProxyType(shares),
    )


def _parts(section: Section, key: str, default: int) -> int:
    value = section.get(key, "parts", default)
    if type(value) is not int or not 0 <= value <= 1_000_000:
        raise section.refuse(key, value, "parts")
    return value
