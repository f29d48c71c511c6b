"""Reports saved in a process of their own: a window that asked for one goes on being quick."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from app.services.reports.day import DayReport
from app.texts import language


async def save_day(report: DayReport, path: Path) -> None:
    """Write the day's workbook at `path`. Raises Refused("file_unwritable")."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    try:
        await asyncio.wrap_future(pool.submit(_write_day, report, path, language()))
    finally:
        pool.shutdown(wait=False)


def _write_day(report: DayReport, path: Path, speak: str) -> None:
    from app.services.reports.day_book import write_day  # openpyxl is for the other process

    write_day(report, path, speak)
