"""Tables of the window as workbooks: a queue as filtered, the history of a case, any table shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.models import Author, Message
from app.services.chosen_file import written
from app.services.journal import note_down
from app.services.queries import list_queue
from app.services.reports.saving import in_process
from app.services.selection import Selection
from app.services.views import CaseCard, QueueRow
from app.services.workplace import Workplace
from app.texts import language, tr
from app.texts.words import act_name, clock_code_name, importance_name, state_name

# So many rows of a queue go into one workbook.
MOST_ROWS = 50_000
_IDS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class TableData:
    """A table to write: what it is called, a line beneath, columns (head, width in characters, kind as
    `sheets.Column`), rows, and the zone its moments are told in."""

    title: str
    note: str
    columns: Sequence[tuple[str, float, str]]
    rows: Sequence[Sequence[Any]]
    zone: str


async def read_queue(
    place: Workplace, chosen: Selection, title: str, *, with_authors: bool = False
) -> TableData:
    """A queue as the person sees it, all its pages, filtered and in the order as it is `chosen`.

    Who wrote stands in it only where that is asked for, and then the journal tells who asked (152-ФЗ).
    """
    rows: list[QueueRow] = []
    while len(rows) < MOST_ROWS:
        page = await list_queue(place, chosen, rows[-1] if rows else None)
        if not page:
            break
        rows += page
    columns: tuple[tuple[str, float, str], ...] = (
        (tr("Number"), 16, "text"), (tr("State"), 18, "wrap"), (tr("Importance"), 11, "text"), (tr("Step"), 20, "wrap"),
        (tr("Was due"), 15, "moment"), (tr("Answer due"), 15, "moment"), (tr("Agency"), 22, "wrap"),
        (tr("Topic"), 20, "wrap"), (tr("Place"), 20, "wrap"), (tr("Source"), 13, "wrap"), (tr("Curator"), 14, "wrap"),
        (tr("Collected"), 15, "moment"), (tr("Message"), 56, "wrap"),
    )  # fmt: skip
    kept = ", ".join(filter(None, (chosen.query, chosen.only.topic_name, chosen.only.agency_name)))
    note = tr("filter: {query}", query=kept) if kept else ""
    cells = [_queue_cells(row) for row in rows]
    if with_authors:
        columns += ((tr("Author"), 30, "text"), (tr("Author's page"), 40, "text"))
        authors = await _take_authors(place, [row.id for row in rows], chosen.queue)
        cells = [(*own, *authors.get(row.id, ("", ""))) for own, row in zip(cells, rows, strict=True)]
    return TableData(title, note, columns, cells, place.rules().agency.zone.key)


async def _take_authors(place: Workplace, case_ids: Sequence[int], queue: str) -> dict[int, tuple[str, str]]:
    """Who wrote the first message of each case, and their page; an entry in the journal tells that it was taken."""
    found: dict[int, tuple[str, str]] = {}
    async with place.database.write() as connection:
        for first in range(0, len(case_ids), _IDS_AT_ONCE):
            chosen = Message.case_id.in_(case_ids[first : first + _IDS_AT_ONCE])
            query = select(Message.case_id, Author.name, Author.link).join(Author, Author.id == Message.author_id)
            for row in await connection.execute(query.where(chosen).order_by(Message.id)):
                found.setdefault(row.case_id, (row.name, row.link))
        facts = {"cases": len(case_ids), "queue": queue}
        await note_down(connection, place, place.database.meta["epoch"], "authors_exported", facts)
    return found


def _queue_cells(row: QueueRow) -> tuple[Any, ...]:
    step = clock_code_name(row.step.code) if row.step else ""
    due = row.step.due_at if row.step else None
    return (
        row.number, state_name(row.state), importance_name(row.importance), step, due, row.answer_due_at, row.agency,
        row.topic, row.place, row.source, row.curator, row.collected_at, row.excerpt,
    )  # fmt: skip


def history_table(card: CaseCard, zone: ZoneInfo) -> TableData:
    """The history of a case, the first act first."""
    columns = (
        (tr("No."), 6, "count"), (tr("When"), 17, "moment"), (tr("Recorded"), 17, "moment"), (tr("Who"), 26, "text"),
        (tr("On behalf of"), 26, "text"), (tr("What was done"), 44, "wrap"), (tr("State"), 26, "text"),
        (tr("Words"), 60, "wrap"),
    )  # fmt: skip
    rows = [
        (
            entry.seq, entry.occurred_at, entry.recorded_at, entry.actor, entry.on_behalf,
            act_name(entry.act, entry.variant, entry.state_to), state_name(entry.state_to), entry.note,
        )
        for entry in sorted(card.history, key=lambda entry: entry.seq)
    ]  # fmt: skip
    return TableData(tr("History of {number}", number=card.number), "", columns, rows, zone.key)


async def save_table(data: TableData, path: Path) -> None:
    """Write the table at `path` in a process of its own. Raises Refused as `chosen_file.written` does."""
    await in_process(write_table, data, path, language())


def write_table(data: TableData, path: Path, speak: str) -> None:
    """The same here and now."""
    from app.services.reports import long_lists  # openpyxl is for the other process
    from app.services.reports.sheets import Column, Table, new_book
    from app.texts import use_language

    use_language(speak)
    book = new_book(data.title, "cur-desk")
    sheet = Table(book, _sheet_name(data.title), ZoneInfo(data.zone), data.title, data.note)
    pen, first = sheet.long_table([Column(*column) for column in data.columns], len(data.rows))
    rows = long_lists.LongList(first, sheet.area(len(data.columns)), (pen.row(row) for row in data.rows))
    with written(path) as part:
        long_lists.save(book, part, {sheet.sheet.title: rows})


def _sheet_name(title: str) -> str:
    """A title as Excel takes it for a sheet: without []:*?/\\ and at most 31 characters."""
    return "".join(" " if char in "[]:*?/\\'" else char for char in title)[:31].strip() or "1"
