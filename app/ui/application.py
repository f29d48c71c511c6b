"""The program from its first window to its last: opening the database, sitting down, changing seats, leaving."""

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.resources import resource
from app.services import desk_password, regions, retiming, signing_in
from app.services.changes import Feed
from app.services.signing_in import Address
from app.services.storage import Database, DatabaseUnavailable
from app.services.workplace import PersonView
from app.texts import language, use_language
from app.ui import loop, theme, type_size
from app.ui.desk.failure_page import FailurePage
from app.ui.desk.leaving import Leaving, LeavingKind
from app.ui.desk.window import DeskWindow
from app.ui.preferences import Preferences
from app.ui.running import may_run
from app.ui.tasks import ScopeClosed

if TYPE_CHECKING:
    from app.ui.summons import Summons

log = logging.getLogger(__name__)

# A database that opens sooner needs no window that says so.
PATIENCE_SECONDS = 0.4
# By then the first window is painted and everything it needs is imported.
SETTLED_AFTER_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Places:
    """Where the desk keeps its things and how it gets its databases; the bootstrap chooses.

    `data` is the folder that a running desk is known by, to which another start hands the link it was given.
    `open_database(url)` opens, makes or migrates; `open_demo(path)` opens the demo region, made where missing.
    """

    database_url: str
    demo_path: Path
    drafts: Path
    preferences: Path
    data: Path
    open_database: Callable[[str], Awaitable[Database]]
    open_demo: Callable[[Path], Awaitable[Database]]


