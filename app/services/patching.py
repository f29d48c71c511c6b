"""A page of a queue kept true by what changed alone: what to read again, where it belongs, what counts become of it."""

from bisect import insort
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.regulation.workflow import OPEN
from app.services.changes import MESSAGE_CHANGED, Change
from app.services.presence import KIND as PRESENCE
from app.services.queries import EVERYWHERE, NEWEST_FIRST, QUEUE_STATES, RUNNING_OUT
from app.services.sorting import Sorting
from app.services.sorting import order_of as order_by
from app.services.views import QueueCounts, QueueRow

MOST_MERGED = 1_000
_OPEN = frozenset(map(str, OPEN))
_BY_STATE = {queue: frozenset(map(str, states)) for queue, states in QUEUE_STATES.items()}


def concerning(change: Change, queue: str, is_shown: Callable[[int], bool]) -> frozenset[int]:
    """The cases of a change whose rows a desk has to read: what it shows, and what may have come into its queue."""
    if change.kinds == {PRESENCE}:
        return frozenset()
    shown = frozenset(filter(is_shown, change.case_ids))
    if change.kinds == {MESSAGE_CHANGED}:
        return shown
    return shown | {key for key in change.case_ids if may_be_in(queue, change.moves.get(key))}


def may_be_in(queue: str, move: tuple[str, str] | None) -> bool:
    """Whether a case may stand in a queue after a move; True where the move is not known."""
    if move is None or queue == EVERYWHERE:
        return True
    if queue == RUNNING_OUT or queue.startswith("agency:"):
        return move[1] in _OPEN
    return move[1] in _BY_STATE[queue]


def patched(
    queue: str,
    rows: Sequence[QueueRow],
    changed: Collection[int],
    fresh: Iterable[QueueRow],
    *,
    has_more: bool,
    sorting: Sorting | None = None,
) -> list[QueueRow]:
    """The rows of a page after a change: of the cases `changed` only `fresh` are in the queue now, each in its place.

    `rows` are in the queue's order, or sorted. A case beyond the last row read (`has_more`) comes with its page: up to
    there nothing is missing, whatever became of that row.
    """
    order = order_of(queue, sorting)
    if has_more and not rows:
        return []
    last = order(rows[-1]) if has_more else None
    kept = [row for row in rows if row.id not in changed]
    for row in fresh:
        if last is None or order(row) <= last:
            insort(kept, row, key=order)
    return kept


def first_of(rows: list[QueueRow], shown: int) -> list[QueueRow]:
    """The rows of a page after changes: as many as were `shown`, or MOST_MERGED; the others come with their page.

    Of an import that goes on all rows would be put in order anew with each of its batches.
    """
    return rows[: max(shown, MOST_MERGED)]


def order_of(queue: str, sorting: Sorting | None = None) -> Callable[[QueueRow], Any]:
    """The key by which the database orders this queue; what a search found best comes first, unless it is sorted."""
    if sorting is not None:
        return order_by(sorting)
    if queue == EVERYWHERE:
        return lambda row: (row.rank, -row.id)
    if queue in NEWEST_FIRST:
        is_stream = queue == "stream"
        return lambda row: (row.rank, -_stamp(row.collected_at if is_stream else row.closed_at), -row.id)
    return lambda row: (row.rank, row.turn, _due(row), row.id)


def _due(row: QueueRow) -> float:
    return _stamp(row.step.due_at) if row.step and row.step.due_at else float("inf")


def _stamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def recounted(counts: QueueCounts, moves: Mapping[int, tuple[str, str]]) -> QueueCounts:
    """The counts of somebody who sees every case, after cases moved; what time and agencies make of them stays."""
    queues = dict(counts.queues)
    for begin, end in moves.values():
        for queue, states in _BY_STATE.items():
            if queue != "overdue" and queue in queues:
                queues[queue] += (end in states) - (begin in states)
    return replace(counts, queues=queues)
