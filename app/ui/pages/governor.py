"""The page «Губернатору» (п. 24): what waits for a report, surges to decide on, episodes, and what was reported."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from app.regulation.duties import Duty
from app.services import episodes, surges
from app.services.governor import MarkedCase, ReportView
from app.services.governor_page import Overview, read_overview
from app.services.journal import refused_duty
from app.texts import mark, tr, trn
from app.texts.governor import surge_title
from app.texts.refusals import explain
from app.ui.pages.governor_asking import GovernorAsking
from app.ui.pages.governor_rows import LISTS, Columns, Row, rows_of
from app.ui.pages.page import Page, Surroundings
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import RowsModel
from app.ui.widgets.shortcuts import press_by


class GovernorPage(Page):
    """One table of what concerns the Governor; its buttons do what can be done with the chosen row."""

    beside_card = True
    begins_at_first = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        self._zone = surroundings.place.rules().agency.zone
        self._overview: Overview | None = None
        self._which = "waiting"
        self._model: RowsModel[Row] = RowsModel(Columns(self._zone).all(), lambda row: row.key)
        self.table = QueueView(self._model)
        self.buttons: dict[str, KeyButton] = {}
        self.why = TextLabel("", "body", "ink_second", wrap=True)
        super().__init__(tr("To the Governor"), surroundings, parent)
        self.asking = GovernorAsking(self, self.place, self.scope)
        self.table.row_chosen.connect(lambda _: self._chosen())
        self.table.row_activated.connect(lambda _: self._main_act())

    async def read(self) -> None:
        self._overview = await read_overview(self.place)
        self._show()

    def tick(self, now: datetime) -> None:
        self.table.tick(now)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.table.setFocus()

    def show_list(self, which: str) -> None:
        """Show one of LISTS."""
        self._which = which
        self.lists[which].setChecked(True)
        self._show()

    def row(self) -> Row | None:
        """The chosen row."""
        chosen: Row | None = self.table.chosen()
        return chosen

    # ----- showing

    def _show(self) -> None:
        if self._overview is None:
            return
        self._model.show(rows_of(self._overview, self._which))
        self.table.tick(self.place.now())
        waiting = self._overview.waiting
        self.note.show_text(trn("{n} waits", "{n} wait", waiting) if waiting else tr("nothing waits"))
        self.table.set_empty_text(tr(_EMPTY[self._which]))
        if self.table.chosen_id() is None:
            self.table.choose_first()
        self._chosen()

    def _chosen(self) -> None:
        row = self.row()
        self.why.show_text(f"{row.about}\n{row.why}" if row and row.kind != "case" else "")
        self.why.setVisible(row is not None and row.kind != "case")
        may = refused_duty(self.place, Duty.REPORT_TO_GOVERNOR)
        for code, button in self.buttons.items():
            button.setVisible(row is not None and code in _offered(row))
            if may is None or code in READING:
                button.allow()
            else:
                button.refuse(explain(may, self._zone))
        thing = row.thing if row else None
        self.case_chosen.emit(thing.case_id if isinstance(thing, MarkedCase | ReportView) else None)

    def _main_act(self) -> None:
        """What Enter does on a row: a case's is its card's, one step away; its report has G, on the card as here."""
        row = self.row()
        if row is not None and isinstance(row.thing, MarkedCase):
            self.case_requested.emit(row.thing.case_id)
            return
        offered = _offered(row) if row else ()
        if offered and self.buttons[offered[0]].isEnabled():
            self._press(offered[0])

    def _press(self, code: str) -> None:
        row = self.row()
        if row is None:
            return
        work = self._works(row.thing)[code]()
        self.do(f"governor {code}", work)

    def _works(self, thing: Any) -> dict[str, Callable[[], Any]]:
        place, asking = self.place, self.asking
        return {
            "confirm": lambda: asking.name(
                tr("Confirm the surge"), surge_title(thing),
                lambda title: surges.confirm(place, thing.uuid, title),
            ),
            "dismiss": lambda: asking.reason(
                tr("Dismiss the proposal"), tr("Why it is no surge"), tr("No surge"),
                lambda reason: surges.dismiss(place, thing.uuid, reason),
            ),
            "report_case": lambda: asking.report_case(thing.case_id),
            "report_episode": lambda: asking.report_episode(thing.uuid),
            "cases": lambda: asking.cases(thing.uuid),
            "close": lambda: asking.reason(
                tr("Close the episode"), tr("What came of it"), tr("Close"),
                lambda outcome: episodes.close_episode(place, thing.uuid, outcome),
            ),
            "save_docx": lambda: asking.save_kept(thing, "docx"),
            "save_pdf": lambda: asking.save_kept(thing, "pdf"),
            "history": lambda: asking.history(thing),
        }  # fmt: skip

    # ----- building

    def _build(self) -> None:
        super()._build()
        choice = self._choice()
        choice.add_gap()
        for code, title, key, work in (
            ("new_episode", tr("New episode…"), "Ins", self._new_episode),
            ("templates", tr("Templates…"), "", self._templates),
        ):
            button = KeyButton(title, key)
            button.setObjectName(code)
            if key:
                press_by(self, button, key)
            button.clicked.connect(work)
            choice.add(button)
        self.body.addWidget(choice)
        self.table.setObjectName("governor_rows")
        self.table.setAccessibleName(tr("To the Governor"))
        self.body.addWidget(self.table, 1)
        self.why.setObjectName("why")
        self.body.addWidget(self.why)
        self.body.addWidget(self._foot())

    def _choice(self) -> FlowRow:
        """Which list is shown."""
        row, group = FlowRow(spacing=12), QButtonGroup(self)
        self.lists = {}
        for code, title in LISTS.items():
            button = self.lists[code] = QRadioButton(tr(title))
            button.setObjectName(f"list_{code}")
            group.addButton(button)
            row.add(button)
            button.clicked.connect(lambda _=False, code=code: self.show_list(code))
        self.lists["waiting"].setChecked(True)
        return row

    def _foot(self) -> FlowRow:
        """The acts of the chosen row."""
        row = FlowRow()
        row.add_gap()
        for code, (title, kind) in _buttons().items():
            key = "G" if code == "report_case" else "Enter" if kind is ButtonKind.PRIMARY else ""
            button = self.buttons[code] = KeyButton(title, key, kind)
            button.setObjectName(code)
            button.clicked.connect(lambda _=False, code=code: self._press(code))
            row.add(button)
        return row

    def _new_episode(self) -> None:
        place = self.place
        work = self.asking.name(
            tr("New episode"), "", lambda title: episodes.open_episode(place, title, place.now())
        )
        self.do("governor new episode", work)

    def _templates(self) -> None:
        self.do("governor templates", self.asking.templates())


READING = ("save_docx", "save_pdf", "history", "cases")


def _offered(row: Row) -> tuple[str, ...]:
    """What can be done with a row, the main act first."""
    thing = row.thing
    if row.kind == "surge":
        return ("confirm", "dismiss")
    if row.kind == "case":
        return ("report_case",)
    if row.kind == "episode":
        reported = getattr(thing, "reported_at", None) is not None
        return ("cases", "close", "report_episode", "history") if reported else ("report_episode", "cases", "history")
    if row.kind == "report" and isinstance(thing, ReportView) and thing.pdf:
        return ("save_pdf", "save_docx")
    return ("cases", "history") if row.kind == "closed" else ("history",) if row.kind == "dismissed" else ()


def _buttons() -> dict[str, tuple[str, ButtonKind]]:
    """Words and kind of every button, in the language of the moment; the main act last, as in every dialog."""
    return {
        "history": (tr("History"), ButtonKind.SECONDARY),
        "cases": (tr("Cases"), ButtonKind.SECONDARY),
        "close": (tr("Close the episode…"), ButtonKind.SECONDARY),
        "save_docx": (tr("Save as DOCX…"), ButtonKind.SECONDARY),
        "save_pdf": (tr("Save as PDF…"), ButtonKind.SECONDARY),
        "dismiss": (tr("No surge…"), ButtonKind.SECONDARY),
        "confirm": (tr("Confirm…"), ButtonKind.PRIMARY),
        "report_case": (tr("Report…"), ButtonKind.PRIMARY),
        "report_episode": (tr("Report…"), ButtonKind.PRIMARY),
    }


_EMPTY = {
    "waiting": mark("Nothing waits for a report: no significant case, no episode, no surge to decide on."),
    "episodes": mark("There was no episode yet: one begins when a surge is confirmed, or by hand."),
    "reported": mark("Nothing was reported yet."),
}
