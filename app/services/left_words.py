"""Words typed into a dialog that was left without saving, kept on this computer beside the drafts.

One file for each (database, card and act, person): another person's sign-in never finds them. They go when the act is
done, or after a month in which nobody came back to them.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from app.services.drafting import DraftKey
from app.services.local_json import read_json, write_json

log = logging.getLogger(__name__)

# Texts by field: its object name, and which of those that share it.
Words = Mapping[tuple[str, int], str]

SUFFIX = ".words"
KEPT_SECONDS = 30 * 86_400.0


def words_key(epoch: str, card: str, dialog: str, person: str) -> DraftKey:
    """Whose words in which dialog on which card ("" where it is on none)."""
    return DraftKey(epoch, f"{card}\0{dialog}", person)


class LeftWords:
    """Keeps words in `folder`. Writes run off the caller's thread, one after another, the last one wins."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = asyncio.Lock()

    async def read(self, key: DraftKey) -> Words:
        """What was left under `key`, after writes under way; nothing where there is none that can be read."""
        async with self._lock:
            return await asyncio.to_thread(self._read, self._path(key))

    async def keep(self, key: DraftKey, words: Words) -> None:
        """Write the words, or remove what was kept where there are none. Raises OSError."""
        async with self._lock:
            await asyncio.to_thread(self.keep_now, key, words)

    def keep_now(self, key: DraftKey, words: Words) -> None:
        """The same on the caller's thread: for the moment when everything closes."""
        if words:
            write_json(self._path(key), {"words": [[name, which, text] for (name, which), text in words.items()]})
        else:
            self._path(key).unlink(missing_ok=True)
        self._sweep()

    def _path(self, key: DraftKey) -> Path:
        return self._folder / Path(key.file_name).with_suffix(SUFFIX)

    def _read(self, path: Path) -> Words:
        try:
            return {(str(name), int(which)): str(text) for name, which, text in read_json(path)["words"]}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("words left in a dialog cannot be read: %s: %s", path.name, type(error).__name__)
            return {}

    def _sweep(self) -> None:
        """Remove what nobody came back to: words of citizens and about them do not lie here for ever."""
        before = time.time() - KEPT_SECONDS
        for path in self._folder.glob(f"*{SUFFIX}"):
            with suppress(FileNotFoundError):  # another desk of this person's swept it a moment ago
                if path.stat().st_mtime < before:
                    path.unlink()
