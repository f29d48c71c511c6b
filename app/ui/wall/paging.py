"""Which queues stand on a page: those with a breach on every one, the others in turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.wall import WallQueue


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The queues shown, those that stand on no page now or on another one, and which page of how many this is."""

    shown: tuple[WallQueue, ...]
    others: tuple[WallQueue, ...]
    number: int
    pages: int


def page_of(queues: Sequence[WallQueue], room: int, turn: int) -> QueuePage:
    """The page after `turn` turnings, where `room` queues fit (at least 1).

    A queue with a breach is never turned away; where they alone fill the page, nothing turns.
    """
    if len(queues) <= room:
        return QueuePage(tuple(queues), (), 1, 1)
    late = [queue for queue in queues if queue.late][:room]
    rest = [queue for queue in queues if queue not in late]
    free = room - len(late)
    pages = -(-len(rest) // free) if free else 1
    number, each = turn % pages, -(-len(rest) // pages)
    turned = rest[number * each : (number + 1) * each][:free]
    shown = (*late, *turned)
    return QueuePage(shown, tuple(queue for queue in queues if queue not in shown), number + 1, pages)
