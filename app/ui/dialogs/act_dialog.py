"""What all dialogs of acts share: a head with the countdown, a bar, fields with errors beneath, a decision at the end.

A dialog stays open until its act is saved, so that no refusal and no lost connection costs a text: pressing the
main button emits `submitted`, whoever shows the dialog saves and then calls `accept()`, `show_refusal()`,
`show_changed()` or `show_unavailable()`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app.regulation.errors import Refusal
from app.services.views import CaseCard, MessageView
from app.texts import tr
from app.texts.refusals import explain
from app.ui import theme
from app.ui.dialogs.help_asked import ask_for_help
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.countdown import CountdownLabel, CountdownLook
from app.ui.widgets.info_bar import InfoBar, InfoKind
from app.ui.widgets.labels import FieldError, TextLabel
from app.ui.widgets.menu_key import offer_menu_key
from app.ui.widgets.plain_text import PlainTextView
from app.ui.widgets.roomy import Roomy
from app.ui.widgets.shortcuts import shortcut

# In pixels, what a system draws around a window: its title and its borders.
FRAME = QSize(8, 36)
# In a narrower dialog the note stands under the title: beside it there is no room for it and the countdown.
NOTE_BESIDE = 800
_FIELDS = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QCheckBox, QRadioButton)
HEAD_MARGIN, HEAD_SPACING = 20, 14


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a dialog: its title, what it is about, and the countdown of the step under way."""

    title: str
    note: str = ""
    look: CountdownLook | None = None


