"""Doing an act a person asked for: its dialog, the service, and what happens when it is refused."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.services.acting import Done
from app.services.views import CaseCard
from app.services.workplace import Workplace
from app.ui.tasks import Failures, TaskScope
from app.ui.widgets.info_bar import InfoBar


class CaseActs:
    """Performs acts on cases for one window."""

    def __init__(
        self, window: QWidget, place: Workplace, scope: TaskScope, failures: Failures, bar: InfoBar, drafts: Path
    ) -> None:
        self._window, self._place, self._scope, self._failures, self._bar = window, place, scope, failures, bar
        self._drafts = drafts

    async def perform(self, card: CaseCard, act: str, variant: str = "") -> Done | None:
        """Ask what the act needs and do it; None when the person thought better of it."""
        raise NotImplementedError

    async def enter_message(self) -> int | None:
        """Ask for a message that came by phone or was seen in passing, and enter it; gives the new case's id."""
        raise NotImplementedError
