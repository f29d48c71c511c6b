"""The main window: everything a person at the desk sees, and the one tick that moves all its clocks."""

import asyncio
import importlib
import time
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDropEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QVBoxLayout, QWidget

from app.regulation.duties import Duty, duty_refusal
from app.regulation.errors import Refused
from app.services import queries
from app.services.selection import Selection
from app.services.storage import DatabaseUnavailable
from app.services.workplace import PersonView, Workplace
from app.texts import tr
from app.texts.refusals import explain
from app.ui import theme
from app.ui.case.acts import ENTER
from app.ui.case.panel import CardPanel
from app.ui.desk.alert_bar import AlertBar
from app.ui.desk.background import Background
from app.ui.desk.columns import Columns
from app.ui.desk.contact_bar import ContactBar
from app.ui.desk.demo_bar import DemoBar, side_by_side
from app.ui.desk.duty_watch import DutyWatch
from app.ui.desk.failure_page import FailurePage
from app.ui.desk.filters import Filters
from app.ui.desk.first_steps import FirstSteps
from app.ui.desk.guide import Guide
from app.ui.desk.hints import Hints
from app.ui.desk.keyboard import Keyboard
from app.ui.desk.leaving import Leaving, LeavingKind
from app.ui.desk.look import Look
from app.ui.desk.navigation import Navigation, first_place
from app.ui.desk.nearest import Nearest
from app.ui.desk.notifier import Notifier
from app.ui.desk.panes import Panes
from app.ui.desk.places import PREFIX, Places
from app.ui.desk.presenter import DeskPresenter
from app.ui.desk.queue_page import QueuePage
from app.ui.desk.quitting import Quitting
from app.ui.desk.receiving import can_receive, clipboard, letting_go_words, receive
from app.ui.desk.reminders import PromiseBar
from app.ui.desk.row_menu import RowMenu
from app.ui.desk.silence_bar import SilenceBar
from app.ui.desk.status_bar import StatusBar
from app.ui.desk.taking_in import TakingIn
from app.ui.desk.top_bar import TopBar
from app.ui.desk.ways import Ways
from app.ui.dialogs.help_asked import HelpAsked
from app.ui.pages.page import Surroundings
from app.ui.pages.registry import pages_of
from app.ui.preferences import Preferences
from app.ui.tasks import Failures, TaskScope
from app.ui.widgets.drop_note import DropNote
from app.ui.widgets.info_bar import InfoBar, InfoKind
from app.ui.widgets.menu_key import offer_menu_key

if TYPE_CHECKING:
    from app.ui.case.acting import CaseActs
    from app.ui.case.spelling_desk import SpellingDesk

TICK_MS = 1000
LOAD_DIALOGS_AFTER_SECONDS = 0.7
# More than this between the wall clock and the monotonic one is a jump: sleep, or somebody set the clock.
JUMP_SECONDS = 5.0
FIRST_SIZE = (1440, 900)
# In pixels, whatever the type: what 1920×1080 at 200 % leaves beside a task bar. Pages scroll there.
LEAST_SIZE = (960, 500)


