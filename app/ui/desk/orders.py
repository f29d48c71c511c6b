"""The orders of a queue: what they are called, which a click on a head asks for next, and which is the queue's own."""

from app.services.queries import NEWEST_FIRST, can_be_sorted
from app.services.sorting import Sorting
from app.texts import mark, tr

# What the head of a column sorts by.
ORDER_OF_COLUMN = {
    "left": "left",
    "when": "collected",
    "message": "collected",
    "place": "place",
    "agency": "agency",
    "source": "source",
}
_NAMES = {
    "left": mark("by time left"),
    "collected": mark("by the time they came in"),
    "place": mark("by place"),
    "topic": mark("by topic"),
    "agency": mark("by agency"),
    "curator": mark("by curator"),
    "source": mark("by source"),
}
ORDERS = tuple(_NAMES)
_DIRECTIONS = {
    "left": (mark("least first"), mark("most first")),
    "collected": (mark("oldest first"), mark("newest first")),
}
_BY_NAME = mark("A to Z"), mark("Z to A")


def own_sorting(queue: str) -> Sorting:
    """What a queue's own order is called: least time left first, or the newest."""
    return Sorting("collected", descending=True) if queue in NEWEST_FIRST else Sorting("left")


def next_sorting(queue: str, now: Sorting | None, by: str) -> Sorting | None:
    """What a click on a head asks for: that order, then from its end, then the queue's own (None)."""
    own = own_sorting(queue)
    if now is not None and own.by == by != now.by:
        return None
    steps = [one for one in (Sorting(by), Sorting(by, descending=True)) if one != own]
    following = steps[steps.index(now) + 1 :] if now in steps else steps
    return next(iter(following), None)


def order_name(by: str) -> str:
    """"по органу"."""
    return tr(_NAMES[by])


def order_words(sorting: Sorting) -> str:
    """"по органу, от А до Я", "по времени поступления, сначала новые"."""
    first, last = _DIRECTIONS.get(sorting.by, _BY_NAME)
    return f"{order_name(sorting.by)}, {tr(last if sorting.descending else first)}"


def head_tip(queue: str, by: str) -> str:
    """What a click on a head does, or why the queue cannot be sorted; "" for a column without an order."""
    if not can_be_sorted(queue):
        return tr("The archive stands newest first: it is too long to be sorted. F3 and the search narrow it.")
    if not by:
        return ""
    return tr(
        "A click sorts {order}, the next one from its end, the third as the queue stands by itself.",
        order=order_name(by),
    )
