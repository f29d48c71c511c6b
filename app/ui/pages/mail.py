"""The page «Почта и оповещения»: the mail server and its trial, how alerts come, and the outbox."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.regulation.alarms import MOST_AN_HOUR, AlarmRules
from app.regulation.errors import Refused
from app.services.alerts.settings import read_alarm_rules, set_alarm_rules
from app.services.mail.outbox import MailView, list_mail, send_again, send_trial
from app.services.mail.settings import MailServer, refresh_server, set_server
from app.texts import mark, tr, trn
from app.texts.moments import near_moment
from app.texts.refusals import explain
from app.ui import theme
from app.ui.dialogs.act_dialog import labelled
from app.ui.pages.page import Page, Surroundings
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import FieldError, SectionLabel, TextLabel
from app.ui.widgets.number_box import NumberBox
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

_TLS = {
    "starttls": mark("STARTTLS"),
    "tls": mark("TLS from the first byte"),
    "none": mark("none: a server on this computer"),
}
_STATES = {
    "waiting": (mark("waits"), "ink"),
    "sending": (mark("is going out"), "ink"),
    "sent": (mark("sent"), "ink_second"),
    "failed": (mark("not sent"), "late"),
    "unknown": (mark("not known whether it arrived"), "soon"),
}
_KEPT = {
    "keyring": mark("Saved. The password lies in the system's keyring of this computer."),
    "file": mark("Saved. This computer has no keyring: the password lies in a file that only you can read."),
    "": mark("Saved."),
}
_FIELD_OF = {"mail_host_missing": "host", "mail_without_tls": "host", "mail_port_invalid": "port",
             "mail_sender_missing": "sender", "email_invalid": "trial"}  # fmt: skip
FORM_WIDTH = 412
FIELD_HEIGHT = 30


class MailPage(Page):
    """The administrator's; what is typed stays until it is saved."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(tr("Mail and alerts"), surroundings)
        self.host, self.mail_sender, self.login, self.trial = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.port = _spin(1, 65535, 587)
        self.tls = ComboBox()
        self.password = QLineEdit()
        self.save = KeyButton(tr("Save the server"), "", ButtonKind.PRIMARY)
        self.attempt = KeyButton(tr("Send a trial"))
        self.leads = {name: _spin(1, 480, 0) for name in ("step_minutes", "answer_minutes", "final_minutes")}
        self.rates = {name: _spin(0, MOST_AN_HOUR, 0) for name in ("low", "medium", "high")}
        self.keep = KeyButton(tr("Save how alerts come"))
        self.again = KeyButton(tr("Send again"))
        fields = {"host": self.host, "port": self.port, "sender": self.mail_sender, "trial": self.trial}
        self._errors = {name: FieldError(field) for name, field in fields.items()}
        self._rules_error = FieldError(self.rates["high"])
        self._is_filled = False
        self._kept: tuple[MailServer, AlarmRules] | None = None
        self._model: RowsModel[MailView] = RowsModel(self._columns(), lambda row: row.id, self)
        self.view = QueueView(self._model)
        self._build_page()
        self._connect()

    def is_edited(self) -> bool:
        return self._kept is not None and (bool(self.password.text()) or self._kept != (self.server(), self._alarms()))

    async def read(self) -> None:
        if not self._is_filled:
            self._fill(await refresh_server(self.place.database), read_alarm_rules(self.place.database))
            self._is_filled = True
        rows = await list_mail(self.place)
        self._model.show(rows)
        waiting = sum(row.state == "waiting" for row in rows)
        self.note.show_text(trn("{n} letter waits", "{n} letters wait", waiting) if waiting else "")
        self._offer()

    def server(self) -> MailServer:
        """What is typed."""
        return MailServer(
            self.host.text().strip(), self.port.value(), self.tls.currentData(), self.login.text().strip(),
            self.mail_sender.text().strip(),
        )  # fmt: skip

    def _alarms(self) -> AlarmRules:
        return AlarmRules(**{name: box.value() for name, box in (self.leads | self.rates).items()})

    def _typed_password(self) -> str | None:
        return self.password.text() or None

    def _fill(self, server: MailServer, alarms: AlarmRules) -> None:
        for field, words in ((self.host, server.host), (self.mail_sender, server.sender), (self.login, server.login)):
            field.setText(words)
        self.port.setValue(server.port)
        self.tls.setCurrentIndex(self.tls.findData(server.tls))
        for name, box in (self.leads | self.rates).items():
            box.setValue(getattr(alarms, name))
        self._keep_shown(self.server(), alarms)

    def _keep_shown(self, server: MailServer, alarms: AlarmRules) -> None:
        """This is what is saved: a password is only where somebody signs in."""
        self._kept = (server, alarms)
        self.password.setPlaceholderText(tr("as it is kept") if server.login else "")

    # ----- wishes

    def _connect(self) -> None:
        self.save.clicked.connect(lambda: self.scope.start("mail server", self._saying_beside(self._save())))
        self.attempt.clicked.connect(lambda: self.scope.start("mail trial", self._saying_beside(self._try())))
        self.keep.clicked.connect(lambda: self.scope.start("alarm rules", self._saying_beside(self._keep())))
        self.again.clicked.connect(self._send_again)
        self.view.row_chosen.connect(lambda _: self._offer())

    async def _save(self) -> None:
        server = self.server()
        kept = await set_server(self.place, server, self._typed_password())
        self.password.clear()
        self._keep_shown(server, self._kept[1] if self._kept else self._alarms())
        self.bar.show_message(InfoKind.SUCCESS, tr(_KEPT[kept]))

    async def _try(self) -> None:
        self.attempt.refuse(tr("The server is being asked…"))
        try:
            await send_trial(self.place, self.server(), self._typed_password(), self.trial.text().strip())
        finally:
            self.attempt.allow()
        words = tr("The server took the letter for {address}.", address=self.trial.text())
        self.bar.show_message(InfoKind.SUCCESS, words)

    async def _keep(self) -> None:
        alarms = self._alarms()
        await set_alarm_rules(self.place, alarms)
        self._keep_shown(self._kept[0] if self._kept else self.server(), alarms)
        self.bar.show_message(InfoKind.SUCCESS, tr("Saved: alerts come so from now on."))

    async def _saying_beside(self, work: object) -> None:
        """A refusal about a field is said beneath it, any other in the page's bar."""
        for error in (*self._errors.values(), self._rules_error):
            error.clear()
        try:
            await work  # type: ignore[misc]
        except Refused as error:
            words = explain(error.refusal)
            code = error.refusal.code
            if code in _FIELD_OF:
                self._errors[_FIELD_OF[code]].show_error(words)
            elif code.startswith("alarm_"):
                self._rules_error.show_error(words)
            else:
                self.bar.show_message(InfoKind.WARNING, words)

    def _send_again(self) -> None:
        if (row := self.view.chosen()) is not None:
            self.do("send again", send_again(self.place, row.id))

    def _offer(self) -> None:
        row = self.view.chosen()
        self.again.setEnabled(row is not None and row.state in ("failed", "unknown"))

    # ----- parts

    def _build_page(self) -> None:
        left, scroll = QWidget(), QScrollArea()
        scroll.setFixedWidth(theme.current().px(FORM_WIDTH))
        left.setMaximumWidth(theme.current().px(FORM_WIDTH))
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(8)
        self._build_server(column)
        self._build_rules(column)
        column.addStretch(1)
        right = QVBoxLayout()
        head = QHBoxLayout()
        head.addWidget(SectionLabel(tr("Outbox")), 1, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.again)
        right.addLayout(head)
        self.view.setObjectName("outbox")
        self.view.setAccessibleName(tr("Outbox"))
        self.view.set_empty_text(tr("No letter was written yet. People choose mail under Alerts, “How to tell me”."))
        right.addWidget(self.view, 1)
        row = QHBoxLayout()
        row.setSpacing(16)
        scroll.setWidget(left)
        row.addWidget(scroll)
        row.addLayout(right, 1)
        self.body.addLayout(row, 1)

    def _build_server(self, column: QVBoxLayout) -> None:
        self.tls.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.tls.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for code, words in _TLS.items():
            self.tls.addItem(tr(words), code)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.host.setPlaceholderText("mail.kursk.ru")
        self.mail_sender.setPlaceholderText("cur@kursk.ru")
        self.trial.setPlaceholderText(tr("address for a trial"))
        column.addWidget(SectionLabel(tr("Mail server")))
        form = _form()
        rows = (
            ("host", tr("Server"), self.host), ("port", tr("Port"), self.port), ("tls", tr("Encryption"), self.tls),
            ("login", tr("Sign-in"), self.login), ("password", tr("Password"), self.password),
            ("sender", tr("Sender"), self.mail_sender),
        )  # fmt: skip
        for name, words, field in rows:
            self._add(form, name, words, field)
        column.addLayout(form)
        line = QHBoxLayout()
        self.trial.setObjectName("trial")
        self.trial.setAccessibleName(tr("address for a trial"))
        line.addWidget(self.trial, 1)
        line.addWidget(self.attempt)
        column.addLayout(line)
        column.addWidget(self._errors["trial"])
        self.save.setObjectName("save_server")
        self.attempt.setObjectName("send_trial")
        column.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(12)

    def _build_rules(self, column: QVBoxLayout) -> None:
        column.addWidget(SectionLabel(tr("An alert comes, minutes before the end")))
        titles = {"step_minutes": tr("A step"), "answer_minutes": tr("The answer")}
        column.addLayout(_beside(titles | {"final_minutes": tr("The final answer")}, self.leads))
        column.addSpacing(4)
        column.addWidget(SectionLabel(tr("Sounds an hour for one person, at most")))
        titles = {"low": tr("ordinary ones"), "medium": tr("with important ones"), "high": tr("in all")}
        column.addLayout(_beside(titles, self.rates))
        column.addWidget(self._rules_error)
        self.keep.setObjectName("save_alarm_rules")
        self.again.setObjectName("send_again")
        column.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignLeft)

    def _add(self, form: QFormLayout, name: str, words: str, field: QWidget) -> None:
        field.setObjectName(name)
        field.setAccessibleName(words)
        field.setMinimumHeight(theme.current().px(FIELD_HEIGHT))
        form.addRow(TextLabel(words), field)
        if name in self._errors:
            form.addRow("", self._errors[name])

    def _columns(self) -> tuple[Column[MailView], ...]:
        return (
            Column(key="written", title=tr("Written"), width=104, text=lambda row: self._moment(row.created_at)),
            Column(
                key="to", title=tr("To whom"), width=200, text=lambda row: row.person or "—",
                note=lambda row: row.address,
            ),
            Column(key="subject", title=tr("Subject"), text=lambda row: row.subject),
            Column(
                key="state", title=tr("Status"), width=210, text=lambda row: tr(_STATES[row.state][0]),
                note=self._state_note, ink=lambda row: _STATES[row.state][1], tooltip=lambda row: row.last_error,
            ),
        )  # fmt: skip

    def _state_note(self, row: MailView) -> str:
        if row.state == "waiting" and row.attempts:
            again = tr("attempt {n}, again {moment}", n=row.attempts, moment=self._moment(row.next_try_at))
            return f"{again}. {row.last_error}"
        return self._moment(row.sent_at) if row.sent_at else row.last_error

    def _moment(self, at: object) -> str:
        return near_moment(at, self.place.now(), self.place.rules().agency.zone)  # type: ignore[arg-type]


def _spin(least: int, most: int, value: int) -> NumberBox:
    box = NumberBox()
    box.setRange(least, most)
    box.setValue(value)
    box.setMinimumWidth(theme.current().px(84))
    box.setMaximumWidth(theme.current().px(116))
    return box


def _beside(titles: Mapping[str, str], boxes: Mapping[str, NumberBox]) -> QGridLayout:
    """Numbers beside each other, each under its title."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(2)
    for number, (name, words) in enumerate(titles.items()):
        boxes[name].setObjectName(name)
        boxes[name].setMinimumHeight(theme.current().px(FIELD_HEIGHT))
        grid.addWidget(labelled(words, boxes[name]), 0, number)
        grid.addWidget(boxes[name], 1, number, Qt.AlignmentFlag.AlignLeft)
    grid.setColumnStretch(len(titles), 1)
    return grid


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(12)
    form.setVerticalSpacing(6)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return form
