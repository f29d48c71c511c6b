"""Fields that hold several things: chosen entries with a cross for the marked one, and the roles of a person."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.regulation.workflow import Role
from app.services.registers.people import GIVEN_ROLES, IN_AGENCY, Grant
from app.texts import tr
from app.texts.registers import POST_LEVELS
from app.texts.words import role_name
from app.ui import theme
from app.ui.registers.register import id_of, key_of, named
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import TextLabel

_KEY = int(Qt.ItemDataRole.UserRole)
LIST_ROWS = 4


class _Chosen(QListWidget):
    """What is chosen; Delete takes the current one out."""

    removed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.currentRow() >= 0:
            self.take_out()
            return
        super().keyPressEvent(event)

    def take_out(self) -> None:
        """Take the marked one out."""
        if self.currentRow() >= 0:
            self.takeItem(self.currentRow())
            self.removed.emit()


class ManyBox(QWidget):
    """Several entries: choose above to add; in the list below Delete, or the cross beside it, takes the marked one out.

    Signals: changed.
    """

    changed = Signal()

    def __init__(self, choices: Sequence[Choice], placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = {choice.key: choice.title for choice in choices}
        self.add = ChoiceBox(placeholder)
        self.add.set_choices(choices)
        self.list = _Chosen()
        self.list.setAccessibleName(tr("Chosen; Delete takes one out"))
        self.list.setToolTip(tr("Delete takes the marked one out"))
        self.list.setMaximumHeight(theme.current().px(24 * LIST_ROWS))
        self.out = IconButton("close", tr("Take the marked one out"))
        self.out.setObjectName("take_out")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.add)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.list, 1)
        row.addWidget(self.out, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        self.setFocusProxy(self.add)
        self.add.choice_changed.connect(self._take)
        self.list.removed.connect(self._changed)
        self.list.currentRowChanged.connect(lambda row: self.out.setEnabled(row >= 0))
        self.out.clicked.connect(self.list.take_out)
        self._changed()

    def value(self) -> tuple[str, ...]:
        return tuple(self.list.item(row).data(_KEY) for row in range(self.list.count()))

    def set_value(self, keys: Sequence[str]) -> None:
        self.list.clear()
        for key in keys:
            item = QListWidgetItem(self._titles.get(key, key))
            item.setData(_KEY, key)
            self.list.addItem(item)
        self._show_list()

    def _take(self, key: str) -> None:
        if key and key not in self.value():
            self.set_value([*self.value(), key])
            self.changed.emit()
        self.add.choose("")

    def _changed(self) -> None:
        self._show_list()
        self.changed.emit()

    def _show_list(self) -> None:
        for part in (self.list, self.out):
            part.setVisible(self.list.count() > 0)
        self.out.setEnabled(self.list.currentRow() >= 0)


class DayBox(QWidget):
    """A day, `today` until another is chosen, or none while `none_words` is ticked.

    Signals: changed.
    """

    changed = Signal()

    def __init__(self, today: date, none_words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QDateEdit(QDate(today.year, today.month, today.day))
        self.edit.setDisplayFormat("dd.MM.yyyy")
        self.edit.setCalendarPopup(True)
        self.none = QCheckBox(none_words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.edit)
        row.addWidget(self.none)
        self.none.setVisible(bool(none_words))  # in its row: shown before, it would be a window for a moment
        row.addStretch(1)
        self.setFocusProxy(self.edit)
        self.edit.dateChanged.connect(self.changed)
        self.none.toggled.connect(lambda off: self.edit.setEnabled(not off))
        self.none.toggled.connect(self.changed)

    def value(self) -> date | None:
        if self.none.isChecked():
            return None
        day = self.edit.date()
        return date(day.year(), day.month(), day.day())

    def set_value(self, day: date | None) -> None:
        self.none.setChecked(day is None)
        if day is not None:
            self.edit.setDate(QDate(day.year, day.month, day.day))


class _GrantRow(QWidget):
    """One role: what, in which agency, and for a responsible official the level of the post (п. 6)."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, agencies: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.role = ChoiceBox(tr("Role"))
        self.role.setAccessibleName(tr("Role"))
        self.role.set_choices([Choice(str(role), role_name(role)) for role in GIVEN_ROLES])
        self.agency = ChoiceBox(tr("Agency of this role"))
        self.agency.setAccessibleName(tr("Agency of this role"))
        self.agency.set_choices(agencies)
        self.level = ChoiceBox(tr("Level of the post"))
        self.level.setAccessibleName(tr("Level of the post"))
        self.level.set_choices(named(POST_LEVELS))
        self.remove = IconButton("close", tr("Take this role back"))
        first = QHBoxLayout()
        first.setSpacing(4)
        first.addWidget(self.role, 1)
        first.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(self.agency)
        column.addWidget(self.level)
        for box in (self.role, self.agency, self.level):
            box.choice_changed.connect(self._changed)
        self.remove.clicked.connect(lambda: self.removed.emit(self))
        self._show_parts()

    def grant(self) -> Grant | None:
        """The role said so far, None while none is chosen."""
        if not self.role.chosen():
            return None
        role = Role(self.role.chosen())
        agency = id_of(self.agency.chosen()) if role in IN_AGENCY else None
        return Grant(role, agency, self.level.chosen() if role is Role.RESPONSIBLE else "")

    def set_grant(self, grant: Grant) -> None:
        self.role.choose(str(grant.role))
        self.agency.choose(key_of(grant.agency_id))
        self.level.choose(grant.post_level)
        self._show_parts()

    def _changed(self, _: str) -> None:
        self._show_parts()
        self.changed.emit()

    def _show_parts(self) -> None:
        self.agency.setVisible(self.role.chosen() in IN_AGENCY)
        self.level.setVisible(self.role.chosen() == Role.RESPONSIBLE)


class GrantsBox(QWidget):
    """The roles of a person, one beneath the other.

    Signals: changed.
    """

    changed = Signal()

    def __init__(self, agencies: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._agencies = agencies
        self.rows: list[_GrantRow] = []
        self.more = KeyButton(tr("One more role"), icon="add")
        self.more.setObjectName("one_more_role")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.more)
        self.more.clicked.connect(self._one_more)

    def value(self) -> tuple[Grant, ...]:
        return tuple(grant for row in self.rows if (grant := row.grant()) is not None)

    def set_value(self, grants: Sequence[Grant]) -> None:
        for row in tuple(self.rows):
            self._drop(row)
        for grant in grants:
            self._add().set_grant(grant)
        if not grants:
            self._add()

    def focus_first(self) -> None:
        self.rows[0].role.setFocus()

    def _one_more(self) -> None:
        self._add().role.setFocus()

    def _add(self) -> _GrantRow:
        row = _GrantRow(self._agencies)
        row.role.setObjectName(f"role_{len(self.rows)}")
        row.agency.setObjectName(f"role_agency_{len(self.rows)}")
        row.changed.connect(self.changed)
        row.removed.connect(self._remove)
        self.rows.append(row)
        self._column.insertWidget(len(self.rows) - 1, row)
        before: QWidget = self.more.previousInFocusChain() or self
        for widget in (row.role, row.remove, row.agency, row.level, self.more):
            QWidget.setTabOrder(before, widget)
            before = widget
        return row

    def _remove(self, row: _GrantRow) -> None:
        self._drop(row)
        if not self.rows:
            self._add()
        self.changed.emit()

    def _drop(self, row: _GrantRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()


def note_label(text: str) -> TextLabel:
    """Small words beneath a field."""
    return TextLabel(text, "small", "ink_third", wrap=True)
