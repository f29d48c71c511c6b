"""Every key of the desk in one table: the window makes its shortcuts from it, and F1 lists it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.texts import mark, tr
from app.ui.widgets.shortcuts import shortcut

EVERYWHERE = mark("Everywhere")
QUEUE = mark("In a queue")
STREAM = mark("In the stream")
DIALOG = mark("In the window of an act")
CARD = mark("On the card")
SEARCH = mark("In the search field")

CONTEXTS = (EVERYWHERE, QUEUE, STREAM, DIALOG, CARD, SEARCH)


@dataclass(frozen=True, slots=True)
class Key:
    """A key and what it does. `sequences` are Qt's; the first is shown. A key without a `code` is Qt's or a
    widget's own and only listed; one without a `title` is told where it is offered, in the menu and the palette.
    `shown` replaces what a sequence would read like, as it stands on a keyboard; `said` does so in words."""

    context: str
    title: str
    sequences: tuple[str, ...] = ()
    code: str = ""
    shown: str = ""
    said: str = ""

    @property
    def words(self) -> str:
        """The key as people read it."""
        native = QKeySequence.SequenceFormat.NativeText
        if self.said:
            return tr(self.said)
        return self.shown or QKeySequence(self.sequences[0]).toString(native)


KEYS: tuple[Key, ...] = (
    Key(EVERYWHERE, mark("what to do or where to go: any act, queue, page, agency, case"), ("Ctrl+K",), "palette"),
    Key(EVERYWHERE, mark("search, or open a card by its link"), ("Ctrl+F",), "search"),
    Key(EVERYWHERE, mark("only a topic or an agency of the queue"), ("F3",), "narrow"),
    Key(EVERYWHERE, mark("kept filters, columns of the queue"), ("Ctrl+Shift+F",), "filters"),
    Key(EVERYWHERE, mark("enter a message by hand"), ("Ctrl+N",), "enter"),
    Key(EVERYWHERE, mark("enter what a caller or a visitor says"), ("Ctrl+Shift+N",), "enter_call"),
    Key(EVERYWHERE, mark("paste a link or a text: its card, or a new message"), ("Ctrl+V",), "paste"),
    Key(EVERYWHERE, mark("take in messages from a file"), ("Ctrl+I",), "import"),
    Key(EVERYWHERE, mark("report of the day"), ("Ctrl+E",), "report"),
    Key(EVERYWHERE, mark("the table shown, to Excel"), ("Ctrl+Shift+E",), "table"),
    Key(EVERYWHERE, mark("the first nine queues"), shown="Ctrl+1…9"),
    Key(EVERYWHERE, mark("the overdue ones"), ("Ctrl+0",), "overdue"),
    Key(EVERYWHERE, mark("read everything anew"), ("F5", "Ctrl+R"), "reload"),
    Key(EVERYWHERE, mark("take back what was done a moment ago"), ("Ctrl+Z",), "undo"),
    Key(EVERYWHERE, mark("go on to the next pane"), ("F6",), "next_pane"),
    Key(EVERYWHERE, mark("my nearest deadlines above other programs"), ("F8",), "strip"),
    Key(EVERYWHERE, mark("light or dark"), ("F9",), "theme"),
    Key(EVERYWHERE, mark("larger type"), ("Ctrl++", "Ctrl+="), "type_larger"),
    Key(EVERYWHERE, mark("smaller type"), ("Ctrl+-",), "type_smaller", "Ctrl+−"),
    Key(EVERYWHERE, "", ("Ctrl+Alt+0",), "type_usual"),
    Key(EVERYWHERE, mark("these keys"), ("F1",), "keys"),
    Key(EVERYWHERE, mark("help about what is shown, and the text of the act"), ("Shift+F1",), "help"),
    Key(EVERYWHERE, mark("leave the desk"), ("Ctrl+Q",), "quit"),
    Key(QUEUE, mark("another message"), shown="↑ ↓"),
    Key(QUEUE, mark("the most urgent one, the last one"), shown="Home, End"),
    Key(QUEUE, mark("the first act of the card"), shown="Enter"),
    Key(QUEUE, mark("the acts of a row, as the right button opens them"), said=mark("Menu key")),
    Key(QUEUE, mark("mark several, all: Enter sends them together"), shown="Shift+↑↓, Ctrl+A"),
    Key(QUEUE, mark("back to the queue"), ("Esc",), "back"),
    Key(STREAM, mark("detected: needs reaction, into the inbox"), ("Space", "В", "D"), "detect", said=mark("Space, D")),
    Key(STREAM, mark("no reaction needed"), ("Delete",), "dismiss"),
    Key(DIALOG, mark("save what was decided"), shown="Ctrl+Enter"),
    Key(DIALOG, mark("help about this window"), shown="F1"),
    Key(DIALOG, mark("leave it as it was"), shown="Esc"),
    Key(SEARCH, mark("search in all queues"), shown="Enter"),
    Key(SEARCH, mark("to the rows found"), ("Down",), "found", "↓"),
    Key(SEARCH, mark("empty the field, back to the queue"), shown="Esc"),
)
# Keys of who takes in messages, and of nobody else.
TAKING_IN = ("enter", "enter_call", "import")
_RUSSIAN = dict(zip("QWERTYUIOPASDFGHJKLZXCVBNM", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", strict=True))
QUEUE_DIGITS = tuple(f"Ctrl+{digit}" for digit in range(1, 10))


def key_of(code: str) -> Key:
    """The key of a code. Raises KeyError for one that the table does not have."""
    found = next((key for key in KEYS if key.code == code), None)
    if found is None:
        raise KeyError(code)
    return found


def bind(window: QWidget, code: str, act: Callable[[], None], owner: QWidget | None = None) -> list[QShortcut]:
    """Make the shortcuts of a key: valid in the whole window, or only while `owner` or its children have the focus.

    Raises KeyError for a code that the table does not have.
    """
    local = owner is not None
    found = (shortcut(owner or window, each, act, local=local, repeats=not local) for each in key_of(code).sequences)
    return [made for each in found for made in each]


def same_key(key: str) -> tuple[str, ...]:
    """The sequences of a letter's key on the Latin and on the Russian layout."""
    return (key, _RUSSIAN[key]) if key in _RUSSIAN else (key,)
