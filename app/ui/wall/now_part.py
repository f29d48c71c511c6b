"""What must be done now, as large as the screen allows, and the limits that come next."""

from datetime import datetime
from typing import TYPE_CHECKING

from app.services.wall import Deadline, WallState
from app.texts import tr
from app.texts.wall import DeadlineWords, deadline_words
from app.ui.wall.pieces import RIGHT
from app.ui.wall.sheet import Sheet

if TYPE_CHECKING:
    from app.ui.wall.scene import Shown

PAD = 40
LABEL, FIGURE, ACT, LINE = 54, 176, 62, 44
FIRST = LABEL + FIGURE + ACT + 2 * LINE + 26
ROW = 112
ROLES = {"late": "late", "soon": "soon", "paused": "ink_second"}
MARKS = {"late": "late", "soon": "soon", "paused": "paused"}


def lay_out_now(
    sheet: Sheet, shown: "Shown", state: WallState, x: float, y: float, width: float, height: float
) -> None:
    """The panel in its place: the first limit, then those that follow."""
    sheet.fill("now/ground", x, y, width, height, "panel")
    if sheet.is_portrait:
        sheet.fill("now/edge", x, y + height - 1, width, 1, "line")
    else:
        sheet.fill("now/edge", x, y, 1, height, "line")
    inner = width - 2 * PAD
    if not state.deadlines:
        words = tr("No limit is running") if state.open else tr("No open messages")
        sheet.text("now/none", x + PAD, y, inner, LABEL + FIGURE, words, 46, "ink_second", 600)
        return
    first = state.deadlines[0]
    used = _first(sheet, shown, first, x, y, width)
    rows = int((height - used - LABEL) // ROW)
    follow = following(state.deadlines, shown.now, rows)
    if not follow:
        return
    top = y + used
    sheet.text("next/label", x + PAD, top, inner, LABEL, tr("Next limits"), 27, "ink_third")
    figure = max(sheet.width_of("−00:00", 50, 600), 180) + 40
    for position, deadline in enumerate(follow):
        _next(sheet, shown, deadline, position, x + PAD, top + LABEL + position * ROW, inner, figure)


def height_of_panel(rows: int) -> float:
    """The height at which this many limits stand under the first."""
    return FIRST + 1 + LABEL + rows * ROW


def following(deadlines: tuple[Deadline, ...], now: datetime, rows: int) -> list[Deadline]:
    """The limits after the first: late ones take at most half of the rows while others wait that can still be kept."""
    late = [each for each in deadlines[1:] if each.due_at < now]
    ahead = [each for each in deadlines[1:] if each.due_at >= now]
    of_late = max(rows // 2, rows - len(ahead))
    return [*late[:of_late], *ahead][: max(0, rows)]


def _first(sheet: Sheet, shown: "Shown", deadline: Deadline, x: float, y: float, width: float) -> float:
    words = deadline_words(deadline, shown.rules_of, shown.now)
    is_now = words.state in ("late", "soon")
    height = FIRST
    if is_now:
        sheet.fill("now/alarm", x, y, width, height, f"{words.state}_ground")
        sheet.fill("now/alarm/edge", x, y, 14, height, words.state)
    left, inner = x + PAD, width - 2 * PAD
    role = ROLES.get(words.state, "ink")
    label = tr("Right now") if is_now else tr("The nearest limit")
    sheet.text("now/label", left, y + 6, inner, LABEL - 6, label, 28, "ink_second")
    top = y + LABEL
    indent = 0.0
    size = _largest(sheet, words.figure, inner - 130)
    if words.state in MARKS:
        sheet.mark("now/mark", left, top + (FIGURE - 92) / 2, 92, MARKS[words.state], role)
        indent = 122.0
    sheet.text("now/figure", left + indent, top - 8, inner - indent, FIGURE, words.figure, size, role, 600)
    top += FIGURE
    sheet.fitted("now/act", left, top - 4, inner, ACT, words.act, 48, weight=600)
    second = "ink" if is_now else "ink_second"
    sheet.fitted("now/whose", left, top + ACT, inner, LINE, words.whose, 34, second)
    case = " · ".join(filter(None, (words.clause, words.number, words.due)))
    sheet.fitted("now/case", left, top + ACT + LINE, inner, LINE, case, 34, second)
    sheet.fill("now/line", x, y + height, width, 1, "line")
    return height + 1


def _largest(sheet: Sheet, figure: str, width: float) -> float:
    """The size at which a figure fits."""
    size = 184.0
    needed = sheet.width_of(figure, size, 600)
    return size if needed <= width else size * width / needed


def _next(
    sheet: Sheet, shown: "Shown", deadline: Deadline, position: int, x: float, y: float, width: float, figure: float
) -> None:
    key = f"next/{position}"
    words: DeadlineWords = deadline_words(deadline, shown.rules_of, shown.now)
    role = ROLES.get(words.state, "ink")
    if words.state in MARKS:
        sheet.mark(f"{key}/mark", x, y + (ROW - 30) / 2, 30, MARKS[words.state], role)
    size = 50.0 if sheet.width_of(words.figure, 50, 600) <= figure - 40 else 38.0
    sheet.text(f"{key}/figure", x + 40, y, figure - 40, ROW - 2, words.figure, size, role, 600, RIGHT)
    left = x + figure + 26
    room = width - figure - 26
    sheet.fitted(f"{key}/act", left, y + 3, room, 38, words.act, 32)
    sheet.fitted(f"{key}/whose", left, y + 41, room, 31, words.whose, 26, "ink_second")
    case = " · ".join(filter(None, (words.clause, words.number)))
    sheet.fitted(f"{key}/case", left, y + 72, room, 31, case, 26, "ink_second")
    sheet.fill(f"{key}/line", x, y + ROW - 1, width, 1, "line")
