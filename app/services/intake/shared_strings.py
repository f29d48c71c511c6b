"""The strings that the sheets of a workbook share: read as a stream, the long ones kept out of memory.

openpyxl keeps every element that it has read; the texts of a hundred thousand messages alone are as large as a desk.
"""

import weakref
from collections.abc import Callable, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any, overload
from xml.parsers import expat

from openpyxl.xml.constants import SHEET_MAIN_NS

_CHUNK = 1 << 16
_STRING, _TEXT, _PHONETIC = (f"{SHEET_MAIN_NS} {name}" for name in ("si", "t", "rPh"))
LONG_FROM = 24
"""Strings of so many characters are kept in a file: names and numbers come in row after row, texts but once."""
KEPT_BYTES = 4_000_000
"""As long as the long ones together are no larger, that file is in memory too."""
_LENGTH_BYTES = 4


class Strings(Sequence[str]):
    """Strings by their index, as they were added."""

    def __init__(self) -> None:
        self._kept: list[str | int] = []  # the string, or where it begins in the file
        self._file = SpooledTemporaryFile(KEPT_BYTES)  # noqa: SIM115 - it lives as long as this
        weakref.finalize(self, self._file.close)

    def add(self, text: str) -> None:
        """One more string."""
        if len(text) < LONG_FROM:
            self._kept.append(text)
            return
        self._kept.append(self._file.tell())
        data = text.encode()
        self._file.write(len(data).to_bytes(_LENGTH_BYTES, "little") + data)

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        found = self._kept[index]
        return found if isinstance(found, str) else self._read(found)

    def _read(self, begin: int) -> str:
        self._file.seek(begin)
        size = int.from_bytes(self._file.read(_LENGTH_BYTES), "little")
        return self._file.read(size).decode()


def parser_of(start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], said: list[str]) -> Any:
    """A parser of XML that tells elements by "namespace name" as they begin and end; their text goes into `said`."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = said.append
    return parser


def read_strings(source: IO[bytes]) -> Strings:
    """The strings in their order; runs of different fonts are one string, hints of pronunciation are none.

    Raises ExpatError where the XML is damaged.
    """
    strings = Strings()
    whole = ""
    is_phonetic = False
    said: list[str] = []  # the text since the last <t> began

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal whole, is_phonetic
        if name == _TEXT:
            said.clear()
        elif name == _STRING:
            whole = ""
        elif name == _PHONETIC:
            is_phonetic = True

    def end(name: str) -> None:
        nonlocal whole, is_phonetic
        if name == _TEXT and not is_phonetic:
            whole += said[0] if len(said) == 1 else "".join(said)
        elif name == _STRING:
            strings.add(whole.replace("x005F_", ""))
        elif name == _PHONETIC:
            is_phonetic = False

    parser = parser_of(start, end, said)
    while chunk := source.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return strings
