"""What the right button opens on a row: the acts of its case with their keys, and what is copied or written of it."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from app.services.cards import read_card
from app.services.views import CaseCard
from app.texts import tr
from app.ui.case.acts import offers
from app.ui.desk.keys import key_of

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


class RowMenu:
    """One window's own. The menu acts on the case whose row was under the pointer, whatever is chosen meanwhile; where
    several rows are marked, on all of them."""

    def __init__(self, window: "DeskWindow") -> None:
        self._window = window
        window.page.menu_asked.connect(self.open)

    def open(self, case_id: int, where: QPoint) -> None:
        """Open it at a point of the screen, once the case is read."""
        if self._window.page.has_many:
            menu = self._empty()
            for button in self._window.page.choice.offered():
                menu.addAction(f"{button.text()}\t{button.key()}", button.click)
            menu.popup(where)
        else:
            self._window.scope.latest("row menu", self._read_and_open(case_id, where))

    async def _read_and_open(self, case_id: int, where: QPoint) -> None:
        card = await read_card(self._window.place, case_id)
        menu = self._empty()
        self._add_acts(menu, card)
        self._add_copies(menu, card)
        menu.addSeparator()
        words = f"{tr('The table shown, to Excel…')}\t{key_of('table').words}"
        menu.addAction(words, self._window.write_table)
        menu.popup(where)

    def _empty(self) -> QMenu:
        menu = QMenu(self._window)
        menu.setObjectName("row_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _add_acts(self, menu: QMenu, card: CaseCard) -> None:
        for offer in offers(card.standing, self._window.place.actor):
            if offer.is_possible:
                button = offer.button
                do = partial(self._window.presenter.perform_on, card, str(button.act), offer.variant)
                menu.addAction(f"{button.help_words}\t{button.key_cap}", do).setObjectName(f"row_{button.code}")
        menu.addSeparator()

    def _add_copies(self, menu: QMenu, card: CaseCard) -> None:
        link = next((message.link for message in card.messages if message.link), "")
        for name, words, text in (
            ("copy_number", tr("Copy the number"), card.number),
            ("copy_link", tr("Copy the link to the source"), link),
        ):
            if text:
                menu.addAction(words, partial(QGuiApplication.clipboard().setText, text)).setObjectName(name)
