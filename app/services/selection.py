"""What of the region's cases somebody looks at: one small thing that goes from the window to the statement."""

from dataclasses import dataclass

from app.services.narrowing import NOTHING, Narrowing
from app.services.sorting import Sorting


@dataclass(frozen=True, slots=True)
class Selection:
    """A queue, the words looked for in it, the topic or agency it is narrowed to, and an order that is not its own.

    `queue` is a key of `queries.QUEUE_STATES`, "agency:<id>", EVERYWHERE or RUNNING_OUT; `query` keeps rows that a
    search finds by it (`services/search.py`); `sorting` is None for the queue's own order.
    """

    queue: str
    query: str = ""
    only: Narrowing = NOTHING
    sorting: Sorting | None = None
