"""The whole picture of a wall for one second: head, queues, what must be done now, the figures of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.services.wall import WallState
from app.texts import tr
from app.texts.wall import RulesOf, inflow_words, lost_words, month_words, percent, stamp, unknown_agencies_words
from app.ui.theme import Theme
from app.ui.wall.now_part import height_of_panel, lay_out_now
from app.ui.wall.pieces import RIGHT, Picture
from app.ui.wall.queues_part import lay_out_queues
from app.ui.wall.sheet import Sheet

HEAD, STRIP, FOOT, MARGIN = 84, 68, 150, 40
# On a sheet less wide than this (a large scale) the figures at the foot are one fewer.
LEAST_WIDTH = 1700
PANEL_SHARE, PORTRAIT_ROWS = 0.39, 3


@dataclass(frozen=True, slots=True)
class Shown:
    """What a picture is made from. `state` None: nothing was read yet. `lost` says why the database is silent."""

    state: WallState | None
    now: datetime
    zone: ZoneInfo | None
    rules_of: RulesOf
    turn: int = 0
    lost: str = ""
    unknown: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()


def compose(shown: Shown, look: Theme, width_px: int, height_px: int, scale: float = 1.0) -> Picture:
    """The picture of a screen of this size in pixels; the ground is the theme's background."""
    sheet = Sheet(look, width_px, height_px, scale)
    _head(sheet, shown)
    top = HEAD + _strip(sheet, shown)
    state = shown.state
    if state is None:
        words = tr("The wall is waiting for its data")
        sheet.text("waiting", MARGIN, top, sheet.width - 2 * MARGIN, sheet.height - top, words, 54, "ink_second")
        return sheet.picture
    foot = FOOT * 2 if sheet.is_portrait else FOOT
    bottom = sheet.height - foot
    if sheet.is_portrait:
        middle = top + min(height_of_panel(PORTRAIT_ROWS), (bottom - top) * 0.55)
        lay_out_now(sheet, shown, state, 0, top, sheet.width, middle - top)
        lay_out_queues(sheet, shown, state, MARGIN, middle, sheet.width - 2 * MARGIN, bottom - middle)
    else:
        left = sheet.width * (1 - PANEL_SHARE)
        lay_out_queues(sheet, shown, state, MARGIN, top, left - 2 * MARGIN, bottom - top)
        lay_out_now(sheet, shown, state, left, top, sheet.width - left, bottom - top)
    _foot(sheet, shown, state, bottom, foot)
    return sheet.picture


def _head(sheet: Sheet, shown: Shown) -> None:
    sheet.fill("head/line", 0, HEAD - 1, sheet.width, 1, "line")
    time = f"{shown.now.astimezone(shown.zone):%H:%M}" if shown.zone else ""
    clock = sheet.width_of("00:00", 60, 600)
    sheet.text("head/clock", sheet.width - MARGIN - clock, 0, clock, HEAD, time, 60, weight=600, align=RIGHT)
    room = sheet.width - 3 * MARGIN - clock
    title = tr("Messages from open sources")
    width = min(room, sheet.width_of(title, 36, 600))
    sheet.text("head/title", MARGIN, 0, width, HEAD, title, 36, weight=600)
    left = MARGIN + width + 28
    sub = ", ".join(shown.chosen) or (shown.state.region if shown.state else "")
    if sub and room - width - 28 >= min(260, sheet.width_of(sub, 30)):
        sheet.text("head/sub", left, 2, MARGIN + room - left, HEAD, sub, 30, "ink_second")


def _strip(sheet: Sheet, shown: Shown) -> float:
    """What is wrong with the wall itself; gives the height it takes."""
    since = shown.state.at if shown.state else None
    if shown.lost:
        icon, words = "offline", lost_words(since, shown.zone, shown.lost)
    elif shown.unknown:
        icon, words = "warning", unknown_agencies_words(shown.unknown)
    else:
        return 0
    sheet.fill("strip", 0, HEAD, sheet.width, STRIP, "soon_ground")
    sheet.mark("strip/mark", MARGIN, HEAD + (STRIP - 36) / 2, 36, icon, "soon")
    sheet.fitted("strip/words", MARGIN + 54, HEAD, sheet.width - 2 * MARGIN - 54, STRIP, words, 31, "ink", 600)
    return STRIP


