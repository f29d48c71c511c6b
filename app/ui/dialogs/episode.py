"""Dialogs of the page «Губернатору»: an episode's name, its cases, what was done, and the templates of reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.regulation import requirements
from app.regulation.errors import Refusal
from app.regulation.workflow import State
from app.services.episodes import EpisodeCaseView
from app.services.reports.templates import TemplateView
from app.texts import mark, tr
from app.texts.governor import PLACEHOLDERS
from app.texts.moments import full_moment, near_moment
from app.texts.words import state_name
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.plain_text import PlainTextView
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

TEMPLATES = {"governor_case": mark("Report about a case"), "governor_episode": mark("Report about an episode")}


@dataclass(frozen=True, slots=True)
class NameContext:
    """What the name begins with, and the words beneath it."""

    name: str
    explanation: str
    now: datetime


class NameDialog(ActDialog):
    """Asks for an episode's name; ends in the name."""

    def __init__(
        self, context: NameContext, heading: Heading, zone: ZoneInfo, ok: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("episode_name_dialog", heading, zone, ok, parent)
        self._context = context
        self.name = QLineEdit(context.name)
        self.name.setObjectName("episode_name")
        self.name.setMaxLength(200)
        box = pane(self.body)
        box.addWidget(labelled(tr("The episode's name"), self.name))
        box.addWidget(self.name)
        box.addWidget(self.error_for(self.name, "episode_unnamed"))
        box.addWidget(TextLabel(context.explanation, "body", "ink_second", wrap=True))
        box.addStretch(1)
        self.name.textChanged.connect(self.clear_errors)
        self.name.textChanged.connect(self.revise)
        self.revise()
        self.fit(620, 240)

    def refusal(self) -> Refusal | None:
        return requirements.episode(self.name.text())

    def decision(self) -> str:
        return self.name.text().strip()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.name.setFocus()
        self.name.selectAll()


class LookDialog(ActDialog):
    """A dialog that only shows, with one button to close it; works beside it go on while it stands open."""

    def __init__(self, name: str, heading: Heading, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(name, heading, zone, tr("Close"), parent)
        self.cancel.hide()

    def refusal(self) -> Refusal | None:
        return None

    def decision(self) -> None:
        return None

    def press_ok(self) -> None:
        self.accept()

    def tick(self, now: datetime) -> None:
        """Nothing here depends on the time."""


class EpisodeCasesDialog(LookDialog):
    """The cases of an episode; in an open one they can be added and taken out.

    Signals: add_requested(numbers as typed), add_like_requested(), remove_requested(case id).
    """

    add_requested = Signal(str)
    add_like_requested = Signal()
    remove_requested = Signal(int)

    def __init__(
        self, heading: Heading, zone: ZoneInfo, now: datetime, *, may_change: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__("episode_cases_dialog", heading, zone, parent)
        self._now = now
        self._model: RowsModel[EpisodeCaseView] = RowsModel(self._columns(), lambda case: case.case_id)
        self.table = QueueView(self._model)
        self.table.setObjectName("episode_cases")
        self.table.setAccessibleName(tr("Cases of the episode"))
        self.table.set_empty_text(tr("There is no case in the episode yet."))
        self.numbers = QLineEdit()
        self.numbers.setObjectName("numbers")
        self.numbers.setPlaceholderText(tr("Numbers of cases, parted by commas"))
        self.numbers.setAccessibleName(tr("Numbers of cases, parted by commas"))
        self.add = KeyButton(tr("Add"))
        self.like = KeyButton("")
        self.remove = KeyButton(tr("Take out of the episode"))
        self._build(may_change)
        self.fit(980, 560)

    def show_cases(self, cases: Sequence[EpisodeCaseView], like: int) -> None:
        """The cases now, and how many more of the same topic and place came since."""
        self._model.show(cases)
        if self.table.chosen_id() is None:
            self.table.choose_first()
        self.like.setText(tr("Add those like them: {n}", n=like))
        self.like.setEnabled(like > 0)
        self.remove.setEnabled(bool(cases))

    def _build(self, may_change: bool) -> None:
        box = pane(self.body)
        box.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.numbers, 1)
        for button, name in ((self.add, "add"), (self.like, "add_like"), (self.remove, "remove")):
            button.setObjectName(name)
            row.addWidget(button)
        changing = QWidget()
        changing.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        changing.setVisible(may_change)
        box.addWidget(changing)
        box.addWidget(self.error_for(self.numbers, "number_unknown", "number_ambiguous"))
        self.add.clicked.connect(self._add)
        self.numbers.returnPressed.connect(self._add)
        self.like.clicked.connect(self.add_like_requested)
        self.remove.clicked.connect(self._remove)

    def _add(self) -> None:
        self.clear_errors()
        if self.numbers.text().strip():
            self.add_requested.emit(self.numbers.text())

    def _remove(self) -> None:
        if (case_id := self.table.chosen_id()) is not None:
            self.remove_requested.emit(case_id)

    def _columns(self) -> tuple[Column[EpisodeCaseView], ...]:
        return (
            Column(key="number", title=tr("Number"), width=164, text=lambda case: case.number, note=self._came),
            Column(key="message", title=tr("Message"), text=lambda case: case.excerpt),
            Column(
                key="place", title=tr("Place and topic"), width=190, text=lambda case: case.where or "—",
                note=lambda case: case.topic,
            ),
            Column(
                key="agency", title=tr("Agency"), width=170, text=lambda case: case.agency or "—",
                note=lambda case: state_name(State(case.state)),
            ),
        )  # fmt: skip

    def _came(self, case: EpisodeCaseView) -> str:
        return near_moment(case.collected_at, self._now, self.zone)


class HistoryDialog(LookDialog):
    """What was done to an episode or a proposal, by whom and when."""

    def __init__(self, lines: Sequence[str], heading: Heading, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__("governor_history_dialog", heading, zone, parent)
        text = PlainTextView(2000, "body", fits=False)
        text.setObjectName("history_text")
        text.setAccessibleName(tr("History"))
        text.show_text("\n".join(lines))
        pane(self.body).addWidget(text, 1)
        self.fit(640, 380)


class TemplatesDialog(LookDialog):
    """The templates in use; each can be saved, replaced by the region's own, and set back to the shipped one.

    Signals: save_requested(code), replace_requested(code), restore_requested(code).
    """

    save_requested = Signal(str)
    replace_requested = Signal(str)
    restore_requested = Signal(str)

    def __init__(self, heading: Heading, zone: ZoneInfo, *, may_change: bool, parent: QWidget | None = None) -> None:
        super().__init__("templates_dialog", heading, zone, parent)
        self._notes: dict[str, TextLabel] = {}
        self._restore: dict[str, KeyButton] = {}
        box = pane(self.body)
        for code, title in TEMPLATES.items():
            box.addWidget(SectionLabel(tr(title)))
            self._notes[code] = TextLabel("", "body", "ink_second", wrap=True)
            box.addWidget(self._notes[code])
            box.addLayout(self._row(code, may_change))
        box.addWidget(SectionLabel(tr("Placeholders of a template")))
        places = PlainTextView(2000, "small", fits=False)
        places.setObjectName("placeholders")
        places.setAccessibleName(tr("Placeholders of a template"))
        places.show_text("\n".join(f"{{{{{name}}}}} — {tr(about)}" for name, about in PLACEHOLDERS.items()))
        box.addWidget(places, 1)
        self.fit(720, 560)

    def show_templates(self, templates: Sequence[TemplateView]) -> None:
        """Whose each template is now."""
        for template in templates:
            words = tr("The template that ships with the program.")
            if template.name and template.changed_at is not None:
                at = full_moment(template.changed_at, self.zone)
                words = tr("Own: {name}, {who}, {at}", name=template.name, who=template.changed_by, at=at)
            self._notes[template.code].show_text(words)
            self._restore[template.code].setEnabled(bool(template.name))

    def _row(self, code: str, may_change: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, words, signal in (
            ("save", tr("Save the template…"), self.save_requested),
            ("replace", tr("Replace…"), self.replace_requested),
            ("restore", tr("Back to the shipped one"), self.restore_requested),
        ):
            button = KeyButton(words)
            button.setObjectName(f"{name}_{code}")
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(code))
            button.setVisible(may_change or name == "save")
            row.addWidget(button)
            if name == "restore":
                self._restore[code] = button
        row.addStretch(1)
        return row
