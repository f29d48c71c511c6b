"""Rows of a CSV file of past messages, on which a region tries what the program notices and suggests."""

import gzip
from collections.abc import Iterator
from csv import DictReader
from pathlib import Path
from typing import TextIO

from app.regulation.errors import Refused
from app.texts.disk import reason_of


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows by the names of the header, separated by commas or semicolons; .gz too.

    Raises Refused: file_missing, file_not_text, file_unreadable.
    """
    try:
        with _opened(path) as file:
            delimiter = ";" if ";" in (line := file.readline()) and "," not in line else ","
            file.seek(0)
            yield from DictReader(file, delimiter=delimiter)
    except FileNotFoundError as error:
        raise Refused("file_missing", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise Refused("file_not_text", path=str(path)) from error
    except OSError as error:
        raise Refused("file_unreadable", path=str(path), detail=reason_of(error)) from error


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
