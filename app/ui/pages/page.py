"""What every page of the desk is: a titled place with a bar for messages, that reads when it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.regulation.errors import Refused
from app.services.changes import Change
from app.services.storage import DatabaseUnavailable
from app.services.workplace import Workplace
from app.texts.refusals import explain
from app.ui import theme
from app.ui.tasks import TaskScope
from app.ui.widgets.info_bar import InfoBar, InfoKind
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.queue_view import QueueView

# In pixels at scale 1: on a larger screen the last column of a table stands where the eye still finds its row.
WIDEST = 1720
BELOW_BAR = 8


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a page is given: who works where, the owner of its background work, where typed texts are kept, and who
    checks the spelling of the fields of a widget."""

    place: Workplace
    scope: TaskScope
    drafts: Path
    proofread: Callable[[QWidget], None] = lambda _widget: None


class Page(QWidget):
    """A page builds itself once, empty; `show_now` is called whenever it is opened and `heard` on every change.

    A page that lists cases sets `beside_card`: the card pane stays at its right, and `case_chosen` fills it. While it
    lists none it may be `spread` over the pane's room. One whose acts are on a row `begins_at_first`: whoever comes to
    it by key finds the first row chosen; not where a form stands beside, which another row would fill.

    Signals: case_chosen(case id or None) shows a card beside, case_requested(case id) goes to the case's queue,
    place_requested("page:<code>" or "page:<code>#<what>") opens another page, which gets `what` to show,
    reopen_requested closes the database and opens it anew.
    """

    beside_card = False
    begins_at_first = False

    case_chosen = Signal(object)
    case_requested = Signal(int)
    place_requested = Signal(str)
    reopen_requested = Signal()

    def __init__(self, title: str, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place, self.scope = surroundings.place, surroundings.scope
        self.drafts = surroundings.drafts
        self.proofread = surroundings.proofread
        self.title = TextLabel(title, "title")
        self.note = TextLabel("", "body", "ink_second")
        self.bar = _PageBar()
        self.head = QHBoxLayout()
        self.body = QVBoxLayout()
        self._build()

    @property
    def spread(self) -> bool:
        """Whether nothing that is shown now has a card; said again with each `case_chosen`."""
        return not self.beside_card

    @property
    def widest(self) -> int | None:
        """Beyond how many pixels the page grows no more; beside a card it takes the room there is."""
        return theme.current().px(WIDEST) if self.spread else None

    def show_now(self) -> None:
        """Start reading what the page shows; the newest reading wins."""
        self.scope.latest(f"page {self.objectName()}", self._read_saying())

    def show_part(self, what: str) -> None:
        """Show `what` of the page, as another page asked by `place_requested`; it is read afterwards."""

    def heard(self, change: Change) -> None:
        """Something changed while the page is open: by default it is read again."""
        self.show_now()

    def tick(self, now: datetime) -> None:
        """Bring what shows time to `now`."""

    def back(self) -> bool:
        """Escape was pressed in the window: go back from what stands before the page's rows. Gives whether there was
        anything; by default there is not.
        """
        return False

    def start_with(self, what: str) -> None:
        """Begin with one of the page's own works, where it was opened for that."""

    def take_keyboard(self) -> None:
        """The keyboard comes here from another place: to the rows, never to a button that Space would press."""
        if (rows := self.findChild(QueueView)) is not None and rows.isVisible():
            rows.take_keyboard() if self.begins_at_first else rows.setFocus()

    def take_room(self, width: int) -> None:
        """So many pixels are there from left to right: parts that stand side by side may stand one below another."""

    def is_edited(self) -> bool:
        """Whether something that a person typed here is neither saved nor taken back, and would go with the page."""
        return False

    def hide_now(self) -> None:
        """The page is left; `isVisible` is false from now on."""

    async def read(self) -> None:
        """Read and show; what it raises of rules and of the database is said in the page's bar."""
        raise NotImplementedError

    def do(self, name: str, work: Any) -> None:
        """Carry out a wish of the person (a coroutine), then read anew; a refusal is said in the bar."""
        self.scope.start(name, self._do_saying(work))

    async def _read_saying(self) -> None:
        await self._saying(self.read())

    async def _do_saying(self, work: Any) -> None:
        if await self._saying(work):
            self.show_now()

    async def _saying(self, work: Any) -> bool:
        try:
            await work
        except Refused as error:
            self.bar.show_message(InfoKind.WARNING, explain(error.refusal, self.place.rules().agency.zone))
        except DatabaseUnavailable as error:
            self.bar.show_message(InfoKind.ERROR, explain(error.refusal))
        else:
            return True
        return False

    def _build(self) -> None:
        self.title.setObjectName("page_title")
        self.head.setContentsMargins(14, 8, 14, 8)
        self.head.setSpacing(8)
        self.head.addWidget(self.title)
        self.head.addWidget(self.note, 1)
        self.body.setContentsMargins(14, 0, 14, 14)
        self.body.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.head)
        column.addWidget(self.bar)
        column.addWidget(self.bar.gap)
        column.addLayout(self.body, 1)


class _PageBar(InfoBar):
    """With the room that keeps it off what stands beneath."""

    def __init__(self) -> None:
        self.gap = QWidget()
        super().__init__()
        self.gap.setFixedHeight(BELOW_BAR)
        self.gap.hide()

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        self.gap.setVisible(visible and self.gap.parent() is not None)
