"""Sign-ins: given, renewed and blocked by an administrator; a password never leaves this computer but as a verifier."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Account, Person
from app.models.scram import scram_verifier
from app.regulation.duties import Duty
from app.regulation.errors import Refusal, Refused
from app.regulation.workflow import Role
from app.services.folding import fold
from app.services.journal import check_duty, note_down
from app.services.workplace import Workplace, read_people
from app.services.writing import naming_refusals

# Characters of the shortest password; length is what counts, not its mixture.
LEAST = 10
_LOGIN, _OF_THE_SERVER = re.compile("[a-z0-9][a-z0-9._-]{0,62}"), re.compile("pg_|cur_|postgres$")


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """How a person signs in; `state` is "none" (not yet), "active" or "blocked"."""

    id: int
    uuid: str
    name: str
    roles: frozenset[Role]
    login: str
    state: str


def password_refusal(password: str) -> Refusal | None:
    """Why a password will not do, None when it will."""
    return Refusal("password_short", {"least": LEAST}) if len(password) < LEAST else None


def login_refusal(login: str) -> Refusal | None:
    """Why a server would not have a person sign in by this name (guard.check_administrator), None where it would."""
    is_good = _LOGIN.fullmatch(login) and not _OF_THE_SERVER.match(login)
    return None if is_good else Refusal("login_malformed", {"login": login})


async def list_accounts(place: Workplace) -> list[AccountEntry]:
    """Everyone who works here by name, with how they sign in. Raises Refused("role_may_not")."""
    check_duty(place, Duty.KEEP_PEOPLE)
    async with place.database.read() as connection:
        people = await read_people(connection)
        accounts = {row.person_id: row for row in await connection.execute(select(Account))}
        roles = await _server_roles(connection, place, [row.login for row in accounts.values()])
    entries = [
        AccountEntry(
            person.id, person.uuid, person.name, person.roles,
            accounts[person.id].login if person.id in accounts else "",
            _state(accounts.get(person.id), roles),
        )
        for person in people
    ]  # fmt: skip
    return sorted(entries, key=lambda entry: fold(entry.name))


async def _server_roles(connection: AsyncConnection, place: Workplace, logins: list[str]) -> dict[str, bool]:
    """The server's roles of these names, and whether each may sign in; none on the embedded database."""
    if place.database.is_sqlite:
        return {}
    query = text("SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname = ANY (:logins)")
    return dict((await connection.execute(query, {"logins": logins})).all())


def _state(account: Any, roles: dict[str, bool]) -> str:
    if account is None or account.login not in roles:
        return "none"
    return "blocked" if account.blocked or not roles[account.login] else "active"


async def give_password(place: Workplace, person_id: int, login: str, password: str) -> None:
    """Let a person sign in as `login` with this password: a new sign-in, or a new password, which ends the sessions
    of the old one and unblocks. Raises Refused: role_may_not, password_short, login_taken, login_malformed.
    """
    check_duty(place, Duty.KEEP_PEOPLE)
    if refused := password_refusal(password):
        raise Refused(refused.code, **refused.params)
    async with place.database.write() as connection:
        uuid = (await connection.execute(select(Person.uuid).where(Person.id == person_id))).scalar_one()
        had = (await connection.execute(select(Account.login).where(Account.person_id == person_id))).scalar()
        roles = await _server_roles(connection, place, [had or ""])
        is_new = login != had or had not in roles
        verifier = scram_verifier(password)
        made = func.guard.make_account(person_id, login, verifier)
        renewed = func.guard.reset_account(login, verifier)
        with naming_refusals():
            await connection.execute(select(made if is_new else renewed))
        await note_down(connection, place, uuid, "sign_in_made" if is_new else "password_renewed", {})


async def block(place: Workplace, person_id: int) -> None:
    """Nobody signs in by this person's name any more, and their sessions end now."""
    check_duty(place, Duty.KEEP_PEOPLE)
    async with place.database.write() as connection:
        query = select(Account.login, Person.uuid).join(Person, Person.id == Account.person_id)
        row = (await connection.execute(query.where(Person.id == person_id))).one_or_none()
        if row is None:
            raise Refused("login_unknown", login="")
        if person_id == place.person.id:
            raise Refused("last_administrator")
        with naming_refusals():
            await connection.execute(select(func.guard.block_account(row.login)))
        await note_down(connection, place, row.uuid, "sign_in_blocked", {})
