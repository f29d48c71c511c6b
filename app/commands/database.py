"""The command `db`: make, check, upgrade and name the database."""

import asyncio
import json
from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, datetime

from app.commands.opening import opened, place_name
from app.models.copies import BEFORE_UPGRADE, FOLDER
from app.models.database import HEAD, Database
from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services.regions import NewPerson, add_people, is_set_up, set_up
from app.services.verifying import verify
from app.settings import Settings
from app.texts import tr, trn
from app.texts.findings import finding_words


def run_db(args: Namespace, settings: Settings) -> int:
    """Do what was asked of the database."""
    if args.what == "path":
        print(place_name(settings))
        return 0
    if args.what == "create":
        return asyncio.run(_create(settings, args.regulation, args.curator))
    if args.what == "upgrade":
        return asyncio.run(_upgrade(settings))
    if args.what == "verify":
        return asyncio.run(_verify(settings, args))
    from app.commands.server import run_server  # what only a centre's administrator asks for

    return run_server(args, settings)


async def _create(settings: Settings, regulation: str, curator: str) -> int:
    """A region without the window: its regulation, hours and sources, and one curator to begin with."""
    database = await Database.open(settings.database)
    try:
        if await is_set_up(database):
            raise Refused("region_there", path=place_name(settings), region=database.meta["region"])
        await set_up(database, regulation)
        await add_people(database, [NewPerson(curator, (Role.CURATOR, Role.ADMINISTRATOR), login="curator")])
        print(tr("{region} is set up in {path}.", region=database.meta["region"], path=place_name(settings)))
    finally:
        await database.close()
    return 0


async def _upgrade(settings: Settings) -> int:
    """To the schema of this program; what was there is copied first, and going back is restoring the copy."""
    from app.services import safekeeping  # nothing else here makes copies

    async def copy(database: Database, found: str) -> None:
        path = settings.data_folder / FOLDER / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}-{BEFORE_UPGRADE}-{found}.dump"
        await safekeeping.back_up(database, path, BEFORE_UPGRADE, schema=found)
        print(tr("Copied before the upgrade: {path}", path=path))

    async with opened(settings, copy) as database:
        await database.install_guards()
        print(tr("{path}: schema {version}, nothing is left to upgrade.", path=place_name(settings), version=HEAD))
    return 0


async def _verify(settings: Settings, args: Namespace) -> int:
    """Print what does not fit, and the anchor to keep outside the database; 1 where anything was found."""
    async with opened(settings) as database:
        report = await verify(database)
    if args.json:
        print(json.dumps({**asdict(report), "clean": report.is_clean}, ensure_ascii=False, indent=1))
        return 0 if report.is_clean else 1
    for finding in report.findings:
        print(finding_words(finding))
    counts = {"cases": report.cases, "acts": report.acts, "clocks": report.clocks, "n": len(report.findings)}
    print(tr("Verified: {cases} cases, {acts} acts, {clocks} clocks. Does not fit: {n}.", **counts))
    for day, count in sorted(report.forgotten.items()):
        print(trn("Forgotten on {day}: who wrote one message.", "Forgotten on {day}: who wrote {n} messages.",
                  count, day=day))  # fmt: skip
    print(tr("Anchor of all histories: {anchor}", anchor=report.anchor))
    return 0 if report.is_clean else 1
