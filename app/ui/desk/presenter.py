"""Between the desk's views and the services: wishes become reads and acts, changes become what is shown."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.permission import refusal
from app.regulation.workflow import Act
from app.services import counting, patching, queries
from app.services.cards import read_card
from app.services.case_link import SCHEME, find_by_link, find_by_number, number_of
from app.services.changes import Change
from app.services.journal import check_duty
from app.services.links.known import link_id_of
from app.services.links.recognising import find_links, recognise
from app.services.narrowing import Narrowing
from app.services.presence import KIND as PRESENCE
from app.services.receiving import is_to_be_opened, open_case
from app.services.selection import Selection
from app.services.sorting import Sorting
from app.services.storage import DatabaseUnavailable
from app.services.today import read_today
from app.services.views import CaseCard, QueueCounts, QueueRow
from app.services.workplace import SEE_ALL, Workplace
from app.texts import tr
from app.texts.countdown import warn_within
from app.ui.case.acts import ENTER, offer_for_key
from app.ui.case.panel import CardPanel
from app.ui.desk.navigation import Navigation
from app.ui.desk.pacing import Paced
from app.ui.desk.queue_page import QueuePage, is_full_page
from app.ui.desk.sorting_out import SortingOut
from app.ui.desk.status_bar import StatusBar
from app.ui.tasks import TaskScope
from app.ui.widgets.info_bar import InfoKind

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage

    from app.services.attachments import FileRef
    from app.services.saving import Done
    from app.ui.case.acting import CaseActs

ROWS_PAUSE_SECONDS = 0.25
# What an import brings is shown so often at most, all of it at its end: each batch would put the rows in order anew.
ROWS_PATIENCE_SECONDS = 2.0, 4.0
COUNTS_PAUSE_SECONDS = 1.0
# What others' acts make of counts is known of the queues at once; of the rest it is asked so often at most, the more
# seldom the longer it takes. The figures of the day are for nobody's next step.
COUNTS_PATIENCE_SECONDS = 2.0, 8.0
TODAY_PATIENCE_SECONDS = 8.0, 8.0
# Time alone changes a count nearly every second where 100,000 cases are open, and counting them takes a quarter of a
# second of a core: for so many open cases it waits a second.
OPEN_A_SECOND = 3_000


class DeskPresenter:
    """Reads what the desk shows and keeps it true. Everything it starts is owned by the window's `scope`.

    `has_rows` is set once the first rows were read, or could not be.
    """

    def __init__(
        self,
        place: Workplace,
        scope: TaskScope,
        acts: "Callable[[], CaseActs]",
        navigation: Navigation,
        page: QueuePage,
        panel: CardPanel,
        status: StatusBar,
    ) -> None:
        self._place, self._scope, self._acts = place, scope, acts
        self._navigation, self._page, self._panel, self._status = navigation, page, panel, status
        self.selection = Selection(navigation.queues[0])
        self._searched_from = self.queue
        self._changed: set[int] = set()
        self._hearings: dict[object, set[int]] = {}
        self._card_wanted: int | None = None
        self._wanted_case: int | None = None
        self._counts_change_at: datetime | None = None
        self._anew, self._is_behind = True, False
        self.has_rows = asyncio.Event()
        self._rows = Paced(scope, "changed rows", self._read_changed, ROWS_PAUSE_SECONDS, ROWS_PATIENCE_SECONDS)
        self._counts = Paced(scope, "counts", self._read_counts, COUNTS_PAUSE_SECONDS, COUNTS_PATIENCE_SECONDS)
        self._today = Paced(scope, "today", self._read_today, COUNTS_PAUSE_SECONDS, TODAY_PATIENCE_SECONDS)
        self.stream = SortingOut(place, scope, page, self.read_again)
        page.sorting_asked.connect(self.sort)
        page.seen.connect(self.catch_up)
        self._leave_feed: Callable[[], None] = place.feed.subscribe(self._heard)

    @property
    def queue(self) -> str:
        return self.selection.queue

    def close(self) -> None:
        """Hear of no more changes; what was held back is carried out."""
        self._leave_feed()
        self._page.undo.settle()

    # Reading

    def open_queue(self, queue: str, *, choose: int | None = None, sorting: Sorting | None = None) -> None:
        """Show a queue from its start, with the case `choose` chosen where it is among the rows read.

        In its own order unless another is asked: nobody comes back to a queue whose most urgent case stands last.
        """
        self.select(replace(self.selection, queue=queue, sorting=sorting), choose=choose)

    def select(self, selection: Selection, *, choose: int | None = None) -> None:
        """Show what is of this selection, with the case `choose` chosen where it is among the rows read."""
        self.selection, self._wanted_case = selection, choose
        self._navigation.choose(queries.PART_OF.get(selection.queue, selection.queue))
        self._scope.latest("rows", self._read_rows())

    def filter(self, text: str) -> None:
        """Keep the rows that have all words of `text`; a link opens the case it belongs to."""
        text = text.strip()
        if _is_link(text) or link_id_of(text):
            self._scope.latest("link", self._open_link(text))
            return
        self.selection = replace(self.selection, query=text)
        if not text and self.queue == queries.EVERYWHERE:
            self.open_queue(self._searched_from)
            return
        self._scope.latest("rows", self._read_rows())

    def narrow(self, only: Narrowing) -> None:
        """Keep the rows of a topic or an agency, here and in the queues gone to next."""
        self.selection = replace(self.selection, only=only)
        self._scope.latest("rows", self._read_rows())

    def sort(self, sorting: Sorting | None) -> None:
        """Show the queue in this order, None for its own, the only one that some have."""
        if sorting is not None and not queries.can_be_sorted(self.queue):
            return  # asked of the queue before, whose rows are still shown
        self.selection = replace(self.selection, sorting=sorting)
        self._scope.latest("rows", self._read_rows())

    def search_everywhere(self) -> None:
        """Look for the words of the filter in all queues."""
        if self.selection.query:
            if self.queue != queries.EVERYWHERE:
                self._searched_from = self.queue
            self.open_queue(queries.EVERYWHERE)

    def read_more(self, last: QueueRow) -> None:
        """Read the page after `last`."""
        self._scope.latest("page", self._read_page(last))

    def choose(self, case_id: int | None) -> None:
        """Show the card of a case."""
        self._card_wanted = case_id
        if case_id is None:
            self._scope.latest("card", self._show_no_card())
        else:
            self._scope.latest("card", self._read_card(case_id))

    def reload(self) -> None:
        """Read everything shown anew: on F5, after sleep, when the connection is back."""
        self._scope.latest("rows", self._read_rows())
        self.reload_counts()
        if self._card_wanted is not None:
            self._scope.latest("card", self._read_card(self._card_wanted))

    def reload_counts(self) -> None:
        """Count anew, and put the agencies in order of what they have to do."""
        self._anew = True
        self._count()

    def tick(self, now: datetime) -> None:
        """Count anew when time alone has changed a count; an offer to take an act back ends."""
        self._page.undo.tick(now)
        if self._counts_change_at is not None and now >= self._counts_change_at:
            self._counts_change_at = None
            self._count()
            if self.queue in ("overdue", queries.RUNNING_OUT):
                self._scope.latest("rows", self._read_rows())

    def catch_up(self) -> None:
        """The queue is seen again: what came into it meanwhile by hundreds is read."""
        if self._is_behind:
            self.read_again()

    def read_again(self, choose: int | None = None) -> None:
        """Read the queue shown anew, with the case `choose` chosen where one is named."""
        if choose is not None:
            self._wanted_case = choose
        self._scope.latest("rows", self._read_rows())

    async def _read_rows(self) -> None:
        asked = self.selection
        self._is_behind = False
        is_opened, limit = self.queue != self._page.queue, self._rows_to_read()
        with self._hearing_meanwhile():
            try:
                rows = await queries.list_queue(self._place, asked, limit=limit)
            finally:
                self.has_rows.set()
            has_more = is_full_page(rows, limit)
            self._page.show_rows(asked, rows, has_more=has_more, now=self._place.now())
        if has_more and is_opened:
            self._scope.latest("page", self._read_page(rows[-1]))
        if (card := self._panel.card()) is not None:
            self._panel.show_found(*self._page.found_by(card.id))
        self._status.show_connection(is_up=True)
        wanted, self._wanted_case = self._wanted_case, None
        if wanted is not None and self._page.view is not None and not self._page.view.choose(wanted):
            self.choose(wanted)

    def _rows_to_read(self) -> int:
        """A page; a list that is read again is read as far as it was, one in which a row is looked for far enough."""
        if self._wanted_case is not None:
            return queries.FAR
        read = len(self._page.rows()) if self.selection == self._page.shown else 0
        return min(max(queries.PAGE, read), queries.FAR)

    async def _read_page(self, last: QueueRow) -> None:
        asked = self.selection
        with self._hearing_meanwhile():
            rows = await queries.list_queue(self._place, asked, last)
            if asked == self.selection == self._page.shown:
                self._page.append_rows(rows, has_more=is_full_page(rows, queries.PAGE))

    @contextmanager
    def _hearing_meanwhile(self) -> Iterator[None]:
        """What changes while rows are read is read again once they are shown: they may be from before a change whose
        own reading was shown already."""
        reading = object()
        heard = self._hearings[reading] = set()
        try:
            yield
        finally:
            del self._hearings[reading]
        if heard:
            self._changed |= heard
            self._rows.want()

    async def _read_changed(self) -> None:
        changed, self._changed = self._changed, set()
        asked = self.selection
        rows = await queries.read_rows(self._place, asked, tuple(changed))
        if not self._sees_all and (rows or any(map(self._page.shows, changed))):
            self._count()  # of an agency's cases the feed alone does not tell
        if asked == self.selection == self._page.shown:
            self._page.merge(changed, rows)
            if self._page.has_run_out:
                self._scope.latest("rows", self._read_rows())
        # Not the card still shown: where the changed case left the queue, the next one is being read already.
        if self._card_wanted is not None and self._card_wanted in changed:
            self._scope.latest("card", self._read_card(self._card_wanted))

    async def _read_card(self, case_id: int) -> None:
        try:
            card = await read_card(self._place, case_id)
        except (Refused, DatabaseUnavailable) as error:
            shown = self._panel.card()
            if isinstance(error, Refused) or (shown is not None and shown.id != case_id):
                await self._show_no_card()  # never another's beside the row that is marked
            raise error
        self._show_card(card)
        if is_to_be_opened(self._place, card):
            self._scope.start("open", self._open(card))

    async def _open(self, card: CaseCard) -> None:
        """Where opening is the receipt, an executor who sees the card has received it; who came second is not told."""
        with suppress(Refused):
            await open_case(self._place, card)

    def _show_card(self, card: CaseCard) -> None:
        rules = self._place.rules(card.regulation_id)
        self._panel.show_card(card, rules, self._place.actor, self._place.now())
        self._panel.show_found(*self._page.found_by(card.id))

    async def _show_no_card(self) -> None:
        self._panel.show_card(None, None, None, self._place.now())

    async def _take_up_settings(self) -> None:
        """What the region settled for its desks may be among what was done beside cases."""
        from app.services.desk_settings import refresh_settings  # not needed to start

        warn_within((await refresh_settings(self._place.database)).soon_minutes)

    async def _read_counts(self) -> None:
        counts: QueueCounts = await counting.count_queues(self._place)
        warn_within(counts.soon_minutes)
        self._show_counts(counts, anew=self._anew)
        self._anew = False
        self._counts_change_at = recount_at(counts, self._place.now())

    async def _read_today(self) -> None:
        self._status.show_today(await read_today(self._place))

    def _count(self) -> None:
        self._counts.want()
        self._today.want()

    def _show_counts(self, counts: QueueCounts, *, anew: bool = False) -> None:
        self._navigation.show_counts(counts, anew=anew)
        self._page.show_counts(counts)
        self._status.show_counts(counts)

    async def _open_link(self, link: str) -> None:
        number = number_of(link)
        if number is None:
            case_id = await find_by_link(self._place, link)
        else:
            case_id = await find_by_number(self._place, number)
        if case_id is None:
            raise Refused("link_unknown", link=link)
        self._page.bar.hide()  # what was said of a link before
        await self.open_case(case_id)

    async def open_case(self, case_id: int) -> None:
        """Go to a case wherever it stands now. Raises Refused for one this person may not see."""
        card = await read_card(self._place, case_id)
        self._card_wanted = case_id
        self._show_card(card)
        queue = queries.queue_of(card.state)
        self.select(Selection(queue if queue in self._navigation.queues else self.queue), choose=case_id)

    def _heard(self, change: Change) -> None:
        if change.everything:
            self.reload()
            return
        if change.goes_on and self._page.isHidden():
            self._is_behind = True
            self._heard_of_counts(change)
            return
        if change.kinds != {PRESENCE}:
            for heard in self._hearings.values():
                heard |= change.case_ids
            self._heard_of_counts(change)
        if concerned := self._concerning(change):
            self._changed |= concerned
            self._rows.want_later() if change.goes_on else self._rows.want()
        elif not change.case_ids and self._changed:
            self._rows.want()
        if not change.case_ids:
            self._scope.latest("settings", self._take_up_settings())

    @property
    def _sees_all(self) -> bool:
        return bool(self._place.actor.roles & SEE_ALL)

    def _concerning(self, change: Change) -> frozenset[int]:
        """The changed cases that are shown or may have to be: most of what fifty desks do is not asked for here."""
        if self.selection != self._page.shown:
            return change.case_ids  # another list is being read
        card = change.case_ids & {self._card_wanted}
        return patching.concerning(change, self.queue, self._page.shows) | card

    def _heard_of_counts(self, change: Change) -> None:
        if change.is_own:
            self._count()
            return
        if change.moves and self._sees_all:
            self._show_counts(patching.recounted(self._navigation.counts, change.moves))
        self._counts.want_later()
        self._today.want_later()

    # Acting

    def perform(self, act: str, variant: str) -> None:
        """Do an act of the card shown."""
        if (card := self._panel.card()) is not None:
            self.perform_on(card, act, variant)

    def perform_on(self, card: CaseCard, act: str, variant: str) -> None:
        """Do an act of a card, wherever it is shown."""
        self._scope.start(f"act {act}", self._perform(card, act, variant))

    def perform_key(self, key: str) -> None:
        """Do what a key does on the chosen case, where it does anything."""
        if self._card_wanted is not None:
            self._scope.start(f"key {key}", self._perform_key(self._card_wanted, key))

    def perform_together(self, key: str) -> None:
        """Do what a key does to several marked messages: Enter sends them, or in the stream detects them."""
        if key != ENTER:
            words = tr("Several messages are marked: they can only be sent together.")
            self._page.bar.show_message(InfoKind.INFO, words)
        elif self.queue == "stream":
            self.stream.detect()
        else:
            self.send_together()

    def enter_message(self) -> None:
        """Ask for a message and enter it by hand."""
        self._scope.start("enter", self._enter())

    def enter_call(self) -> None:
        """Ask for what a caller or a visitor says, enter it and offer its routing."""
        self._scope.start("enter", self._enter_and_route("call"))

    def receive(self, text: str) -> None:
        """What was pasted or dropped: a known link opens its case, anything else begins an entry."""
        if text.strip():
            self._scope.latest("link", self._receive(text.strip()))

    async def _receive(self, text: str) -> None:
        links = find_links(text)
        link = links[0] if links else text if _is_link(text) else ""
        if not link:
            self._scope.start("enter", self._enter_and_route("net", text))
        elif number_of(link) is not None:
            await self._open_link(link)
        elif (case_id := await find_by_link(self._place, link)) is not None:
            await self.open_case(case_id)
        else:
            recognise(link)  # says what is wrong with a link that nobody should open
            words = text.replace(link, "", 1).strip()
            self._scope.start("enter", self._enter_and_route("net", words, link))

    def receive_pictures(self, pictures: "Sequence[Path | QImage]") -> None:
        """Pictures that were pasted or dropped begin an entry that has them."""
        self._scope.start("enter", self._enter_and_route("net", pictures=tuple(pictures)))

    async def _enter_and_route(
        self, way: str, text: str = "", link: str = "", pictures: "tuple[Path | QImage, ...]" = ()
    ) -> None:
        from app.ui.dialogs.entry import EntryStart  # not needed to start

        check_duty(self._place, Duty.IMPORT)  # nobody types what would be refused when it is saved
        case_id = await self._acts().enter_message(EntryStart(way, text, link, pictures))
        if case_id is None:
            return
        await self.open_case(case_id)
        await self._perform_key(case_id, ENTER)  # the first act of a message that has come in is its routing

    def send_together(self) -> None:
        """Send all marked messages to one agency, each by an act of its own."""
        if ids := [row.id for row in self._page.marked()]:
            self._scope.start("send together", self._acts().send_together(ids))

    def open_file(self, file: "FileRef") -> None:
        """Open a file that the card shows."""
        self._acts().open_file(file)

    async def _perform_key(self, case_id: int, key: str) -> None:
        card = self._panel.card()
        row = next((row for row in self._page.rows() if row.id == case_id), None)
        if card is None or card.id != case_id or (row is not None and row.state is not card.state):
            # The key was quicker than the card: it is meant for the row that is marked, as it stands there.
            card = await read_card(self._place, case_id)
            self._show_card(card)
        offer = offer_for_key(key, card.standing, self._place.actor)
        if offer is not None:
            await self._perform(card, str(offer.button.act), offer.variant)

    async def _perform(self, card: CaseCard, act: str, variant: str) -> None:
        if refused := refusal(Act(act), variant, card.standing, self._place.actor):
            raise Refused(refused.code, **refused.params)
        done = await self._acts().perform(card, act, variant)
        if done is not None:
            self._offer_undo(card, Act(act), done)

    def _offer_undo(self, card: CaseCard, act: Act, done: "Done") -> None:
        from app.ui.case.undoing import undo_of, undo_words  # not needed to start

        if (undo := undo_of(self._place, card, act, done)) is not None:
            self._page.undo.offer(undo_words(card, act), lambda: self._take_back(undo))

    def _take_back(self, undo: Callable[[], Coroutine[Any, Any, object]]) -> None:
        self._scope.start("undo", self._taken_back(undo))

    async def _taken_back(self, undo: Callable[[], Coroutine[Any, Any, object]]) -> None:
        try:
            await undo()
        except Refused as error:
            if error.refusal.code != "changed_meanwhile":
                raise
            raise Refused("undo_too_late", **error.refusal.params) from None

    async def _enter(self) -> None:
        check_duty(self._place, Duty.IMPORT)
        if (case_id := await self._acts().enter_message()) is not None:
            await self.open_case(case_id)


def recount_at(counts: QueueCounts, now: datetime) -> datetime | None:
    """When counts are to be read anew because of time alone; the more there is to count, the less often."""
    if counts.changes_at is None:
        return None
    is_open = sum(count for queue, count in counts.queues.items() if queue not in queries.NEWEST_FIRST)
    return max(counts.changes_at, now + timedelta(seconds=is_open // OPEN_A_SECOND))


def _is_link(text: str) -> bool:
    return text.startswith(("http://", "https://", f"{SCHEME}://")) and " " not in text
