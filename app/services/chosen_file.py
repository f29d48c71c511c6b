"""A file that a person chose: looked at, opened and written here, and nowhere else.

What is asked of it first (is it there, a file, the program's own, readable, of a fair size) is asked in one place, and
what is wrong is said in one sentence. A file that is written is made beside its place and put there when it is whole.
"""

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import BinaryIO
from unicodedata import category
from uuid import uuid4

from app import own_files
from app.regulation.errors import Refused
from app.texts.disk import reason_of

READ_CODES = (
    "file_missing", "file_is_folder", "file_is_device", "file_own", "file_empty", "file_too_big", "file_locked",
    "file_unreadable", "file_not_text",
)  # fmt: skip
WRITE_CODES = ("file_unwritable", "file_is_database", "file_is_device", "file_name_unfit", "file_there")
PART = ".part"
_SQLITE = b"SQLite format 3\0"
# Line breaks and other marks that are no letters: a name with them reads as another, or as two.
_UNFIT = ("Cc", "Zl", "Zp")
_MB = 1024 * 1024


# ----- reading


def look_at(path: Path, limit: int | None = None) -> int:
    """How large a file is (bytes) that may be opened. `limit` in bytes.

    Raises Refused: file_missing, file_is_folder, file_is_device, file_own, file_empty, file_too_big, file_locked,
    file_unreadable.
    """
    with reading(path):
        found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise Refused("file_is_folder", name=_name(path))
    if not stat.S_ISREG(found.st_mode):  # a pipe or a device: whoever opens it may wait for ever
        raise Refused("file_is_device", name=_name(path))
    if own_files.owns(path):
        raise Refused("file_own", name=_name(path))
    if found.st_size == 0:
        raise Refused("file_empty", name=_name(path))
    if limit is not None and found.st_size > limit:
        raise too_big(_name(path), found.st_size, limit)
    return found.st_size


@contextmanager
def opened(path: Path, limit: int | None = None) -> Iterator[BinaryIO]:
    """The file, to be read within the block; a disk that goes away meanwhile is told, too. Raises Refused as `look_at`
    does."""
    look_at(path, limit)
    with reading(path), path.open("rb") as file:
        yield file


def read_bytes(path: Path, limit: int | None = None) -> bytes:
    """All of a file. Raises Refused as `look_at` does."""
    with opened(path, limit) as file:
        return file.read()


def read_text(path: Path, limit: int | None = None) -> str:
    """The text of a file in UTF-8, with or without a mark at its beginning. Raises Refused("file_not_text") too."""
    try:
        return read_bytes(path, limit).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Refused("file_not_text", path=str(path)) from error


def too_big(name: str, size: int, limit: int) -> Refused:
    """The refusal of a file of so many bytes where so many are allowed."""
    return Refused("file_too_big", name=name, size=_megabytes(size), limit=_megabytes(limit))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What the system says of a file that is read in the block, as `look_at` says it."""
    try:
        yield
    except (FileNotFoundError, ValueError) as error:
        if isinstance(error, ValueError) and "\0" not in str(path):
            raise  # of what was read; only a name with a NUL can be no file's
        raise Refused("file_missing", path=str(path)) from error
    except PermissionError as error:  # Windows answers so too for a file that Excel holds open
        raise Refused("file_locked", name=_name(path)) from error
    except OSError as error:
        raise Refused("file_unreadable", path=str(path), detail=reason_of(error)) from error


def _name(path: Path) -> str:
    return path.name or str(path)


def _megabytes(size: int) -> str:
    """ "2048" or "20": whole megabytes, rounded up."""
    return str(-(-size // _MB))


# ----- writing


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A file beside `path` to be written in the block; it takes the place of `path` when the block ends well, and is
    gone when it does not: what stood there before stays whole.

    Raises Refused: file_is_database (also one that nobody has open, and what SQLite keeps beside it), file_is_device,
    file_name_unfit, file_unwritable; the last for an OSError of the block, too.
    """
    target = place_for(path)
    part = target.with_name(f".{uuid4().hex}{PART}")
    with writing(path):
        try:
            yield part
            _settle(part, target)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def written_folder(path: Path) -> Iterator[Path]:
    """The same for a folder that is not there yet. Raises Refused("file_there") too."""
    if path.is_dir() or (target := place_for(path)).exists():
        raise Refused("file_there", path=str(path))
    part = target.with_name(f".{uuid4().hex}{PART}")
    with writing(path):
        try:
            part.mkdir(parents=True)
            yield part
            part.rename(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What the system says of a file or folder that is written in the block is a refusal: file_unwritable."""
    try:
        yield
    except OSError as error:
        raise Refused("file_unwritable", path=str(path), detail=reason_of(error)) from error


def write_bytes(path: Path, data: bytes) -> None:
    """A file of these bytes. Raises Refused as `written` does."""
    with written(path) as part:
        part.write_bytes(data)


async def save(path: Path, data: bytes) -> None:
    """The same off the window's thread."""
    import asyncio  # the command that only counts clocks starts without it

    await asyncio.to_thread(write_bytes, path, data)


@asynccontextmanager
async def written_apart(path: Path) -> AsyncIterator[Path]:
    """`written` for what a process of its own writes while the window's thread goes on."""
    async with _off_thread(written(path)) as part:
        yield part


@asynccontextmanager
async def folder_written_apart(path: Path) -> AsyncIterator[Path]:
    """The same of `written_folder`."""
    async with _off_thread(written_folder(path)) as part:
        yield part


@asynccontextmanager
async def _off_thread(writing: AbstractContextManager[Path]) -> AsyncIterator[Path]:
    import asyncio  # as above

    part = await asyncio.to_thread(writing.__enter__)
    try:
        yield part
    except BaseException as error:
        await asyncio.to_thread(writing.__exit__, type(error), error, error.__traceback__)
        raise
    await asyncio.to_thread(writing.__exit__, None, None, None)


def place_for(path: Path) -> Path:
    """The place itself, behind any links, where a file may be written. Raises Refused as `written` does."""
    shown = "".join("�" if category(letter) in _UNFIT else letter for letter in str(path))
    if shown != str(path):
        raise Refused("file_name_unfit", name=_name(Path(shown)))
    with writing(path):
        target = path.resolve()
        refuse_database(target)
        if not target.exists():
            return target
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder")
        if not target.is_file():
            raise Refused("file_is_device", name=_name(path))
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only")
    return target


def refuse_database(target: Path) -> None:
    """Nothing is written over a database: of this process, of another, or a copy of one; nor over what SQLite keeps
    beside it. Raises Refused("file_is_database")."""
    beside = (target.name.removesuffix(end) for end in own_files.BESIDE if target.name.endswith(end))
    main = target.with_name(next(beside, "") or target.name)
    if own_files.owns(target) or own_files.owns(main) or _is_sqlite(main):
        raise Refused("file_is_database", name=_name(target))


def _is_sqlite(path: Path) -> bool:
    if not path.is_file():
        return False
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE
    return False


def _settle(part: Path, target: Path) -> None:
    """Put a whole file in its place, with what may be done with the one that was there."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    if target.exists():
        shutil.copymode(target, part)
    part.replace(target)


