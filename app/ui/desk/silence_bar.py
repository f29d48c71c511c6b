"""The bar that says which network brings no messages until somebody mends its connection (п. 3)."""

import asyncio
import importlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.regulation.duties import Duty, duty_refusal
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.networks import silence_words
from app.ui.tasks import TaskScope
from app.ui.widgets.info_bar import InfoBar, InfoKind

if TYPE_CHECKING:
    from app.services.networks.silence import Silent

READ_EVERY = timedelta(minutes=1)


class SilenceBar(InfoBar):
    """Without it a stream that stopped looks like a quiet day. Closed, it comes back when another connection is silent.

    Signals: networks_requested by who may mend it.
    """

    networks_requested = Signal()

    def __init__(self, place: Workplace, scope: TaskScope, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("silence_bar")
        self._place, self._scope = place, scope
        self._silent: Sequence[tuple[str, str]] = ()
        self._closed: Sequence[tuple[str, str]] = ()
        self._read_at: datetime | None = None
        self.closed.connect(self._close_these)
        self.action_requested.connect(self.networks_requested)

    def tick(self, now: datetime) -> None:
        """Read anew every minute."""
        if self._read_at is None or abs(now - self._read_at) >= READ_EVERY:
            self._read_at = now
            self._scope.latest("silence", self._read())

    async def _read(self) -> None:
        # What networks are made of is not needed to start.
        services = await asyncio.to_thread(importlib.import_module, "app.services.networks.silence")
        silent = await services.list_silent(self._place)
        self._silent = [(one.name, one.fault) for one in silent]
        if not silent or self._silent == self._closed:
            self.hide()
        else:
            self._say(silent)

    def _say(self, silent: "Sequence[Silent]") -> None:
        zone, now = self._place.rules().agency.zone, self._place.now()
        may = duty_refusal(Duty.KEEP_NETWORKS, self._place.actor) is None
        lines = [silence_words(one.network, one.name, one.since, zone, now) for one in silent]
        words = " ".join([*lines, "" if may else tr("Tell an administrator: it is mended on the page «Networks».")])
        self.show_message(InfoKind.WARNING, words.strip(), tr("Networks") if may else "")

    def _close_these(self) -> None:
        self._closed = self._silent
