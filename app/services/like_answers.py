"""Answers that say the same to many people: how often a text was approved lately, its names and numbers aside."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from app.models import Approval
from app.services.folding import without_greeting
from app.services.suggesting.wording import tokens
from app.services.workplace import Workplace

DAYS = 30
# So many of the newest approvals are looked at: more than a desk approves in a busy week, read in milliseconds.
LOOKED_AT = 1_000
# The share of words in threes that two texts have in common from which on they say the same; as `kin` judges messages.
ALIKE = 0.8
SHINGLE = 3


async def count_alike(place: Workplace, text: str, case_id: int) -> int:
    """How many answers to other cases, approved within DAYS, say the same as `text`."""
    query = (
        select(Approval.approved_text)
        .where(Approval.verdict == "approved", Approval.case_id != case_id)
        .where(Approval.decided_at >= place.now() - timedelta(days=DAYS))
        .order_by(Approval.id.desc())
        .limit(LOOKED_AT)
    )
    async with place.database.read() as connection:
        texts = (await connection.execute(query)).scalars().all()
    return await asyncio.to_thread(alike_among, text, texts)


def alike_among(text: str, others: Iterable[str]) -> int:
    """How many of `others` say the same as `text`; greetings and numbers do not matter."""
    mine = _shingles(text)
    return sum(_overlap(mine, _shingles(other)) >= ALIKE for other in others) if mine else 0


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = [word for word in tokens(without_greeting(text)) if not word.isdecimal()]
    return frozenset(zip(*(words[start:] for start in range(SHINGLE)), strict=False))


def _overlap(mine: frozenset[tuple[str, ...]], theirs: frozenset[tuple[str, ...]]) -> float:
    return len(mine & theirs) / len(mine | theirs) if theirs else 0.0
