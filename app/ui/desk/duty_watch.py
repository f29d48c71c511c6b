"""What the day brings to a desk by itself: absences begin and end, shifts change, an own shift runs out."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta

from app.regulation.workflow import Role
from app.services.changes import Change
from app.services.roster import DutyNow, read_duty
from app.services.staffing import region_day
from app.services.storage import DatabaseUnavailable
from app.services.substituting import refresh_rights
from app.services.suggesting.advising import advisor_of
from app.services.workplace import Workplace
from app.texts import tr, trn
from app.texts.moments import clock_time
from app.texts.people import duty_names
from app.ui.desk.status_bar import StatusBar
from app.ui.tasks import TaskScope
from app.ui.widgets.info_bar import InfoBar, InfoKind

READ_EVERY = timedelta(minutes=1)
LEARN_EVERY = timedelta(minutes=2)
REMIND_BEFORE = timedelta(minutes=15)


class DutyWatch:
    """At the start and on every new day of the region it takes up the rights of the day; every minute it shows who is
    on duty, and it reminds of a shift that ends with work in hand.
    Every few minutes the advisor of those who send messages learns what was decided.

    `rights_changed` is called when this person may do other things than before, `day_begun` when a day begins
    at an open desk.
    """

    def __init__(
        self,
        place: Workplace,
        scope: TaskScope,
        bar: InfoBar,
        status: StatusBar,
        rights_changed: Callable[[], None],
        day_begun: Callable[[], None],
    ) -> None:
        self._place, self._scope, self._bar, self._status = place, scope, bar, status
        self._rights_changed, self._day_begun = rights_changed, day_begun
        self._day: date | None = None
        self._read_at: datetime | None = None
        self._learned_at: datetime | None = None
        self._dismissed: datetime | None = None
        self._shown: datetime | None = None
        self._leave_feed = place.feed.subscribe(self._heard)
        bar.closed.connect(self._dismiss)

    def tick(self, now: datetime) -> None:
        """Look whether a day began or a minute passed."""
        if (today := region_day(self._place)) != self._day:
            if self._day is not None:
                self._day_begun()
            self._day = today
            self._scope.latest("new day", self._begin_day())
        if self._read_at is None or abs(now - self._read_at) >= READ_EVERY:
            self._read_at = now
            self._scope.latest("duty", self._read())
        if self._learned_at is None or abs(now - self._learned_at) >= LEARN_EVERY:
            self._learned_at = now
            self._scope.latest("learning", self._learn())

    async def _learn(self) -> None:
        if Role.CURATOR in self._place.actor.roles:
            with suppress(DatabaseUnavailable):  # said elsewhere; it is tried again
                await advisor_of(self._place).refresh(self._place)

    def close(self) -> None:
        """Hear of no more changes."""
        self._leave_feed()

    async def _begin_day(self) -> None:
        if await refresh_rights(self._place):
            self._rights_changed()

    async def _read(self) -> None:
        duty, now = await read_duty(self._place), self._place.now()
        zone = self._place.rules().agency.zone
        self._status.show_duty(duty_names(duty, now, zone))
        self._remind(duty, now)

    def _remind(self, duty: DutyNow, now: datetime) -> None:
        ends = duty.my_end
        if ends is not None and duty.mine and ends - now <= REMIND_BEFORE and ends != self._dismissed:
            self._shown = ends
            time = clock_time(ends, self._place.rules().agency.zone)
            left = trn("{n} message", "{n} messages", duty.mine)
            words = tr("Your shift ends at {time}; in your hands: {messages}.", time=time, messages=left)
            self._bar.show_message(InfoKind.WARNING, words, tr("Hand the shift over…"))
        elif self._shown is not None and not duty.mine:
            self._shown = None
            self._bar.hide()

    def _dismiss(self) -> None:
        self._dismissed = self._shown

    def _heard(self, change: Change) -> None:
        """Others' acts on cases change nobody's shift."""
        if change.is_own or not change.case_ids:
            self._read_at = None  # at the next tick: many changes are one reading
