"""Setting an alert aside for a while, and how a person wants to be told."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QRadioButton, QWidget

from app.regulation.alarms import shelving
from app.regulation.errors import Refusal
from app.services.alerts.reading import AlertView
from app.services.alerts.settings import NoticeChoice
from app.texts import mark, tr, trn
from app.texts.moments import near_moment
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.labels import SectionLabel, TextLabel

MINUTES = (5, 15, 30, 60)
_MAIL = {
    "off": mark("no mail"),
    "at_once": mark("a letter for each alert, at once"),
    "digest": mark("one letter with all that is open, twice a day"),
}


@dataclass(frozen=True, slots=True)
class ShelfContext:
    """The alert to set aside, and the moment."""

    alert: AlertView
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class ShelfDecision:
    """Until when, and why."""

    until: datetime
    reason: str


class ShelfDialog(ActDialog):
    """Ends in a `ShelfDecision`. Times after the next deadline are not offered."""

    def __init__(self, context: ShelfContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("shelf_dialog", heading, context.zone, tr("Set aside"), parent)
        self._context = context
        self.reason = QPlainTextEdit()
        self.times = QButtonGroup(self)
        self._latest = context.alert.shelf_ends or context.now
        self._build()
        self.reason.textChanged.connect(self._changed)
        self.times.buttonClicked.connect(self._changed)
        self.revise()
        self.fit(620, 330)

    def refusal(self) -> Refusal | None:
        decided = self.decision()
        return shelving(decided.until, decided.reason, [self._latest + timedelta(seconds=1)], self._context.now)

    def decision(self) -> ShelfDecision:
        minutes = self.times.checkedId()
        until = self._context.now + timedelta(minutes=minutes) if minutes > 0 else self._latest
        return ShelfDecision(until, self.reason.toPlainText().strip())

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.reason.setFocus()

    def _changed(self, *_: object) -> None:
        self.clear_errors()
        self.revise()

    def _build(self) -> None:
        box = pane(self.body)
        box.addWidget(SectionLabel(tr("For how long")))
        row = QHBoxLayout()
        row.setSpacing(18)
        for minutes in MINUTES:
            if self._context.now + timedelta(minutes=minutes) < self._latest:
                self._add_time(row, minutes, trn("{n} minute", "{n} minutes", minutes))
        latest = near_moment(self._latest, self._context.now, self._context.zone)
        self._add_time(row, 0, tr("until {moment}, the latest", moment=latest))
        row.addStretch(1)
        self.times.buttons()[0].setChecked(True)
        box.addLayout(row)
        self.reason.setObjectName("reason")
        self.reason.setTabChangesFocus(True)
        box.addWidget(labelled(tr("Why"), self.reason))
        box.addWidget(self.reason, 1)
        box.addWidget(self.error_for(self.reason, "shelf_without_reason", "shelf_past_deadline", "shelf_too_late"))
        box.addWidget(TextLabel(tr("It comes back by itself, before the limit runs out."), "small", "ink_second"))

    def _add_time(self, row: QHBoxLayout, minutes: int, words: str) -> None:
        button = QRadioButton(words)
        button.setObjectName(f"shelf_{minutes}")
        # The group gives −1 to a button without an id of its own; 0 is the latest moment.
        self.times.addButton(button, minutes)
        row.addWidget(button)


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """How the person is told now, and whether the region sends mail at all."""

    choice: NoticeChoice
    sends_mail: bool
    zone: ZoneInfo
    now: datetime


class NoticeDialog(ActDialog):
    """Ends in a `NoticeChoice`."""

    def __init__(self, context: NoticeContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("notice_dialog", heading, context.zone, tr("Save"), parent)
        self._context = context
        self.sound = QCheckBox(tr("Sound"))
        self.notices = QCheckBox(tr("A notice of the system, while the window is behind others"))
        self.email = QLineEdit(context.choice.email)
        self.modes = {code: QRadioButton(tr(words)) for code, words in _MAIL.items()}
        self._build()
        self.email.textEdited.connect(lambda _: self._changed())
        for button in self.modes.values():
            button.clicked.connect(self._changed)
        self.revise()
        self.fit(560, 400)

    def refusal(self) -> Refusal | None:
        decided = self.decision()
        return Refusal("email_missing") if decided.mail != "off" and not decided.email else None

    def decision(self) -> NoticeChoice:
        mail = next(code for code, button in self.modes.items() if button.isChecked())
        choice: NoticeChoice = replace(
            self._context.choice, sound=self.sound.isChecked(), notices=self.notices.isChecked(),
            email=self.email.text().strip(), mail=mail,
        )  # fmt: skip
        return choice

    def _changed(self) -> None:
        self.clear_errors()
        self.revise()

    def _build(self) -> None:
        box = pane(self.body)
        box.addWidget(SectionLabel(tr("At this desk")))
        for name, check, is_on in (
            ("sound", self.sound, self._context.choice.sound),
            ("notices", self.notices, self._context.choice.notices),
        ):
            check.setObjectName(name)
            check.setChecked(is_on)
            box.addWidget(check)
        quiet = tr("At most six sounds an hour: what is beyond stands in the bar and in the list without a sound.")
        box.addWidget(TextLabel(quiet, "small", "ink_second", wrap=True))
        box.addSpacing(8)
        box.addWidget(SectionLabel(tr("By mail")))
        for code, button in self.modes.items():
            button.setObjectName(f"mail_{code}")
            button.setChecked(code == self._context.choice.mail)
            box.addWidget(button)
        self.email.setObjectName("email")
        box.addWidget(labelled(tr("Address"), self.email))
        box.addWidget(self.email)
        box.addWidget(self.error_for(self.email, "email_missing", "email_invalid"))
        if not self._context.sends_mail:
            words = tr("The administrator has not set up mail yet: no letters go out until then.")
            box.addWidget(TextLabel(words, "small", "soon", wrap=True))
        box.addStretch(1)
