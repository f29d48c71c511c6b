"""F1: every key of the desk, by where it works."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.regulation.duties import Duty, duty_refusal
from app.regulation.permission import Actor
from app.texts import mark, tr
from app.ui import theme
from app.ui.case.acts import keys_help
from app.ui.desk.keys import CARD, CONTEXTS, DIALOG, EVERYWHERE, KEYS, QUEUE, SEARCH, STREAM, TAKING_IN
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import TextLabel

# Three columns beside each other on a screen of 1366 pixels, with the desk still seen around them.
WIDTH = 1300
PAGE = mark("On this page")


class KeysPage(QDialog):
    """Read from the table that makes the shortcuts, so that it cannot tell of a key that does nothing.

    Signals: help_requested().
    """

    help_requested = Signal()

    def __init__(self, actor: Actor, parent: QWidget | None = None, own: Sequence[tuple[str, str]] = ()) -> None:
        """`own` are (key, what it does) of the page shown, where one is."""
        super().__init__(parent)
        self.setObjectName("keys_page")
        self.setWindowTitle(tr("Keys"))
        columns = QHBoxLayout()
        columns.setSpacing(28)
        stretches = (4, 3, 4)
        rows = key_rows(actor)
        rows[PAGE] = list(own)
        shown = ((EVERYWHERE,), (PAGE, QUEUE, SEARCH, STREAM, DIALOG), (CARD,))
        for contexts, stretch in zip(shown, stretches, strict=True):
            told = [(context, rows[context]) for context in contexts if rows[context]]
            columns.addLayout(self._column(told), stretch)
        close = KeyButton(tr("Close"), "Esc")
        close.clicked.connect(self.accept)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.setSpacing(12)
        outer.addLayout(columns)
        help_button = KeyButton(tr("Help and the text of the act"), "Shift+F1")
        help_button.setObjectName("help_of_keys")
        help_button.clicked.connect(self.accept)
        help_button.clicked.connect(lambda: self.help_requested.emit())
        foot = QHBoxLayout()
        foot.addWidget(help_button)
        foot.addStretch(1)
        foot.addWidget(close)
        outer.addLayout(foot)
        width = theme.current().px(WIDTH)
        self.resize(width, outer.totalHeightForWidth(width))

    def _column(self, groups: list[tuple[str, list[tuple[str, str]]]]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        for context, rows in groups:
            column.addWidget(TextLabel(tr(context), "strong"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(14)
            grid.setVerticalSpacing(3)
            for number, (key, title) in enumerate(rows):
                cap = QLabel(key)
                cap.setProperty("pill", "plain")
                cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
                grid.addWidget(cap, number, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(TextLabel(title, wrap=True), number, 1)
            grid.setColumnStretch(1, 1)
            column.addLayout(grid)
            column.addSpacing(10)
        column.addStretch(1)
        return column


def keys_of(page: QWidget) -> list[tuple[str, str]]:
    """(key, what it does) of the buttons of a page that are seen."""
    seen = (button for button in page.findChildren(KeyButton) if button.key() and button.isVisible())
    return [(button.key(), button.text()[:1].lower() + button.text()[1:]) for button in seen]


def key_rows(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """(key, what it does) by context, of what this person may do; the card's acts among them."""
    rows: dict[str, list[tuple[str, str]]] = {context: [] for context in CONTEXTS}
    takes_in = duty_refusal(Duty.IMPORT, actor) is None
    for key in filter(lambda key: key.title, KEYS):
        if takes_in or not (key.context == STREAM or key.code in TAKING_IN):
            rows[key.context].append((key.words, tr(key.title)))
    by_key: dict[str, list[str]] = {}
    for shown, act in keys_help(actor):
        by_key.setdefault(shown, []).append(act[:1].lower() + act[1:])
    rows[CARD] += [(shown, " / ".join(acts)) for shown, acts in by_key.items() if shown != "Enter"]
    return rows
