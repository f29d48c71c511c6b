"""What the window shows, written to a workbook: the queue, a page's table, the history of the card."""

from typing import TYPE_CHECKING

from app.services.reports.tables import TableData, history_table, read_queue
from app.texts import tr
from app.ui.desk import files
from app.ui.pages.page import Page
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.queue_view import QueueView

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


def write_shown(window: "DeskWindow") -> None:
    """The queue with its filter, all its pages; on a page the table that has the focus, else its largest one."""
    page = window.places.page
    if page is None:
        presenter = window.presenter
        title = window.navigation.title(presenter.queue)
        chosen = presenter.selection
        _start(
            window, title, lambda names: read_queue(window.place, chosen, title, with_authors=names), is_of_authors=True
        )
        return
    view = _table_of(page)
    if view is None:
        page.bar.show_message(InfoKind.INFO, tr("There is no table on this page."))
        return
    zone = window.place.rules().agency.zone.key
    title = f"{page.title.text()} — {view.accessibleName()}" if view.accessibleName() else page.title.text()

    async def read(_names: bool) -> TableData:
        return files.shown_table(view, title, zone)

    _start(window, title, read)


def write_history(window: "DeskWindow") -> None:
    """The history of the card shown; without one nothing happens but a word."""
    card = window.panel.card()
    if card is None:
        window.page.bar.show_message(InfoKind.INFO, tr("Choose a case first."))
        return
    data = history_table(card, window.place.rules().agency.zone)

    async def read(_names: bool) -> TableData:
        return data

    _start(window, data.title, read)


def _start(window: "DeskWindow", title: str, read: files.ReadTable, *, is_of_authors: bool = False) -> None:
    write = files.write_table(window, window.place, window.scope, title, read, is_of_authors=is_of_authors)
    window.scope.start("file", write)


def _table_of(page: Page) -> QueueView | None:
    views = [view for view in page.findChildren(QueueView) if view.isVisible()]
    focused = [view for view in views if view.hasFocus()]
    return next(iter(focused or sorted(views, key=lambda view: -view.width() * view.height())), None)
