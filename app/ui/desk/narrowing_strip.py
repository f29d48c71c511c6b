"""What a queue is narrowed to and sorted by, above its table: each is taken off by a click or a key."""

from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QWidget

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
        self._words: dict[PlainButton, str] = {}
        row = QHBoxLayout(self)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # names are as long as they are: they are cut
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
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
            self._words[chip] = words
            chip.setAccessibleName(tr("{what}: show the others too", what=words))
        if sorting is not None:
            self._words[self.order] = order_words(sorting)
            self.order.setAccessibleName(tr("{what}: back to the queue's own order", what=order_words(sorting)))
        for part in (self._order_word, self.order):
            part.setVisible(sorting is not None)
        self._only_word.setVisible(bool(only))
        self.topic.setVisible(only.topic is not None)
        self.agency.setVisible(only.agency is not None)
        self.setVisible(bool(only) or sorting is not None)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Write what there is room for, the longest names cut first; what is cut is told whole by the mouse."""
        shown = [chip for chip in (self.topic, self.agency, self.order) if not chip.isHidden()]
        if not shown:
            return
        around = self._around(shown)
        shares = _shares([self._metrics(chip).horizontalAdvance(self._words[chip]) for chip in shown], around)
        for chip, share in zip(shown, shares, strict=True):
            words = self._words[chip]
            cut = self._metrics(chip).elidedText(words, Qt.TextElideMode.ElideRight, share)
            chip.setText(cut.replace("&", "&&"))
            does = tr("Back to the queue's own order") if chip is self.order else tr("Show the others too")
            chip.setToolTip(does if cut == words else f"{words}\n{does}")

    def _around(self, shown: list[PlainButton]) -> int:
        """What the row has left for words, in pixels."""
        row = self.layout()
        assert row is not None
        margins = row.contentsMargins()
        marks = [word for word in (self._only_word, self._order_word) if not word.isHidden()]
        taken = margins.left() + margins.right() + row.spacing() * (len(marks) + len(shown))
        taken += sum(word.sizeHint().width() for word in marks)
        for chip in shown:
            taken += chip.sizeHint().width() - self._metrics(chip).horizontalAdvance(chip.text().replace("&&", "&"))
        return self.width() - taken

    @staticmethod
    def _metrics(chip: PlainButton) -> QFontMetrics:
        return QFontMetrics(chip.font())

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


def _shares(wanted: list[int], room: int) -> list[int]:
    """How wide each may be: as it wants where there is room, else the longest give way to the others."""
    given = dict.fromkeys(range(len(wanted)), 0)
    left = room
    for count, place in enumerate(sorted(given, key=lambda each: wanted[each])):
        given[place] = max(0, min(wanted[place], left // (len(wanted) - count)))
        left -= given[place]
    return list(given.values())