def run(places: Places, *, demo: bool = False, language: str | None = None, link: str = "") -> int:
    """Build the program and run it until it is left; gives the exit code. `demo` starts in the demo region.

    A `link` to a case opens it, in the desk that runs already where one does; a second start brings that one forward.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication), "no other kind is made"
    app.setApplicationName("cur-desk")
    app.setDesktopFileName("cur-desk")
    app.setWindowIcon(QIcon(str(resource("cur-desk.svg"))))
    if link and _is_taken_by_another(places.data, link):
        return 0
    preferences = Preferences(places.preferences)
    if language is not None:
        preferences.language = language
    use_language(preferences.language)
    preferences.usual_type_size = type_size.of_desktop(app.font())
    theme.use(app, theme.load(preferences.theme, preferences.type_size(preferences.seat) / 100))
    if demo:
        preferences.in_demo = True
    if not link and _is_shown_by_another(places, preferences.in_demo):
        return 0
    return loop.run(Application(app, places, preferences, link).main(), app)


def _is_taken_by_another(folder: Path, link: str) -> bool:
    from app.ui.summons import call_running_desk  # only a start with a link needs the network library

    return call_running_desk(folder, link)


def _is_shown_by_another(places: Places, in_demo: bool) -> bool:
    """Whether a desk already shows what this start would: it was brought forward."""
    if not may_run(places.data):
        return False
    from app.ui.summons import show_running_desk  # only where one may run

    return show_running_desk(places.data, _place_of(places, in_demo))


def _place_of(places: Places, in_demo: bool) -> str:
    return str(places.demo_path) if in_demo else places.database_url


async def settle_memory() -> None:
    """Let the garbage collector run, but never again over what the program is made of: a full pass over it would
    hold the window for 80 ms. Until the first window stands it is off (see bootstrap)."""
    await asyncio.sleep(SETTLED_AFTER_SECONDS)
    gc.freeze()
    gc.enable()


async def _finish_changes(window: DeskWindow) -> None:
    """Go on with a change of the rules that was cut short, once the window has its rows."""
    await window.presenter.has_rows.wait()
    await retiming.finish_changes(window.place)


class Application:
    """Shows one window after another. A window is closed only when the next one stands in its place."""

    def __init__(self, app: QApplication, places: Places, preferences: Preferences, link: str = "") -> None:
        self._app, self._places, self._preferences, self._link = app, places, preferences, link
        self._translator: QTranslator | None = None
        self._window: DeskWindow | None = None
        self._entered: Database | None = None
        self._summons: Summons | None = None

    async def main(self) -> int:
        """Open, sit down, and follow every leaving to the next window, until somebody quits."""
        sys.excepthook = self._unforeseen
        self._speak()
        with self._ending_on_signals():
            database = await self._first_database()
            try:
                while database is not None:
                    database = await self._use(database)
            finally:
                await self._close_window()
                if self._summons is not None:
                    self._summons.close()
        return 0

    async def _first_database(self) -> Database | None:
        if self._preferences.in_demo:
            return await self._open_demo(anew=False)
        url = self._places.database_url
        if signing_in.is_to_sign_in(url):
            return await self._sign_in(Address.of(url))
        return await self._opened(self._places.open_database(url))

    async def _sign_in(self, address: Address) -> Database | None:
        """A region's server, by the password the keyring remembers or the one that is typed; None for the end."""
        from app.ui.start.sign_in import SignInWindow  # only with a server

        window = SignInWindow(address, self._places.open_database)
        try:
            if password := await asyncio.to_thread(signing_in.read_password, address):
                window.password.setText(password)
                window.remember.setChecked(True)
                window.enter.click()
            window.show()
            database = await window.decided
            if database is not None:
                self._preferences.server = window.address().url()
            return database
        finally:
            await window.aclose()

    async def _use(self, database: Database) -> Database | None:
        """Work at a database until it is left; the next one, which may be the same, or None for the end."""
        if not await regions.is_set_up(database):
            return await self._set_up(database)
        if database is not self._entered and not await self._let_in(database):
            await database.close()
            return None
        self._entered = database
        leaving = await self._sit(database)
        if leaving.kind in (LeavingKind.SEAT, LeavingKind.LANGUAGE, LeavingKind.TYPE_SIZE):
            return database
        await self._close_window()
        await database.close()
        if leaving.kind is LeavingKind.REOPEN:
            return await self._reopened(database.url)
        if leaving.kind is LeavingKind.DEMO_RESTART:
            return await self._open_demo(anew=True)
        if leaving.kind is LeavingKind.DEMO_END:
            self._preferences.in_demo = False
            self._delete_demo()
            return await self._first_database()
        return None

    async def _let_in(self, database: Database) -> bool:
        """Whether this desk may be entered: at once where no password is set, else once the right one is typed."""
        if not await desk_password.is_set(database):
            return True
        from app.ui.start.password import PasswordWindow  # only where one is set

        window = PasswordWindow(database.meta.get("region", ""), partial(desk_password.check, database))
        try:
            window.show()
            return await window.decided
        finally:
            await window.aclose()

    async def _reopened(self, url: str) -> Database | None:
        """The same database, opened and upgraded anew after a copy was brought back."""
        if self._preferences.in_demo:
            return await self._open_demo(anew=False)
        return await self._opened(self._places.open_database(url))

    async def _sit(self, database: Database) -> Leaving:
        own = await signing_in.own_person(database)
        people = [own] if own is not None else await regions.list_people(database)
        place = await regions.sit_down(database, self._seat(people), Feed())
        before = self._window
        if before is not None:
            before.keep_place()
        self._dress(place.person)
        window = DeskWindow(place, people, self._preferences, self._places.drafts)
        # The same place for whoever only changed the look; another person's work begins elsewhere.
        if before is not None and before.place.person.uuid == place.person.uuid:
            window.start(*before.where())
        else:
            window.start()
        window.show()
        if self._window is None:
            window.scope.latest("memory", settle_memory())
            window.scope.latest("summons", self._hear_summons())
            window.scope.start("finish changes", _finish_changes(window))
        self._window = window
        if self._link:
            window.open_link(self._link)
            self._link = ""
        if before is not None:
            await before.aclose()
        leaving = await window.left
        if leaving.person is not None:
            self._preferences.seat = leaving.person.uuid
        if leaving.kind is LeavingKind.LANGUAGE:
            self._speak()
        return leaving

    def _dress(self, person: PersonView) -> None:
        """Type of the size that a person works with; what stands already keeps its look until it is left."""
        scale = self._preferences.type_size(person.uuid) / 100
        if scale != theme.current().scale:
            theme.use(self._app, theme.load(theme.current().name, scale))

    async def _hear_summons(self) -> None:
        """Hear of links that other starts were given, once the first window stands."""
        await asyncio.sleep(SETTLED_AFTER_SECONDS)
        from app.ui.summons import Summons

        self._summons = Summons(self._places.data, self._app, self._shows_place)
        self._summons.link_received.connect(self._open_link)
        self._summons.show_requested.connect(self._come_forward)
        self._summons.listen()

    def _shows_place(self, place: str) -> bool:
        return self._window is not None and place == _place_of(self._places, self._preferences.in_demo)

    def _come_forward(self) -> None:
        if self._window is not None:
            self._window.come_forward()

    def _open_link(self, link: str) -> None:
        if self._window is not None:
            self._window.open_link(link)

    def _seat(self, people: list[PersonView]) -> PersonView:
        """Who sits down: the last one, else the first curator, else anybody."""
        curators = [person for person in people if Role.CURATOR in person.roles]
        last = [person for person in people if person.uuid == self._preferences.seat]
        return next(iter([*last, *curators, *people]))

    async def _set_up(self, database: Database) -> Database | None:
        from app.ui.start.window import Beginning, StartWindow  # needed once in the life of a database

        if self._preferences.server and database.is_sqlite:  # this desk works at a server
            await database.close()
            return await self._sign_in(Address.of(self._preferences.server))
        window = StartWindow(lambda region: regions.found(database, region))
        window.show()
        try:
            beginning = await window.decided
            if beginning is Beginning.OWN_REGION:
                return database
            await database.close()
            if beginning is Beginning.SERVER:
                return await self._sign_in(Address())
            return await self._open_demo(anew=True) if beginning is Beginning.DEMO else None
        finally:
            await window.aclose()

    async def _open_demo(self, *, anew: bool) -> Database | None:
        path = self._places.demo_path
        if anew:
            self._delete_demo()
        database = await self._opened(self._places.open_demo(path))
        self._preferences.in_demo = database is not None
        return database

    def _delete_demo(self) -> None:
        from app.services.demo.building import delete_demo  # not needed for a start

        delete_demo(self._places.demo_path)

    async def _opened(self, opening: Awaitable[Database]) -> Database | None:
        """The database; where it takes long a small window says so, where it fails, why. None to give up."""
        from app.ui.start.opening import OpeningWindow

        task = asyncio.ensure_future(opening)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        if done and task.exception() is None:
            return task.result()
        window = OpeningWindow()
        window.show()
        try:
            return await task
        except (DatabaseUnavailable, Refused) as error:
            log.warning("the database was not opened: %s", error)
            await window.say(error.refusal)
            return None
        finally:
            await window.aclose()

    async def _close_window(self) -> None:
        window, self._window = self._window, None
        if window is not None:
            await window.aclose()

    # Around it

    def _speak(self) -> None:
        """Speak the chosen language, Qt's own dialogs too."""
        use_language(self._preferences.language)
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
        self._translator = QTranslator(self._app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if language() != "en" and self._translator.load(f"qtbase_{language()}", folder):
            self._app.installTranslator(self._translator)

    @contextlib.contextmanager
    def _ending_on_signals(self) -> Iterator[None]:
        """Ctrl+C in the terminal and the end of the session end the program as its window does."""
        running = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number in before:
            signal.signal(number, lambda *_: running.call_soon_threadsafe(self._leave))
        self._app.commitDataRequest.connect(self._leave)
        try:
            yield
        finally:
            self._app.commitDataRequest.disconnect(self._leave)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _leave(self, *_: object) -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, DeskWindow):
                window.leave(LeavingKind.QUIT)  # nobody may be there to answer
            elif window.isVisible() and window.isWindow() and window.parent() is None:
                window.close()

    def _unforeseen(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """An error out of a Qt slot: to the log and on the screen; the program goes on."""
        if isinstance(error, ScopeClosed):  # a timer or a key of a window that is being left
            log.info("%s", error)
            return
        log.error("unforeseen", exc_info=(kind, error, trace))
        parent: QWidget | None = self._window
        page = FailurePage(kind.__name__, error, parent)
        page.open()
