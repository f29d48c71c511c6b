"""The bar that says the database does not answer: how old is what is shown, and when the contact is back; and that
this program may only read since a newer one took the database over."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.regulation.errors import Refusal
from app.services.contact import Contact
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.moments import clock_time, duration
from app.texts.refusals import explain
from app.ui.tasks import TaskScope
from app.ui.widgets.info_bar import InfoBar, InfoKind

SAY_BACK_FOR = timedelta(seconds=20)
# Names of work that a person asked for and waits for.
WISHES = ("act", "key", "enter", "sort out", "repeat", "link", "file", "order")


class ContactBar(InfoBar):
    """Shown while contact is lost, and shortly once it is back. Signal: changed(is_up)."""

    changed = Signal(bool)

    def __init__(self, place: Workplace, scope: TaskScope, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contact_bar")
        self._place, self._scope = place, scope
        self._contact = Contact(place.database)
        self._back_at: datetime | None = None
        self._was_lost = False
        self._contact.subscribe(self._follow)
        # Whoever listens for others' acts may know first.
        self._leave_link = place.feed.subscribe_link(lambda _link: self._contact.doubt())
        self.action_requested.connect(self._contact.doubt)

    def start(self) -> None:
        """Ask the database again and again, for as long as the window's scope lives."""
        self._scope.latest("contact", self._contact.watch())

    def close_down(self) -> None:
        """Hear no more of the feed, which outlives the window."""
        self._leave_link()

    def explains(self, name: str, bar: InfoBar) -> bool:
        """Whether the failure of the work `name` is told by this bar; a wish gets an answer in `bar` besides."""
        self._contact.doubt()
        if self._contact.lost is None:
            return False
        if name.startswith(WISHES):
            words = tr("There is no contact with the database: this was not done. Do it again when it answers.")
            bar.show_message(InfoKind.WARNING, words)
        return True

    def tick(self, now: datetime) -> None:
        """Say how long it has been silent by now."""
        if (lost := self._contact.lost) is None:
            if self._back_at is not None and now - self._back_at >= SAY_BACK_FOR:
                self._back_at = None
                self.hide()
            if self._contact.outdated and self._back_at is None:
                self._say(InfoKind.WARNING, explain(self._contact.outdated))
            return
        heard, zone = self._contact.heard_at, self._place.rules().agency.zone
        words = tr(
            "{why} Shown is what was known at {time} ({age} ago); the clocks go on. What you type is kept; it can be "
            "saved once the database answers.",
            why=_why(lost, zone),
            time=clock_time(heard, zone),
            age=duration(int((now - heard).total_seconds())),
        )
        self._say(InfoKind.ERROR, words)

    def _say(self, kind: InfoKind, words: str) -> None:
        if words != self.text() or self.isHidden():
            self.show_message(kind, words, tr("Try now"), closable=False)

    def _follow(self) -> None:
        now, is_up = self._place.now(), self._contact.lost is None
        is_back, self._was_lost = self._was_lost and is_up, not is_up
        self._back_at = now if is_back else None
        if is_up and not is_back and self._contact.outdated is None:
            self.hide()
        if is_back:
            words = tr("The database answers again. What was not saved can be saved now: do it once more.")
            self.show_message(InfoKind.SUCCESS, words)
        self.tick(now)
        self.changed.emit(is_up)


def _why(lost: Refusal, zone: ZoneInfo) -> str:
    """At a desk that was connected nobody asks whether the address is right."""
    if lost.code == "server_silent":
        return tr("The server {host} does not answer.", host=lost.params["host"])
    return explain(lost, zone)
