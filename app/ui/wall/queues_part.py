"""The agencies' queues: how many cases, how they stand to their limits, how old the oldest is, what is nearest."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.services.wall import WallQueue, WallState
from app.texts import tr
from app.texts.wall import age_words, more_words, nearest_words, queue_name
from app.ui.wall.paging import page_of
from app.ui.wall.pieces import RIGHT
from app.ui.wall.sheet import Sheet

if TYPE_CHECKING:
    from app.ui.wall.scene import Shown

HEADING, ROW, MORE = 58, 78, 52
NAME = 37
COUNT, BAR, AGE, DUE = 96, 200, 116, 232
LEAST_NAME = 420
GAP = 20
ROLES = {"late": "late", "soon": "soon"}


class _Columns:
    """Where the columns stand; the bar and then the age give way to the names."""

    def __init__(self, x: float, width: float) -> None:
        self.due = x + width - DUE
        room = width - DUE - COUNT - LEAST_NAME - 2 * GAP
        self.has_age = room >= AGE + GAP
        room -= AGE + GAP if self.has_age else 0
        self.bar_width = min(BAR, room - GAP) if room >= 120 + GAP else 0.0
        self.age = self.due - GAP - AGE if self.has_age else self.due
        self.bar = self.age - GAP - self.bar_width if self.bar_width else self.age
        self.count = self.bar - GAP - COUNT
        self.name, self.name_width = x, self.count - GAP - x


def lay_out_queues(
    sheet: Sheet, shown: "Shown", state: WallState, x: float, y: float, width: float, height: float
) -> None:
    """The table of queues in its place."""
    columns = _Columns(x, width)
    _heading(sheet, columns, x, y, width)
    top, room = y + HEADING, int((height - HEADING) // ROW)
    if len(state.queues) > room:
        room = max(1, int((height - HEADING - MORE) // ROW))
    page = page_of(state.queues, room, shown.turn)
    if not page.shown:
        sheet.text("queues/none", x, top, width, ROW, tr("No open messages"), 38, "ink_second")
    most = max((queue.open for queue in state.queues), default=1)
    size = _size_of_names(sheet, columns, page.shown)
    for position, queue in enumerate(page.shown):
        _row(sheet, shown, columns, queue, position, x, top + position * ROW, width, most, size)
    if page.others:
        words = more_words(page.others, late=any(queue.late for queue in page.others))
        if page.pages > 1:
            words += " · " + tr("page {n} of {pages}", n=page.number, pages=page.pages)
        sheet.fitted("queues/more", x, top + len(page.shown) * ROW, width, MORE, words, 28, "ink_second")


def _size_of_names(sheet: Sheet, columns: _Columns, queues: Sequence[WallQueue]) -> float:
    """One size for all names of a page: the largest that keeps each in one line, or that of names in two."""
    return min((sheet.size_of_wrapped(queue_name(queue), columns.name_width, NAME) for queue in queues), default=NAME)


def _heading(sheet: Sheet, columns: _Columns, x: float, y: float, width: float) -> None:
    height = HEADING - 6
    sheet.text("heads/name", columns.name, y, columns.name_width, height, tr("Agency"), 26, "ink_third")
    sheet.text("heads/count", columns.count - 40, y, COUNT + 40, height, tr("open"), 26, "ink_third", align=RIGHT)
    if columns.bar_width:
        words = tr("by time to the limit")
        sheet.text("heads/bar", columns.bar, y, columns.bar_width + GAP, height, words, 26, "ink_third")
    if columns.has_age:
        sheet.text("heads/age", columns.age, y, AGE, height, tr("oldest"), 26, "ink_third", align=RIGHT)
    sheet.text("heads/due", columns.due, y, DUE, height, tr("nearest limit"), 26, "ink_third", align=RIGHT)
    sheet.fill("heads/line", x, y + HEADING - 1, width, 1, "line")


def _row(
    sheet: Sheet, shown: "Shown", columns: _Columns, queue: WallQueue, position: int, x: float, y: float,
    width: float, most: int, size_of_name: float,
) -> None:  # fmt: skip
    key = f"queue/{position}"
    sheet.wrapped(f"{key}/name", columns.name, y, columns.name_width, ROW - 2, queue_name(queue), size_of_name)
    sheet.fitted(f"{key}/count", columns.count, y, COUNT, ROW - 2, str(queue.open), 52, weight=600, align=RIGHT)
    if columns.bar_width:
        _bar(sheet, key, columns, queue, y, most)
    if columns.has_age:
        words = age_words(queue.oldest_at, shown.now)
        sheet.fitted(f"{key}/age", columns.age, y, AGE, ROW - 2, words, 34, "ink_second", align=RIGHT)
    state, words = nearest_words(queue, shown.rules_of, shown.now)
    role = ROLES.get(state, "ink_second" if state == "paused" else "ink")
    size = 42 if len(words) < 8 else 33
    sheet.text(
        f"{key}/due", columns.due, y, DUE, ROW - 2, words, size, role, 600 if state in ROLES else 400, RIGHT
    )
    if state in ROLES:
        left = columns.due + DUE - sheet.width_of(words, size, 600) - 46
        sheet.mark(f"{key}/mark", left, y + (ROW - 2 - 32) / 2, 32, state, role)
    sheet.fill(f"{key}/line", x, y + ROW - 1, width, 1, "line")


def _bar(sheet: Sheet, key: str, columns: _Columns, queue: WallQueue, y: float, most: int) -> None:
    """Late, soon and the others, as parts of the fullest queue's length."""
    top, height = y + ROW / 2 - 10, 18
    sheet.fill(f"{key}/bar", columns.bar, top, columns.bar_width, height, "line")
    step = columns.bar_width / most
    left = columns.bar
    rest = queue.open - queue.late - queue.soon
    for part, count in (("late", queue.late), ("soon", queue.soon), ("edge", rest)):
        if count:
            sheet.fill(f"{key}/bar/{part}", left, top, count * step, height, part)
            left += count * step
