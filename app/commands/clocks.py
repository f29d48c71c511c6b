"""The command `clocks`: every clock with clause, due time, slack and reasoning, for people or as JSON."""

import json
from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.regulation.clocks import Rules
from app.regulation.errors import Refused
from app.regulation.profile import Importance, LimitKind
from app.regulation.profile_file import SOURCE_KINDS
from app.services.calculator import Counted, Given, Question, count, read_day, read_moment, read_rules
from app.texts import tr
from app.texts.countdown import reasoning
from app.texts.moments import day, duration, full_moment
from app.texts.refusals import explain
from app.texts.words import clause_words, clock_name


def show_clocks(args: Namespace) -> int:
    """Count and print. Raises Refused, ProfileError or CalendarError for what cannot be read."""
    readings = {"plain_hours": args.plain_hours, "boundary": args.boundary}
    rules = read_rules(args.regulation, {key: value for key, value in readings.items() if value})
    question = read_question(args, rules.agency.zone)
    counted = count(rules, question)
    if args.json:
        print(json.dumps(as_json(rules, question, counted), ensure_ascii=False, indent=2))
    else:
        for line in as_lines(rules, question, counted):
            print(line)
    return 0


def read_question(args: Namespace, zone: ZoneInfo) -> Question:
    """What the options say. Raises Refused, also where no moment is given at all."""
    moments: Mapping[Given, datetime] = {
        given: read_moment(text, zone) for given in Given if (text := getattr(args, given)) is not None
    }
    if not moments:
        raise Refused("moment_missing", options=", ".join(option(given) for given in Given))
    if args.importance not in list(Importance):
        raise Refused("choice_unknown", option="--importance", value=args.importance, choices=", ".join(Importance))
    if args.channel is not None and args.channel not in SOURCE_KINDS:
        raise Refused("choice_unknown", option="--channel", value=args.channel, choices=", ".join(SOURCE_KINDS))
    agreed = None if args.agreed is None else read_day(args.agreed)
    interim = moments.get(Given.INTERIM_AT)
    if agreed is not None and interim is not None and agreed <= interim.astimezone(zone).date():
        raise Refused("agreed_date_past", date=agreed)
    return Question(moments, Importance(args.importance), args.last_leg, agreed, args.channel)


def option(given: Given) -> str:
    """The option that gives this moment: "--leg-received"."""
    return "--" + given.replace("_", "-")


def as_lines(rules: Rules, question: Question, counted: list[Counted]) -> list[str]:
    """One line for each clock: name, clause, due time, slack, reasoning."""
    rows = [
        (
            clock_name(found.rule),
            clause_words(found.rule) or "—",
            _due_words(found, rules.agency.zone),
            _slack_words(found.slack_seconds),
            why(rules, question, found),
        )
        for found in counted
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True)) for row in rows]


def _due_words(found: Counted, zone: ZoneInfo) -> str:
    if found.clock.kind is LimitKind.NOT_COMPUTABLE:
        return tr("not computed")
    if found.clock.due_at is None:
        return tr("stopwatch")
    seconds = found.clock.due_at.second
    return tr("until {moment}", moment=full_moment(found.clock.due_at, zone) + (f":{seconds:02}" if seconds else ""))


def _slack_words(slack: int | None) -> str:
    if slack is None:
        return tr("slack —")
    if slack < 0:
        return tr("short of {duration}", duration=duration(slack))
    return tr("slack {duration}", duration=duration(slack) if slack >= 60 else tr("none"))


def why(rules: Rules, question: Question, found: Counted) -> str:
    """The reasoning in one line: what was counted from what, or what is missing."""
    if found.error is not None:
        return explain(found.error, rules.agency.zone)
    if found.needs is not None:
        base = rules.profile.clocks[found.rule.before or ""]
        return tr(
            "counted back from the due time of “{base}” ({clause}): give {option}",
            base=clock_name(base), clause=clause_words(base) or "—", option=option(found.needs),
        )  # fmt: skip
    words = reasoning(rules, found.clock, question.facts, found.event)
    if question.agreed is None or found.rule.code != "final" or found.clock.due_at is None:
        return words
    agreed = tr("agreed date {date}", date=day(question.agreed))
    if question.agreed > found.clock.due_at.astimezone(rules.agency.zone).date():
        agreed = tr("{agreed} is past the limit, the limit holds", agreed=agreed)
    return f"{words}; {agreed}"


def as_json(rules: Rules, question: Question, counted: list[Counted]) -> dict[str, Any]:
    """The answer as data: times with the region's offset, null where there is none."""
    profile = rules.profile
    return {
        "regulation": profile.key,
        "version": profile.version,
        "act": profile.short_act,
        "zone": profile.zone,
        "importance": str(question.importance),
        "readings": {"plain_hours": profile.readings.plain_hours, "boundary": profile.readings.boundary},
        "clocks": [_clock_json(rules, question, found) for found in counted],
    }


def _clock_json(rules: Rules, question: Question, found: Counted) -> dict[str, Any]:
    zone = rules.agency.zone
    limit = found.rule.limit(question.importance, question.channel)
    due = found.clock.due_at
    return {
        "clock": found.rule.code,
        "title": clock_name(found.rule),
        "clause": found.rule.clause,
        "kind": str(found.clock.kind),
        "limit": str(limit) if limit else None,
        "started": found.clock.started_at.astimezone(zone).isoformat(),
        "due": due.astimezone(zone).isoformat() if due else None,
        "slack_seconds": found.slack_seconds,
        "reasoning": why(rules, question, found),
    }
