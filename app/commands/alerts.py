"""The command `alerts replay`: the figures of alarm management for any month, by its clocks."""

import asyncio
import json
from argparse import Namespace
from dataclasses import asdict
from datetime import date

from app.commands.opening import opened
from app.regulation.alarm_figures import Figures
from app.regulation.alarms import DESIGN, MOST_AN_HOUR, MOST_IN_TEN_MINUTES, Priority, Told
from app.regulation.report_days import named_month
from app.services.alerts.replaying import replay_month
from app.services.background.worker import seat_program
from app.settings import Settings
from app.texts import mark, tr, trn
from app.texts.alerts import priority_name
from app.texts.moments import duration

SHOWN_PEOPLE = 15


def run_alerts(args: Namespace, settings: Settings) -> int:
    """Print the figures of a month; 1 where anybody would have heard more than is allowed."""
    month = named_month(args.month)
    found = asyncio.run(_replay(settings, month))
    is_within = all(
        one.heard_an_hour <= MOST_AN_HOUR and one.most_in_ten_minutes <= MOST_IN_TEN_MINUTES for one in found.people
    )
    if args.json:
        told = {"median_seconds_to_acknowledge": found.median_seconds_to_acknowledge, "within_limits": is_within}
        print(json.dumps({"month": args.month, **asdict(found), **told}, ensure_ascii=False, indent=1))
    else:
        show_figures(args.month, found)
    return 0 if is_within else 1


async def _replay(settings: Settings, month: date) -> Figures:
    async with opened(settings) as database:
        return await replay_month(await seat_program(database), month)


def show_figures(month: str, found: Figures) -> None:
    """Print them, each beside what it is meant to be."""
    print(tr("Alerts of {month}: {n}.", month=month, n=found.raised))
    for priority in Priority:
        count, share = found.by_priority[str(priority)], f"{100 * found.share(priority):.1f} %"
        design = tr("by design about {n} %", n=DESIGN[priority])
        print(f"  {priority_name(priority):<12} {count:>7}  {share:>7}  {design}")
    heard, folded = found.by_told[str(Told.AUDIBLE)], found.by_told[str(Told.FOLDED)]
    print(tr("Heard: {heard}, folded into a line: {folded}.", heard=heard, folded=folded))
    if (seconds := found.median_seconds_to_acknowledge) is not None:
        count = len(found.seconds_to_acknowledge)
        print(tr("Taken notice of after {time} (median of {n}).", time=duration(seconds), n=count))
    if found.people:
        _show_limits(found)
        _show_people(found)


def _show_limits(found: Figures) -> None:
    """Whether the limits of alarm management held, and how near the most disturbed person came to each."""
    an_hour = max(one.heard_an_hour for one in found.people)
    in_ten = max(one.most_in_ten_minutes for one in found.people)
    for words, most, limit in (
        (mark("Heard by a person in an hour on average: {n} at most, {limit} allowed"), an_hour, MOST_AN_HOUR),
        (mark("Heard by a person in 10 minutes: {n} at most, {limit} allowed"), in_ten, MOST_IN_TEN_MINUTES),
    ):
        print(f"{tr(words, n=most, limit=limit)}: {tr('within the limit') if most <= limit else tr('OVER THE LIMIT')}.")


def _show_people(found: Figures) -> None:
    heads = tr("Person · raised · heard · an hour · most in an hour · most in 10 minutes · floods").split(" · ")
    nobody = tr("nobody's")
    width = max(len(text) for text in (heads[0], nobody, *(one.person for one in found.people[:SHOWN_PEOPLE])))
    print(f"  {heads[0]:<{width}}  {'  '.join(heads[1:])}")
    for one in found.people[:SHOWN_PEOPLE]:
        told: tuple[object, ...] = one.raised, one.heard, f"{one.heard_an_hour:.2f}", one.most_in_an_hour
        told = *told, one.most_in_ten_minutes, one.floods
        cells = "  ".join(f"{value:>{len(head)}}" for head, value in zip(heads[1:], told, strict=True))
        print(f"  {one.person or nobody:<{width}}  {cells}")
    if (rest := len(found.people) - SHOWN_PEOPLE) > 0:
        print("  " + trn("and one more, disturbed less", "and {n} more, disturbed less", rest))
