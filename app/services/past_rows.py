"""Rows of a CSV file of past messages, on which a region tries what the program notices and suggests."""

import gzip
from collections.abc import Iterator
from csv import DictReader
from pathlib import Path
from typing import TextIO

from app.regulation.errors import Refused
from app.services import chosen_file


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows by the names of the header, separated by commas or semicolons; .gz too.

    Raises Refused as `chosen_file.read_text` does.
    """
    chosen_file.look_at(path)
    try:
        with chosen_file.reading(path), _opened(path) as file:
            delimiter = ";" if ";" in (line := file.readline()) and "," not in line else ","
            file.seek(0)
            yield from DictReader(file, delimiter=delimiter)
    except UnicodeDecodeError as error:
        raise Refused("file_not_text", path=str(path)) from error


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
