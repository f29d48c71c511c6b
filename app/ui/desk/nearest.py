"""Keeps the strip of one's nearest deadlines true while it is shown, and remembers whether and where it is."""

from collections.abc import Callable
from datetime import datetime

from app.services.changes import Change
from app.services.nearest import list_nearest
from app.services.workplace import Workplace
from app.ui.desk.columns import Columns
from app.ui.desk.nearest_strip import NearestStrip
from app.ui.desk.pacing import Paced
from app.ui.preferences import Preferences
from app.ui.tasks import TaskScope

READ_PAUSE_SECONDS = 1.0
# What others do to cases that are not shown is soon enough then.
READ_PATIENCE_SECONDS = 4.0
# A step that runs out, another's shift that ends: what no act tells is read so often.
READ_EVERY_SECONDS = 60


class Nearest:
    """One window's own; `strip` is None while it is not shown. `go` opens a case before other programs' windows."""

    def __init__(
        self, place: Workplace, scope: TaskScope, preferences: Preferences, go: Callable[[int], None]
    ) -> None:
        self._place, self._preferences, self._go = place, preferences, go
        self.strip: NearestStrip | None = None
        self._read_at: datetime | None = None
        self._reading = Paced(scope, "nearest deadlines", self._read, READ_PAUSE_SECONDS, READ_PATIENCE_SECONDS)
        self._leave_feed = place.feed.subscribe(self._heard)

    def begin(self) -> None:
        """Show it where it was shown last."""
        if self._preferences.strip_shown:
            self._show()

    def toggle(self) -> None:
        """Show it, or take it away."""
        if self.strip is None:
            self._preferences.strip_shown = True
            self._show()
        else:
            self.strip.close()

    def tick(self, now: datetime) -> None:
        """Bring it to `now`."""
        if self.strip is None:
            return
        self.strip.tick(now)
        if self._read_at is None or (now - self._read_at).total_seconds() >= READ_EVERY_SECONDS:
            self._reading.want()

    def close_down(self) -> None:
        """Take it away with the window; the next one shows it again."""
        self._leave_feed()
        strip, self.strip = self.strip, None
        if strip is not None:
            strip.left.disconnect(self._left)
            strip.close()
            strip.deleteLater()

    def _show(self) -> None:
        strip = NearestStrip(Columns(self._place).look)
        strip.case_requested.connect(self._go)
        strip.left.connect(self._left)
        strip.moved_to.connect(self._keep_place)
        self.strip = strip
        self._read_at = None
        self._reading.want()

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
        if self.strip is None or not change.case_ids:
            return
        if change.is_own or any(row.id in change.case_ids for row in self.strip.rows()):
            self._reading.want()
        else:
            self._reading.want_later()

    async def _read(self) -> None:
        rows = await list_nearest(self._place)
        if self.strip is None:
            return
        now = self._read_at = self._place.now()
        self.strip.show_rows(rows, now)
        if not self.strip.isVisible():
            self.strip.put(self._preferences.strip_place)
            self.strip.show()
