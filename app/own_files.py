"""The files of SQLite databases that this process has opened, which nothing else in it may open."""

from contextlib import suppress
from pathlib import Path

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite adds to a database's name for the files it keeps beside it."""

_opened: set[Path] = set()


def sqlite_files(path: Path) -> tuple[Path, ...]:
    """The file of an SQLite database and those that SQLite keeps beside it."""
    return path, *(path.with_name(path.name + end) for end in BESIDE)


def note(path: Path) -> None:
    """A database at `path` is opened by this process. It is never forgotten: what was the desk's database a moment ago
    is not the place for a report either."""
    _opened.add(path.absolute())


def owns(path: Path) -> bool:
    """Whether a file is one of a database's own, by whatever name or link it is reached. On Linux a process that closes
    a file loses the locks on it that keep other processes from writing over what it writes."""
    for each in (file for database in _opened for file in sqlite_files(database)):
        with suppress(OSError, ValueError):  # one of them is not there, or may not be looked at
            if each.samefile(path):
                return True
    return False