def _foot(sheet: Sheet, shown: Shown, state: WallState, top: float, height: float) -> None:
    sheet.fill("foot/line", 0, top, sheet.width, 1, "line")
    day, zone = state.day, shown.zone
    columns = 3 if sheet.is_portrait else 6 if sheet.width >= LEAST_WIDTH else 5
    # The first cell has the band beside its figure and the longest words.
    first = 1.0 if sheet.is_portrait else 1.55
    unit = (sheet.width - 2 * MARGIN) / (columns - 1 + first)
    month = month_words(state.at.astimezone(zone).date()) if zone else ""
    cells: tuple[tuple[str, str, str], ...] = (
        ("detected", str(day.detected), inflow_words(day.usual)),
        ("published", str(day.published), tr("answers published")),
        ("today", percent(day.in_time_percent), tr("in time today")),
        ("month", percent(day.month_in_time_percent), month),
        ("late", str(state.late), tr("overdue now")),
    )
    if columns == 5:
        cells = cells[:1] + cells[2:]
    line = height / (2 if sheet.is_portrait else 1)
    x, y = float(MARGIN), top
    right = stamp(state.at, zone) if zone else ""
    widths = [unit * (first if position == 0 else 1.0) for position in range(len(cells))]
    if not sheet.is_portrait:
        widths[1:] = _parted(sheet, [words for _, _, words in cells[1:]], right, unit * (columns - 1))
    for position, (key, value, words) in enumerate(cells):
        width = widths[position]
        _cell(sheet, key, x, y, width - 16, line, value, words, state)
        x += width
        if sheet.is_portrait and position == 2:
            x, y = float(MARGIN), top + line
    role = "soon" if shown.lost else "ink_second"
    weight = 600 if shown.lost else 400
    sheet.fitted("foot/stamp", x, y + line - 62, sheet.width - MARGIN - x, 40, right, 27, role, weight, RIGHT)


def _parted(sheet: Sheet, words: Sequence[str], right: str, room: float) -> list[float]:
    """Widths of cells whose words keep the same distance from each other and from what stands at the right."""
    taken = [sheet.width_of(each, 27) for each in words]
    gap = max(16.0, (room - sum(taken) - sheet.width_of(right, 27, 600)) / len(words))
    return [width + gap for width in taken]


def _cell(
    sheet: Sheet, key: str, x: float, y: float, width: float, height: float, value: str, words: str, state: WallState
) -> None:
    verdict = state.day.usual.verdict(state.day.detected) if key == "detected" and state.day.usual else "usual"
    is_late = key == "late" and state.late > 0
    role = "late" if is_late else "soon" if verdict == "more" else "ink"
    left = x
    if is_late or verdict == "more":
        sheet.mark(f"foot/{key}/mark", left, y + 28, 40, "late" if is_late else "soon", role)
        left += 54
    sheet.text(f"foot/{key}/value", left, y + 10, width, 76, value, 62, role, 600)
    sheet.fitted(f"foot/{key}/words", x, y + height - 62, width, 40, words, 27, "ink_second")
    if key == "detected" and state.day.usual is not None:
        _band(sheet, left + sheet.width_of(value, 62, 600) + 26, y + 36, x + width, state)


def _band(sheet: Sheet, left: float, top: float, right: float, state: WallState) -> None:
    """The usual band as a thick part of a line, and where today stands on it."""
    usual, count = state.day.usual, state.day.detected
    width = min(250.0, right - left - 20)
    if usual is None or width < 80:
        return
    most = max(usual.high, count, 1) * 1.15
    sheet.fill("foot/band/line", left, top + 13, width, 4, "track")
    begin, end = width * usual.low / most, width * usual.high / most
    sheet.fill("foot/band/usual", left + begin, top + 8, max(4.0, end - begin), 14, "edge")
    role = "soon" if usual.verdict(count) == "more" else "ink"
    sheet.fill("foot/band/now", left + width * count / most - 3, top - 4, 6, 38, role)


def turn_at(shown_for: timedelta, page_seconds: int) -> int:
    """How often the pages have been turned by now."""
    return int(shown_for.total_seconds()) // page_seconds if page_seconds else 0
