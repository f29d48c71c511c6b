"""The first start: try the demo region, set up one's own, or sign in to the centre's server."""

from collections.abc import Awaitable, Callable
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.services.regions import NewRegion
from app.texts import language, tr
from app.ui.start.deciding import DecidingWindow
from app.ui.start.region_form import RegionForm
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.labels import TextLabel, set_role
from app.ui.widgets.shortcuts import shortcut


class Beginning(Enum):
    """What the person chose."""

    DEMO = "demo"
    OWN_REGION = "own_region"
    SERVER = "server"
    QUIT = "quit"


class StartWindow(DecidingWindow[Beginning]):
    """`decided` resolves with what was chosen; for one's own region once `found` has made it."""

    def __init__(self, found: Callable[[NewRegion], Awaitable[None]]) -> None:
        super().__init__("start", when_closed=Beginning.QUIT)
        self._found = found
        self.form = RegionForm()
        self._choice = _Choice()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._choice)
        self._pages.addWidget(self.form)
        self._frame(self._pages, 780, 640)
        self._choice.demo_requested.connect(lambda: self._decide(Beginning.DEMO))
        self._choice.own_requested.connect(self._show_form)
        self._choice.server_requested.connect(lambda: self._decide(Beginning.SERVER))
        self.form.back_requested.connect(lambda: self._pages.setCurrentWidget(self._choice))
        self.form.found_requested.connect(self._make)
        for keys in ("F1", "Shift+F1"):
            shortcut(self, keys, self._show_help)

    def _show_help(self) -> None:
        """What the desk is and how its first day goes; no region, no act yet."""
        from app.services.help import read_topics  # only when asked for
        from app.ui.desk.help_window import HelpWindow

        shown = self.findChild(HelpWindow) or HelpWindow(read_topics(language()), None, self)
        shown.show_place("start")
        shown.show()
        shown.activateWindow()

    def _show_form(self) -> None:
        self._pages.setCurrentWidget(self.form)
        self.form.curator.setFocus()

    def _make(self) -> None:
        self.decide_by("found", self._make_region(self.form.decision()), self.form)

    async def _make_region(self, region: NewRegion) -> Beginning:
        await self._found(region)
        return Beginning.OWN_REGION


class _Choice(QWidget):
    """The ways to begin."""

    demo_requested = Signal()
    own_requested = Signal()
    server_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(64, 48, 64, 48)
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(TextLabel(tr("Desk of a regional government centre's curator"), "title"))
        words = tr("From a citizen's message to a published answer, under the clocks of your region's regulation.")
        column.addWidget(TextLabel(words, "message", "ink_second", wrap=True))
        column.addSpacing(18)
        demo = KeyButton(tr("Try the demo region"), "", ButtonKind.PRIMARY)
        demo.setObjectName("start_demo")
        demo.clicked.connect(self.demo_requested)
        own = KeyButton(tr("Set up your region"))
        own.setObjectName("start_own")
        own.clicked.connect(self.own_requested)
        self._add_way(column, demo, tr("Made-up messages in all states. Nothing done there counts; a click ends it."))
        self._add_way(column, own, tr("The regulation, the first curator and the agencies. Two minutes."))
        server = KeyButton(tr("Sign in to a server"))
        server.setObjectName("start_server")
        server.clicked.connect(self.server_requested)
        self._add_way(column, server, tr("Your centre works together already: its server, your name and password."))
        column.addStretch(2)
        demo.setFocus()

    def _add_way(self, column: QVBoxLayout, button: KeyButton, words: str) -> None:
        card = QWidget()
        set_role(card, "ground", "card")
        box = QVBoxLayout(card)
        box.setContentsMargins(18, 16, 18, 16)
        box.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(TextLabel(words, "body", "ink_second", wrap=True))
        column.addWidget(card)
