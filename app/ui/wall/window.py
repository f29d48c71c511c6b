"""The wall's window: fills a screen, shows no cursor, obeys four keys, and paints once a second what changed."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.regulation.clocks import Rules
from app.texts import tr
from app.ui import theme
from app.ui.tasks import TaskScope, decide
from app.ui.wall.reading import WallLine
from app.ui.wall.scene import Shown, compose, turn_at
from app.ui.wall.settings import WallSettings, WallStore
from app.ui.wall.view import WallView

log = logging.getLogger(__name__)

# A breach that is heard is heard once, and not oftener than this.
SOUND_PAUSE = timedelta(minutes=1)


class WallWindow(QWidget):
    """Keys: F2 set-up, F11 window or whole screen, F5 read now, Esc leaves. `left` is set when it is left."""

    def __init__(self, line: WallLine, settings: WallSettings, store: WallStore) -> None:
        super().__init__()
        self.setObjectName("wall")
        self.setWindowTitle(tr("Wall: messages from open sources"))
        self.line, self.settings, self._store = line, settings, store
        self.scope = TaskScope(self._failed)
        self.left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.view = WallView(self)
        self._began: datetime | None = None
        self._late: frozenset[str] | None = None
        self._sounded: datetime | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def start(self) -> None:
        """Begin reading and ticking."""
        self.line.limit_to(self.settings.agencies)
        self.scope.latest("wall reading", self.line.read_for_ever())
        self.scope.latest("wall ticking", self._tick_for_ever())

    def fill_screen(self) -> None:
        """Stand on the chosen screen, the last one there is where it is not plugged in."""
        screens = QGuiApplication.screens()
        screen = screens[min(self.settings.screen, len(screens)) - 1]
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def tick(self) -> None:
        """Show this second."""
        now = self.line.line.now() or datetime.now(UTC)
        self._began = self._began or now
        known = self.line.line
        shown = Shown(
            state=known.state,
            now=now,
            zone=known.place.rules().agency.zone if known.place and known.state else None,
            rules_of=known.place.rules if known.place else _no_rules,
            turn=turn_at(now - self._began, self.settings.page_seconds),
            lost=known.lost,
            unknown=known.unknown,
            chosen=self.settings.agencies,
        )
        look, size = theme.current(), self.view.size()
        self.view.show_picture(compose(shown, look, size.width(), size.height(), self.settings.scale))

    def told(self) -> None:
        """A reading came, or was missed."""
        self._sound_new_breaches()
        self.tick()

    async def aclose(self) -> None:
        """End reading and ticking, free the window."""
        await self.scope.aclose()
        self.close()
        self.deleteLater()

    # ----- keys and set-up

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_F2:
            self.scope.latest("wall set-up", self._set_up())
        elif key == Qt.Key.Key_F5:
            self.line.hurry()
        elif key == Qt.Key.Key_F11:
            self.showNormal() if self.isFullScreen() else self.fill_screen()
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.left.done():
            self.left.set_result(None)
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self.tick()

    async def _set_up(self) -> None:
        from app.ui.wall.setup_dialog import WallSetupDialog  # most walls are set up once

        dialog = WallSetupDialog(self.settings, self.line.known_agencies, len(QGuiApplication.screens()), self)
        chosen = await decide(dialog)
        if chosen is not None:
            self._take(chosen)

    def _take(self, chosen: WallSettings) -> None:
        before, self.settings = self.settings, chosen
        self._store.keep(chosen)
        if chosen.theme != before.theme:
            app = QApplication.instance()
            assert isinstance(app, QApplication), "a window is shown"
            theme.use(app, theme.load(chosen.theme))
            self.view.update()
        if chosen.screen != before.screen and self.isFullScreen():
            self.fill_screen()
        self.line.refresh_seconds = chosen.refresh_seconds
        self.line.limit_to(chosen.agencies)
        self.line.hurry()
        self.tick()

    # ----- time and sound

    async def _tick_for_ever(self) -> None:
        while True:
            self.tick()
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(1.0 - now % 1.0)

    def _sound_new_breaches(self) -> None:
        state = self.line.line.state
        if state is None or self.line.line.misses:
            return
        late = frozenset(each.number for each in state.deadlines if each.due_at < state.at)
        is_new = self._late is not None and bool(late - self._late)
        self._late = late
        quiet = self._sounded is not None and state.at - self._sounded < SOUND_PAUSE
        if self.settings.sound and is_new and not quiet:
            self._sounded = state.at
            QApplication.beep()

    def _failed(self, name: str, error: Exception) -> None:
        """Ticking or the set-up failed: to the log; the wall goes on."""
        log.error("%s failed", name, exc_info=error)
        if name == "wall ticking" and not self.scope.is_closed:
            self.scope.latest("wall ticking", self._tick_after(5.0))

    async def _tick_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._tick_for_ever()


def _no_rules(_regulation_id: int) -> Rules:
    raise LookupError("no rules were read yet")
