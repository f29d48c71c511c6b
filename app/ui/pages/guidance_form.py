"""The form in which a page of the guidance library is written."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QRadioButton, QWidget

from app.services.guidance import GuidanceFacts, refusal_of
from app.services.views import Directories
from app.services.workplace import Workplace
from app.texts import mark, tr
from app.texts.refusals import explain
from app.ui.dialogs.act_dialog import labelled, pane
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.labels import FieldError, TextLabel
from app.ui.widgets.period_box import as_day, day_field
from app.ui.widgets.shortcuts import press_by

_KINDS = {"instruction": mark("Instruction"), "answer": mark("Model answer"), "consultation": mark("Consultation")}
QUESTION_HEIGHT = 84


class GuidanceForm(QWidget):
    """Fields of a consultation stand there only for one. What is typed stays until it is saved or left.

    Signals: saved() when the rules agree with what is typed; left().
    """

    saved = Signal()
    left = Signal()

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._shown = self._filled = GuidanceFacts("instruction", "", "")
        self.kinds = {code: QRadioButton(tr(words)) for code, words in _KINDS.items()}
        self._group = QButtonGroup(self)
        self.title, self.text = QLineEdit(), QPlainTextEdit()
        self.topic, self.agency = ChoiceBox(tr("Any topic")), ChoiceBox(tr("Type any word of the agency"))
        self.asked_by = QLineEdit()
        self.asked_on = day_field(self._today(), tr("Asked on"), "asked_on")
        self.question = QPlainTextEdit()
        self._asked = QWidget()
        self._hint = TextLabel("", "small", "ink_third", wrap=True)
        self.save = KeyButton(tr("Save"), "Ctrl+Enter", ButtonKind.PRIMARY)
        self.cancel = KeyButton(tr("Cancel"), "Esc")
        self._errors: dict[str, FieldError] = {}
        self._build()
        self._connect()

    def show_facts(self, facts: GuidanceFacts, directories: Directories) -> None:
        """Show a page to change, or an empty one."""
        self._shown = facts
        self.topic.set_choices([Choice(str(t.id), t.name, t.group) for t in directories.topics])
        self.agency.set_choices([Choice(str(a.id), a.name, a.short_name) for a in directories.agencies])
        self.kinds[facts.kind].setChecked(True)
        self.title.setText(facts.title)
        self.text.setPlainText(facts.text)
        self.topic.choose(str(facts.topic_id or ""))
        self.agency.choose(str(facts.agency_id or ""))
        self.asked_by.setText(facts.asked_by)
        asked_on = facts.asked_on or self._today()
        self.asked_on.setDate(day_field(asked_on, "", "").date())
        self.question.setPlainText(facts.question)
        self._revise()
        self._filled = self.facts()

    def is_edited(self) -> bool:
        """Whether anything differs from the page as it was shown."""
        return self.facts() != self._filled

    def facts(self) -> GuidanceFacts:
        """What is typed."""
        kind = next(code for code, button in self.kinds.items() if button.isChecked())
        is_asked = kind == "consultation"
        return GuidanceFacts(
            kind=kind,
            title=self.title.text(),
            text=self.text.toPlainText(),
            topic_id=int(self.topic.chosen()) if self.topic.chosen() else None,
            agency_id=int(self.agency.chosen()) if is_asked and self.agency.chosen() else None,
            asked_by=self.asked_by.text() if is_asked else "",
            asked_on=as_day(self.asked_on) if is_asked else None,
            question=self.question.toPlainText().strip() if is_asked else "",
            withdrawn=self._shown.withdrawn,
        )

    def press_save(self) -> None:
        """Tell `saved`, or say beside the field what is missing."""
        refused = refusal_of(self.facts(), self._today())
        if refused is None:
            self.saved.emit()
            return
        code = refused.refusal.code
        self._errors[code].show_error(explain(refused.refusal))

    # ----- building

    def _build(self) -> None:
        names = {
            "guidance_title": self.title, "guidance_body": self.text, "guidance_topic": self.topic,
            "guidance_agency": self.agency, "guidance_asked_by": self.asked_by, "guidance_question": self.question,
            "guidance_save": self.save, "guidance_cancel": self.cancel,
        }  # fmt: skip
        for name, part in names.items():
            part.setObjectName(name)
        box = pane(self, (14, 0, 0, 0))
        line = QHBoxLayout()
        line.setSpacing(18)
        for code, button in self.kinds.items():
            button.setObjectName(f"guidance_{code}")
            self._group.addButton(button)
            line.addWidget(button)
        line.addStretch(1)
        box.addLayout(line)
        box.addWidget(labelled(tr("Title of the page"), self.title))
        box.addWidget(self.title)
        box.addWidget(self._error(self.title, "name_missing", "name_too_long"))
        box.addWidget(labelled(tr("Topic"), self.topic))
        box.addWidget(self.topic)
        self._build_asked()
        box.addWidget(self._asked)
        box.addWidget(labelled(tr("Text"), self.text))
        self.text.setTabChangesFocus(True)
        box.addWidget(self.text, 1)
        box.addWidget(self._error(self.text, "draft_empty", "draft_too_long"))
        box.addWidget(self._hint)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        box.addLayout(foot)

    def _build_asked(self) -> None:
        grid = QGridLayout(self._asked)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        fields = {tr("Agency that asked"): self.agency, tr("Who asked"): self.asked_by, tr("Asked on"): self.asked_on}
        for column, (words, field) in enumerate(fields.items()):
            grid.addWidget(labelled(words, field), 0, column)
            grid.addWidget(field, 1, column)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 2)
        error = self._error(self.asked_by, "asked_by_missing", "day_in_future")
        grid.addWidget(error, 2, 0, 1, 3)
        self.question.setTabChangesFocus(True)
        self.question.setFixedHeight(QUESTION_HEIGHT)
        grid.addWidget(labelled(tr("What was asked"), self.question), 3, 0, 1, 3)
        grid.addWidget(self.question, 4, 0, 1, 3)

    def _error(self, field: QWidget, *codes: str) -> FieldError:
        error = FieldError(field)
        for code in codes:
            self._errors[code] = error
        return error

    def _connect(self) -> None:
        for button in self.kinds.values():
            button.toggled.connect(self._revise)
        for signal in (self.title.textChanged, self.text.textChanged, self.asked_by.textChanged):
            signal.connect(self._clear)
        self.agency.choice_changed.connect(self._clear)
        self.save.clicked.connect(self.press_save)
        self.cancel.clicked.connect(self.left)
        press_by(self, self.save, "Ctrl+Return")
        press_by(self, self.cancel, "Esc")

    def _revise(self, *_: object) -> None:
        kind = next((code for code, button in self.kinds.items() if button.isChecked()), "")
        self._asked.setVisible(kind == "consultation")
        self._hint.setVisible(kind == "answer")
        self._hint.show_text(
            tr("Places in braces are filled from the card: {places}. Any other, like {other}, is left to the writer.",
               places="{имя}, {место}, {тема}, {орган}, {номер}, {дата}", other="{срок}")
        )  # fmt: skip
        self._clear()

    def _clear(self, *_: object) -> None:
        for error in self._errors.values():
            error.clear()

    def _today(self) -> date:
        return self._place.now().astimezone(self._place.rules().agency.zone).date()
