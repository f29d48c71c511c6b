"""Reports saved in a process of their own: a window that asked for one goes on being quick."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from app.services.reports.day import DayReport
from app.texts import language


async def save_day(report: DayReport, path: Path) -> None:
    """Write the day's workbook at `path`. Raises Refused as `chosen_file.written` does."""
    await in_process(_write_day, report, path, language())


async def in_process(work: Callable[..., None], *arguments: Any) -> None:
    """Carry out `work`, a function of a module, in a process of its own; what it raises is raised here."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    try:
        await asyncio.wrap_future(pool.submit(work, *arguments))
    finally:
        pool.shutdown(wait=False)


def _write_day(report: DayReport, path: Path, speak: str) -> None:
    from app.services.reports.day_book import write_day  # openpyxl is for the other process

    write_day(report, path, speak)
