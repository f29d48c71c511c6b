"""Keeps the strip of one's nearest deadlines true while another program has the screen, and where it was put."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtGui import QGuiApplication, QWindow

from app.services.changes import Change
from app.services.nearest import list_nearest
from app.services.workplace import Workplace
from app.texts import tr
from app.ui.desk.columns import Columns
from app.ui.desk.nearest_strip import NearestStrip
from app.ui.desk.pacing import Paced
from app.ui.preferences import Preferences
from app.ui.tasks import TaskScope

READ_PAUSE_SECONDS = 1.0
# What others do to cases that are not shown is soon enough then.
READ_PATIENCE_SECONDS = 4.0, 4.0
# A step that runs out, another's shift that ends: what no act tells is read so often.
READ_EVERY_SECONDS = 60


class Nearest:
    """One window's own; `strip` is None while it is not wanted. `go` opens a case before other programs' windows.

    While a window of this program is in front the strip is out of the way: it would stand before a dialog's buttons.
    `say` tells so to whoever asks for it there.
    """

    def __init__(
        self,
        place: Workplace,
        scope: TaskScope,
        preferences: Preferences,
        go: Callable[[int], None],
        say: Callable[[str], None],
    ) -> None:
        self._place, self._preferences, self._go, self._say = place, preferences, go, say
        self.strip: NearestStrip | None = None
        self._read_at: datetime | None = None
        self._reading = Paced(scope, "nearest deadlines", self._read, READ_PAUSE_SECONDS, READ_PATIENCE_SECONDS)
        self._leave_feed = place.feed.subscribe(self._heard)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication), "windows need one"
        self._application = application
        application.focusWindowChanged.connect(self._make_room)

    def begin(self) -> None:
        """Want it where it was wanted last."""
        if self._preferences.strip_shown:
            self._show()

    def toggle(self) -> None:
        """Want it above other programs, or no more."""
        if self.strip is None:
            self._preferences.strip_shown = True
            self._show()
            self._say(tr("Your nearest deadlines will stand above another program as soon as you go over to it."))
        else:
            self.strip.close()
            self._say(tr("Your nearest deadlines stand above other programs no more."))

    def tick(self, now: datetime) -> None:
        """Bring it to `now`; what was out of the way is read before it is shown again."""
        if self.strip is None or self._is_own_in_front():
            return
        self.strip.tick(now)
        if self._read_at is None or (now - self._read_at).total_seconds() >= READ_EVERY_SECONDS:
            self._reading.want()

    def close_down(self) -> None:
        """Take it away with the window; the next one shows it again."""
        self._leave_feed()
        self._application.focusWindowChanged.disconnect(self._make_room)
        strip, self.strip = self.strip, None
        if strip is not None:
            strip.left.disconnect(self._left)
            strip.close()
            strip.deleteLater()

    def _is_own_in_front(self) -> bool:
        front = QGuiApplication.focusWindow()
        return front is not None and (self.strip is None or front != self.strip.windowHandle())

    def _make_room(self, _front: QWindow | None) -> None:
        if self.strip is not None and self._is_own_in_front():
            self.strip.hide()
            self._read_at = None

    def _show(self) -> None:
        strip = NearestStrip(Columns(self._place).look)
        strip.case_requested.connect(self._go)
        strip.left.connect(self._left)
        strip.moved_to.connect(self._keep_place)
        self.strip = strip
        self._read_at = None

    def _left(self) -> None:
        """Closed by the person: it stays away."""
        strip, self.strip = self.strip, None
        self._preferences.strip_shown = False
        if strip is not None:
            strip.deleteLater()

    def _keep_place(self) -> None:
        if self.strip is not None:
            self._preferences.strip_place = self.strip.pos()

    def _heard(self, change: Change) -> None:
        if self.strip is None or self.strip.isHidden() or not change.case_ids:
            return
        if change.is_own or any(row.id in change.case_ids for row in self.strip.rows()):
            self._reading.want()
        else:
            self._reading.want_later()

    async def _read(self) -> None:
        rows = await list_nearest(self._place)
        if self.strip is None or self._is_own_in_front():
            return
        now = self._read_at = self._place.now()
        self.strip.show_rows(rows, now)
        if not self.strip.isVisible():
            self.strip.put(self._preferences.strip_place)
            self.strip.show()
