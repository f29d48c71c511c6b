"""The demo region's memos on shortcomings (п. 22): one sent on Monday and received this morning, one still a draft."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from app.services.memos import acknowledge, draft_memo, list_memos, read_memo, record_mended, send_memo
from app.services.shortcomings import find_shortcomings
from app.services.staffing import region_day
from app.services.workplace import Workplace

SENT_AT, RECEIVED_AT, DRAFTED_AT = -1090, -105, -12
"""Minutes from the demo's now: Monday 17:30, this morning at 9:55, and twelve minutes ago."""
DAYS_BACK = 7
DAYS_TO_MEND = 10
MOST = 4


def memo_steps(place: Workplace) -> list[tuple[int, Callable[[], Awaitable[object]]]]:
    """What the curator at `place` does about memos: minutes from the demo's now, and the step."""
    return [
        (SENT_AT, partial(_send, place)),
        (RECEIVED_AT, partial(_receive, place)),
        (DRAFTED_AT, partial(_draft, place)),
    ]


async def _draft(place: Workplace) -> int | None:
    """A memo on what was found lately and is in no memo yet; None where nothing was."""
    today = region_day(place)
    begin = today - timedelta(days=DAYS_BACK)
    found = [each for each in await find_shortcomings(place, begin, today) if each.memo_id is None]
    return await draft_memo(place, found[:MOST], begin, today) if found else None


async def _send(place: Workplace) -> None:
    memo_id = await _draft(place)
    if memo_id is not None:
        memo = await read_memo(place, memo_id)
        due_on = region_day(place) + timedelta(days=DAYS_TO_MEND)
        await send_memo(place, memo_id, memo.version, place.now(), "СЭД, № 07-14/218", due_on)


async def _receive(place: Workplace) -> None:
    """The first addressee answers, and the first shortcoming is mended; the others are still open."""
    for row in await list_memos(place):
        memo = await read_memo(place, row.id)
        note = "Принято. Комитетам поручено дать объяснения"
        await acknowledge(place, memo.id, memo.addressees[0].id, place.now(), note)
        note = "Ответ размещён, исполнителю указано на срок"
        await record_mended(place, memo.items[0].id, region_day(place), note)
