"""The places at the left: the desk's queues with live counts, one queue for each agency, the pages."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.regulation.permission import Actor
from app.regulation.workflow import Role
from app.services.views import QueueCounts
from app.texts import tr, trn
from app.ui.desk.places import PREFIX
from app.ui.desk.wording import queue_title
from app.ui.pages.registry import PageKind
from app.ui.widgets.nav_list import NavItem, NavList, NavSection

SHOWN_AGENCIES = 8
MORE = "more_agencies"
NO_COUNTS = QueueCounts({}, ())


def first_place(actor: Actor) -> str:
    """Where a day begins: at one's own work; who watches, at what is overdue; who keeps the registers, at these."""
    if Role.CURATOR in actor.roles:
        return "inbox"
    if actor.roles & {Role.SUPERVISOR, Role.ORGANISER}:
        return "overdue"
    return f"{PREFIX}registers" if Role.ADMINISTRATOR in actor.roles else "executors"


class Navigation(QWidget):
    """The desk's queues, the agencies' ones, and the pages.

    Agencies stand busiest first as of the last `show_counts(anew=True)`: a list that jumped about under the mouse
    would send a curator to the wrong agency.

    Signals: queue_chosen(code), page_chosen(key), place_shown(key) of either, also when it was not chosen here.
    """

    queue_chosen = Signal(str)
    page_chosen = Signal(str)
    place_shown = Signal(str)

    def __init__(
        self, queues: tuple[str, ...], pages: tuple[PageKind, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        self._queues, self._pages = queues, pages
        self._order: list[int] = []
        self._counts = NO_COUNTS
        self._is_whole = False
        self.list = NavList()
        self.list.setObjectName("queues")
        self.list.setAccessibleName(tr("Queues"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.list.item_chosen.connect(self._chosen)
        self._chosen_queue = ""

    @property
    def queues(self) -> tuple[str, ...]:
        """The desk's own queues, in the order of their keys Ctrl+1…9."""
        return self._queues

    @property
    def pages(self) -> tuple[PageKind, ...]:
        """The pages of this person, in their order."""
        return self._pages

    @property
    def counts(self) -> QueueCounts:
        """The counts shown."""
        return self._counts

    def title(self, queue: str) -> str:
        """The name of any queue, as this person calls it."""
        return queue_title(queue, self._counts, is_own="inbox" not in self._queues)

    def show_counts(self, counts: QueueCounts, *, anew: bool = False) -> None:
        """Bring the counts up to date; `anew` also puts the agencies in order again."""
        here = [number for number, *_ in counts.agencies]
        if anew:
            self._order = here
        self._order += [number for number in here if number not in self._order]
        self._counts = counts
        self._show()

    def choose(self, queue: str) -> None:
        """Mark a place as the one shown, without `queue_chosen`; an agency's is unfolded where it is folded."""
        self._chosen_queue = queue
        self.place_shown.emit(queue)
        if queue.startswith("agency:") and not self._is_whole:
            self._show()
        self.list.choose_none()  # what was found in all queues stands in none of them
        self.list.choose(queue)

    def _show(self) -> None:
        sections = [NavSection(tr("Desk"), [self._item(queue) for queue in self._queues])]
        if self._pages:
            sections.append(NavSection(tr("Overview"), [self._page_item(kind) for kind in self._pages]))
        if agencies := self._agency_items():  # last: their number differs, and places must not move about
            sections.append(NavSection(tr("Agencies' queues"), agencies))
        self.list.show_sections(sections)
        self.list.choose(self._chosen_queue)

    def _item(self, queue: str) -> NavItem:
        count = self._counts.queues.get(queue, 0)
        return NavItem(queue, self.title(queue), count, alarming=queue == "overdue" and count > 0)

    def _page_item(self, kind: PageKind) -> NavItem:
        return NavItem(f"{PREFIX}{kind.code}", tr(kind.title), self._counts.pages.get(kind.code, 0))

    def _agency_items(self) -> list[NavItem]:
        counts = {number: (name, count) for number, name, count, _ in self._counts.agencies}
        known = [number for number in self._order if number in counts]
        items = [NavItem(f"agency:{number}", *counts[number]) for number in known]
        shown = [
            item for position, item in enumerate(items)
            if self._is_whole or position < SHOWN_AGENCIES or item.key == self._chosen_queue
        ]  # fmt: skip
        if hidden := len(items) - len(shown):
            shown.append(NavItem(MORE, trn("{n} more agency", "{n} more agencies", hidden), muted=True))
        elif self._is_whole and len(items) > SHOWN_AGENCIES:
            shown.append(NavItem(MORE, tr("only the busiest"), muted=True))
        return [replace(item, muted=item.key == MORE) for item in shown]

    def _chosen(self, key: str) -> None:
        if key != MORE:
            self._chosen_queue = key
            is_page = key.startswith(PREFIX)
            (self.page_chosen if is_page else self.queue_chosen).emit(key)
            return
        self._is_whole = not self._is_whole
        self._show()
