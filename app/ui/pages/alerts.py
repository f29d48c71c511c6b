"""The page «Предупреждения»: clocks that run out, the gravest first, with the act that ends each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.regulation.alarms import Level
from app.regulation.duties import Duty, duty_refusal
from app.services.alerts.answering import acknowledge, shelve, unshelve
from app.services.alerts.reading import AlertView, list_alerts
from app.services.alerts.settings import read_choice, set_choice
from app.services.mail.settings import refresh_server
from app.texts import tr, trn
from app.texts.alerts import alert_line, clause_of, left_words, priority_name, status_words, step_words
from app.texts.moments import figure, near_moment
from app.texts.words import clock_code_name
from app.ui.dialogs.act_dialog import Heading
from app.ui.dialogs.alerts import NoticeContext, NoticeDialog, ShelfContext, ShelfDialog
from app.ui.pages.asking import ask_and_save
from app.ui.pages.page import Page, Surroundings
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.countdown import CountdownLook, CountdownState
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.shortcuts import press_by

READ_EVERY = timedelta(seconds=10)


class AlertsPage(Page):
    """A person's own alerts; who answers for no case sees the region's. The case stands beside, Enter goes to it."""

    beside_card = True
    begins_at_first = True

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(tr("Alerts"), surroundings)
        self._answers = duty_refusal(Duty.ANSWER_ALERTS, self.place.actor) is None
        self._zone = self.place.rules().agency.zone
        self._read_at: datetime | None = None
        self.seen = KeyButton(tr("Take notice"), tr("Space"), ButtonKind.PRIMARY)
        self.seen_all = KeyButton(tr("Take notice of all"))
        self.shelf = KeyButton(tr("Set aside…"))
        self.options = IconButton("settings", tr("How to tell me…"))
        self.model: RowsModel[AlertView] = RowsModel(self._columns(), lambda row: row.id, self)
        self.view = QueueView(self.model)
        self._build_page()
        self._connect()

    async def read(self) -> None:
        alerts = await list_alerts(self.place, only_mine=self._answers)
        self.model.show(alerts)
        now = self.place.now()
        self._read_at = now
        self.view.tick(now)
        new = sum(alert.is_new for alert in alerts)
        self.note.show_text(trn("{n} new", "{n} new", new) if new else "")
        self._offer()

    def tick(self, now: datetime) -> None:
        self.view.tick(now)
        if self._read_at is not None and abs(now - self._read_at) >= READ_EVERY and self.isVisible():
            self._read_at = now
            self.show_now()

    def _build_page(self) -> None:
        foot = FlowRow()
        foot.add_gap()
        for name, button in (("shelve", self.shelf), ("take_notice_of_all", self.seen_all), ("take_notice", self.seen)):
            button.setObjectName(name)
            foot.add(button)
        self.options.setObjectName("notice_options")
        self.head.addWidget(self.options)
        self.view.setObjectName("alerts_table")
        self.view.setAccessibleName(tr("Alerts"))
        self.view.set_empty_text(tr("No limit is about to run out."))
        self.body.addWidget(self.view, 1)
        self.body.addWidget(foot)
        for part in (foot, self.seen, self.seen_all, self.shelf, self.options):
            part.setVisible(self._answers)

    def _connect(self) -> None:
        self.view.row_chosen.connect(self._chosen)
        self.view.row_activated.connect(lambda _: self._go())
        press_by(self.view, self.seen, "Space", local=True)
        self.seen.clicked.connect(lambda: self._take_notice([self.view.chosen()]))
        self.seen_all.clicked.connect(lambda: self._take_notice(self.model.rows()))
        self.shelf.clicked.connect(lambda: self.scope.start("shelve", self._shelve()))
        self.options.clicked.connect(lambda: self.scope.start("notices", self._choose_notices()))

    def _columns(self) -> tuple[Column[AlertView], ...]:
        return (
            Column(
                key="left", title=tr("Left"), width=104, text=lambda row: "", look=self._look,
                tooltip=lambda row: alert_line(row, self.place.now(), self._zone),
            ),
            Column(
                key="case", title=tr("Case"), width=150, text=lambda row: row.number,
                note=lambda row: row.agency or row.curator,
            ),
            Column(
                key="clock", title=tr("Limit"), width=158, text=lambda row: clock_code_name(row.code), note=_gravity,
            ),
            Column(
                key="step", title=tr("What ends it"), text=lambda row: step_words(row.step),
                note=lambda row: row.executor or row.curator,
            ),
            Column(
                key="status", title=tr("Status"), width=150, text=lambda row: self._status(row)[0],
                note=lambda row: self._status(row)[1], tooltip=lambda row: self._status(row)[1],
                ink=lambda row: "ink" if row.is_new else "ink_second",
            ),
        )  # fmt: skip

    def _look(self, row: AlertView, now: datetime) -> CountdownLook:
        seconds = int((row.due_at - now).total_seconds())
        is_late = row.level is Level.DUE or seconds < 0
        state = CountdownState.LATE if is_late else CountdownState.SOON
        note = near_moment(row.due_at, now, self._zone)
        shown = figure(min(seconds, -1) if is_late else seconds)
        return CountdownLook(state, shown, note, None, left_words(row.due_at, now))

    def _status(self, row: AlertView) -> tuple[str, str]:
        return status_words(row, self.place.now(), self._zone)

    def _chosen(self, _: object) -> None:
        row = self.view.chosen()
        self.case_chosen.emit(row.case_id if row else None)
        self._offer()

    def _go(self) -> None:
        if (row := self.view.chosen()) is not None:
            self.case_requested.emit(row.case_id)

    def _offer(self) -> None:
        """Only what can be done with the chosen row is offered."""
        row = self.view.chosen()
        self.seen_all.setEnabled(any(alert.is_new for alert in self.model.rows()))
        self.seen.setEnabled(row is not None and row.acknowledged_at is None and row.shelved_until is None)
        is_shelved = row is not None and row.shelved_until is not None
        self.shelf.setText(tr("Take back") if is_shelved else tr("Set aside…"))
        if row is None or is_shelved or row.shelf_ends is not None:
            self.shelf.allow()
        else:
            self.shelf.refuse(tr("Every limit of this case has run out: only the act ends the alert."))
        self.shelf.setEnabled(row is not None and self.shelf.isEnabled())

    def _take_notice(self, rows: Sequence[AlertView | None]) -> None:
        ids = [row.id for row in rows if row is not None and row.is_new]
        if ids:
            self.do("take notice", acknowledge(self.place, ids))

    async def _shelve(self) -> None:
        row = self.view.chosen()
        if row is None:
            return
        if row.shelved_until is not None:
            self.do("take back", unshelve(self.place, row.id))
            return
        now = self.place.now()
        heading = Heading(tr("Set the alert aside"), alert_line(row, now, self._zone))
        dialog = ShelfDialog(ShelfContext(row, self._zone, now), heading, self)
        await ask_and_save(dialog, self, lambda d: shelve(self.place, row.id, d.until, d.reason))
        self.show_now()

    async def _choose_notices(self) -> None:
        choice, server = await read_choice(self.place), await refresh_server(self.place.database)
        context = NoticeContext(choice, server.is_set, self._zone, self.place.now())
        heading = Heading(tr("How to tell me"), self.place.person.name)
        await ask_and_save(NoticeDialog(context, heading, self), self, lambda chosen: set_choice(self.place, chosen))


def _gravity(row: AlertView) -> str:
    return " · ".join(part for part in (clause_of(row), priority_name(row.priority)) if part)
