"""Dates of exports: the forms they come in, made aware in the export's time zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.services.intake.sheets import Cell

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's day numbers have no zone; it is given later
_EXCEL_LAST_DAY = 2_958_466
_RUSSIAN = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:,?\s+(?:в\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?")
_NOTHING = {"", "-", "—", "–", "nan", "nat", "none", "null", "нет"}


class UnreadableDateError(ValueError):
    """A cell that should hold a date and does not; its text is the argument."""


def is_nothing(cell: Cell) -> bool:
    """Whether the cell says that there is no date."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in _NOTHING)


def read_moment(cell: Cell, zone: ZoneInfo, time_cell: Cell = None) -> datetime | None:
    """The instant in UTC, to the second; None where the cell is empty. `time_cell` is a separate column of times.

    A time without a zone is of `zone`; a date without a time is its midnight. Raises UnreadableDateError, also for
    years before 2000: they come from cells that hold something else.
    """
    if is_nothing(cell):
        return None
    try:
        local = _with_time(_local(cell), time_cell)
        aware = local if local.tzinfo else local.replace(tzinfo=zone)
        moment = aware.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise UnreadableDateError(str(cell)) from error
    if moment < _EARLIEST:
        raise UnreadableDateError(str(cell))
    return moment


def has_no_time(cell: Cell, time_cell: Cell = None) -> bool:
    """Whether the cells name a day only."""
    if not is_nothing(time_cell) or isinstance(cell, datetime):
        return False
    return isinstance(cell, date) or (isinstance(cell, str) and ":" not in cell)


def _local(cell: Cell) -> datetime:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the export's zone is given by the caller
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < _EXCEL_LAST_DAY:
        return _EXCEL_EPOCH + timedelta(seconds=round(cell * 86_400))
    if isinstance(cell, str):
        return _parsed(cell.replace("\u00a0", " ").strip())
    raise ValueError(cell)


def _parsed(text: str) -> datetime:
    match = _RUSSIAN.fullmatch(text)
    if match:
        day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - as above
    return datetime.fromisoformat(text)


def _with_time(local: datetime, cell: Cell) -> datetime:
    if is_nothing(cell):
        return local
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, float) and 0 <= cell < 1:
        return local.replace(hour=0, minute=0, second=0) + timedelta(seconds=round(cell * 86_400))
    if isinstance(cell, time):
        return local.replace(hour=cell.hour, minute=cell.minute, second=cell.second)
    match = _TIME.fullmatch(str(cell).strip())
    if not match:
        raise ValueError(cell)
    hour, minute, second = (int(part or 0) for part in match.groups())
    return local.replace(hour=hour, minute=minute, second=second)