class ActDialog(QDialog):
    """Guarantees: the main button obeys `refusal()`, Ctrl+Enter presses it, every refusal stands beside its field,
    F1 asks for help about it.

    `keeps_words` is whether what was typed into it comes back when it was left and is opened again; with
    `begins_with_words` it opens on words of its own, which what was typed before must not replace.
    Signals: submitted when the person decided and the rules agree; `decision()` then gives the value;
    file_requested(FileRef) when a file that the dialog shows is to be opened.
    """

    submitted = Signal()
    file_requested = Signal(object)

    def __init__(self, name: str, heading: Heading, zone: ZoneInfo, ok: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(heading.title)
        self.setAccessibleName(heading.title)
        self.zone = zone
        self._errors: dict[str, tuple[FieldError, QWidget]] = {}
        self._context: Any = None
        self._is_busy = False
        self.is_unsaved = False
        self._standing_refusal: Refusal | None = None
        self.keeps_words = True
        self.begins_with_words = False
        self._title = TextLabel(heading.title, "title")
        self._note = TextLabel(heading.note, ink="ink_second", wrap=True)
        self._countdown: CountdownLabel | None = None
        self.bar = InfoBar()
        self.body = QWidget()
        self._roomy = Roomy(self.body)
        self.ok = KeyButton(ok, "Ctrl+Enter", ButtonKind.PRIMARY)
        self.ok.setObjectName("ok")
        self.cancel = KeyButton(tr("Cancel"), "Esc")
        self.cancel.setObjectName("cancel")
        self.footer = QHBoxLayout()
        self._frame(heading)
        self.ok.clicked.connect(self.press_ok)
        self.cancel.clicked.connect(self.reject)
        shortcut(self, "Ctrl+Return", self.press_ok)
        offer_menu_key(self)
        for keys in ("F1", "Shift+F1"):
            shortcut(self, keys, partial(ask_for_help, self))

    # ----- what a dialog says for itself

    def refusal(self) -> Refusal | None:
        """The pure rule that the service asks too; None when nothing is missing."""
        raise NotImplementedError

    def decision(self) -> Any:
        """The frozen value that the service needs."""
        raise NotImplementedError

    def goes_on(self, card: CaseCard) -> None:
        """A part of it is saved, and the card, as it stands now, still needs the rest. Only where a part can be."""
        raise NotImplementedError

    # ----- what the one who saves tells it

    def press_ok(self) -> None:
        """Decide, or say beside the field what is missing."""
        self.press(self.refusal())

    def press_again(self) -> None:
        """Repeat what was pressed last, after the database could not be reached."""
        self.press_ok()

    def press(self, refused: Refusal | None) -> None:
        """Emit `submitted` unless the rules refuse."""
        if self._is_busy:
            return
        refused = self._standing_refusal or refused
        if refused is not None:
            self.show_refusal(refused)
            return
        self.clear_errors()
        self.submitted.emit()

    def set_busy(self, busy: bool) -> None:
        """While an act is being saved nothing can be pressed twice."""
        self.is_unsaved = self.is_unsaved and not busy
        self._is_busy = busy
        self.revise()

    def show_refusal(self, refused: Refusal) -> None:
        """Say why not, beside the field that the refusal is about, else in the bar."""
        self.clear_errors()
        words = explain(refused, self.zone)
        place = self._errors.get(refused.code)
        if place is None:
            self.bar.show_message(InfoKind.WARNING, words)
            return
        error, field = place
        error.show_error(words)
        self._roomy.ensureWidgetVisible(error)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_standing(self, refused: Iterable[Refusal]) -> None:
        """Say from the start, beside their fields, what nobody could do here."""
        for each in refused:
            if (place := self._errors.get(each.code)) is not None:
                place[0].show_error(explain(each, self.zone))

    def show_changed(self, refused: Refusal, now_refused: Refusal | None) -> None:
        """Somebody acted meanwhile: say who did what; `now_refused` when this act is no longer possible."""
        words = explain(refused, self.zone)
        if now_refused is None:
            self.bar.show_message(InfoKind.WARNING, words + " " + tr("You may go on."))
        else:
            self.bar.show_message(InfoKind.WARNING, words + " " + explain(now_refused, self.zone), closable=False)
        self._standing_refusal = now_refused
        self.revise()

    def show_unavailable(self, words: str) -> None:
        """The database cannot be reached: the text stays, and there is a way to try again."""
        self.is_unsaved = True
        self.bar.show_message(InfoKind.ERROR, words, tr("Try again"))

    def revise(self) -> None:
        """Let the main button obey the rule; to be called whenever a field changes."""
        refused = self._standing_refusal or self.refusal()
        if self._is_busy:
            self.ok.refuse(tr("Saving…"))
        elif refused is None:
            self.ok.allow()
        else:
            self.ok.refuse(explain(refused, self.zone))

    def clear_errors(self) -> None:
        for error, _ in self._errors.values():
            error.clear()

    def tick(self, now: datetime) -> None:
        """Bring the dialog's own time to `now`, so that its rules judge as the service would."""
        self._context = replace(self._context, now=now)
        self.revise()

    def show_countdown(self, look: CountdownLook) -> None:
        """Bring the countdown in the head up to date."""
        if self._countdown is not None:
            self._countdown.show_look(look)

    def showEvent(self, event: QShowEvent) -> None:
        self._grow()
        super().showEvent(event)
        self._take_first_field()

    def _take_first_field(self) -> None:
        """The keyboard begins where something is filled in, not at "Cancel"; a dialog may put it elsewhere."""
        for field in self.body.findChildren(QWidget):
            is_open = field.isVisible() and field.isEnabled() and field.focusPolicy() & Qt.FocusPolicy.TabFocus
            if is_open and isinstance(field, _FIELDS) and not field.property("readOnly"):
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def reject(self) -> None:
        if not self._is_busy:
            super().reject()

    # ----- building

    def add_field(self, box: QVBoxLayout, words: str, field: QWidget, name: str, *codes: str) -> None:
        """A field under its label, by an object name; beneath it the place for refusals with these codes."""
        field.setObjectName(name)
        box.addWidget(labelled(words, field))
        box.addWidget(field)
        if codes:
            box.addWidget(self.error_for(field, *codes))

    def error_for(self, field: QWidget, *codes: str) -> FieldError:
        """The place beneath `field` for refusals with these codes."""
        error = FieldError(field)
        for code in codes:
            self._errors[code] = (error, field)
        return error

    def fit(self, width: int, height: int) -> None:
        """Open at this size, grown with the text, never beyond the screen: the body scrolls, the buttons stay."""
        now, room = theme.current(), room_for(self)
        size = QSize(now.px(width), now.px(height)).boundedTo(room)
        self._share_head(size.width(), is_narrow=width < NOTE_BESIDE)
        self.resize(size)

    def _share_head(self, width: int, *, is_narrow: bool) -> None:
        """The note stands under a title that leaves it no room, and a title that is wider than its dialog wraps: the
        name of an episode may be as long as a sentence."""
        left = width - 2 * HEAD_MARGIN
        if self._countdown is not None:
            left -= self._countdown.sizeHint().width() + HEAD_SPACING
        title, note = (label.fontMetrics().horizontalAdvance(label.text()) for label in (self._title, self._note))
        if title > left:
            self._title.setWordWrap(True)
            self._title.setText(self._title.text())
        if is_narrow or title + HEAD_SPACING + note > left:
            self._head_words.setDirection(QBoxLayout.Direction.TopToBottom)
            self._head_words.setSpacing(2)

    def _frame(self, heading: Heading) -> None:
        head = QFrame()
        head.setProperty("frame", "bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(HEAD_MARGIN, 12, HEAD_MARGIN, 12)
        row.setSpacing(HEAD_SPACING)
        self._head_words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head_words.setSpacing(HEAD_SPACING)
        self._head_words.addWidget(self._title)
        self._head_words.addWidget(self._note, 1)
        self._note.setVisible(bool(heading.note))
        row.addLayout(self._head_words, 1)
        if heading.look is not None:
            self._countdown = CountdownLabel()
            self._countdown.setObjectName("dialog_countdown")
            self._countdown.show_look(heading.look)
            self._countdown.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            row.addWidget(self._countdown)
        foot = QFrame()
        foot.setProperty("frame", "top")
        foot.setLayout(self.footer)
        self.footer.setContentsMargins(20, 12, 20, 12)
        self.footer.setSpacing(8)
        self.footer.addStretch(1)
        self.footer.addWidget(self.cancel)
        self.footer.addWidget(self.ok)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for part in (head, self.bar):
            box.addWidget(part)
        box.addWidget(self._roomy, 1)
        box.addWidget(foot)
        self.bar.action_requested.connect(self.press_again)
        self._roomy.needs_changed.connect(self._grow)

    def _grow(self) -> None:
        """Take what the body needs, as far as the screen has it, and stay on it."""
        if not isValid(self) or (missing := self._roomy.missing()).isNull():  # deleted, its body asks a last time
            return
        self.resize((self.size() + missing).boundedTo(room_for(self).expandedTo(self.size())))
        beyond = self.frameGeometry().bottom() - self.screen().availableGeometry().bottom()
        if self.isVisible() and beyond > 0:
            self.move(self.x(), max(self.y() - beyond, self.screen().availableGeometry().top()))


def room_for(dialog: QWidget) -> QSize:
    """The most that a dialog may take, in pixels without its frame: the screen it opens on, or the window it is over
    where that reaches beyond one screen."""
    over = dialog.parentWidget()
    room = dialog.screen().availableSize() - FRAME
    return room if over is None else room.expandedTo(over.window().size() - FRAME)


def labelled(text: str, field: QWidget) -> QLabel:
    """A label above a field, its buddy and its accessible name."""
    label = TextLabel(text, "small", "ink_second")
    label.setBuddy(field)
    field.setAccessibleName(text)
    return label


def pane(widget: QWidget, margins: tuple[int, int, int, int] = (20, 14, 20, 14), spacing: int = 6) -> QVBoxLayout:
    """A column of fields in `widget`."""
    box = QVBoxLayout(widget)
    box.setContentsMargins(*margins)
    box.setSpacing(spacing)
    return box


def message_view(card: CaseCard, height: int, font: str = "message") -> PlainTextView:
    """The messages of a card as the citizens wrote them, replies to requests after them; at most `height` pixels."""
    view = PlainTextView(height, font)
    view.setObjectName("message_text")
    view.setAccessibleName(tr("Message"))
    replies = (f"{tr('The author replied')}: {reply.text}" for reply in card.replies)
    messages = (_told(message, len(card.messages)) for message in card.messages)
    view.show_text("\n\n".join((*messages, *replies)))
    return view


def _told(message: MessageView, count: int) -> str:
    """A message; of several, under who wrote it and where."""
    head = " · ".join(part for part in (message.author, message.source) if part)
    return message.text if count == 1 else f"{head}:\n{message.text}"
