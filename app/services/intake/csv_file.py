"""Tables in text files: encoding and delimiter are found by content, records come as a stream."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

from app.services.intake.columns import Mappings
from app.services.intake.sheets import Header, Record, Sheet, TableError, find_header, no_header

DELIMITERS = ";,\t|"
MAX_CELL_CHARS = 16_000_000
_SAMPLE_BYTES = 1_000_000


def open_csv(path: Path, mappings: Mappings | None = None) -> Sheet:
    """The one sheet of a CSV file in UTF-8 (with BOM or without), UTF-16 with BOM or Windows-1251.

    Raises TableError: unknown_encoding, no_header, empty; while its rows are read: unclosed_quote, broken_csv.
    """
    # A process-wide limit of the csv module: its default of 131,072 would end the file instead of refusing one row.
    csv.field_size_limit(MAX_CELL_CHARS)
    encoding = _encoding(path)
    try:
        header, delimiter = _header(path, encoding, mappings)
    except UnicodeDecodeError as error:
        raise TableError("unknown_encoding") from error
    return Sheet("", header, lambda: _records(path, encoding, delimiter), path.name)


def plain_records(path: Path) -> Iterator[Record]:
    """Every record of a CSV file, whatever its columns mean. Raises TableError as `open_csv` and its rows do."""
    csv.field_size_limit(MAX_CELL_CHARS)
    encoding = _encoding(path)
    widths = {mark: len(next(_first_records(path, encoding, mark), (0, ()))[1]) for mark in DELIMITERS}
    return _records(path, encoding, max(DELIMITERS, key=lambda mark: widths[mark]))


def sample_records(path: Path, count: int) -> list[Record]:
    """The first records of a CSV file, cut by the delimiter that makes the most columns in the most rows.

    Raises TableError("unknown_encoding").
    """
    csv.field_size_limit(MAX_CELL_CHARS)
    encoding = _encoding(path)
    try:
        samples = [list(islice(_first_records(path, encoding, mark), count)) for mark in DELIMITERS]
    except UnicodeDecodeError as error:
        raise TableError("unknown_encoding") from error
    return max(samples, key=_regularity)


def _regularity(records: list[Record]) -> int:
    widths = Counter(len(record) for _, record in records if len(record) > 1)
    return max((width * times for width, times in widths.items()), default=0)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        if _is_utf8(file):
            return "utf-8-sig"
        file.seek(0)
        sample = file.read(_SAMPLE_BYTES)
    if _looks_cp1251(sample):
        return "cp1251"
    raise TableError("unknown_encoding")


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_SAMPLE_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _looks_cp1251(sample: bytes) -> bool:
    """Russian in another encoding would show few letters (cp866, UTF-8 with a broken byte) or capitals (KOI8-R)."""
    foreign = [char for char in sample.decode("cp1251", errors="replace") if ord(char) > 127]
    small = len(re.findall("[а-яё]", "".join(foreign)))
    capital = len(re.findall("[А-ЯЁ]", "".join(foreign)))
    return small > capital and small + capital > 0.8 * len(foreign)


def _header(path: Path, encoding: str, mappings: Mappings | None) -> tuple[Header, str]:
    best: tuple[Header, str] | None = None
    for delimiter in DELIMITERS:
        header = find_header(_first_records(path, encoding, delimiter), mappings)
        if header and (best is None or header.score > best[0].score):
            best = header, delimiter
    if best is None:
        errors = [no_header(_first_records(path, encoding, delimiter)) for delimiter in DELIMITERS]
        raise max(errors, key=lambda error: len(error.params["found"]))
    return best


class _Lines:
    """Lines of a text file; keeps those of the record being read, so that its end can be judged."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(MAX_CELL_CHARS + 1):
            if len(line) > MAX_CELL_CHARS:
                raise csv.Error("a line without end")
            self._record.append(line)
            yield line

    def taken(self) -> list[str]:
        """The lines since the last call: those of one record."""
        lines, self._record = self._record, []
        return lines


def _first_records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """Records to look for a header in. A wrong delimiter may make nonsense of quotes: that is no error yet."""
    with _opened(path, encoding) as file, suppress(csv.Error):
        yield from enumerate(csv.reader(_Lines(file), delimiter=delimiter), start=1)


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """Records numbered from 1 as a spreadsheet shows them, however many lines a quoted cell takes.

    Each is given only when the next has been read: the last may turn out to be the rest of the file swallowed
    by a quote that nobody closed.
    """
    held: Record | None = None
    lines: list[str] = []
    number = 0
    with _opened(path, encoding) as file:
        source = _Lines(file)
        try:
            for number, record in enumerate(csv.reader(source, delimiter=delimiter), start=1):
                if held:
                    yield held
                held, lines = (number, record), source.taken()
        except (csv.Error, UnicodeDecodeError) as error:
            if held:
                yield held  # it ended well: what breaks off comes after it
            if isinstance(error, UnicodeDecodeError):
                raise TableError("unknown_encoding") from error
            raise TableError("broken_csv", row=number + 1) from error
    if held:
        if _is_unclosed(lines, delimiter):
            raise TableError("unclosed_quote", row=number)
        yield held


def _opened(path: Path, encoding: str) -> TextIO:
    # Windows-1251 leaves one byte undefined: one odd letter must not stop a file.
    return path.open(encoding=encoding, errors="replace" if encoding == "cp1251" else "strict", newline="")


def _is_unclosed(lines: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False
