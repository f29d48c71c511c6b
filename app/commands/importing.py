"""The command `import`: a file of messages taken in, with a report for people or as JSON."""

import asyncio
import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from app.commands.arguments import BAD_INPUT
from app.commands.opening import opened, seated
from app.services.intake.importing import ImportReport, Order, import_file, read_zone
from app.settings import Settings
from app.texts import trn
from app.texts.import_report import report_lines
from app.texts.intake import explain_row_refusal, explain_table_error


def run_import(args: Namespace, settings: Settings) -> int:
    """Take the file in; exit code 2 when it breaks off before its end."""
    order = Order(
        path=Path(args.file).expanduser(),
        as_detected=args.as_detected,
        zone=read_zone(args.zone),
        refused_path=Path(args.refused).expanduser() if args.refused else None,
    )
    report = asyncio.run(_import(order, settings, args))
    if args.json:
        print(json.dumps(as_json(report), ensure_ascii=False, indent=2))
    else:
        for line in report_lines(report, order.refused_path):
            print(line)
    if report.unread is None:
        return 0
    print(explain_table_error(report.unread), file=sys.stderr)
    return BAD_INPUT


async def _import(order: Order, settings: Settings, args: Namespace) -> ImportReport:
    async with opened(settings) as database:
        place = await seated(database, settings, args.person)
        show = _show_progress if sys.stderr.isatty() and not args.json else None
        return await import_file(place, order, show)


def _show_progress(report: ImportReport) -> None:
    words = trn("{n} row read", "{n} rows read", report.read)
    print(f"\r{words}", end="" if report.unread is None else "\n", file=sys.stderr, flush=True)


def as_json(report: ImportReport) -> dict[str, Any]:
    """The report as data."""
    return {
        "file": report.file,
        "read": report.read,
        "new": report.new,
        "known": report.known,
        "refused": report.refused,
        "detected": report.detected,
        "refusals": [
            {"row": row.row_number, "sheet": row.sheet, "code": row.code, "reason": explain_row_refusal(row)}
            for row in report.refusals
        ],
        "repairs": dict(report.repairs),
        "unknown_agencies": dict(report.unknown_agencies),
        "complete": report.unread is None,
    }
