"""The messages of a card: what clocks depend on, and what a queue shows and searches of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Message
from app.services.folding import excerpt, fold


@dataclass(frozen=True, slots=True)
class OnCard:
    """The messages of a card as clocks need them: when each was detected, how many there are, whether any came from
    a source named in the act, and those that did not where others did."""

    detected: dict[str, datetime]
    count: int
    in_act: bool
    outside: frozenset[str]


_COLUMNS = Message.case_id, Message.uuid, Message.detected_at, Message.in_act


async def read_messages_of(connection: AsyncConnection, case_ids: Sequence[int]) -> dict[int, OnCard]:
    """What of their messages the clocks of these cards depend on, by card."""
    query = select(*_COLUMNS).where(Message.case_id.in_(case_ids))
    of_card: dict[int, list[Any]] = {case_id: [] for case_id in case_ids}
    for row in await connection.execute(query):
        of_card[row.case_id].append(row)
    return {case_id: on_card(rows) for case_id, rows in of_card.items()}


def on_card(rows: Sequence[Any]) -> OnCard:
    """The same of rows that were read already."""
    in_act = any(row.in_act for row in rows)
    outside = frozenset(row.uuid for row in rows if not row.in_act) if in_act else frozenset()
    return OnCard({row.uuid: row.detected_at for row in rows if row.detected_at}, len(rows), in_act, outside)


def face_of(rows: Sequence[Any], case: Any) -> dict[str, Any]:
    """The columns by which a card of these messages is shown and found: those of its first message, all the texts.

    `case` gives what was known of the place and subject when the messages were taken in.
    """
    if not rows:
        return {}
    return {
        "source_id": rows[0].source_id,
        "post_kind": rows[0].post_kind,
        "posted_at": rows[0].posted_at,
        "excerpt": excerpt(rows[0].text),
        "folded": _folded([row.text for row in rows], case),
        "collected_at": min(row.collected_at for row in rows),
        "detected_at": min((row.detected_at for row in rows if row.detected_at), default=None),
    }


def _folded(texts: Sequence[str], case: Any) -> str:
    return fold(" ".join((*texts, case.place, case.suggested_topic, case.suggested_agency)))
