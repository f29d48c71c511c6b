"""What a register tells the page: its table, its form, and how an entry is saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from app.regulation.duties import Duty
from app.services.workplace import Workplace
from app.texts import tr
from app.ui.widgets.choice_box import Choice
from app.ui.widgets.rows_model import Column

R = TypeVar("R")
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. Kinds: text, lines, secret (typed unseen), choice (a key), flag, day, many (keys), grants
    (people's roles).

    `note` stands beneath in small words; `codes` are refusals that are said beside this field.
    """

    code: str
    label: str
    kind: str = "text"
    note: str = ""
    choices: Sequence[Choice] = ()
    placeholder: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """What can be done with a register beside adding and changing: a button above the table, or on an entry.

    `dialog` makes the dialog that asks; None where the table as a whole is written to a file.
    """

    code: str
    title: str
    of_entry: bool = False
    icon: str = ""


@dataclass(slots=True)
class Contents(Generic[R]):
    """A register as read: its rows, and what its fields choose from."""

    rows: list[R] = field(default_factory=list)
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)


class Register(Generic[R]):
    """One register. Subclasses name themselves and translate between rows and the form's values."""

    code: str
    title: str
    hint: str
    # what of the act it rests on: clocks and subjects of its [clause]
    about: tuple[str, ...] = ()
    add_words: str
    duty: Duty
    commands: tuple[Command, ...] = ()
    # columns that a narrow window has no room for, the first to go first: the form beside tells them
    spare: tuple[str, ...] = ()

    def columns(self) -> Sequence[Column[R]]:
        raise NotImplementedError

    async def read(self, place: Workplace) -> Contents[R]:
        raise NotImplementedError

    def fields(self, contents: Contents[R]) -> Sequence[Field]:
        raise NotImplementedError

    def values(self, row: R | None) -> Values:
        """What the form shows of a row; of none, what a new entry begins with."""
        raise NotImplementedError

    async def save(self, place: Workplace, row: R | None, values: Values) -> int:
        """Add, or change the row as it was seen; gives the entry's id. Raises Refused."""
        raise NotImplementedError

    def found_by(self, row: R) -> str:
        """The words that the search looks in."""
        raise NotImplementedError

    def heading(self, row: R) -> str:
        """The entry's name above its form."""
        raise NotImplementedError

    def standing(self, row: R) -> str:
        """What is worth knowing before an entry is changed: what it has in hand, how much names it."""
        return ""

    def warning(self, row: R | None, values: Values) -> str:
        """What saving these values will mean, where that is not plain."""
        return ""


def key_of(entry_id: int | None) -> str:
    """The key of an entry in a choice; "" for none."""
    return "" if entry_id is None else str(entry_id)


def id_of(key: str) -> int | None:
    """The entry chosen by its key, None for none."""
    return int(key) if key else None


def named(codes: Mapping[str, str]) -> list[Choice]:
    """Codes with their words as choices, in the table's order."""
    return [Choice(code, tr(words)) for code, words in codes.items()]


def quiet(is_active: Callable[[Any], bool]) -> Callable[[Any], str]:
    """The ink of a row: grey where the entry is switched off."""
    return lambda row: "ink" if is_active(row) else "ink_third"
