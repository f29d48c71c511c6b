"""Russian spelling by hunspell, in a process of its own: loading takes a second, a suggestion up to two.

Hunspell's binding holds the interpreter meanwhile, so that in a thread of the desk it would stop the window.
The process is started by the first word that is asked, and ends with `close` or with the program.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from app.resources import resource

log = logging.getLogger(__name__)

_WORD = re.compile(r"[а-яё]+(?:-[а-яё]+)*", re.IGNORECASE)
# What stands before a word that begins a sentence.
_SENTENCE_ENDS = re.compile(r"(?:^|[.!?…:]|\n)[\s«„\"(—–-]*$")
SUGGESTED = 6


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text and where it stands."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def words_of(text: str) -> Iterator[Word]:
    """The words to be checked: no names (a capital within a sentence), abbreviations, or parts of links and numbers."""
    for match in _WORD.finditer(text):
        word, start = match.group(), match.start()
        before, after = text[start - 1 : start], text[match.end() : match.end() + 1]
        if len(word) < 2 or _is_glued(before) or _is_glued(after):
            continue
        if word[0].isupper() and (not word[1:].islower() or not _SENTENCE_ENDS.search(text[:start])):
            continue
        yield Word(word, start)


def _is_glued(sign: str) -> bool:
    return bool(sign) and (sign.isalnum() or sign in "_@/{}")


class Speller:
    """Asks the process; what was asked before is remembered. `own_words` is the file of the person's own words.

    Where hunspell is missing or its process dies, nothing is wrong with any word, and the log says why.
    """

    def __init__(self, own_words: Path) -> None:
        self._path = own_words
        self._own: set[str] | None = None
        self._known: dict[str, bool] = {}
        self._suggested: dict[str, tuple[str, ...]] = {}
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()  # a question that nobody waits for any more is answered before the next
        self._is_off = False

    async def wrong(self, words: Iterable[str]) -> frozenset[str]:
        """Those of `words` that no dictionary has."""
        asked = set(words)
        if unknown := sorted(asked - self._known.keys()):
            answer = await self._ask("check", unknown)
            self._known |= {word: word not in (answer or ()) for word in unknown}
        own = await self._own_words()
        return frozenset(w for w in asked if not self._known[w] and w.casefold() not in own)

    async def suggestions(self, word: str) -> tuple[str, ...]:
        """What `word` may be meant to be, the likeliest first, at most SUGGESTED."""
        if word not in self._suggested:
            self._suggested[word] = tuple(await self._ask("suggest", word) or ())
        return self._suggested[word]

    async def keep(self, word: str) -> None:
        """Take `word` for right from now on. Raises OSError where the file cannot be written."""
        own = await self._own_words()
        own.add(word.casefold())
        await asyncio.to_thread(self._write, sorted(own))

    def close(self) -> None:
        """End the process."""
        self._is_off = True
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is not None and pipe is not None:
            process.terminate()
            process.join()
            pipe.close()

    async def _own_words(self) -> set[str]:
        if self._own is None:
            self._own = await asyncio.to_thread(self._read)
        return self._own

    def _read(self) -> set[str]:
        try:
            return set(self._path.read_text(encoding="utf-8").split())
        except (OSError, UnicodeDecodeError):
            return set()

    def _write(self, words: Iterable[str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        part.write_text("\n".join(words) + "\n", encoding="utf-8")
        part.replace(self._path)

    async def _ask(self, what: str, asked: Any) -> Any:
        return await asyncio.to_thread(self._answer, what, asked)

    def _answer(self, what: str, asked: Any) -> Any:
        with self._lock:
            if self._is_off:
                return None
            try:
                pipe = self._pipe or self._start()
                pipe.send((what, asked))
                return pipe.recv()
            except (EOFError, OSError) as error:
                if not self._is_off:
                    log.info("spelling is off: %r", error)
                self._is_off = True
                return None

    def _start(self) -> Connection:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self._pipe = ours
        self._process = context.Process(target=_serve, args=(theirs, str(resource("spelling"))), daemon=True)
        self._process.start()
        theirs.close()
        return ours


def _serve(pipe: Connection, folder: str) -> None:
    """The process: answers until its pipe is closed. Without hunspell it ends at once."""
    try:
        from hunspell import Hunspell
    except ImportError:
        return
    dictionary = Hunspell("ru", hunspell_data_dir=folder)
    while True:
        try:
            what, asked = pipe.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        if what == "check":
            pipe.send([word for word in asked if not dictionary.spell(word)])
        else:
            pipe.send([word for word in dictionary.suggest(asked) if " " not in word][:SUGGESTED])