class DeskWindow(QMainWindow):
    """One person's desk. `left` resolves when it is to be left; whoever showed it then awaits `aclose`.

    Closing the window only asks: what is being written finishes first. Made inside a running event loop.
    """

    def __init__(
        self, place: Workplace, people: Sequence[PersonView], preferences: Preferences, drafts: Path
    ) -> None:
        super().__init__()
        self.setObjectName("desk")
        self.setWindowTitle(f"{place.rules().profile.region} — {tr('CUR desk')}")
        self.place, self.preferences = place, preferences
        self.left: asyncio.Future[Leaving] = asyncio.get_running_loop().create_future()
        self._is_closing = False
        self.failures = Failures(
            refused=self._show_refusal,
            unavailable=self._show_unavailable,
            unexpected=self._show_unexpected,
            refused_types=(Refused,),
            unavailable_types=(DatabaseUnavailable, OSError, TimeoutError),
        )
        self.scope = TaskScope(self.failures)
        self.guide = Guide(self)
        self.ways = Ways(self)
        self.look = Look(self)
        self.quitting = Quitting(self)
        self.top_bar = TopBar(place, people)
        pages = pages_of(place.actor)
        self.navigation = Navigation(queries.visible_queues(place), pages)
        self.hints = Hints(place, self.scope, lambda: self.page.show_hints())
        self.page = QueuePage(Columns(place, self.hints.of))
        self.places = Places(self.page, pages, Surroundings(place, self.scope, drafts, self._proofread))
        self.panel = CardPanel()
        self.status = StatusBar(is_embedded=place.database.is_sqlite)
        self.demo_bar = DemoBar()
        self.first_steps = FirstSteps(self, preferences)
        self.contact_bar = ContactBar(place, self.scope)
        self.shift_bar = InfoBar()
        self.background = Background(place)
        self.duty = DutyWatch(
            place, self.scope, self.shift_bar, self.status, self._take_up_rights, self.background.wake
        )
        self.reminders = PromiseBar(place, self.scope)
        self.silence = SilenceBar(place, self.scope)
        self.notifier = Notifier(self)
        self.alerts = AlertBar(place, self.scope, self.notifier)
        self.nearest = Nearest(place, self.scope, preferences, self.ways.come_to_case, self._say)
        self._drafts = drafts
        self.presenter = DeskPresenter(
            place, self.scope, lambda: self.acts, self.navigation, self.page, self.panel, self.status
        )
        self.taking_in = TakingIn(self)
        self.row_menu = RowMenu(self)
        self.filters = Filters(self.page, preferences, place.person.uuid, self._show_filter, self.guide.open_narrowing)
        self.setAcceptDrops(True)
        self.drop_note = DropNote(self, letting_go_words(place.actor), can_receive)
        self._build()
        self._connect()
        self.keyboard = Keyboard(self)
        offer_menu_key(self)
        self._ticker = QTimer(self, interval=TICK_MS)
        self._ticker.timeout.connect(self.tick)
        self._last_tick = (place.now(), time.monotonic())

    @cached_property
    def acts(self) -> "CaseActs":
        """The doing of acts; made when first needed, because its dialogs cost a tenth of the program's start."""
        from app.ui.case.acting import CaseActs

        return CaseActs(self, self.place, self.scope, self.page.bar, self._drafts, self._proofread)

    @cached_property
    def spelling(self) -> "SpellingDesk":
        """The speller of this window; made with the first field that it checks."""
        from app.ui.case.spelling_desk import SpellingDesk

        return SpellingDesk(self.scope, self._drafts)

    def _proofread(self, owner: QWidget) -> None:
        self.spelling.proofread(owner)

    def start(self, queue: str = "", case_id: int | None = None) -> None:
        """Begin reading, listening and ticking; at `queue` (where this person's day begins by default), on a case."""
        place = queue or first_place(self.place.actor)
        self.navigation.show_counts(self.navigation.counts)
        self.presenter.open_queue("overdue" if place.startswith(PREFIX) else place, choose=case_id)
        if place.startswith(PREFIX):
            self.open_page(place)
        self._listen()
        self.contact_bar.start()
        self.scope.latest("the rest", self._read_the_rest())
        self.scope.latest("dialogs", self._load_dialogs())
        self.scope.latest("worker", self.background.run())
        self._ticker.start()
        self.tick()
        if self.places.page is None:
            self.page.focus_rows()

    def _listen(self) -> None:
        self.scope.latest("listening", self.place.feed.watch(self.place.database))

    async def _read_the_rest(self) -> None:
        """Counts, duty and reminders once the rows are there: a person begins with these."""
        await self.presenter.has_rows.wait()
        self.presenter.reload_counts()
        self.nearest.begin()
        self.first_steps.begin(is_demo=not self.demo_bar.isHidden())
        self.tick()

    async def aclose(self) -> None:
        """Finish what is being written, remember the window's place, and free it."""
        self._is_closing = True
        self._take_no_more()
        self._ticker.stop()
        self.contact_bar.close_down()
        self.presenter.close()
        self.duty.close()
        self.alerts.close_down()
        self.nearest.close_down()
        self.places.close_all()
        self.keep_place()
        self.preferences.save()
        await self.scope.aclose()
        if "spelling" in vars(self):
            self.spelling.close()
        self.close()
        self.deleteLater()

    def _take_no_more(self) -> None:
        """No key begins what nobody finishes; a dialog is left as by Escape, unless it is saving."""
        self.setEnabled(False)
        for dialog in self.findChildren(QDialog):
            if dialog.isVisible():
                dialog.setEnabled(False)
                dialog.reject()

    def keep_place(self) -> None:
        """Remember where the window stands and how its panes share it."""
        self.preferences.keep_window(self, self.panes)

    def where(self) -> tuple[str, int | None]:
        """What is shown, as `start` takes it: the page or the queue, and the case chosen in it."""
        page, card = self.places.page, self.panel.card()
        if page is not None:
            return f"{PREFIX}{page.objectName()}", None
        return self.page.queue, card.id if card is not None else None

    def tick(self) -> None:
        """Bring everything that shows time to now; after sleep or a set clock, read everything anew."""
        now = self.place.now()
        self._notice_jump(now)
        self.contact_bar.tick(now)
        self.top_bar.tick(now)
        self.page.tick(now)
        self.places.tick(now)
        self.panel.tick(now)
        if "acts" in vars(self):
            self.acts.tick(now)
        self.presenter.tick(now)
        if self.presenter.has_rows.is_set():
            self.duty.tick(now)
            self.reminders.tick(now)
            self.silence.tick(now)
            self.alerts.tick(now)
            self.nearest.tick(now)
            self.first_steps.tick()
            if self.hints.is_behind():
                self._want_hints()
        if not self.demo_bar.isHidden():
            self.demo_bar.tick(now, self.place.rules().agency.zone, is_short=not self.first_steps.isHidden())

    def _want_hints(self) -> None:
        if self.places.page is None:  # behind a page nobody sees them: an import brings hundreds of rows a second
            self.hints.want(self.page.queue, self.page.rows())

    def leave(self, kind: LeavingKind, person: PersonView | None = None) -> None:
        """Ask to be left; the first reason counts."""
        if not self.left.done():
            self.left.set_result(Leaving(kind, person))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():  # the desk of whoever begins on a page
            self.places.take_keyboard()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_closing:
            event.accept()
            return
        event.ignore()
        self.quitting.quit()

    def open_link(self, link: str) -> None:
        """Go to the case of a link, before the other programs' windows."""
        self.come_forward()
        self.presenter.filter(link)

    def come_forward(self) -> None:
        """Stand before the windows of other programs."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def open_page(self, key: str) -> None:
        """Show a page of the desk, "page:<code>", in place of the queue."""
        self.presenter.choose(None)
        self.navigation.choose(key)

    def reload(self) -> None:
        """Read everything shown anew."""
        self.presenter.reload()
        if self.places.page is not None:
            self.places.page.show_now()

    def take_in(self, paths: str = "") -> None:
        """Take in messages from a file, of several (a line each) the first: the page «Импорт»; curators take in."""
        if refused := duty_refusal(Duty.IMPORT, self.place.actor):
            self._show_refusal("import", Refused(refused.code, **refused.params))
            return
        self.ways.go_to(f"{PREFIX}imports")
        page = self.places.page
        if page is not None:
            page.start_with(paths)

    def undo(self) -> None:
        """Take back what was done a moment ago; where nothing can be, say so."""
        if not self.page.undo.undo():
            self._say(tr("Nothing to take back: what can be is offered for some seconds here."))

    def write_report(self) -> None:
        """Write the report of the day."""
        from app.ui.desk import files  # not needed to start

        self.scope.start("file", files.write_report(self, self.place, self.scope))

    def write_table(self) -> None:
        """Write the table shown: the queue as filtered, or the table of a page that was worked in last."""
        from app.ui.desk import exporting  # not needed to start

        exporting.write_shown(self)

    def write_history(self) -> None:
        """Write the history of the card shown."""
        from app.ui.desk import exporting  # not needed to start

        exporting.write_history(self)

    # Failures

    def _show_refusal(self, name: str, error: Exception) -> None:
        assert isinstance(error, Refused), "the only refused type"
        self._bar.show_message(InfoKind.WARNING, explain(error.refusal, self.place.rules().agency.zone))

    @property
    def _bar(self) -> InfoBar:
        """The one that is seen."""
        return self.page.bar if self.places.page is None else self.places.page.bar

    def _say(self, words: str) -> None:
        self._bar.show_message(InfoKind.INFO, words)

    def _show_unavailable(self, name: str, error: Exception) -> None:
        if self.contact_bar.explains(name, self.page.bar):
            return
        refusal = getattr(error, "refusal", None)
        words = explain(refusal) if refusal is not None else str(error)
        self.page.lasting_bar.show_message(InfoKind.ERROR, words, tr("Try again"), closable=False)
        self.status.show_connection(is_up=False)

    def _follow_contact(self, is_up: bool) -> None:
        """Contact was lost, or is back: then everything shown is read anew."""
        self.status.show_connection(is_up=is_up)
        self.page.lasting_bar.hide()
        if is_up:
            if self.place.database.is_sqlite:  # the file may be another one, put in its place
                self._listen()
            self.scope.latest("clock", self._come_back())
            if "acts" in vars(self):
                self.acts.tell_back()

    def _show_unexpected(self, name: str, error: Exception) -> None:
        page = FailurePage(name, error, self)
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page.open()

    def _retry(self) -> None:
        self.page.lasting_bar.hide()
        self.presenter.reload()

    def _notice_jump(self, now: datetime) -> None:
        steady = time.monotonic()
        then, steady_then = self._last_tick
        self._last_tick = (now, steady)
        if abs((now - then).total_seconds() - (steady - steady_then)) > JUMP_SECONDS:
            self.scope.latest("clock", self._come_back())

    async def _come_back(self) -> None:
        await self.place.database.synchronise_clock()
        self.reload()

    async def _load_dialogs(self) -> None:
        """Import what acts need beside the window's work, once its rows are painted, so that no first act waits."""
        await asyncio.sleep(LOAD_DIALOGS_AFTER_SECONDS)
        await asyncio.to_thread(importlib.import_module, "app.ui.case.acting")

    # Parts

    def _build(self) -> None:
        self.panes = Panes(self.navigation, self.places, self.panel)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(side_by_side(self.first_steps, self.demo_bar))
        column.addWidget(self.top_bar)
        column.addWidget(self.contact_bar)
        column.addWidget(self.shift_bar)
        column.addWidget(self.reminders)
        column.addWidget(self.silence)
        column.addWidget(self.alerts)
        column.addWidget(self.panes, 1)
        column.addWidget(self.status)
        self.setCentralWidget(central)
        self.demo_bar.setVisible(bool(self.place.database.meta.get("demo")))
        self.setMinimumSize(QSize(*LEAST_SIZE).boundedTo(self.screen().availableSize()))
        if not self.preferences.restore_window(self, self.panes):
            self._take_first_size()

    def _take_first_size(self) -> None:
        """As designed where the screen has room for it, else the whole screen with narrower panes beside the table."""
        room = self.screen().availableSize()
        size = QSize(*(theme.current().px(side) for side in FIRST_SIZE))
        is_small = size.width() > room.width() or size.height() > room.height()
        self.resize(size.boundedTo(room))
        self.panes.take_first_widths(is_small=is_small)
        if is_small:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _connect(self) -> None:
        presenter = self.presenter
        self.contact_bar.changed.connect(self._follow_contact)
        self.navigation.queue_chosen.connect(self.go_to_queue)
        self.navigation.page_chosen.connect(self.open_page)
        self.navigation.place_shown.connect(self.places.show_place)
        self.places.shown.connect(self._fit_panel)
        self.places.shown.connect(self._want_hints)
        self.panel.filled.connect(self._fit_panel)
        self.places.case_chosen.connect(presenter.choose)
        self.places.case_requested.connect(self.ways.go_to_case)
        self.places.place_requested.connect(self.ways.go_to)
        self.places.reopen_requested.connect(lambda: self.leave(LeavingKind.REOPEN))
        self.page.row_chosen.connect(lambda case_id: self.places.page is None and presenter.choose(case_id))
        self.page.row_activated.connect(lambda _: self.keyboard.perform(ENTER))
        self.page.narrowing.changed.connect(presenter.narrow)
        self.page.choice.send_requested.connect(presenter.send_together)
        self.page.choice.detect_requested.connect(presenter.stream.detect)
        self.page.choice.dismiss_requested.connect(presenter.stream.dismiss)
        self.page.more_needed.connect(presenter.read_more)
        self.page.rows_shown.connect(self._want_hints)
        self.page.part_chosen.connect(presenter.open_queue)
        self.page.lasting_bar.action_requested.connect(self._retry)
        self.panel.act_requested.connect(presenter.perform)
        self.panel.link_requested.connect(lambda link: QDesktopServices.openUrl(QUrl(link)))
        self.panel.file_requested.connect(presenter.open_file)
        self.panel.case_requested.connect(self.ways.go_to_case)
        self.panel.clause_requested.connect(lambda number: self.guide.open_help(f"clause:{number}"))
        self.status.queue_requested.connect(self.ways.go_to)
        self.status.keys_requested.connect(self.guide.show_keys)
        self.shift_bar.action_requested.connect(self.ways.hand_over)
        self.top_bar.text_edited.connect(self._filter)
        self.top_bar.everywhere_requested.connect(presenter.search_everywhere)
        self.top_bar.theme_requested.connect(self.look.switch_theme)
        self.top_bar.seat_requested.connect(self.look.give_seat)
        self.top_bar.import_requested.connect(lambda: self.take_in())
        self.top_bar.report_requested.connect(self.write_report)
        self.top_bar.table_requested.connect(self.write_table)
        self.top_bar.history_requested.connect(self.write_history)
        self.top_bar.language_requested.connect(self.look.speak)
        self.top_bar.type_size_requested.connect(self.look.size_type)
        self.reminders.case_requested.connect(self.ways.go_to_case)
        self.silence.networks_requested.connect(partial(self.ways.go_to, "page:networks"))
        self.alerts.case_requested.connect(self.ways.go_to_case)
        self.alerts.list_requested.connect(lambda: self.ways.go_to(f"{PREFIX}alerts"))
        self.notifier.opened.connect(self.ways.come_to_alerts)
        self.first_steps.left.connect(self.tick)
        self.demo_bar.restart_requested.connect(self.quitting.start_demo_over)
        self.demo_bar.end_requested.connect(self.quitting.end_demo)

    def go_to_queue(self, queue: str) -> None:
        """What was said in one queue says nothing of another."""
        self.page.bar.hide()
        self.presenter.open_queue(queue)

    def _fit_panel(self) -> None:
        """A page needs no empty card beside it: the pane comes with the first case chosen there."""
        is_wanted = self.places.has_card and (self.places.page is None or self.panel.card() is not None)
        self.panel.setVisible(is_wanted)

    def _take_up_rights(self) -> None:
        """Another day, other rights: what is offered is read anew."""
        self.presenter.reload()

    def _show_filter(self, which: Selection) -> None:
        self.top_bar.search.setText(which.query)
        self.presenter.select(which)

    def _filter(self, text: str) -> None:
        """What is typed in the search field keeps rows of the queue: it comes back from behind a page."""
        if self.places.page is not None and text.strip():
            self.navigation.choose(self.presenter.queue)
        self.presenter.filter(text)

    def paste(self) -> None:
        """Receive what is on the clipboard."""
        receive(clipboard(), self.presenter, self.take_in)

    def customEvent(self, event: QEvent) -> None:
        if isinstance(event, HelpAsked):
            self.guide.help_over(event.dialog, event.place)

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        receive(event.mimeData(), self.presenter, self.take_in)
