"""The form that sets up a region; what is missing is said beside its field."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.services.regions import NewRegion
from app.services.regulations import shipped_keys, shipped_regulation
from app.texts import tr, trn
from app.texts.moments import day
from app.texts.zones import zone_name
from app.ui import theme
from app.ui.start.agencies import KINDS, parse
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.labels import FieldError, IconLabel, TextLabel
from app.ui.widgets.shortcuts import press_by
from app.ui.widgets.tips import in_lines


class RegionForm(QWidget):
    """Signals: found_requested when everything needed is there, back_requested."""

    found_requested = Signal()
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("region_form")
        self._kinds: dict[str, str] = {}
        self.regulation = ComboBox()
        self.act = TextLabel("", "small", "ink_second", wrap=True)
        self.curator, self.body, self.agencies = QLineEdit(), QLineEdit(), QPlainTextEdit()
        self._checks = {self.curator: _Check(self.curator), self.body: _Check(self.body)}
        self.table = QTableWidget(0, 2)
        self.told = TextLabel("", "small", "ink_second", wrap=True)
        self.found = KeyButton(tr("Make the region"), "Ctrl+Enter", ButtonKind.PRIMARY)
        self.back = KeyButton(tr("Back"))
        self._build()
        self.regulation.currentIndexChanged.connect(self._tell_act)
        for field in (self.curator, self.body):
            field.textChanged.connect(self._check)
        self.agencies.textChanged.connect(self._show_agencies)
        self.found.clicked.connect(self._request)
        self.back.clicked.connect(self.back_requested)
        self._tell_act()
        self._check()

    def decision(self) -> NewRegion:
        """What was filled in."""
        return NewRegion(
            regulation_key=self.regulation.currentData(),
            curator=self.curator.text().strip(),
            body=self.body.text().strip(),
            agencies=tuple(parse(self.agencies.toPlainText(), self._kinds)),
        )

    def missing(self) -> dict[QLineEdit, str]:
        """The fields that still need something, with the words for it."""
        wanted = {
            self.curator: tr("Name the curator who sits down first."),
            self.body: self._body_words(),
        }
        return {field: words for field, words in wanted.items() if not field.text().strip()}

    def _body_words(self) -> str:
        """Whose officials curators are, as the chosen act says."""
        curators = shipped_regulation(self.regulation.currentData()).curators
        clause = tr("cl. {clause}", clause=curators.clause)
        return tr("Name the curator's body ({clause}): {bodies}.", clause=clause, bodies="; ".join(curators.bodies))

    def _request(self) -> None:
        missing = self.missing()
        for field, check in self._checks.items():
            check.show_state(missing.get(field, ""), is_asked=True)
        if missing:
            next(iter(missing)).setFocus()
        else:
            self.found_requested.emit()

    def _check(self) -> None:
        missing = self.missing()
        for field, check in self._checks.items():
            check.show_state(missing.get(field, ""), is_asked=False)

    def _tell_act(self) -> None:
        profile = shipped_regulation(self.regulation.currentData())
        zone = zone_name(profile.zone, profile.effective_from)
        since = tr("in force since {day}, time zone {zone}", day=day(profile.effective_from), zone=zone)
        self.act.show_text(f"{profile.act}; {since}")
        self.act.setToolTip(tr("The time zone's name in the file: {zone}", zone=profile.zone))
        self.body.setPlaceholderText("; ".join(profile.curators.bodies))
        if len(profile.curators.bodies) == 1:  # nobody else may be a curator there (п. 6 in Kuzbass)
            self.body.setText(profile.curators.bodies[0])
        self._check()

    def _show_agencies(self) -> None:
        agencies = parse(self.agencies.toPlainText(), self._kinds)
        self.table.setRowCount(len(agencies))
        for number, agency in enumerate(agencies):
            item = QTableWidgetItem(agency.short_name)
            item.setToolTip(in_lines(agency.name))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.table.setItem(number, 0, item)
            kind = self.table.cellWidget(number, 1)
            if not isinstance(kind, _KindBox):
                kind = _KindBox()
                kind.kind_settled.connect(self._settle_kind)
                self.table.setCellWidget(number, 1, kind)
            kind.show_kind(agency.name, agency.kind)
        lines = len([line for line in self.agencies.toPlainText().splitlines() if line.strip()])
        words = trn("{n} agency", "{n} agencies", len(agencies))
        twice = trn("{n} line repeated", "{n} lines repeated", lines - len(agencies)) if lines > len(agencies) else ""
        self.told.show_text(", ".join(filter(None, (words, twice))) if agencies else tr("Agencies can be added later."))

    def _settle_kind(self, name: str, kind: str) -> None:
        self._kinds[name] = kind

    def _build(self) -> None:
        self._name_fields()
        for key in shipped_keys():
            self.regulation.addItem(shipped_regulation(key).region, key)
        form = QGridLayout()
        form.setVerticalSpacing(6)
        form.setHorizontalSpacing(16)
        form.setColumnStretch(1, 1)
        form.addWidget(TextLabel(tr("Region")), 0, 0)
        form.addWidget(self.regulation, 0, 1)
        form.addWidget(self.act, 1, 1)
        for row, (field, words) in enumerate(((self.curator, tr("Curator")), (self.body, tr("Curator's body"))), 1):
            form.addWidget(TextLabel(words), 2 * row, 0)
            form.addLayout(self._checks[field].beside(), 2 * row, 1)
            form.addWidget(self._checks[field].error, 2 * row + 1, 1)
        self._set_up_table()
        lists = QHBoxLayout()
        lists.addWidget(self.agencies, 3)
        lists.addWidget(self.table, 4)
        buttons = QHBoxLayout()
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.found)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(10)
        column.addWidget(TextLabel(tr("Set up your region"), "title"))
        column.addLayout(form)
        column.addWidget(TextLabel(tr("Agencies, one in a line: name; short name"), "body"))
        column.addLayout(lists, 1)
        column.addWidget(self.told)
        column.addLayout(buttons)
        self.told.show_text(tr("Agencies can be added later."))

    def _name_fields(self) -> None:
        names = {
            self.regulation: ("regulation", tr("Region")),
            self.curator: ("curator", tr("Curator")),
            self.body: ("body", tr("Curator's body")),
            self.agencies: ("agencies", tr("Agencies, one in a line: name; short name")),
            self.table: ("agency_kinds", tr("Kinds of the agencies")),
        }
        for widget, (name, words) in names.items():
            widget.setObjectName(name)
            widget.setAccessibleName(words)
        self.found.setObjectName("found_region")
        press_by(self, self.found, "Ctrl+Return")
        self.back.setObjectName("back")
        self.curator.setPlaceholderText(tr("for example, E. Sokolova"))
        self.agencies.setTabChangesFocus(True)

    def _set_up_table(self) -> None:
        self.table.setHorizontalHeaderLabels([tr("Agency"), tr("Kind")])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(1, theme.current().px(170))
        self.table.verticalHeader().setDefaultSectionSize(theme.current().px(34))


class _Check:
    """A field with its ✓ while it is filled, and the words of what is missing once that was asked."""

    def __init__(self, field: QLineEdit) -> None:
        self._field = field
        self._mark = IconLabel(16)
        self.error = FieldError(field)

    def beside(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._field, 1)
        row.addWidget(self._mark)
        return row

    def show_state(self, missing: str, *, is_asked: bool) -> None:
        self._mark.show_icon("pending" if missing else "done", "ink_third" if missing else "well")
        if is_asked or not missing:
            self.error.show_error(missing)


class _KindBox(ComboBox):
    """The kind of one agency. Signals: kind_settled(name, kind) when a person chooses."""

    kind_settled = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        for kind, words in KINDS.items():
            self.addItem(tr(words), kind)
        self.activated.connect(lambda _: self.kind_settled.emit(self._name, self.currentData()))

    def show_kind(self, name: str, kind: str) -> None:
        self._name = name
        self.setAccessibleName(tr("Kind of {agency}", agency=name))
        self.setCurrentIndex(list(KINDS).index(kind))
