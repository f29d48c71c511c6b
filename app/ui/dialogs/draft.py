"""Writing a draft beside the message: a final or interim answer, or a request to the author (п. 11, 13, 15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from app.regulation import requirements
from app.regulation.clocks import Rules
from app.regulation.errors import Refusal
from app.regulation.workflow import DraftKind, LegKind
from app.services import formats
from app.services.advice import Advice, advise
from app.services.attachments import FileRef, ref_of
from app.services.drafting import TypedDraft
from app.services.guidance import ModelAnswer
from app.services.outbox.enclosing import left_to_hand
from app.services.views import CaseCard, DraftView
from app.texts import tr, trn
from app.texts.advice import doubts_words
from app.texts.files import by_hand_words, count_words, hint_words
from app.texts.moments import near_moment
from app.texts.words import draft_name
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, message_view, pane
from app.ui.dialogs.clarifying import AskedBox
from app.ui.dialogs.models_button import ModelsButton
from app.ui.dialogs.moment_field import MomentField
from app.ui.dialogs.parts import PartsBox
from app.ui.widgets.attachment_list import AttachmentList, Files
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.diff_view import DiffView
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.plain_text import PlainTextView
from app.ui.widgets.rows_box import RowsBox
from app.ui.widgets.shortcuts import press_by

AUTOSAVE_MS = 700
MESSAGE_HEIGHT = 360
EARLIER_HEIGHT = 140


@dataclass(frozen=True, slots=True)
class DraftContext:
    """What the writer sees: the card, the kinds possible now, for whom it is recorded, what was typed before.

    `wrong` says why a published answer is being corrected; `models` are model answers that fit, filled in.
    """

    card: CaseCard
    kinds: tuple[DraftKind, ...]
    rules: Rules
    now: datetime
    on_behalf: str = ""
    typed: TypedDraft | None = None
    wrong: str = ""
    models: tuple[ModelAnswer, ...] = ()
    files: Files | None = None


@dataclass(frozen=True, slots=True)
class DraftDecision:
    """What is submitted with what confirms it (п. 19); `occurred_at` only when it is recorded for an executor and
    happened earlier, `asked` only for a request to the author (п. 11)."""

    kind: DraftKind
    text: str
    occurred_at: datetime | None = None
    asked: tuple[str, ...] = ()
    measures: str = ""
    files: tuple[FileRef, ...] = ()


class DraftDialog(ActDialog):
    """The answer to a repeat has a field of its own for the measures taken (п. 17): the end of the whole text.

    Signals: typed(kind, text, measures) at most 0.7 s after typing, and at once when the focus or the dialog is left.
    """

    typed = Signal(str, str, str)

    def __init__(self, context: DraftContext, heading: Heading, parent: QWidget | None = None) -> None:
        # A part of a common answer (п. 16) is approved by nobody: the curator passes the case on with it.
        is_part = context.kinds == (DraftKind.INFORMATION,)
        ok = tr("Give to the curator") if is_part else tr("Send for approval")
        super().__init__("draft_dialog", heading, context.rules.agency.zone, ok, parent)
        self._context = context
        self._previous = _previous(context.card)
        self.editor = QPlainTextEdit()
        self.measures = QPlainTextEdit()
        self._measures_part = QWidget()
        self.kinds = {kind: QRadioButton(draft_name(kind)) for kind in context.kinds}
        self.moment = MomentField(context.now, self.zone) if context.on_behalf else None
        self._group = QButtonGroup(self)
        self.attached = AttachmentList(context.files)
        self._counter = TextLabel("", "small", "ink_third")
        self._limits: RowsBox[TextLabel, tuple[str, str]] = RowsBox(_hint_label, _fill_hint)
        self._advice = TextLabel("", "small", "ink_second", wrap=True)
        self._changes = DiffView()
        self.asked = self._asked_box() if DraftKind.CLARIFICATION in context.kinds else None
        self._composed = ""
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
        refused = requirements.answer(decided.text) or requirements.draft(self._whole())
        refused = refused or requirements.measures(self._is_repeat, decided.kind, decided.measures)
        refused = refused or formats.refusal(self._whole(), decided.kind, self._context.card.networks)
        if refused is None and self.attached.is_taking():
            return Refusal("file_on_its_way")
        if refused is None and decided.occurred_at is not None:
            previous = self._context.card.history[-1].occurred_at
            return requirements.moment(decided.occurred_at, previous, self._context.now)
        return refused

    def decision(self) -> DraftDecision:
        occurred_at = self.moment.moment() if self.moment else None
        kind, files = self._kind(), self.attached.files()
        asked = self.asked.asked() if self.asked is not None and kind is DraftKind.CLARIFICATION else ()
        return DraftDecision(kind, self.editor.toPlainText(), occurred_at, asked, self._measures(), files)

    @property
    def _is_repeat(self) -> bool:
        return bool(self._context.card.standing.is_repeat)

    def _measures(self) -> str:
        """What is to be told of the measures taken; "" for a request to the author, which needs none."""
        needed = requirements.measures(self._is_repeat, self._kind(), "") is not None
        return self.measures.toPlainText().strip() if needed else ""

    def _whole(self) -> str:
        return requirements.with_measures(self.editor.toPlainText(), self._measures())

    def flush(self) -> None:
        """Tell what was typed now, if it was not told yet."""
        self._pause.stop()
        if self._unsaved:
            self._unsaved = False
            self.typed.emit(str(self._kind()), self.editor.toPlainText(), self.measures.toPlainText())

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
        side = QWidget()
        box = pane(side)
        box.addWidget(SectionLabel(tr("Message")))
        earlier = self._context.card.kin.earlier
        box.addWidget(message_view(self._context.card, MESSAGE_HEIGHT if earlier is None else MESSAGE_HEIGHT // 2))
        if earlier is not None:
            box.addWidget(SectionLabel(tr("Earlier answer, {number}", number=earlier.number)))
            answer = PlainTextView(EARLIER_HEIGHT, "body")
            answer.setObjectName("earlier_answer")
            answer.setAccessibleName(tr("Earlier answer, {number}", number=earlier.number))
            answer.show_text(earlier.answer)
            box.addWidget(answer)
        if self._previous is not None and self._previous.remark:
            box.addWidget(SectionLabel(tr("What the curator asked last time")))
            remark = TextLabel(self._previous.remark, "body", "soon", wrap=True)
            remark.setObjectName("remark")
            box.addWidget(remark)
        if self._context.wrong:
            box.addWidget(SectionLabel(tr("What is wrong in what is published")))
            wrong = TextLabel(self._context.wrong, "body", "soon", wrap=True)
            wrong.setObjectName("wrong")
            box.addWidget(wrong)
        if self._context.card.parts:
            parts = PartsBox(self._context.card.parts)
            parts.setObjectName("parts")
            parts.insert_requested.connect(self._insert)
            box.addWidget(parts)
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setProperty("frame", "right")
        area.setWidget(side)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _writing(self) -> QWidget:
        side = QWidget()
        box = pane(side)
        line = QHBoxLayout()
        line.setSpacing(18)
        for kind, button in self.kinds.items():
            button.setObjectName(f"kind_{kind}")
            self._group.addButton(button)
            line.addWidget(button)
            button.setVisible(len(self.kinds) > 1)
        if len(self.kinds) == 1:
            line.addWidget(TextLabel(draft_name(next(iter(self.kinds))), "strong"))
        line.addStretch(1)
        box.addLayout(line)
        if self.asked is not None:
            self.asked.setObjectName("asked")
            box.addWidget(self.asked)
        if self.moment is not None:
            words = tr("Recorded on behalf of: {name}", name=self._context.on_behalf)
            behalf = TextLabel(words, "body", "soon", wrap=True)
            behalf.setObjectName("on_behalf")
            box.addWidget(behalf)
            self.moment.setObjectName("occurred_at")
            box.addWidget(labelled(tr("When it happened"), self.moment))
            box.addWidget(self.moment)
            box.addWidget(self.error_for(self.moment, "in_the_future", "before_previous_act"))
        box.addWidget(labelled(tr("Text"), self.editor))
        self.editor.setObjectName("text")
        self.editor.setTabChangesFocus(True)
        self._pages.addWidget(self.editor)
        self._pages.addWidget(self._changes)
        self._changes.setObjectName("changes")
        box.addWidget(self._pages, 1)
        box.addWidget(self.error_for(self.editor, "draft_empty", "draft_too_long", "place_left", "network_refuses"))
        self._add_measures()
        box.addWidget(self._measures_part)
        foot = QHBoxLayout()
        self._counter.setObjectName("counter")
        foot.addWidget(self._counter, 1)
        if self._context.models:
            foot.addWidget(ModelsButton(self._context.models, self.editor, self))
        if self._previous is not None:
            foot.addWidget(self._compare_button())
        box.addLayout(foot)
        self._limits.setObjectName("limits")
        box.addWidget(self._limits)
        self._advice.setObjectName("advice")
        box.addWidget(self._advice)
        self.attached.setObjectName("attached")
        box.addWidget(self.attached)
        for code in ("file_on_its_way", "file_gone", "files_too_many"):
            self._errors[code] = (self.attached.error, self.attached.add)
        return side

    def _add_measures(self) -> None:
        box = pane(self._measures_part, (0, 0, 0, 0), 4)
        self.measures.setObjectName("measures")
        self.measures.setTabChangesFocus(True)
        self.measures.setFixedHeight(self.fontMetrics().lineSpacing() * 4 + 16)
        clause = self._context.rules.profile.clause("repeat")
        words = (tr("Measures taken and progress: the end of the answer"), clause and tr("cl. {clause}", clause=clause))
        box.addWidget(labelled(", ".join(part for part in words if part), self.measures))
        box.addWidget(self.measures)
        box.addWidget(self.error_for(self.measures, "measures_missing"))

    def _compare_button(self) -> QWidget:
        assert self._previous is not None, "made only when there is something to compare with"
        button = KeyButton(tr("Changes to version {n}", n=self._previous.version), "Ctrl+D")
        button.setObjectName("compare")
        button.setCheckable(True)
        button.toggled.connect(self._compare)
        press_by(self, button, "Ctrl+D")
        return button

    def _fill(self) -> None:
        typed, previous = self._context.typed, self._previous
        # What was sent back is mended as what it was; after an interim answer comes the final one.
        mended = previous.kind if previous is not None and previous.verdict == "rework" else self._context.kinds[0]
        kind = typed.kind if typed else mended
        self.kinds.get(DraftKind(kind), next(iter(self.kinds.values()))).setChecked(True)
        if typed is not None:
            self.editor.setPlainText(typed.text)
            self.measures.setPlainText(typed.measures)
            at = near_moment(typed.typed_at, self._context.now, self.zone)
            self.bar.show_message(InfoKind.INFO, tr("Restored from the draft of {moment}.", moment=at))
            self.attached.show_files(typed.files)
        elif previous is not None and (previous.verdict == "rework" or self._context.wrong):
            part = previous.measures if self._is_repeat else ""
            self.editor.setPlainText(requirements.without_measures(previous.text, part))
            self.measures.setPlainText(part)
            self.attached.show_files([ref_of(view) for view in previous.attachments])
        self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)

    def _connect(self) -> None:
        self.keeps_words = False
        self.editor.textChanged.connect(self._note_typing)
        self.measures.textChanged.connect(self._note_typing)
        self._group.buttonToggled.connect(lambda _button, checked: self._note_typing() if checked else None)
        self._pause.timeout.connect(self.flush)
        self._pause.timeout.connect(self._advise)
        for field in (self.editor, self.measures):
            field.installEventFilter(self)
        self.attached.changed.connect(self._note_files)
        self.attached.open_requested.connect(self.file_requested)
        self.attached.serve(self.editor, self.editor.viewport())
        if self.moment is not None:
            self.moment.changed.connect(self._revise)

    def _asked_box(self) -> AskedBox:
        messages = self._context.card.messages
        box = AskedBox(messages[0].author if messages else "", self._previous.asked if self._previous else ())
        box.composed.connect(self._take_composed)
        box.insert_requested.connect(self._insert)
        return box

    def _take_composed(self, text: str) -> None:
        """The request follows its parts until somebody writes into it."""
        if self.editor.toPlainText().strip() in ("", self._composed):
            self._composed = text
            self.editor.setPlainText(text)

    def _insert(self, text: str) -> None:
        """Put a part, or the request, where the cursor is, as a paragraph of its own."""
        cursor = self.editor.textCursor()
        before = self.editor.toPlainText()[: cursor.position()]
        cursor.insertText(("\n" if before and not before.endswith("\n") else "") + text + "\n")
        self.editor.setTextCursor(cursor)
        self.editor.setFocus()

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
            self._changes.show_changes(self._previous.text, self._whole())
        self._pages.setCurrentWidget(self._changes if on else self.editor)
        if not on:
            self.editor.setFocus()

    def _revise(self) -> None:
        if self.asked is not None:
            self.asked.setVisible(self._kind() is DraftKind.CLARIFICATION)
        self._measures_part.setVisible(requirements.measures(self._is_repeat, self._kind(), "") is not None)
        self._count()
        if not self._pause.isActive():
            self._advise()
        with QSignalBlocker(self.editor):
            self.clear_errors()
        self.revise()


    def _count(self) -> None:
        """The length against what each network of the messages takes, where that is known (п. 19)."""
        text, networks = self._whole(), self._context.card.networks
        counted = () if self._kind() is DraftKind.INFORMATION else formats.counts(text, networks)
        words = [count_words(count) for count in counted]
        self._counter.show_text("   ".join(words) or trn("{n} character", "{n} characters", len(text)),
                                ink=_ink_of(counted))  # fmt: skip
        files = [(file.name, file.media_type, file.size_bytes) for file in self.attached.files()]
        hints = [(hint_words(hint), "soon") for hint in formats.media_hints(text, files, networks)]
        said = left_to_hand(self.attached.files(), text, networks)
        hints += [(by_hand_words(code, refused), "soon") for code, refused in said]
        over = [c for c in counted if c.is_over and not c.refuses]
        hints += [(tr("longer than {network} is known to take", network=count.network), "soon") for count in over]
        self._limits.show_items(hints)


    def _advise(self) -> None:
        """What a careful reader would notice, a moment after it was typed: advice, never a ban (п. 19)."""
        text, kind, card = self._whole(), self._kind(), self._context.card
        points: tuple[Advice, ...] = ()
        if text.strip() and kind is not DraftKind.INFORMATION:
            author = card.messages[0].author if card.messages else ""
            shown = sum(file.is_seen for file in self.attached.files())
            points = advise(text, str(kind), author, card.networks, shown)
        words = doubts_words(points)
        self._advice.setVisible(bool(words))
        self._advice.show_text(words)


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
    if card.draft.kind == DraftKind.INFORMATION and leg.kind != LegKind.LINK:
        return None  # another agency's part, handed in at the very second this leg received the case
    return card.draft

