"""How many messages of a person's own file the words of п. 20 mark: read through, they tell how many are false."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.regulation.errors import Refused
from app.services.past_rows import read_rows
from app.services.screening import Flag, screen
from app.services.suggesting.trial import Share

TEXTS = ("text", "Текст", "Текст сообщения", "Сообщение", "message")


@dataclass(frozen=True, slots=True)
class Marked:
    """A message with marks; `row` is its line's number among the records of the file, the header being 1."""

    row: int
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class ScreenTrial:
    """The share of messages that are marked, and each of them."""

    share: Share
    marked: Sequence[Marked]

    def by_label(self) -> Counter[str]:
        """How many messages have marks of each label; one may have several."""
        return Counter(label for one in self.marked for label in sorted({str(flag.label) for flag in one.flags}))


def run_trial(path: Path) -> ScreenTrial:
    """Screen every text of a CSV file (.gz too). Raises Refused: file_missing, file_not_text, file_unreadable,
    column_missing."""
    messages, marked = 0, []
    for number, row in enumerate(read_rows(path), start=2):
        column = next((name for name in TEXTS if name in row), None)
        if column is None:
            raise Refused("column_missing", path=str(path), column="text")
        if not (text := row[column] or "").strip():
            continue
        messages += 1
        if flags := screen(text):
            marked.append(Marked(number, flags))
    return ScreenTrial(Share(len(marked), messages), marked)
