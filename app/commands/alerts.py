"""The command `alerts replay`: the figures of alarm management for any month, by its clocks."""

import asyncio
import json
import re
from argparse import Namespace
from dataclasses import asdict
from datetime import date

from app.commands.opening import opened
from app.regulation.alarm_figures import Figures
from app.regulation.alarms import MOST_AN_HOUR, MOST_IN_TEN_MINUTES, Priority, Told
from app.regulation.errors import Refused
from app.services.alerts.replaying import replay_month
from app.services.background.worker import seat_program
from app.settings import Settings
from app.texts import tr
from app.texts.alerts import priority_name
from app.texts.moments import duration

SHOWN_PEOPLE = 15


def run_alerts(args: Namespace, settings: Settings) -> int:
    """Print the figures of a month; 1 where anybody would have heard more than is allowed."""
    month = _month(args.month)
    found = asyncio.run(_replay(settings, month))
    is_within = all(
        one.heard_an_hour <= MOST_AN_HOUR and one.most_in_ten_minutes <= MOST_IN_TEN_MINUTES for one in found.people
    )
    if args.json:
        told = {"median_seconds_to_acknowledge": found.median_seconds_to_acknowledge, "within_limits": is_within}
        print(json.dumps({"month": args.month, **asdict(found), **told}, ensure_ascii=False, indent=1))
    else:
        _show(args.month, found)
    return 0 if is_within else 1


def _month(text: str) -> date:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise Refused("month_unreadable", value=text)
    return date.fromisoformat(f"{text}-01")


async def _replay(settings: Settings, month: date) -> Figures:
    async with opened(settings) as database:
        return await replay_month(await seat_program(database), month)


def _show(month: str, found: Figures) -> None:
    print(tr("Alerts of {month}: {n}.", month=month, n=found.raised))
    for priority in Priority:
        share = f"{100 * found.share(priority):.1f} %"
        print(f"  {priority_name(priority):<12} {found.by_priority[str(priority)]:>7}  {share:>7}")
    heard, folded = found.by_told[str(Told.AUDIBLE)], found.by_told[str(Told.FOLDED)]
    print(tr("Heard: {heard}, folded into a line: {folded}.", heard=heard, folded=folded))
    if (seconds := found.median_seconds_to_acknowledge) is not None:
        count = len(found.seconds_to_acknowledge)
        print(tr("Taken notice of after {time} (median of {n}).", time=duration(seconds), n=count))
    if found.people:
        print(tr("Person · raised · heard · an hour · most in an hour · most in 10 minutes · floods"))
    for one in found.people[:SHOWN_PEOPLE]:
        name = one.person or tr("nobody's")
        print(
            f"  {name:<32} {one.raised:>6} {one.heard:>6} {one.heard_an_hour:>6.2f} {one.most_in_an_hour:>4} "
            f"{one.most_in_ten_minutes:>4} {one.floods:>4}"
        )
