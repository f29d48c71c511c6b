"""A field to pick one of hundreds of agencies or topics by typing any of its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCompleter,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionFrame,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)

from app.ui import theme

Index = QModelIndex | QPersistentModelIndex

VISIBLE_ROWS = 12
ROW_HEIGHT = 28
PADDING = 10
_WORDS = re.compile(r"\w+")
_CHOICE_ROLE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick; `note` is shown beside the title and found by its words as well."""

    key: str
    title: str
    note: str = ""


def fold(text: str) -> str:
    """Text as it is compared: no case, ё as е."""
    return text.casefold().replace("ё", "е")


def matching(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices that hold every typed word; first those that are called so («город Курск» for "курск", before the
    districts of that root), then those where each stands at the start of a word."""
    words = fold(typed).split()
    if not words:
        return list(choices)
    called, at_start, inside = [], [], []
    for choice in choices:
        text = fold(f"{choice.title} {choice.note}")
        if set(words) <= set(_WORDS.findall(fold(choice.title))):
            called.append(choice)
        elif all(re.search(rf"\b{re.escape(word)}", text) for word in words):
            at_start.append(choice)
        elif all(word in text for word in words):
            inside.append(choice)
    return called + at_start + inside


class ChoiceBox(QLineEdit):
    """Type to filter, arrows to walk, Enter to take, Escape to leave it as it was; Down opens the whole list.

    Signals: choice_changed(key) when the person picks another choice, "" when the field is emptied.
    """

    choice_changed = Signal(str)

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: list[Choice] = []
        self._chosen: Choice | None = None
        self.setPlaceholderText(placeholder)
        self._model = _ChoiceModel(self)
        self._list = self._make_list()
        self._completer = self._make_completer()
        self._arrow = QAction(self)
        self.addAction(self._arrow, QLineEdit.ActionPosition.TrailingPosition)
        self._fetch()
        self._arrow.triggered.connect(self.open_all)
        self.textEdited.connect(self._filter)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these choices; a chosen one that is not among them is dropped without a signal."""
        self._choices = list(choices)
        self._model.show(self._choices)
        self.choose(self.chosen())

    def choices(self) -> tuple[Choice, ...]:
        """What is offered."""
        return tuple(self._choices)

    def chosen(self) -> str:
        """The key of the choice taken, "" for none."""
        return self._chosen.key if self._chosen else ""

    def choose(self, key: str) -> None:
        """Take a choice without a signal; an unknown key or "" takes none."""
        self._chosen = next((choice for choice in self._choices if choice.key == key), None)
        self._restore()

    def open_all(self) -> None:
        """Show the whole list, at the choice taken."""
        self.setFocus()
        self._open(self._choices, self._chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys come here also while the list is open: the completer offers them to the field first."""
        is_open = self._list.isVisible()
        is_edited = self.text() != self._shown()
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and not is_open:
            self.open_all()
        elif event.key() == Qt.Key.Key_Escape and (is_open or is_edited):
            self._list.hide()
            self._restore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (is_open or is_edited):
            self._take_best()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason and not self._list.isVisible():
            self._settle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt breaks a long title off within a letter; whoever types sees it as Qt does."""
        super().paintEvent(event)
        if self.is_cut() and not self.hasFocus():
            now, room = theme.current(), self._room()
            painter = QPainter(self)
            # A little more than the title takes: Qt has left a part of a letter before it.
            painter.fillRect(room.adjusted(-2, 0, 0, 0), now.color("card" if self.isEnabled() else "panel"))
            painter.setPen(now.color("ink" if self.isEnabled() else "disabled"))
            words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)

    def is_cut(self) -> bool:
        """Whether the title does not fit."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self._room().width()

    def _room(self) -> QRect:
        """Where the title stands: within the frame, before the arrow."""
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        button = self.findChild(QToolButton)
        return room.adjusted(2, 0, (button.x() - 1 - room.right()) if button is not None else 0, 0)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._fetch()
        super().changeEvent(event)

    def _make_list(self) -> QListView:
        made = QListView()
        made.setProperty("popup", "true")
        made.setUniformItemSizes(True)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return made

    def _make_completer(self) -> QCompleter:
        made = QCompleter(self._model, self)
        made.setWidget(self)
        made.setPopup(self._list)
        self._list.setItemDelegate(_ChoiceDelegate(self._list))  # the completer has put in its own
        # The model is filtered by us: the completer only owns the popup and its keys.
        made.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        made.setMaxVisibleItems(VISIBLE_ROWS)
        made.activated[QModelIndex].connect(self._activated)  # type: ignore[index]  # an overload, which the stubs leave out
        return made

    def _filter(self, typed: str) -> None:
        if not typed.strip():
            self._list.hide()
            self._take(None)
            return
        self._open(matching(self._choices, typed), None)

    def _open(self, choices: list[Choice], current: Choice | None) -> None:
        self._model.show(choices)
        if not choices:
            self._list.hide()
            return
        self._completer.complete()
        row = choices.index(current) if current in choices else 0
        self._list.setCurrentIndex(self._list.model().index(row, 0))

    def _activated(self, index: QModelIndex) -> None:
        choice = index.data(_CHOICE_ROLE)
        if choice is not None:
            self._take(choice)

    def _take_best(self) -> None:
        current = self._list.currentIndex() if self._list.isVisible() else QModelIndex()
        found = [current.data(_CHOICE_ROLE)] if current.isValid() else matching(self._choices, self.text())
        self._list.hide()
        if found:
            self._take(found[0])

    def _settle(self) -> None:
        """Leaving the field: words that name exactly one choice take it, others give way to what was taken."""
        if self.text() == self._shown():
            return
        exact = [choice for choice in self._choices if fold(choice.title) == fold(self.text().strip())]
        if len(exact) == 1:
            self._take(exact[0])
        else:
            self._restore()

    def _take(self, choice: Choice | None) -> None:
        changed = choice != self._chosen
        self._chosen = choice
        self._restore()
        if changed:
            self.choice_changed.emit(self.chosen())

    def _shown(self) -> str:
        return self._chosen.title if self._chosen else ""

    def _restore(self) -> None:
        self.setText(self._shown())
        self.setCursorPosition(0)
        self.setToolTip(self._shown())

    def _fetch(self) -> None:
        self._arrow.setIcon(theme.current().icon("chevron-down", "ink_third"))


class _ChoiceModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._choices: list[Choice] = []

    def show(self, choices: list[Choice]) -> None:
        self.beginResetModel()
        self._choices = list(choices)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        choice = self._choices[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return choice.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (choice.title, choice.note) if part)
        return choice if role == _CHOICE_ROLE else None


class _ChoiceDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, theme.current().px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        now = theme.current()
        choice: Choice = index.data(_CHOICE_ROLE)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, now.color("selection"))
        line = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        font = now.font("body")
        metrics = QFontMetrics(font)
        title = metrics.elidedText(choice.title, Qt.TextElideMode.ElideRight, line.width())
        painter.setFont(font)
        painter.setPen(now.color("ink"))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), title)
        self._paint_note(painter, line.adjusted(metrics.horizontalAdvance(title) + 12, 0, 0, 0), choice.note)
        painter.restore()

    def _paint_note(self, painter: QPainter, room: QRect, note: str) -> None:
        now = theme.current()
        font = now.font("small")
        painter.setFont(font)
        painter.setPen(now.color("ink_second"))
        text = QFontMetrics(font).elidedText(note, Qt.TextElideMode.ElideRight, max(0, room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), text)
