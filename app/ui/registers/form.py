"""The form of an entry: fields made from their descriptions, kept while somebody else changes the same entry."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.regulation.errors import Refusal
from app.texts import tr
from app.texts.refusals import explain
from app.ui.dialogs.act_dialog import labelled
from app.ui.registers.boxes import DayBox, GrantsBox, ManyBox, note_label
from app.ui.registers.register import Field, Values
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.choice_box import ChoiceBox
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.info_bar import InfoBar, InfoKind
from app.ui.widgets.labels import FieldError, TextLabel
from app.ui.widgets.shortcuts import shortcut
from app.ui.widgets.spelling import WORDS_OF_OTHERS


class EntryForm(QFrame):
    """Shows an entry and gives what was made of it; the page saves. `now` is the desk's time: a day begins with the
    region's today.

    Signals: save_requested; undo_requested when the person gives their changes up; changed on every edit.
    """

    save_requested = Signal()
    undo_requested = Signal()
    changed = Signal()

    def __init__(self, zone: ZoneInfo, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("frame", "left")
        self.setProperty("ground", "panel")
        self._zone, self._now = zone, now
        self._shown: Values = {}
        self._gets: dict[str, Callable[[], Any]] = {}
        self._sets: dict[str, Callable[[Any], None]] = {}
        self._errors: dict[str, tuple[FieldError, QWidget]] = {}
        self._is_filling = False
        self.fields: dict[str, QWidget] = {}
        self.heading = TextLabel("", "heading", wrap=True)
        self.heading.setObjectName("entry_heading")
        self.standing = TextLabel("", "small", "ink_second", wrap=True)
        self.standing.setObjectName("entry_standing")
        self.bar = InfoBar()
        self.warning = TextLabel("", "small", "soon", wrap=True)
        self.warning.setObjectName("entry_warning")
        self.past = TextLabel("", "small", "ink_third", wrap=True)
        self.past.setObjectName("entry_past")
        self.save = KeyButton(tr("Save"), "Ctrl+Enter", ButtonKind.PRIMARY)
        self.save.setObjectName("save_entry")
        self.undo = KeyButton(tr("Give up the changes"), "Esc")
        self.undo.setObjectName("undo_entry")
        self.commands = FlowRow()
        self._body = QWidget()
        self._build()

    # ----- what is shown

    def show_fields(self, fields: Sequence[Field], *, editable: bool) -> None:
        """Make the fields of a register."""
        self._gets.clear()
        self._sets.clear()
        self._errors.clear()
        self.fields.clear()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for field in fields:
            column.addLayout(self._field(field))
        body.setEnabled(editable)
        layout = self._scrolled.layout()
        assert layout is not None
        layout.replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body = body
        tabbed = [part for part in body.findChildren(QWidget) if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
        for before, after in pairwise([*tabbed[-1:], self.save, self.undo]):
            QWidget.setTabOrder(before, after)
        self._shown = self.values()
        self.save.setVisible(editable)
        self.undo.setVisible(editable)

    def show_entry(self, heading: str, standing: str, values: Values) -> None:
        """Show an entry's values, with nothing typed yet."""
        self.heading.show_text(heading)
        self.standing.show_text(standing)
        self.standing.setVisible(bool(standing))
        self._shown = dict(values)
        self._fill(values)
        self.clear_errors()

    def rebase(self, heading: str, standing: str, values: Values) -> None:
        """The entry was changed by somebody: take their values, save where this person typed something else."""
        typed = self.values()
        kept = {code: typed[code] if typed[code] != self._shown[code] else values[code] for code in values}
        self.show_entry(heading, standing, values)
        self._fill(kept)

    def show_past(self, text: str) -> None:
        """Former names and who changed the entry when."""
        self.past.show_text(text)
        self.past.setVisible(bool(text))

    def show_warning(self, text: str) -> None:
        self.warning.show_text(text)
        self.warning.setVisible(bool(text))

    def values(self) -> Values:
        """What stands in the fields."""
        return {code: get() for code, get in self._gets.items()}

    def is_edited(self) -> bool:
        """Whether anything differs from the entry as it was shown."""
        return bool(self._gets) and self.values() != self._shown

    def give_up(self) -> None:
        """What was typed counts no more: nobody sees the form from now on."""
        self._shown = self.values()
        self.clear_errors()
        self.hide()

    def show_refusal(self, refused: Refusal) -> None:
        """Say why not, beside the field that the refusal is about, else in the bar."""
        self.clear_errors()
        words = explain(refused, self._zone)
        if refused.code in self._errors:
            error, field = self._errors[refused.code]
            error.show_error(words)
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.bar.show_message(InfoKind.WARNING, words)

    def clear_errors(self) -> None:
        self.bar.hide()
        for error, _ in self._errors.values():
            error.clear()

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        if self.fields:
            self._area.verticalScrollBar().setValue(0)
            next(iter(self.fields.values())).setFocus(Qt.FocusReason.TabFocusReason)

    # ----- building

    def _build(self) -> None:
        self._scrolled = QWidget()
        column = QVBoxLayout(self._scrolled)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for part in (self.heading, self.standing, self._body, self.past):
            column.addWidget(part)
        column.addStretch(1)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._scrolled)
        area.viewport().setProperty("ground", "panel")
        self._scrolled.setProperty("ground", "panel")
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.warning)
        buttons = FlowRow()
        buttons.add(self.save)
        buttons.add(self.undo)
        foot.addWidget(self.commands)
        foot.addWidget(buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.bar)
        outer.addWidget(area, 1)
        outer.addLayout(foot)
        self.warning.hide()
        self.past.hide()
        self.save.clicked.connect(self.save_requested)
        self.undo.clicked.connect(self.undo_requested)
        for keys in ("Ctrl+Return", "Ctrl+S"):  # also where the button is greyed: then the reason is told
            shortcut(self, keys, self.save_requested.emit)
        self.changed.connect(self._allow)

    def _field(self, field: Field) -> QVBoxLayout:
        widget = self._widget(field)
        widget.setObjectName(field.code)
        self.fields[field.code] = widget
        column = QVBoxLayout()
        column.setSpacing(4)
        if field.kind == "flag":
            widget.setAccessibleName(field.label)
        else:
            column.addWidget(labelled(field.label, widget))
        column.addWidget(widget)
        if field.note:
            column.addWidget(note_label(field.note))
        if field.codes:
            error = FieldError(widget)
            column.addWidget(error)
            self._errors |= dict.fromkeys(field.codes, (error, widget))
        return column

    def _widget(self, field: Field) -> QWidget:
        if field.kind == "choice":
            return self._bound(field, _choice_box(field), "chosen", "choose", "choice_changed")
        if field.kind == "flag":
            return self._bound(field, QCheckBox(field.label), "isChecked", "setChecked", "toggled")
        if field.kind == "day":
            return self._bound(field, self._day_box(field), "value", "set_value", "changed")
        if field.kind == "many":
            return self._bound(field, ManyBox(field.choices, field.placeholder), "value", "set_value", "changed")
        if field.kind == "grants":
            return self._bound(field, GrantsBox(field.choices), "value", "set_value", "changed")
        if field.kind == "lines":
            lines = QPlainTextEdit()
            lines.setProperty(WORDS_OF_OTHERS, True)  # names and addresses
            lines.setPlaceholderText(field.placeholder)
            lines.setTabChangesFocus(True)
            lines.setFixedHeight(lines.fontMetrics().lineSpacing() * 4 + 14)
            return self._bound(field, lines, "toPlainText", "setPlainText", "textChanged")
        line = QLineEdit()
        line.setPlaceholderText(field.placeholder)
        if field.kind == "secret":
            line.setEchoMode(QLineEdit.EchoMode.Password)
        bound = self._bound(field, line, "text", "setText", "textChanged")

        def put(words: str) -> None:
            line.setText(words)
            line.setCursorPosition(0)

        self._sets[field.code] = put
        return bound

    def _day_box(self, field: Field) -> DayBox:
        return DayBox(self._now().astimezone(self._zone).date(), field.placeholder)

    def _bound(self, field: Field, widget: QWidget, get: str, put: str, signal: str) -> QWidget:
        self._gets[field.code] = getattr(widget, get)
        self._sets[field.code] = getattr(widget, put)
        getattr(widget, signal).connect(self._tell)
        return widget

    def _fill(self, values: Values) -> None:
        self._is_filling = True
        for code, value in values.items():
            self._sets[code](value)
        self._is_filling = False
        self.changed.emit()

    def _tell(self, *_: object) -> None:
        if not self._is_filling:
            self.changed.emit()

    def _allow(self) -> None:
        if self.is_edited():
            self.save.allow()
            self.undo.allow()
        else:
            self.save.refuse(tr("Nothing was changed"))
            self.undo.refuse(tr("Nothing was changed"))


def _choice_box(field: Field) -> ChoiceBox:
    box = ChoiceBox(field.placeholder)
    box.set_choices(field.choices)
    return box
