"""The password of an embedded region's desk: asked at its start where one is set, kept as an argon2id hash.

It keeps people at this computer from the window; whoever may read the file needs no window, and it is not encrypted.
On a server everyone signs in by themselves, and there is none.
"""

import asyncio

from sqlalchemy import select

from app.models import Meta
from app.models.database import Database
from app.regulation.duties import Duty
from app.regulation.errors import Refusal, Refused
from app.services.accounts import password_refusal
from app.services.journal import check_duty
from app.services.settling import settle
from app.services.workplace import Workplace

KEY = "desk_password"


async def is_set(database: Database) -> bool:
    """Whether the desk asks for a password at its start."""
    return database.is_sqlite and bool(await _kept(database))


async def check(database: Database, password: str) -> None:
    """Raise Refused("desk_password_wrong") unless it is the password, or none is set."""
    kept = await _kept(database)
    if kept and not await asyncio.to_thread(_fits, kept, password):
        raise Refused("desk_password_wrong")


def refusal(password: str, again: str) -> Refusal | None:
    """Why a new password, typed twice, will not do; none for the empty one, which takes the password away."""
    if password != again:
        return Refusal("passwords_differ")
    return password_refusal(password) if password else None


async def set_password(place: Workplace, before: str, password: str) -> None:
    """Set another one, or with an empty one none; `before` is the one that holds.

    Raises Refused: role_may_not, password_short, desk_password_wrong, desk_password_of_server.
    """
    check_duty(place, Duty.SET_RULES)
    if not place.database.is_sqlite:
        raise Refused("desk_password_of_server")
    if refused := refusal(password, password):
        raise Refused(refused.code, **refused.params)
    await check(place.database, before)
    kept = await asyncio.to_thread(_hash, password) if password else ""
    await settle(place, {KEY: kept}, "desk_password_set" if password else "desk_password_cleared", {})


async def _kept(database: Database) -> str:
    async with database.read() as connection:
        return (await connection.execute(select(Meta.value).where(Meta.key == KEY))).scalar() or ""


def _hash(password: str) -> str:
    from argon2 import PasswordHasher  # a desk without a password never loads it

    return PasswordHasher().hash(password)


def _fits(kept: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
