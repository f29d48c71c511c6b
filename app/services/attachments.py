"""Pictures, videos and documents: taken in from this computer, stored once by their content, read and proved whole.

A file is first taken into a folder of this computer (checked by its content, hashed, copied): what it came from may
vanish. It goes into the database in chunks under its sha256, before the act that refers to it.
"""

import asyncio
import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Attachment, Draft, Publication, new_uuid
from app.models.database import Database
from app.models.history import link_hash
from app.regulation.errors import Refused
from app.services import blobs, chosen_file
from app.services.blobs import CHUNK
from app.services.chosen_file import too_big
from app.services.file_kinds import HEAD_BYTES, media_type_of, with_suffix_of
from app.services.saving import Work
from app.services.views import AttachmentView
from app.services.writing import naming_refusals
from app.texts.disk import reason_of

LIMIT_MB = 20
LIMIT_KEY = "attachment_limit_mb"
# What one person may store at a server on a day; resources/postgresql/files.sql knows the same.
DAY_MB = 2048
DAY_KEY = "attachment_day_mb"
NAME_LENGTH = 120
MOST_FILES = 10

# Told the share done so far, 0.0 to 1.0, from another thread.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file by its content. `path` is where it lies on this computer; None when it is in the database already.

    `preview` is a small picture (JPEG) of it, b"" where it has none. `uuid` is of the attachment that it is, or that
    it was carried over from.
    """

    name: str
    media_type: str
    size_bytes: int
    sha256: str
    preview: bytes = b""
    path: Path | None = None
    uuid: str = ""

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def is_seen(self) -> bool:
        """Whether it shows something: a photo or a video (п. 19)."""
        return self.media_type.startswith(("image/", "video/"))


def view_of(row: Any) -> AttachmentView:
    """A row of attachments as a card shows it."""
    return AttachmentView(row.name, row.media_type, row.size_bytes, row.link, row.uuid, row.sha256, row.preview)


def ref_of(view: AttachmentView) -> FileRef:
    """A file of the database to be attached again, or opened."""
    return FileRef(view.name, view.media_type, view.size_bytes, view.sha256, view.preview, uuid=view.uuid)


def limit_bytes(database: Database) -> int:
    """The largest file the region takes, in bytes; 20 MB until the region sets another."""
    return int(database.meta.get(LIMIT_KEY, LIMIT_MB)) * 1024 * 1024


# ----- from this computer


def take_in(source: Path, folder: Path, limit: int, progress: Progress = lambda _share: None) -> FileRef:
    """Check a file and copy it into `folder` under its sha256; to be called off the window's thread.

    Raises Refused: attachment_kind_unknown, disk_full, and what `chosen_file.look_at` says; a file too big is told by
    its size, before a byte is read.
    """
    with chosen_file.opened(source, limit) as file:
        size = os.fstat(file.fileno()).st_size
        kind = media_type_of(file.read(HEAD_BYTES), source)
        if kind is None:
            raise Refused("attachment_kind_unknown", name=source.name)
        file.seek(0)
        path, digest, length = _copy(_chunks(file, source), folder, source.name, limit, size, progress)
    return FileRef(with_suffix_of(source.name[-NAME_LENGTH:], kind), kind, length, digest, path=path)


def take_bytes(data: bytes, name: str, folder: Path, limit: int) -> FileRef:
    """The same for content that is no file yet: a picture from the clipboard."""
    if len(data) > limit:
        raise too_big(name, len(data), limit)
    kind = media_type_of(data[:HEAD_BYTES])
    if kind is None:
        raise Refused("attachment_kind_unknown", name=name)
    path, digest, length = _copy(iter([data]), folder, name, limit, len(data), lambda _share: None)
    return FileRef(with_suffix_of(name, kind), kind, length, digest, path=path)


def _chunks(file: BinaryIO, source: Path) -> Iterator[bytes]:
    with chosen_file.reading(source):
        yield from iter(lambda: file.read(CHUNK), b"")


def _copy(
    chunks: Iterator[bytes], folder: Path, name: str, limit: int, expected: int, progress: Progress
) -> tuple[Path, str, int]:
    """Write the chunks under their digest, atomically; gives where, the digest and the length. Raises Refused:
    disk_full, file_unwritable."""
    part = folder / f"{new_uuid()}.part"
    digest, length = hashlib.sha256(), 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as copy:
            for chunk in chunks:
                digest.update(chunk)
                length += len(chunk)
                if length > limit:  # it grew while it was read
                    raise too_big(name, length, limit)
                copy.write(chunk)
                progress(min(1.0, length / expected))
            copy.flush()
            os.fsync(copy.fileno())
        path = folder / digest.hexdigest()
        part.replace(path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Refused("disk_full", path=str(folder)) from error
        raise Refused("file_unwritable", path=str(folder), detail=reason_of(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return path, digest.hexdigest(), length


# ----- into the database


async def store(database: Database, files: Sequence[FileRef]) -> None:
    """Put the contents of `files` into the database, chunk by chunk in short transactions; what is there stays.

    Raises Refused: file_gone when a content on this computer vanished or is not what was taken in, day_of_files_full.
    """
    for file in files:
        async with database.read() as connection:
            present = await blobs.chunks_there(connection, file.sha256)
        if file.path is None or len(present) == -(-file.size_bytes // CHUNK):
            continue
        if not await asyncio.to_thread(_is_whole, file):
            raise Refused("file_gone", name=file.name)
        for number in range(-(-file.size_bytes // CHUNK)):
            if number not in present:
                await _store_part(database, file, number)


async def _store_part(database: Database, file: FileRef, number: int) -> None:
    assert file.path is not None, "only what lies on this computer is stored"
    data = await asyncio.to_thread(_read_part, file.path, number)
    async with database.write() as connection:
        with naming_refusals():
            await blobs.put_chunk(connection, database, file.sha256, number, data)


def _read_part(path: Path, number: int) -> bytes:
    with path.open("rb") as file:
        file.seek(number * CHUNK)
        return file.read(CHUNK)


def _is_whole(file: FileRef) -> bool:
    assert file.path is not None, "asked for what lies on this computer"
    try:
        with file.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


async def attach(
    work: Work, files: Sequence[FileRef], *, draft_uuid: str | None = None, publication_uuid: str | None = None
) -> list[list[str]]:
    """Within an act: bind stored contents to a draft or a publication; gives [uuid, digest] of each for the history.

    Raises Refused("file_gone") for a content that is not in the database as a whole, Refused("files_too_many").
    """
    if len(files) > MOST_FILES:
        raise Refused("files_too_many", count=len(files), limit=MOST_FILES)
    rows = []
    for file in files:
        if await blobs.size_of(work.connection, work.place.database, file.sha256) != file.size_bytes:
            raise Refused("file_gone", name=file.name)
        owner = {"draft_uuid": draft_uuid, "publication_uuid": publication_uuid}
        kept = ("name", "media_type", "size_bytes", "sha256", "preview")
        rows.append({"uuid": new_uuid(), **owner, **{key: getattr(file, key) for key in kept}})
    work.writes.add(Attachment, *rows)
    return [[row["uuid"], file_digest(row["uuid"], row["name"], row["sha256"], row["preview"])] for row in rows]


def file_digest(uuid: str, name: str, sha256: str, preview: bytes) -> str:
    """What the history keeps of an attachment: name, content and preview in one salted digest."""
    return link_hash(uuid, [name, sha256, hashlib.sha256(preview).hexdigest()])


# ----- out of the database


async def files_of_case(connection: AsyncConnection, case_ids: Sequence[int]) -> list[Any]:
    """The attachments of drafts and publications of these cases, with `draft_uuid` or `publication_uuid` and
    `case_id`, in the order they were attached."""
    of_case = or_(Draft.case_id.in_(case_ids), Publication.case_id.in_(case_ids))
    statement = (
        select(
            Attachment,
            Draft.uuid.label("draft_uuid"),
            Publication.uuid.label("publication_uuid"),
            func.coalesce(Draft.case_id, Publication.case_id).label("case_id"),
        )
        .outerjoin(Draft, Draft.id == Attachment.draft_id)
        .outerjoin(Publication, Publication.id == Attachment.publication_id)
        .where(of_case)
        .order_by(Attachment.id)
    )
    return list((await connection.execute(statement)).all())
