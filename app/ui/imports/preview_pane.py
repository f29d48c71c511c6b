"""The look at a file before it is taken in, the taking in with its progress, and what came of it."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QProgressBar, QToolButton, QVBoxLayout, QWidget

from app.services.intake.importing import ImportReport
from app.services.intake.previewing import FileLook, PreviewRow, SheetLook
from app.texts import mark, tr
from app.texts.files import size_words
from app.texts.import_report import report_head
from app.texts.imports import export_name, field_name, refusal_words, repairs_words, row_words, zone_words
from app.texts.moments import full_moment
from app.texts.networks import network_name
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.labels import TextLabel, set_role
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

FILTERS = {
    "": mark("All: {n}"),
    "mended": mark("Mended: {n}"),
    "known": mark("Known already: {n}"),
    "refused": mark("Not taken in: {n}"),
}
_PILLS = {"clean": "plain", "mended": "accent", "known": "plain", "refused": "late"}


class PreviewPane(QWidget):
    """Signals: taken (take it in), stop_requested (while it runs), columns_requested, left."""

    taken = Signal()
    stop_requested = Signal()
    columns_requested = Signal()
    left = Signal()

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self.name, self.facts = TextLabel("", "title"), TextLabel("", "body", "ink_second", wrap=True)
        self.columns_told = TextLabel("", "small", "ink_third", wrap=True)
        self.filters = {code: QToolButton() for code in FILTERS}
        self.rows: RowsModel[PreviewRow] = RowsModel(self._columns(), lambda row: row.id)
        self.view = QueueView(self.rows)
        self.as_detected = QCheckBox(tr("Rows that say when they were detected go straight to the inbox"))
        self.progress, self.told = QProgressBar(), TextLabel("", "body", "ink_second", wrap=True)
        self.columns_button = KeyButton(tr("Columns…"), "Ctrl+M")
        self.cancel = KeyButton(tr("Cancel"), "Esc")
        self.ok = KeyButton(tr("Take in"), "Ctrl+Enter", ButtonKind.PRIMARY)
        self._kept: list[PreviewRow] = []
        self._fields: dict[str, dict[str, str]] = {}
        self._filter = ""
        self._total = 0
        self._busy = False
        self._build()
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Whether a file is being taken in."""
        return self._busy

    def show_file(self, name: str, look: FileLook, before: str) -> None:
        """The file as it was understood; `before` tells of an import of the very same file, or is empty."""
        self._kept, self._total, self._filter = [], 0, ""
        sheets = [sheet for sheet in look.sheets if sheet.header is not None]
        self._fields = {sheet.name: sheet.fields for sheet in sheets}
        self.name.show_text(name)
        self.facts.show_text(" · ".join([size_words(look.size_bytes), *map(_sheet_words, sheets)]))
        self.columns_told.show_text("\n".join(filter(None, [*map(_understood, sheets), before])))
        self.as_detected.setVisible(any("detected_at" in sheet.fields for sheet in sheets))
        self.rows.show([])
        self.set_busy(False)
        self.show_counts(0, 0, 0, [], is_whole=False)

    def show_counts(
        self, read: int, mended: int, refused: int, rows: Sequence[PreviewRow], *, is_whole: bool
    ) -> None:
        """How far the look has come; `rows` are those kept since the last time."""
        self._kept += rows
        self._total = read if is_whole else 0
        known = sum(row.state == "known" for row in self._kept)
        counts = {"": read, "mended": mended, "known": known, "refused": refused}
        for code, button in self.filters.items():
            button.setText(tr(FILTERS[code], n=f"{counts[code]:,}".replace(",", "\u00a0")))
            button.setVisible(not code or counts[code] > 0)
            button.setChecked(code == self._filter)
        self._show_rows()
        if not self._busy:
            self.told.show_text("" if is_whole else tr("Being read: {n}", n=read))
            self.progress.setRange(0, 0 if not is_whole else 1)
            self.progress.setVisible(not is_whole)
        if is_whole and read == refused:
            self.ok.refuse(tr("There is nothing to take in: no row is fit for it."))
        elif not self._busy:
            self.ok.allow()

    def show_progress(self, report: ImportReport) -> None:
        """How far the taking in has come."""
        self.told.show_text(report_head(report))
        self.progress.setRange(0, self._total)
        self.progress.setValue(min(report.read, self._total))

    def set_busy(self, busy: bool) -> None:
        """While it runs there is only one thing to do: to stop it."""
        self._busy = busy
        self.progress.setVisible(busy)
        self.cancel.setText(tr("Stop") if busy else tr("Cancel"))
        for part in (self.as_detected, self.columns_button):
            part.setEnabled(not busy)
        if busy:
            self.ok.refuse(tr("It is being taken in…"))
        else:
            self.ok.allow()

    def shown(self) -> list[PreviewRow]:
        """The rows that the filter leaves."""
        return [row for row in self._kept if not self._filter or row.state == self._filter]

    def _show_rows(self) -> None:
        # Those to look at come first: what is refused, what was mended.
        order = {"refused": 0, "mended": 1, "known": 3, "clean": 2}
        self.rows.show(sorted(self.shown(), key=lambda row: (order[row.state], row.sheet, row.number)))

    def _choose_filter(self, code: str) -> None:
        self._filter = code
        self._show_rows()

    def _leave(self) -> None:
        (self.stop_requested if self._busy else self.left).emit()

    def _connect(self) -> None:
        self.ok.clicked.connect(self.taken)
        self.cancel.clicked.connect(self._leave)
        self.columns_button.clicked.connect(self.columns_requested)
        for code, button in self.filters.items():
            button.clicked.connect(lambda _=False, code=code: self._choose_filter(code))

    def _build(self) -> None:
        names = {"preview_name": self.name, "preview_facts": self.facts, "preview_rows": self.view,
                 "as_detected": self.as_detected, "preview_told": self.told, "columns": self.columns_button,
                 "preview_cancel": self.cancel, "take_in": self.ok}  # fmt: skip
        for name, part in names.items():
            part.setObjectName(name)
        self.view.setAccessibleName(tr("Rows of the file"))
        self.view.set_empty_text(tr("No rows of this kind."))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        for part in (self.name, self.facts, self.columns_told):
            box.addWidget(part)
        box.addLayout(self._build_filters())
        box.addWidget(self.view, 1)
        box.addWidget(self.progress)
        box.addWidget(self.as_detected)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.told, 1)
        for part in (self.columns_button, self.cancel, self.ok):
            foot.addWidget(part)
        box.addLayout(foot)

    def _build_filters(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        group = QButtonGroup(self)
        for code, button in self.filters.items():
            button.setObjectName(f"filter_{code or 'all'}")
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            set_role(button, "filter", "true")
            group.addButton(button)
            line.addWidget(button)
        line.addStretch(1)
        return line

    def _columns(self) -> list[Column[PreviewRow]]:
        return [
            Column(key="row", title=tr("Row"), width=64, text=lambda row: str(row.number), note=lambda row: row.sheet,
                   lines=1),
            Column(key="state", title=tr("What becomes of it"), width=130, text=lambda row: "",
                   pills=lambda row: [(row_words(row.state), _PILLS[row.state])], lines=1),
            Column(key="message", title=tr("Message"), text=self._first, tooltip=self._whole, note=self._second,
                   ink=lambda row: "ink_third" if row.state == "known" else "ink"),
            Column(key="author", title=tr("Author, source"), width=150, text=_author, note=_source, lines=1),
            Column(key="about", title=tr("Topic and place"), width=180, text=_about, tooltip=_about),
            Column(key="agency", title=tr("Agency"), width=140, text=_agency, tooltip=_agency),
            Column(key="posted", title=tr("Posted"), width=140, text=self._posted, lines=1),
        ]  # fmt: skip

    def _posted(self, row: PreviewRow) -> str:
        return full_moment(row.message.posted_at, self._zone) if row.message and row.message.posted_at else ""

    def _first(self, row: PreviewRow) -> str:
        """Of a row that is not taken in, why: that is what somebody has to mend, and its words need the room."""
        return self._remark(row) if row.state == "refused" else _text(row)

    def _second(self, row: PreviewRow) -> str:
        return _text(row) if row.state == "refused" else self._remark(row)

    def _whole(self, row: PreviewRow) -> str:
        """Of a row that is not taken in or that was mended, why, too: its line may have no room for it."""
        return "\n".join(part for part in (_text(row), self._remark(row)) if part)

    def _remark(self, row: PreviewRow) -> str:
        if row.state == "refused":
            return refusal_words(row.code, row.params, row.cell)
        return repairs_words(row.repairs, self._fields.get(row.sheet, {}))


def _sheet_words(sheet: SheetLook) -> str:
    parts = [export_name(sheet.export)]
    if sheet.name:
        parts.insert(0, tr("sheet “{name}”", name=sheet.name))
    if sheet.header is not None:
        parts.append(tr("header in row {n}", n=sheet.records[sheet.header][0]))
    parts.append(zone_words(sheet.zone))
    if sheet.is_mapped:
        parts.append(tr("columns as chosen"))
    return ", ".join(parts)


def _understood(sheet: SheetLook) -> str:
    """Which of our fields stand in which columns, and how many columns are left, where any is."""
    told = ", ".join(
        f"{field_name(code)} — «{header}»" for code, header in sheet.fields.items() if code in _said()
    )
    left = len([name for name in sheet.names() if name]) - len(sheet.fields)
    if left < 1:
        return tr("Understood: {told}.", told=told)
    return tr("Understood: {told}. Left out: {n}.", told=told, n=left)


def _said() -> tuple[str, ...]:
    return ("text", "external_number", "link", "network", "author_name", "posted_at", "detected_at", "topic", "agency")


def _text(row: PreviewRow) -> str:
    return row.message.text if row.message else row.raw


def _author(row: PreviewRow) -> str:
    return row.message.author_name if row.message else ""


def _source(row: PreviewRow) -> str:
    return network_name(row.message.network) if row.message else ""


def _about(row: PreviewRow) -> str:
    if row.message is None:
        return ""
    place = row.message.place
    parts = (row.message.topic or row.message.topic_group, place.municipality, place.settlement, place.street)
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _agency(row: PreviewRow) -> str:
    return row.message.agency_name if row.message else ""
