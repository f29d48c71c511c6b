"""The page of absences (п. 6): who is away when, who substitutes, and the ways to arrange and end it."""

from app.services.absences import AbsenceBook, AbsenceView, arrange_absence, change_last_day, read_absences
from app.texts import tr, trn
from app.texts.people import days_words, short_day
from app.texts.words import absence_name
from app.ui.dialogs.absence import AbsenceContext, AbsenceDialog, AbsenceEndDialog
from app.ui.dialogs.act_dialog import Heading
from app.ui.pages.asking import ask_and_save
from app.ui.pages.page import Page, Surroundings
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.shortcuts import press_by


class AbsencesPage(Page):
    """Absences of now, later, and of the last 30 days; those that may be changed are changed by double click."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(tr("Absences"), surroundings)
        self._book: AbsenceBook | None = None
        self.arrange = KeyButton(tr("Record an absence…"), "Ins", ButtonKind.PRIMARY)
        self.end = KeyButton(tr("Change its end…"))
        self._model: RowsModel[AbsenceView] = RowsModel(self._columns(), lambda row: row.id, self)
        self.view = QueueView(self._model)
        self._build_page()
        self._connect()

    async def read(self) -> None:
        self._book = await read_absences(self.place)
        self._model.show(self._book.absences)
        away = sum(1 for absence in self._book.absences if self._is_now(absence))
        self.note.show_text(trn("away today: {n} person", "away today: {n} people", away) if away else "")
        self.arrange.setVisible(bool(self._book.people))
        self._offer()

    def _build_page(self) -> None:
        self.arrange.setObjectName("arrange_absence")
        self.end.setObjectName("change_absence")
        self.head.addWidget(self.end)
        self.head.addWidget(self.arrange)
        self.view.setObjectName("absences")
        self.view.setAccessibleName(tr("Absences"))
        self.view.set_empty_text(tr("Nobody is away, and no absence is planned."))
        self.body.addWidget(self.view, 1)
        self.end.hide()

    def _connect(self) -> None:
        self.arrange.clicked.connect(lambda: self.scope.start("absence", self._arrange()))
        self.end.clicked.connect(self._change_chosen)
        press_by(self, self.arrange, "Ins")
        self.view.row_chosen.connect(lambda _: self._offer())
        self.view.row_activated.connect(lambda _: self._change_chosen())

    def _columns(self) -> tuple[Column[AbsenceView], ...]:
        return (
            Column(key="person", title=tr("Who"), enough=360, text=lambda row: row.person, note=lambda row: row.where),
            Column(
                key="days", title=tr("Days"), width=140, text=lambda row: days_words(row.first_day, row.last_day),
                note=lambda row: absence_name(row.reason),
            ),
            Column(
                key="substitute", title=tr("Who substitutes"), width=200,
                text=lambda row: row.substitute or tr("nobody"),
                ink=lambda row: "ink" if row.substitute else "soon",
            ),
            Column(key="status", title=tr("Status"), width=150, text=self._status, ink=self._ink),
            Column(key="by", title=tr("Arranged by"), width=180, text=lambda row: row.changed_by),
        )  # fmt: skip

    def _is_now(self, row: AbsenceView) -> bool:
        today = self._book.today if self._book else row.last_day
        return not row.cancelled and row.first_day <= today <= row.last_day

    def _status(self, row: AbsenceView) -> str:
        assert self._book is not None, "rows are shown with their book"
        if row.cancelled:
            return tr("cancelled")
        if self._is_now(row):
            return tr("away now")
        if row.first_day > self._book.today:
            return tr("from {day}", day=short_day(row.first_day))
        return tr("over")

    def _ink(self, row: AbsenceView) -> str:
        return "ink" if row.may_change or self._is_now(row) else "ink_third"

    def _offer(self) -> None:
        row = self.view.chosen()
        self.end.setVisible(row is not None and row.may_change)

    async def _arrange(self) -> None:
        self._book = await read_absences(self.place)
        mine = next((w.id for w in self._book.people if w.uuid == self.place.actor.person), 0)
        person = mine if len(self._book.people) == 1 else 0
        context = AbsenceContext(self._book, self.place.rules().agency.zone, person)
        dialog = AbsenceDialog(context, Heading(tr("Absence"), tr("Work goes to the substitute and comes back.")), self)
        await ask_and_save(dialog, self, lambda plan: arrange_absence(self.place, plan))
        self.show_now()

    def _change_chosen(self) -> None:
        row = self.view.chosen()
        if row is not None and row.may_change:
            self.scope.start("absence", self._change(row))

    async def _change(self, row: AbsenceView) -> None:
        self._book = await read_absences(self.place)
        context = AbsenceContext(self._book, self.place.rules().agency.zone)
        heading = Heading(row.person, days_words(row.first_day, row.last_day))
        dialog = AbsenceEndDialog(row, context, heading, self)
        await ask_and_save(dialog, self, lambda last_day: change_last_day(self.place, row.id, last_day))
        self.show_now()
