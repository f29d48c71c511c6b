"""What an administrator of a centre's database asks for: to make it, check it, back it up, restore it, move to it.

A password is asked at the terminal, or taken from CUR_DESK_PASSWORD; it is never an argument.
"""

import asyncio
import os
from argparse import Namespace
from getpass import getpass
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from app.commands.opening import opened
from app.models import Account
from app.models.database import Database, file_of
from app.models.scram import scram_verifier
from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services import copying, inspecting, safekeeping
from app.services.accounts import login_refusal, password_refusal
from app.services.regions import NewPerson, add_people, is_set_up, set_up
from app.settings import Settings, database_url
from app.texts import tr
from app.texts.refusals import explain


def run_server(args: Namespace, settings: Settings) -> int:
    """Do what was asked; gives the exit code."""
    return asyncio.run(_DEEDS[args.what](args, settings))


async def _init(args: Namespace, settings: Settings) -> int:
    """Roles, schema, guards, the region of a shipped regulation, and the first administrator with their password."""
    url = _server_url(args.target or settings.database, "init_needs_server")
    password = os.environ.get("CUR_DESK_PASSWORD") or getpass(tr("Password for {login}: ", login=args.login))
    if refused := login_refusal(args.login) or password_refusal(password):
        raise Refused(refused.code, **refused.params)
    database = await Database.open(url)
    try:
        if not await is_set_up(database):
            await set_up(database, args.regulation)
        elif await _is_entered(database):
            raise Refused("region_there", path=_shown(url), region=database.meta["region"])
        async with database.read() as connection:
            is_there = select(Account.id).where(Account.login == args.login)
            is_known = (await connection.execute(is_there)).first() is not None
        if not is_known:
            await add_people(database, [NewPerson(args.curator, (Role.ADMINISTRATOR,), login=args.login)])
        async with database.write() as connection:
            whose = select(Account.person_id).where(Account.login == args.login)
            person = (await connection.execute(whose)).scalar_one()
            made = func.guard.make_account(person, args.login, scram_verifier(password))
            await connection.execute(select(made))
        region = database.meta["region"]
        facts = {"region": region, "path": _shown(url), "login": args.login}
        print(tr("{region} is set up in {path}; “{login}” signs in.", **facts))
    finally:
        await database.close()
    return 0


async def _is_entered(database: Database) -> bool:
    """Whether anybody can sign in to the region: one whose making was broken off is gone on with."""
    asked = text("SELECT EXISTS (SELECT FROM account JOIN pg_roles ON rolname = login)")
    async with database.read() as connection:
        return bool((await connection.execute(asked)).scalar())


async def _check(args: Namespace, settings: Settings) -> int:
    """Say what is wrong with the set-up, a sentence each; 1 where anything is."""
    database = await Database.open(database_url(args.target) if args.target else settings.database)
    try:
        found = await inspecting.inspect(database)
    finally:
        await database.close()
    for finding in found:
        print(explain(finding))
    print(tr("Nothing is wrong.") if not found else tr("To be mended: {n}.", n=len(found)))
    return 1 if found else 0


async def _backup(args: Namespace, settings: Settings) -> int:
    async with opened(settings) as database:
        manifest = await safekeeping.back_up(database, _file(args))
    print(tr("Backed up: {cases} cases. Anchor: {anchor}", cases=manifest.cases, anchor=manifest.anchor))
    return 0


async def _restore(args: Namespace, settings: Settings) -> int:
    manifest = await safekeeping.restore(_file(args), settings.database)
    print(tr("Restored: {cases} cases, the anchor fits: {anchor}", cases=manifest.cases, anchor=manifest.anchor))
    if manifest.engine == "postgresql":
        print(tr("Passwords are not in a backup: give each person a new one under “Sign-ins”."))
    return 0


async def _export(args: Namespace, settings: Settings) -> int:
    """Everything the region owns as CSV and files, in a folder that is not there yet."""
    from app.services.open_export import export_region

    async with opened(settings) as database:
        made = await export_region(database, _file(args))
    told = {"rows": made.rows, "tables": made.tables, "files": made.files, "path": made.folder}
    print(tr("Exported to {path}: tables {tables}, rows {rows}, files {files}.", **told))
    print(tr("There is personal data in it: keep it as you keep the database."))
    return 0


async def _copy(args: Namespace, settings: Settings) -> int:
    """The embedded region of the settings to the server named."""
    target = await Database.open(_server_url(args.target, "copy_needs_server"))
    try:
        async with opened(settings) as source:
            rows = await copying.copy_region(source, target)
    finally:
        await target.close()
    print(tr("Copied: {rows} rows; the histories are the same.", rows=rows))
    print(tr("Passwords are not in a backup: give each person a new one under “Sign-ins”."))
    return 0


def _server_url(named: str, refusal: str) -> str:
    """The address of a server; a file is refused with this code."""
    url = database_url(named) if named else ""
    if not url.startswith("postgresql"):
        raise Refused(refusal, path=file_of(url) if url else "—")
    return url


def _file(args: Namespace) -> Path:
    if not args.target:
        raise Refused("file_missing", path="—")
    return Path(args.target).expanduser().absolute()


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


_DEEDS = {"init": _init, "check": _check, "backup": _backup, "restore": _restore, "copy": _copy, "export": _export}
