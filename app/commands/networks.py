"""The command `networks`: read the connections now, send what waits, keep a token, tell how they stand."""

import asyncio
import json
import sys
from argparse import Namespace
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from app.commands.opening import opened, seated
from app.models import Connector, Dispatch
from app.models.database import Database
from app.regulation.errors import Refused
from app.services.networks.collecting import RunReport, collect_due
from app.services.networks.kinds import KINDS
from app.services.networks.opening import PROXY_PASSWORD, networks_of
from app.services.outbox.sending import publish_due
from app.settings import Settings
from app.texts import tr
from app.texts.networks import fault_words, network_name, run_words


def run_networks(args: Namespace, settings: Settings) -> int:
    """Exit code 1 where a connection failed or an answer needs a person, 2 for bad input."""
    return asyncio.run(_run(args, settings))


async def _run(args: Namespace, settings: Settings) -> int:
    async with opened(settings) as database:
        if args.action == "token":
            return await _token(database, args)
        if args.action == "status":
            return await _status(database, args.json)
        place = await seated(database, settings, args.person)
        networks = networks_of(database)
        if args.action == "collect":
            reports = await collect_due(place, networks)
            lines = [asdict(report) if args.json else _line(report, place) for report in reports]
            _print(lines if lines or args.json else [tr("No connection is due now.")], args.json)
            return 1 if any(report.fault for report in reports) else 0
        sent = await publish_due(place, networks)
        words = tr(
            "Sent: {sent}, recorded: {recorded}, to be checked: {check}, need a person: {failed}, later: {put_off}.",
            **asdict(sent),
        )
        _print(asdict(sent) if args.json else [words], args.json)
        return 1 if sent.failed or sent.check else 0


def _line(report: RunReport, place: Any) -> str:
    words = f"{report.name}: {run_words(asdict(report))}"
    if report.fault:
        zone = place.rules().agency.zone
        words += f". {fault_words(report.fault, report.fault_params, zone, place.now())}"
    return words


async def _token(database: Database, args: Namespace) -> int:
    """Keep a token read from standard input, so that it stands in no history of a shell."""
    async with database.read() as connection:
        query = select(Connector).where(Connector.name == (args.connection or ""))
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise Refused("connector_unknown", name=args.connection or "")
    names = (*KINDS[row.network].secrets, PROXY_PASSWORD)
    if args.token not in names:
        raise Refused("choice_unknown", option="token", value=args.token or "", choices=", ".join(names))
    networks_of(database).secrets.write(row.uuid, args.token, sys.stdin.readline().strip())
    print(tr("Kept."))
    return 0


async def _status(database: Database, as_json: bool) -> int:
    async with database.read() as connection:
        rows = (await connection.execute(select(Connector).order_by(Connector.id))).all()
        states = list((await connection.execute(select(Dispatch.state))).scalars())
    found = [
        {"name": row.name, "network": row.network, "last_run_at": row.last_run_at, "last": json.loads(row.last_run)}
        for row in rows
    ]
    outbox = {state: states.count(state) for state in sorted(set(states))}
    if as_json:
        _print({"connections": found, "outbox": outbox}, True)
        return 0
    lines = [f"{network_name(row['network'])} · {row['name']}: {run_words(row['last'])}" for row in found]
    _print([*lines, *(f"{state}: {count}" for state, count in outbox.items())] or [tr("No connections yet.")], False)
    return 0


def _print(found: Any, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2, default=str))
    else:
        for line in found:
            print(line)
