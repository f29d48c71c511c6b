"""Drafts that are being typed, kept on this computer until they are submitted: a crash costs at most a second.

One JSON file for each (database, leg, person), replaced atomically and synced, never half written.
"""

import asyncio
import base64
import hashlib
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.services.attachments import FileRef
from app.services.local_json import read_json, write_json

log = logging.getLogger(__name__)

_KEPT_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class DraftKey:
    """Whose draft of what: the database's epoch, the leg's (or case's) uuid, the person's uuid."""

    epoch: str
    leg: str
    person: str

    @property
    def file_name(self) -> str:
        return hashlib.sha256("\0".join((self.epoch, self.leg, self.person)).encode()).hexdigest()[:32] + ".json"


@dataclass(frozen=True, slots=True)
class TypedDraft:
    """A draft as it was left: its text, its kind, when it was last typed at (aware UTC), and its files; of a repeat
    also the measures taken."""

    text: str
    kind: str
    typed_at: datetime
    measures: str = ""
    files: tuple[FileRef, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.measures.strip() or self.files)


class DraftStore:
    """Keeps typed drafts in `folder`. Writes run off the caller's thread, one after another, the last one wins."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = asyncio.Lock()

    async def read(self, key: DraftKey) -> TypedDraft | None:
        """The draft left under `key`, after writes under way; None where there is none that can be read."""
        async with self._lock:
            return await asyncio.to_thread(self._read, self._path(key))

    async def keep(self, key: DraftKey, draft: TypedDraft) -> None:
        """Write the draft; returns when it is on the disk. Raises OSError (a full disk, a read-only folder)."""
        async with self._lock:
            await asyncio.to_thread(self._write, self._path(key), draft)

    def keep_now(self, key: DraftKey, draft: TypedDraft) -> None:
        """Write the draft on the caller's thread: for the moment when everything closes."""
        self._write(self._path(key), draft)

    async def forget(self, key: DraftKey) -> None:
        """Remove the draft: it was submitted, or its writer emptied it."""
        async with self._lock:
            await asyncio.to_thread(self._path(key).unlink, missing_ok=True)
            await asyncio.to_thread(self._sweep)

    @property
    def files(self) -> Path:
        """The folder with the contents of files that are attached to drafts being typed, by their sha256."""
        return self._folder / "files"

    def _path(self, key: DraftKey) -> Path:
        return self._folder / key.file_name

    def _read(self, path: Path) -> TypedDraft | None:
        try:
            raw = read_json(path)
            typed_at = datetime.fromisoformat(raw["typed_at"])
            files = tuple(self._file(entry) for entry in raw.get("files", ()))
            return TypedDraft(raw["text"], raw["kind"], typed_at, raw.get("measures", ""), files)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            log.warning("draft %s cannot be read and is set aside: %s", path.name, error)
            path.replace(path.with_suffix(".broken"))
            return None

    def _file(self, raw: Mapping[str, Any]) -> FileRef:
        """A file of a draft; its content lies in the folder of files, or is in the database already."""
        path = self.files / raw["sha256"]
        preview = base64.b64decode(raw["preview"])
        return FileRef(
            raw["name"], raw["media_type"], raw["size_bytes"], raw["sha256"], preview,
            path if path.is_file() else None, raw["uuid"],
        )  # fmt: skip

    def _sweep(self) -> None:
        """Remove contents that no draft names any more and that nobody took in lately."""
        kept = set()
        for path in self._folder.glob("*.json"):
            try:
                kept |= {entry["sha256"] for entry in read_json(path).get("files", ())}
            except (OSError, ValueError, KeyError, TypeError):
                return  # what a draft names cannot be told: then nothing is removed
        before = time.time() - _KEPT_SECONDS
        for path in self.files.glob("*") if self.files.is_dir() else ():
            if path.name not in kept and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)

    def _write(self, path: Path, draft: TypedDraft) -> None:
        values: dict[str, Any] = {"text": draft.text, "kind": draft.kind, "typed_at": draft.typed_at.isoformat()}
        values |= {"measures": draft.measures} if draft.measures else {}
        values |= {"files": [_raw(file) for file in draft.files]} if draft.files else {}
        write_json(path, values)


def _raw(file: FileRef) -> dict[str, Any]:
    preview = base64.b64encode(file.preview).decode()
    values = {key: getattr(file, key) for key in ("name", "media_type", "size_bytes", "sha256", "uuid")}
    return {**values, "preview": preview}
