"""Writing a draft beside the message: a final or interim answer, or a request to the author (п. 11, 13, 15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPlainTextEdit, QRadioButton, QStackedWidget, QWidget

from app.regulation import requirements
from app.regulation.clocks import Rules
from app.regulation.errors import Refusal
from app.regulation.workflow import DraftKind
from app.services import formats
from app.services.attachments import FileRef, ref_of
from app.services.drafting import TypedDraft
from app.services.views import CaseCard, DraftView
from app.texts import tr, trn
from app.texts.files import count_words, hint_words
from app.texts.moments import near_moment
from app.texts.words import draft_name
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, message_view, pane
from app.ui.dialogs.moment_field import MomentField
from app.ui.widgets.attachment_list import AttachmentList, Files
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.diff_view import DiffView
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.rows_box import RowsBox

AUTOSAVE_MS = 700
MESSAGE_HEIGHT = 360


@dataclass(frozen=True, slots=True)
class DraftContext:
    """What the writer sees: the card, the kinds possible now, for whom it is recorded, what was typed before."""

    card: CaseCard
    kinds: tuple[DraftKind, ...]
    rules: Rules
    now: datetime
    on_behalf: str = ""
    typed: TypedDraft | None = None
    files: Files | None = None


@dataclass(frozen=True, slots=True)
class DraftDecision:
    """What is submitted with what confirms it (п. 19); `occurred_at` only when it is recorded for an executor and
    happened earlier."""

    kind: DraftKind
    text: str
    occurred_at: datetime | None = None
    files: tuple[FileRef, ...] = ()


class DraftDialog(ActDialog):
    """Signals: typed(kind, text) at most 0.7 s after typing, and at once when the focus or the dialog is left."""

    typed = Signal(str, str)

    def __init__(self, context: DraftContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("draft_dialog", heading, context.rules.agency.zone, tr("Send for approval"), parent)
        self._context = context
        self._previous = _previous(context.card)
        self.editor = QPlainTextEdit()
        self.kinds = {kind: QRadioButton(draft_name(kind)) for kind in context.kinds}
        self.moment = MomentField(context.now, self.zone) if context.on_behalf else None
        self._group = QButtonGroup(self)
        self.attached = AttachmentList(context.files)
        self._counter = TextLabel("", "small", "ink_third")
        self._limits: RowsBox[TextLabel, tuple[str, str]] = RowsBox(_hint_label, _fill_hint)
        self._changes = DiffView()
        self._pages = QStackedWidget()
        self._unsaved = False
        self._pause = QTimer(self, singleShot=True, interval=AUTOSAVE_MS)
        self._build()
        self._fill()
        self._connect()
        self._revise()
        self.fit(1120, 620)

    def refusal(self) -> Refusal | None:
        decided = self.decision()
        refused = requirements.draft(decided.text)
        refused = refused or formats.refusal(decided.text, decided.kind, self._context.card.networks)
        if refused is None and self.attached.is_taking():
            return Refusal("file_on_its_way")
        if refused is None and decided.occurred_at is not None:
            previous = self._context.card.history[-1].occurred_at
            return requirements.moment(decided.occurred_at, previous, self._context.now)
        return refused

    def decision(self) -> DraftDecision:
        occurred_at = self.moment.moment() if self.moment else None
        return DraftDecision(self._kind(), self.editor.toPlainText(), occurred_at, self.attached.files())

    def flush(self) -> None:
        """Tell what was typed now, if it was not told yet."""
        self._pause.stop()
        if self._unsaved:
            self._unsaved = False
            self.typed.emit(str(self._kind()), self.editor.toPlainText())

    def done(self, code: int) -> None:
        self.flush()
        super().done(code)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.flush()
        super().changeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.flush()
        return super().eventFilter(watched, event)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.editor.setFocus()

    def _kind(self) -> DraftKind:
        return next(kind for kind, button in self.kinds.items() if button.isChecked())

    # ----- building

    def _build(self) -> None:
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._question(), 2)
        row.addWidget(self._writing(), 3)

    def _question(self) -> QWidget:
        side = QFrame()
        side.setProperty("frame", "right")
        box = pane(side)
        box.addWidget(SectionLabel(tr("Message")))
        box.addWidget(message_view(self._context.card, MESSAGE_HEIGHT))
        if self._previous is not None and self._previous.remark:
            box.addWidget(SectionLabel(tr("What the curator asked last time")))
            remark = TextLabel(self._previous.remark, "body", "soon", wrap=True)
            remark.setObjectName("remark")
            box.addWidget(remark)
        box.addStretch(1)
        return side

    def _writing(self) -> QWidget:
        side = QWidget()
        box = pane(side)
        line = QHBoxLayout()
        line.setSpacing(18)
        for kind, button in self.kinds.items():
            button.setObjectName(f"kind_{kind}")
            self._group.addButton(button)
            line.addWidget(button)
        line.addStretch(1)
        box.addLayout(line)
        if self.moment is not None:
            words = tr("Recorded on behalf of: {name}", name=self._context.on_behalf)
            behalf = TextLabel(words, "body", "soon", wrap=True)
            behalf.setObjectName("on_behalf")
            box.addWidget(behalf)
            self.moment.setObjectName("occurred_at")
            box.addWidget(self.moment)
            box.addWidget(self.error_for(self.moment, "in_the_future", "before_previous_act"))
        box.addWidget(labelled(tr("Text"), self.editor))
        self.editor.setObjectName("text")
        self.editor.setTabChangesFocus(True)
        self._pages.addWidget(self.editor)
        self._pages.addWidget(self._changes)
        self._changes.setObjectName("changes")
        box.addWidget(self._pages, 1)
        box.addWidget(self.error_for(self.editor, "draft_empty", "draft_too_long", "network_refuses"))
        foot = QHBoxLayout()
        self._counter.setObjectName("counter")
        foot.addWidget(self._counter, 1)
        if self._previous is not None:
            foot.addWidget(self._compare_button())
        box.addLayout(foot)
        self._limits.setObjectName("limits")
        box.addWidget(self._limits)
        self.attached.setObjectName("attached")
        box.addWidget(self.attached)
        for code in ("file_on_its_way", "file_gone", "files_too_many"):
            self._errors[code] = (self.attached.error, self.attached.add)
        return side

    def _compare_button(self) -> QWidget:
        assert self._previous is not None, "made only when there is something to compare with"
        button = KeyButton(tr("Changes to version {n}", n=self._previous.version), "Ctrl+D")
        button.setObjectName("compare")
        button.setCheckable(True)
        button.toggled.connect(self._compare)
        QShortcut(QKeySequence("Ctrl+D"), self, button.toggle)
        return button

    def _fill(self) -> None:
        typed, previous = self._context.typed, self._previous
        kind = typed.kind if typed else previous.kind if previous else self._context.kinds[0]
        self.kinds.get(DraftKind(kind), next(iter(self.kinds.values()))).setChecked(True)
        if typed is not None:
            self.editor.setPlainText(typed.text)
            at = near_moment(typed.typed_at, self._context.now, self.zone)
            self.bar.show_message(InfoKind.INFO, tr("Restored from the draft of {moment}.", moment=at))
            self.attached.show_files(typed.files)
        elif previous is not None and previous.verdict == "rework":
            self.editor.setPlainText(previous.text)
            self.attached.show_files([ref_of(view) for view in previous.attachments])
        self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)

    def _connect(self) -> None:
        self.keeper = None
        self.editor.textChanged.connect(self._note_typing)
        self._group.buttonToggled.connect(lambda _button, checked: self._note_typing() if checked else None)
        self._pause.timeout.connect(self.flush)
        self.editor.installEventFilter(self)
        self.attached.changed.connect(self._note_files)
        self.attached.open_requested.connect(self.file_requested)
        self.attached.serve(self.editor, self.editor.viewport())
        if self.moment is not None:
            self.moment.changed.connect(self._revise)

    def _note_typing(self) -> None:
        self._unsaved = True
        if not self._pause.isActive():  # not started anew by each letter: whoever types on and on is saved too
            self._pause.start()
        self._revise()

    def _note_files(self) -> None:
        """A file is told at once: there is no more to come, as there is while a text is typed."""
        self._note_typing()
        self.flush()

    def _compare(self, on: bool) -> None:
        assert self._previous is not None, "the button exists only with a previous version"
        if on:
            self._changes.show_changes(self._previous.text, self.editor.toPlainText())
        self._pages.setCurrentWidget(self._changes if on else self.editor)
        if not on:
            self.editor.setFocus()

    def _revise(self) -> None:
        self._count()
        with QSignalBlocker(self.editor):
            self.clear_errors()
        self.revise()


    def _count(self) -> None:
        """The length against what each network of the messages takes, where that is known (п. 19)."""
        text, networks = self.editor.toPlainText(), self._context.card.networks
        counted = () if self._kind() is DraftKind.INFORMATION else formats.counts(text, networks)
        words = [count_words(count) for count in counted]
        self._counter.show_text("   ".join(words) or trn("{n} character", "{n} characters", len(text)),
                                ink=_ink_of(counted))  # fmt: skip
        files = [(file.name, file.media_type, file.size_bytes) for file in self.attached.files()]
        hints = [(hint_words(hint), "soon") for hint in formats.media_hints(text, files, networks)]
        over = [c for c in counted if c.is_over and not c.refuses]
        hints += [(tr("longer than {network} is known to take", network=count.network), "soon") for count in over]
        self._limits.show_items(hints)


def _ink_of(counted: Sequence[formats.Count]) -> str:
    over = [count for count in counted if count.is_over]
    return "late" if any(count.refuses for count in over) else "soon" if over else "ink_third"


def _hint_label() -> TextLabel:
    return TextLabel("", "small", wrap=True)


def _fill_hint(label: TextLabel, hint: tuple[str, str]) -> None:
    label.show_text(hint[0], ink=hint[1])


def _previous(card: CaseCard) -> DraftView | None:
    """The last version this leg submitted."""
    leg = card.leg
    if card.draft is None or leg is None or leg.received_at is None or card.draft.submitted_at < leg.received_at:
        return None
    return card.draft

