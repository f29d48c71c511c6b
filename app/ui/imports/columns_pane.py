"""Choosing what the columns of a table mean: each of our fields beside a column of the file and what stands in it."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.services.intake.columns import REGION_ZONE, ColumnMapping, guess, normal_header
from app.services.intake.mappings import mapping_refusal
from app.services.intake.previewing import FileLook, SheetLook
from app.texts import tr
from app.texts.imports import FIELDS, field_name, zone_words
from app.texts.refusals import explain
from app.ui import theme
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.labels import ElidedLabel, SectionLabel, TextLabel
from app.ui.widgets.tips import in_lines

Index = QModelIndex | QPersistentModelIndex

SAMPLES_ROLE = int(Qt.ItemDataRole.UserRole) + 1
MIME = "application/x-cur-desk-column"
ZONES = ("", REGION_ZONE, "Europe/Moscow")
LIST_WIDTH = 300
SAMPLE_LENGTH = 60


class ColumnBox(ComboBox):
    """A column of the file, chosen from the list or dropped here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setMaxVisibleItems(24)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(18)

    def column(self) -> str:
        """The chosen column's name, "" for none."""
        return self.currentData() or ""

    def set_column(self, name: str) -> None:
        self.setCurrentIndex(max(0, self.findData(name)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.set_column(bytes(event.mimeData().data(MIME).data()).decode())
        event.acceptProposedAction()

    def wheelEvent(self, event: object) -> None:
        """The wheel scrolls the page: it must not change a column in passing."""
        event.ignore()  # type: ignore[attr-defined]


class _ColumnDelegate(QStyledItemDelegate):
    """The name of a column, and beneath it, small, what stands in it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        heights = (QFontMetrics(theme.current().font(font)).height() for font in ("body", "small"))
        return QSize(0, sum(heights) + 10)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        now = theme.current()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, now.color("selection"))
        place = option.rect.adjusted(8, 4, -8, -4)
        for font, ink, role, flag in (
            ("body", "ink", Qt.ItemDataRole.UserRole, Qt.AlignmentFlag.AlignTop),
            ("small", "ink_third", SAMPLES_ROLE, Qt.AlignmentFlag.AlignBottom),
        ):
            painter.setFont(now.font(font))
            painter.setPen(now.color(ink))
            words = painter.fontMetrics().elidedText(index.data(role), Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, int(flag), words)
        painter.restore()


class ColumnList(QListWidget):
    """The columns of the file with what stands in them, to be dragged onto a field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setItemDelegate(_ColumnDelegate(self))

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        data = QMimeData()
        if items:
            data.setData(MIME, items[0].data(Qt.ItemDataRole.UserRole).encode())
        return data


class ColumnsPane(QWidget):
    """Signals: saved (decision() is fit), left, forgotten (understand the columns by their names again)."""

    saved = Signal()
    left = Signal()
    forgotten = Signal()

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet_box, self.header_box, self.zone_box = ComboBox(), ComboBox(), ComboBox()
        self.list = ColumnList()
        self.boxes = {code: ColumnBox() for code in FIELDS}
        self.samples = {code: ElidedLabel("", "small", "ink_third") for code in FIELDS}
        self.error = TextLabel("", "body", "late", wrap=True)
        self.forget = KeyButton(tr("By their names again"))
        self.cancel = KeyButton(tr("Cancel"), "Esc")
        self.ok = KeyButton(tr("Remember and look"), "Ctrl+Enter", ButtonKind.PRIMARY)
        self._look: FileLook | None = None
        self._build()
        self._connect()

    def show_file(self, look: FileLook) -> None:
        """The sheets of a file; the first with a header is shown."""
        self._look = look
        self.sheet_box.blockSignals(True)
        self.sheet_box.clear()
        for number, sheet in enumerate(look.sheets):
            self.sheet_box.addItem(sheet.name or tr("the only sheet"), number)
        first = next((n for n, sheet in enumerate(look.sheets) if sheet.header is not None), _fullest(look))
        self.sheet_box.setCurrentIndex(first)
        self.sheet_box.setVisible(len(look.sheets) > 1)
        self.sheet_box.blockSignals(False)
        self._show_sheet()

    def focus_first(self) -> None:
        """Give the keyboard to the first field."""
        self.boxes["text"].setFocus()

    def sheet(self) -> SheetLook:
        assert self._look is not None, "shown with a file"
        return self._look.sheets[self.sheet_box.currentIndex()]

    def header(self) -> int:
        """The index of the header among the sheet's first rows."""
        return int(self.header_box.currentData() or 0)

    def decision(self) -> ColumnMapping:
        chosen = {code: normal_header(box.column()) for code, box in self.boxes.items() if box.column()}
        return ColumnMapping(chosen, self.zone_box.currentData() or "")

    def press_ok(self) -> None:
        """Save, or say what is missing."""
        refused = mapping_refusal(self.decision())
        self.show_error(explain(refused.refusal) if refused else "")
        if refused is None:
            self.saved.emit()

    def show_error(self, words: str) -> None:
        self.error.show_text(words)
        self.error.setVisible(bool(words))

    def _show_sheet(self) -> None:
        sheet = self.sheet()
        self.header_box.blockSignals(True)
        self.header_box.clear()
        for index, (number, record) in enumerate(sheet.records):
            filled = [value for value in record if value.strip()]
            if filled:
                words = ", ".join(filled)[:SAMPLE_LENGTH]
                self.header_box.addItem(tr("row {n}: {words}", n=number, words=words), index)
        guess = sheet.header if sheet.header is not None else _likely_header(sheet)
        self.header_box.setCurrentIndex(max(0, self.header_box.findData(guess)))
        self.header_box.blockSignals(False)
        zone = sheet.zone if sheet.is_mapped and sheet.zone in ZONES else ""
        self.zone_box.setCurrentIndex(max(0, self.zone_box.findData(zone)))
        self.forget.setVisible(sheet.is_mapped)
        self._show_header()

    def _show_header(self) -> None:
        sheet, header = self.sheet(), self.header()
        names = sheet.names(header)
        fields = sheet.fields if header == sheet.header else guess(names)
        self.list.clear()
        for number, name in enumerate(names):
            if name:
                samples = " · ".join(sheet.samples(number, header))
                item = QListWidgetItem(name)
                item.setData(Qt.ItemDataRole.UserRole, name)
                item.setData(SAMPLES_ROLE, samples or "—")
                item.setToolTip(in_lines(f"{name}\n{samples}"))
                self.list.addItem(item)
        for code, box in self.boxes.items():
            box.blockSignals(True)
            box.clear()
            box.addItem(tr("— not in the file —"), "")
            for name in filter(None, names):
                box.addItem(name, name)
            box.set_column(fields.get(code, ""))
            box.blockSignals(False)
        if "fact" in fields and "text" not in fields:
            self.boxes["text"].set_column(fields["fact"])
        self._show_samples()

    def _show_samples(self) -> None:
        sheet, header = self.sheet(), self.header()
        names = sheet.names(header)
        for code, box in self.boxes.items():
            column = names.index(box.column()) if box.column() in names else None
            values = sheet.samples(column, header) if column is not None else []
            self.samples[code].setText(" · ".join(values)[: 2 * SAMPLE_LENGTH])
        self.show_error("")

    def _take(self, index: QModelIndex) -> None:
        """A double click or Enter on a column gives it to the first field that has none, the text first."""
        name = str(index.data(Qt.ItemDataRole.UserRole))
        box = next((box for box in self.boxes.values() if not box.column()), None)
        if box is not None and all(other.column() != name for other in self.boxes.values()):
            box.set_column(name)

    def _connect(self) -> None:
        self.sheet_box.currentIndexChanged.connect(lambda _: self._show_sheet())
        self.header_box.currentIndexChanged.connect(lambda _: self._show_header())
        for box in self.boxes.values():
            box.currentIndexChanged.connect(lambda _: self._show_samples())
        self.list.activated.connect(self._take)
        self.ok.clicked.connect(self.press_ok)
        self.cancel.clicked.connect(self.left)
        self.forget.clicked.connect(self.forgotten)

    def _build(self) -> None:
        names = {"map_sheet": self.sheet_box, "map_header": self.header_box, "map_zone": self.zone_box,
                 "map_columns": self.list, "map_error": self.error, "map_forget": self.forget,
                 "map_cancel": self.cancel, "map_ok": self.ok}  # fmt: skip
        for name, part in names.items():
            part.setObjectName(name)
        self.list.setAccessibleName(tr("Columns of the file"))
        self.header_box.setAccessibleName(tr("Header"))
        self.header_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for zone in ZONES:
            words = tr("time as this kind of file has it") if not zone else zone_words(zone)
            self.zone_box.addItem(words, zone)
        self.zone_box.setAccessibleName(tr("Times without a zone"))
        self.error.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        told = tr("Choose a column for each field you need, or drag it there. It is remembered for every desk.")
        box.addWidget(TextLabel(told, "body", "ink_second", wrap=True))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.sheet_box)
        line.addWidget(self.header_box, 1)
        line.addWidget(self.zone_box)
        box.addLayout(line)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._build_list())
        split.addWidget(self._build_fields())
        split.setStretchFactor(1, 1)
        split.setSizes([LIST_WIDTH, 3 * LIST_WIDTH])
        box.addWidget(split, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.error, 1)
        foot.addStretch(0)
        for part in (self.forget, self.cancel, self.ok):
            foot.addWidget(part)
        box.addLayout(foot)

    def _build_list(self) -> QWidget:
        side = QWidget()
        box = QVBoxLayout(side)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(SectionLabel(tr("Columns of the file")))
        box.addWidget(self.list, 1)
        return side

    def _build_fields(self) -> QWidget:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(14, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for number, (code, box) in enumerate(self.boxes.items()):
            words = field_name(code)
            label = TextLabel(f"{words} *" if code == "text" else words)
            label.setBuddy(box)
            box.setAccessibleName(words)
            box.setObjectName(f"field_{code}")
            self.samples[code].setObjectName(f"sample_{code}")
            grid.addWidget(label, number, 0)
            grid.addWidget(box, number, 1)
            grid.addWidget(self.samples[code], number, 2)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(len(self.boxes), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        return area


def _likely_header(sheet: SheetLook) -> int:
    """The first of the rows with the most names: what stands under a header is seldom all filled."""
    filled = [sum(bool(value.strip()) for value in record) for _, record in sheet.records]
    return filled.index(max(filled)) if filled else 0


def _fullest(look: FileLook) -> int:
    sizes = [sum(len(record) for _, record in sheet.records) for sheet in look.sheets]
    return sizes.index(max(sizes)) if sizes else 0
