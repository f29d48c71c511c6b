"""The command `surges evaluate`: what the noticing of surges would have told on a file of past messages."""

import json
from argparse import Namespace
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from app.regulation.errors import Refused
from app.regulation.surges import Key
from app.services.intake.importing import read_zone
from app.services.surge_trial import COLUMNS, Trial, read_events, read_messages, run_trial, span
from app.services.surges import SENSITIVITY
from app.texts import tr

DEFAULT_ZONE = "Europe/Moscow"


def run_surges(args: Namespace) -> int:
    """Play the file and print what came of it."""
    zone = read_zone(args.zone) or ZoneInfo(DEFAULT_ZONE)
    named = {part: getattr(args, f"{part}_column") or "" for part in COLUMNS}
    messages = read_messages(Path(args.file).expanduser(), zone, named)
    events = read_events(Path(args.events).expanduser(), zone) if args.events else None
    how = replace(SENSITIVITY, **{name: value for name, value in _chosen(args).items() if value is not None})
    trial = run_trial(messages, zone, how, events, _day(args.begin, zone), _day(args.end, zone))
    if args.json:
        print(json.dumps(as_json(trial, zone), ensure_ascii=False, indent=2))
    else:
        for line in lines(trial, zone):
            print(line)
    return 0


def _chosen(args: Namespace) -> dict[str, Any]:
    return {
        "false_alarms_per_week": args.false_alarms,
        "least_messages": args.least_messages,
        "least_growth": args.least_growth,
    }


def _day(value: str | None, zone: ZoneInfo) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=zone)
    except ValueError as error:
        raise Refused("day_unreadable", value=value) from error


def as_json(trial: Trial, zone: ZoneInfo) -> dict[str, Any]:
    """The trial as data, with the definitions it is judged by."""
    return {
        "messages": trial.messages,
        "weeks": round(trial.weeks, 2),
        "alarms": len(trial.alarms),
        "alarms_per_week": round(len(trial.alarms) / trial.weeks, 2) if trial.weeks else None,
        "precision": None if trial.precision is None else round(trial.precision, 3),
        "surges": len(trial.truths),
        "found": trial.found,
        "delay_hours_median": median(trial.delays) if trial.delays else None,
        "delays_hours": trial.delays,
        "definitions": _definitions(trial),
        "told": [
            {
                "at": span(alarm.found_hour, zone).isoformat(), "topic": alarm.key.topic, "place": alarm.key.place,
                "count": alarm.count, "hours": alarm.hours, "usual": [alarm.low, alarm.high], "right": right,
            }
            for alarm, right in trial.alarms
        ],
        "were": [
            {
                "begin": span(truth.begin, zone).isoformat(), "end": span(truth.end, zone).isoformat(),
                "topic": truth.key.topic, "place": truth.key.place, "count": truth.count, "delay_hours": delay,
            }
            for truth, delay in trial.truths
        ],
    }  # fmt: skip


def _definitions(trial: Trial) -> dict[str, str]:
    surges = (
        tr(
            "by hindsight: days on which a topic, or a topic in a place, had at least 8 messages and four times the "
            "median day of four weeks before and after; it begins when its day passes twice the median day"
        )
        if trial.by_hindsight
        else tr("those of the file of events")
    )
    return {
        "surges": surges,
        "precision": tr("the share of alarms during which such a surge of the same series, its part or whole went on"),
        "delay": tr("whole hours from the surge's beginning to the first alarm about it; 0 where it was told before"),
    }


def lines(trial: Trial, zone: ZoneInfo) -> list[str]:
    """The trial for people."""
    per_week = f"{len(trial.alarms) / trial.weeks:.1f}" if trial.weeks else "—"
    precision = "—" if trial.precision is None else f"{100 * trial.precision:.0f} %"
    delay = f"{median(trial.delays):g}" if trial.delays else "—"
    told = [
        tr("{n} messages, {weeks} weeks", n=trial.messages, weeks=f"{trial.weeks:.1f}"),
        tr("Alarms: {n}, {weekly} a week, right: {share}", n=len(trial.alarms), weekly=per_week, share=precision),
        tr("Surges: {n}, found: {found}, median delay: {delay} h", n=len(trial.truths), found=trial.found, delay=delay),
    ]
    for alarm, right in trial.alarms:
        usual = f"{alarm.low}–{alarm.high}"
        words = tr("{count} in {hours} h, usually {usual}", count=alarm.count, hours=alarm.hours, usual=usual)
        sign = "+" if right else "−"
        told.append(f"  {sign} {span(alarm.found_hour, zone):%d.%m.%Y %H:%M}  {_name(alarm.key)}: {words}")
    missed = [truth for truth, delay in trial.truths if delay is None]
    if missed:
        told.append(tr("Not told:"))
        told += [f"    {span(truth.begin, zone):%d.%m.%Y %H:%M}  {_name(truth.key)}: {truth.count}" for truth in missed]
    definitions = _definitions(trial)
    told.append(tr("Surges: {words}.", words=definitions["surges"]))
    told.append(tr("Right: {words}.", words=definitions["precision"]))
    told.append(tr("Delay: {words}.", words=definitions["delay"]))
    return told


def _name(key: Key) -> str:
    return " — ".join(part for part in key if part)
