"""Reporting to the Governor (п. 24): to whom, which way, when and by whom; at the left what the page will say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from app.regulation import requirements
from app.regulation.errors import Refusal
from app.services.governor import Handing, Reporting
from app.services.reports.governor import GovernorPaper
from app.texts import tr
from app.texts.governor import values_of, ways
from app.texts.moments import moment_since
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.dialogs.moment_field import MomentField
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.plain_text import PlainTextView

DONE_HEIGHT = 110


@dataclass(frozen=True, slots=True)
class GovernorContext:
    """What is reported and what the form begins with; `started_at` is when the stopwatch began."""

    paper: GovernorPaper
    author: str
    reporting: Reporting
    person_id: int
    started_at: datetime
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class GovernorDecision:
    """How it was handed over, and the page as it stood; `with_papers` keeps the page's files with the report."""

    handing: Handing
    paper: GovernorPaper
    with_papers: bool


class GovernorDialog(ActDialog):
    """Ends in a `GovernorDecision`.

    Signals: export_requested("docx" or "pdf") when the person wants the page as a file first.
    """

    export_requested = Signal(str)

    def __init__(self, context: GovernorContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("governor_dialog", heading, context.zone, tr("Reported"), parent)
        self._context = context
        self.page = PlainTextView(2000, "body", fits=False)
        self.done_text = QPlainTextEdit()
        self.addressee = QLineEdit(context.reporting.addressee or tr("To the Governor"))
        self.way = ComboBox()
        self.reporter = ComboBox()
        self.note = QLineEdit()
        self.moment = MomentField(context.now, self.zone)
        self.with_author = QCheckBox(tr("Name the author on the page"))
        self.with_papers = QCheckBox(tr("Keep the page with the report (DOCX and PDF)"))
        self.docx, self.pdf = KeyButton(tr("Save as DOCX…")), KeyButton(tr("Save as PDF…"))
        self._build()
        self._connect()
        self._revise()
        self.fit(1120, 660)

    def refusal(self) -> Refusal | None:
        refused = requirements.handing(self.addressee.text())
        at = self.moment.moment()
        if refused is None and at is not None:
            refused = requirements.moment(at, self._context.started_at, self._context.now)
        return refused

    def decision(self) -> GovernorDecision:
        handing = Handing(
            addressee=self.addressee.text().strip(),
            way=self.way.currentData(),
            note=self.note.text().strip(),
            reported_at=self.moment.moment(),
            reporter_id=self.reporter.currentData(),
        )
        return GovernorDecision(handing, self.paper(), self.with_papers.isChecked())

    def paper(self) -> GovernorPaper:
        """The page as the form stands."""
        paper: GovernorPaper = replace(
            self._context.paper,
            addressee=self.addressee.text().strip(),
            reporter=self.reporter.currentText(),
            done=self.done_text.toPlainText().strip(),
            author=self._context.author if self.with_author.isChecked() else "",
        )
        return paper

    # ----- building

    def _build(self) -> None:
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._page_side(), 1)
        row.addWidget(self._form(), 1)
        for button, name in ((self.docx, "save_docx"), (self.pdf, "save_pdf")):
            button.setObjectName(name)
            self.footer.insertWidget(self.footer.count() - 3, button)

    def _page_side(self) -> QWidget:
        side = QFrame()
        side.setProperty("frame", "right")
        box = pane(side)
        box.addWidget(SectionLabel(tr("What the page will say")))
        self.page.setObjectName("page_text")
        self.page.setAccessibleName(tr("What the page will say"))
        box.addWidget(self.page, 1)
        box.addWidget(TextLabel(tr("One page: long texts are cut at the end of a sentence."), "small", "ink_third"))
        return side

    def _form(self) -> QWidget:
        form, context = QWidget(), self._context
        box = pane(form)
        self.done_text.setObjectName("done_text")
        self.done_text.setPlainText(context.paper.done)
        self.done_text.setTabChangesFocus(True)
        self.done_text.setFixedHeight(DONE_HEIGHT)
        self._add(box, tr("What is being done"), self.done_text)
        self.addressee.setObjectName("addressee")
        self._add(box, tr("To whom"), self.addressee)
        box.addWidget(self.error_for(self.addressee, "addressee_missing"))
        _fill(self.way, "way", ways())
        _fill(self.reporter, "reporter", context.reporting.people)
        self.reporter.setCurrentIndex(max(self.reporter.findData(context.person_id), 0))
        self._add(box, tr("Which way"), self.way)
        self._add(box, tr("Who reported"), self.reporter)
        self.note.setObjectName("note")
        self._add(box, tr("Note (number of the document, what was ordered …)"), self.note)
        box.addWidget(SectionLabel(tr("When it was reported")))
        self.moment.setObjectName("reported_at")
        box.addWidget(self.moment)
        box.addWidget(self.error_for(self.moment, "in_the_future", "before_previous_act"))
        since = moment_since(context.started_at, context.now, self.zone)
        box.addWidget(TextLabel(tr("The stopwatch runs since {moment}.", moment=since), "small", "ink_third"))
        self.with_author.setObjectName("with_author")
        self.with_author.setVisible(bool(context.author))
        self.with_papers.setObjectName("with_papers")
        self.with_papers.setChecked(True)
        box.addWidget(self.with_author)
        box.addWidget(self.with_papers)
        box.addStretch(1)
        return form

    def _add(self, box: QBoxLayout, words: str, field: QWidget) -> None:
        box.addWidget(labelled(words, field))
        box.addWidget(field)

    def _connect(self) -> None:
        for field in (self.addressee, self.note):
            field.textChanged.connect(self._revise)
        self.done_text.textChanged.connect(self._revise)
        self.reporter.currentIndexChanged.connect(self._revise)
        self.with_author.toggled.connect(self._revise)
        self.moment.changed.connect(self._revise)
        self.docx.clicked.connect(lambda: self.export_requested.emit("docx"))
        self.pdf.clicked.connect(lambda: self.export_requested.emit("pdf"))

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.done_text.setFocus()

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
        self.page.show_text(page_words(self.paper()))


def page_words(paper: GovernorPaper) -> str:
    """What the page will say, line by line; what it has nothing to say about is left out."""
    values = values_of(paper)
    labels = (
        ("", "title"), (tr("Number"), "number"), (tr("Topic"), "topic"), (tr("Place"), "place"),
        (tr("Since"), "since"), (tr("Messages"), "count"), (tr("Growth"), "growth"), (tr("Where"), "places"),
        (tr("About what"), "topics"), (tr("Work"), "states"), (tr("Agencies"), "agencies"),
        (tr("Source"), "source"), (tr("Author"), "author"), (tr("State"), "state"), (tr("Agency"), "agency"),
        (tr("Next step"), "next_step"), (tr("Due"), "due"), ("", "message"), (tr("What is being done"), "done"),
    )  # fmt: skip
    shown = [(label, values[name]) for label, name in labels if values[name] and not _is_alone(paper, name)]
    return "\n".join(f"{label}: {value}" if label else f"{value}\n" for label, value in shown)


def _is_alone(paper: GovernorPaper, name: str) -> bool:
    """The count of a case's one message says nothing."""
    return name == "count" and paper.kind == "case"


def _fill(box: QComboBox, name: str, choices: Sequence[tuple[object, str]]) -> None:
    box.setObjectName(name)
    for code, words in choices:
        box.addItem(words, code)
