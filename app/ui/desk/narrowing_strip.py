"""What a queue is narrowed to and sorted by, above its table: each is taken off by a click or a key."""

from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.services.narrowing import NOTHING, Narrowing
from app.services.sorting import Sorting
from app.texts import tr
from app.ui import theme
from app.ui.desk.orders import order_words
from app.ui.widgets.by_enter import PlainButton
from app.ui.widgets.labels import TextLabel, set_role


class NarrowingStrip(QWidget):
    """Hidden while the whole queue is shown in its own order. Signals: changed(narrowing) when a topic or an agency is
    taken off, order_left when the order is."""

    changed = Signal(object)
    order_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("narrowing")
        self._only = NOTHING
        self.topic = self._chip("narrowed_topic")
        self.agency = self._chip("narrowed_agency")
        self.order = self._chip("sorted_by")
        self._only_word = TextLabel(tr("Only"), "small", "ink_second")
        self._order_word = TextLabel(tr("Sorted"), "small", "ink_second")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._only_word)
        row.addWidget(self.topic)
        row.addWidget(self.agency)
        row.addWidget(self._order_word)
        row.addWidget(self.order)
        row.addStretch(1)
        self.order.clicked.connect(self.order_left)
        self.topic.clicked.connect(lambda: self.changed.emit(replace(self._only, topic=None, topic_name="")))
        self.agency.clicked.connect(lambda: self.changed.emit(replace(self._only, agency=None, agency_name="")))
        set_role(self, "ground", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._fetch()
        self.hide()

    def show_narrowing(self, only: Narrowing, sorting: Sorting | None = None) -> None:
        """Say what is kept, and in which order where it is not the queue's own."""
        self._only = only
        topic, agency = f"{tr('topic')}: {only.topic_name}", f"{tr('agency')}: {only.agency_name}"
        for chip, words in ((self.topic, topic), (self.agency, agency)):
            chip.setText(words.replace("&", "&&"))
            chip.setAccessibleName(tr("{what}: show the others too", what=words))
            chip.setToolTip(tr("Show the others too"))
        if sorting is not None:
            self.order.setText(order_words(sorting))
            self.order.setAccessibleName(tr("{what}: back to the queue's own order", what=order_words(sorting)))
            self.order.setToolTip(tr("Back to the queue's own order"))
        for part in (self._order_word, self.order):
            part.setVisible(sorting is not None)
        self._only_word.setVisible(bool(only))
        self.topic.setVisible(only.topic is not None)
        self.agency.setVisible(only.agency is not None)
        self.setVisible(bool(only) or sorting is not None)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._fetch()
        super().changeEvent(event)

    def _chip(self, name: str) -> PlainButton:
        chip = PlainButton()
        chip.setObjectName(name)
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the words
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return chip

    def _fetch(self) -> None:
        for chip in (self.topic, self.agency, self.order):
            chip.setIcon(theme.current().icon("close", "ink_second"))
