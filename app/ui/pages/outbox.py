"""The page «Отправка» (п. 14): approved answers on their way into networks, and what a person has to do about them."""

from datetime import datetime

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QWidget

from app.services.networks import opening
from app.services.outbox import ordering, sending
from app.services.outbox.reading import OPEN, DispatchView, list_outbox, text_to_place
from app.texts import mark, tr
from app.texts.moments import near_moment
from app.texts.networks import RUNGS, STATES, fault_words, network_name
from app.ui.pages.page import Page, Surroundings
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.shortcuts import press_by

_INKS = {"failed": "late", "check": "soon", "sent": "soon", "done": "well", "cancelled": "ink_third"}


class OutboxPage(Page):
    """What needs a person comes first; the case of the chosen answer stands beside."""

    beside_card = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Outbox of answers"), surroundings, parent)
        self._all: list[DispatchView] = []
        self.open_only = QCheckBox(tr("only what is not published yet"))
        self.model: RowsModel[DispatchView] = RowsModel(self._columns(), lambda row: row.id, self)
        self.view = QueueView(self.model)
        self.what = TextLabel("", "body", "ink", wrap=True)
        self.by_hand = KeyButton(tr("Copy and open the page"), "Ctrl+O")
        self.again = KeyButton(tr("Send again"), "Ctrl+R")
        self.cancel = KeyButton(tr("Cancel the sending"), "Del")
        self.send = KeyButton(tr("Send now"), "F4", ButtonKind.PRIMARY, icon="refresh")
        self._sending = False
        self._lay_out()
        self._connect()

    async def read(self) -> None:
        self._all = await list_outbox(self.place)
        self._show_rows()

    def _show_rows(self) -> None:
        shown = [row for row in self._all if row.state in OPEN or not self.open_only.isChecked()]
        self.model.show(shown)
        self.note.show_text(str(len(shown) or ""))
        empty = tr("Nothing is on its way. An approved answer gets here from its publication («Send by the program»).")
        self.view.set_empty_text(empty)
        if self.view.chosen() is None:
            self.view.choose_first()
        self._revise()

    # ----- words

    def _columns(self) -> list[Column[DispatchView]]:
        return [
            Column(key="state", title=tr("State"), width=130, text=lambda r: tr(STATES[r.state]), lines=1,
                   note=self._when, ink=lambda r: _INKS.get(r.state, "ink"), sort_key=lambda r: r.state),
            Column(key="message", title=tr("Message"), text=lambda r: r.excerpt,
                   note=lambda r: " · ".join(part for part in (r.number, r.author) if part),
                   sort_key=lambda r: r.number),
            Column(key="where", title=tr("Where to"), width=150, text=lambda r: network_name(r.network), lines=1,
                   note=lambda r: tr(RUNGS[r.rung]), tooltip=lambda r: r.connector, sort_key=lambda r: r.network),
        ]  # fmt: skip

    def _when(self, row: DispatchView) -> str:
        if row.published_at is not None:
            return self._moment(row.published_at)
        if row.state == "waiting" and row.not_before > self.place.now():
            return tr("not before {moment}", moment=self._moment(row.not_before))
        return self._moment(row.ordered_at)

    def _moment(self, at: datetime) -> str:
        return near_moment(at, self.place.now(), self.place.rules().agency.zone)

    def _words(self, row: DispatchView) -> str:
        """What happened and what to do, as long as there is anything to do."""
        ordered = tr("Ordered by {who} {moment}.", who=row.ordered_by, moment=self._moment(row.ordered_at))
        if not row.fault or row.state in ("done", "cancelled"):
            return ordered
        zone = self.place.rules().agency.zone
        words = fault_words(row.fault, row.fault_params, zone, self.place.now())
        if row.state == "sent":
            said = mark("The answer stands there, but is not recorded: {why} Record it on the card («Published»).")
            words = tr(said, why=words)
        return f"{words} {ordered}"

    # ----- works

    def _revise(self) -> None:
        row = self.view.chosen()
        self.what.show_text(self._words(row) if row else "")
        self.what.setVisible(row is not None)
        for button, possible in (
            (self.again, row is not None and row.may_go_again),
            (self.cancel, row is not None and row.may_be_cancelled),
            (self.by_hand, row is not None and row.state not in ("done", "cancelled")),
        ):
            button.allow() if possible else button.refuse(tr("Not for the one chosen"))
        if self._sending:
            self.send.refuse(tr("Wait a moment"))
        else:
            self.send.allow()

    def send_now(self) -> None:
        """Send, check and record what is due, at once."""
        if not self._sending:
            self._sending = True
            self._revise()
            self.do("send the outbox", self._send())

    async def _send(self) -> None:
        try:
            done = await sending.publish_due(self.place, opening.networks_of(self.place.database))
        finally:
            self._sending = False
        words = tr(
            "Sent: {sent}, recorded: {recorded}, to be checked: {check}, need a person: {failed}, later: {put_off}.",
            sent=done.sent, recorded=done.recorded, check=done.check, failed=done.failed, put_off=done.put_off,
        )  # fmt: skip
        self.bar.show_message(InfoKind.WARNING if done.failed or done.check else InfoKind.SUCCESS, words)

    def send_again(self) -> None:
        row = self.view.chosen()
        if row is not None and row.may_go_again:
            self.do("send again", ordering.send_again(self.place, row.id))

    def take_back(self) -> None:
        row = self.view.chosen()
        if row is not None and row.may_be_cancelled:
            self.do("take back", ordering.cancel(self.place, row.id))

    def place_by_hand(self) -> None:
        """The approved text goes to the clipboard and the page opens; the act is recorded on the card."""
        row = self.view.chosen()
        if row is not None and row.state not in ("done", "cancelled"):
            self.do("place by hand", self._by_hand(row))

    async def _by_hand(self, row: DispatchView) -> None:
        QGuiApplication.clipboard().setText(await text_to_place(self.place, row.id))
        link = row.link or row.message_link
        if link:
            QDesktopServices.openUrl(QUrl(link))
        words = tr("The approved text is copied. Place it unchanged, then record its link on the card («Published»).")
        self.bar.show_message(InfoKind.INFO, words)

    # ----- building

    def _lay_out(self) -> None:
        for widget, name in ((self.view, "dispatches"), (self.send, "send_now"), (self.again, "send_again"),
                             (self.cancel, "take_back"), (self.by_hand, "place_by_hand"), (self.what, "what_to_do"),
                             (self.open_only, "open_only")):
            widget.setObjectName(name)  # fmt: skip
        self.view.setAccessibleName(tr("Outbox of answers"))
        self.open_only.setChecked(True)
        self.head.addWidget(self.open_only)
        self.head.addWidget(self.send)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.what)
        foot = FlowRow()
        foot.add_gap()
        for button in (self.cancel, self.again, self.by_hand):
            foot.add(button)
        self.body.addWidget(foot)

    def _connect(self) -> None:
        self.open_only.toggled.connect(self._show_rows)
        self.view.row_chosen.connect(self._choose)
        self.view.row_activated.connect(lambda _: self._go())
        works = (
            (self.send, "F4", self.send_now), (self.again, "Ctrl+R", self.send_again),
            (self.cancel, "Del", self.take_back), (self.by_hand, "Ctrl+O", self.place_by_hand),
        )  # fmt: skip
        for button, keys, act in works:
            button.clicked.connect(act)
            press_by(self, button, keys, local=keys == "Del")  # from elsewhere Del would take back what nobody looks at

    def _choose(self, _row_id: object) -> None:
        row = self.view.chosen()
        self.case_chosen.emit(row.case_id if row else None)
        self._revise()

    def _go(self) -> None:
        if (row := self.view.chosen()) is not None:
            self.case_requested.emit(row.case_id)
