"""The command `report`: a month, a week or any days as a workbook, as JSON, or the key figures on the terminal."""

import asyncio
import json
import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from app.commands.opening import opened, seated
from app.regulation.errors import Refused
from app.regulation.measures import MEASURES
from app.regulation.report_days import Days, any_days, month_of, named_month, week_of
from app.services.chosen_file import written
from app.services.reports.freezing import freeze
from app.services.reports.periodic import PeriodReport, read_report
from app.settings import Settings
from app.texts import language, tr
from app.texts.measures import measure_name
from app.texts.period_report import change_words, period_name, value_words, worse_words


def run_report(args: Namespace, settings: Settings) -> int:
    """Make the report and write what was asked for. Raises Refused for days that are none."""
    days = days_of(args.kind, args.days)
    report = asyncio.run(_read(days, args, settings))
    if args.output:
        from app.services.reports.period_book import write_period  # openpyxl costs start-up

        path = Path(args.output).expanduser()
        with written(path) as part:
            write_period(report, part, language())
    if args.json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        for line in lines(report):
            print(line)
    return 0


def days_of(kind: str, words: list[str]) -> Days:
    """The days that the command names: "month 2026-10", "week 2026-10-12" (any day of it), "period FROM TO"."""
    needed = 2 if kind == "period" else 1
    if len(words) != needed:
        raise Refused("days_missing", kind=kind)
    if kind == "month":
        return month_of(_month(words[0]))
    return week_of(_day(words[0])) if kind == "week" else any_days(*map(_day, words))


def _month(word: str) -> date:
    """The first day of a month: "2026-10", or any day of it."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        return named_month(word)


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise Refused("day_unreadable", value=word) from error


async def _read(days: Days, args: Namespace, settings: Settings) -> PeriodReport:
    async with opened(settings) as database:
        place = await seated(database, settings, args.person)
        report = await read_report(place, days, _show if sys.stderr.isatty() else None)
        if args.keep:
            await freeze(place, report)
        return report


def _show(_step: str, done: int) -> None:
    print(f"\r{'·' * done}", end="\n" if done == 6 else "", file=sys.stderr, flush=True)


def lines(report: PeriodReport) -> list[str]:
    """The key figures and what got worse, for a terminal."""
    told = [f"{report.region}, {period_name(report.kind, report.first, report.last)}"]
    for measure in MEASURES:
        now = report.total.value(measure.code)
        before = report.total.carried_in if measure.code == "carried_out" else report.before.value(measure.code)
        change = "" if measure.code == "carried_in" else change_words(measure.code, now, before)
        told.append(f"{measure_name(measure.code):40}{value_words(measure.code, now):>14}{change:>16}".rstrip())
    if report.worse:
        told.append(tr("What got worse and why") + ":")
    for worse in report.worse:
        part = report.name_of(worse.dimension, worse.part) if worse.dimension else ""
        told.append("  " + worse_words(worse, part))
    return told
