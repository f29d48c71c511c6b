"""Reports saved in a process of their own: a window that asked for one goes on being quick."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from app.regulation.errors import Refused
from app.services.reports.day import DayReport
from app.texts import language
from app.texts.disk import reason_of


async def save_day(report: DayReport, path: Path) -> None:
    """Write the day's workbook at `path`. Raises Refused("file_unwritable")."""
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


async def write_file(path: Path, data: bytes) -> None:
    """Write a finished file. Raises Refused("file_unwritable")."""
    try:
        await asyncio.to_thread(path.write_bytes, data)
    except OSError as error:
        raise Refused("file_unwritable", path=str(path), detail=reason_of(error)) from error


async def read_file(path: Path) -> bytes:
    """A file that a person named. Raises Refused("file_unreadable")."""
    try:
        return await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise Refused("file_unreadable", path=str(path), detail=reason_of(error)) from error
