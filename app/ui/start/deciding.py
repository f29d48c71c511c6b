"""A window before the desk's: it says what is wrong in its bar and resolves once with what was decided."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QEvent
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from app.regulation.errors import Refused
from app.services.storage import DatabaseUnavailable
from app.texts import tr
from app.texts.refusals import explain
from app.ui import theme
from app.ui.tasks import Failures, TaskScope
from app.ui.widgets.info_bar import InfoBar, InfoKind

Decision = TypeVar("Decision")


class DecidingWindow(QWidget, Generic[Decision]):
    """`decided` resolves with what was decided, or with `when_closed` when the window is closed before."""

    def __init__(self, name: str, when_closed: Decision) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWindowTitle(tr("CUR desk"))
        self._when_closed = when_closed
        self.decided: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()
        self.bar = InfoBar()
        self.scope = TaskScope(Failures.told_by(self._say, (Refused,), (DatabaseUnavailable, OSError)))

    def decide_by(self, name: str, work: Coroutine[Any, Any, Decision], form: QWidget | None = None) -> None:
        """Decide what `work` answers; `form` (the window, without one) takes nothing meanwhile, and again where it
        fails."""
        self.bar.hide()
        form = form or self
        form.setEnabled(False)
        self.scope.start(name, self._carry_out(work, form))

    async def _carry_out(self, work: Coroutine[Any, Any, Decision], form: QWidget) -> None:
        try:
            decision = await work
        except BaseException:
            form.setEnabled(True)
            raise
        self._decide(decision)

    async def aclose(self) -> None:
        """Free the window."""
        await self.scope.aclose()
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._decide(self._when_closed)
        super().closeEvent(event)

    def event(self, event: QEvent) -> bool:
        """What the bar says must not squeeze what is asked: the window grows by it."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and (layout := self.layout()) is not None:
            least = layout.totalMinimumHeightForWidth(self.width())
            if least > self.height():
                self.resize(self.width(), least)
        return done

    def _decide(self, decision: Decision) -> None:
        if not self.decided.done():
            self.decided.set_result(decision)
            self.setEnabled(False)  # a second press would begin what nobody waits for

    def _say(self, _name: str, error: Exception) -> None:
        refusal = getattr(error, "refusal", None)
        self.bar.show_message(InfoKind.ERROR, explain(refusal) if refusal is not None else str(error))

    def _frame(self, content: QLayout | QWidget, width: int, height: int) -> None:
        """Put what is asked under the bar; the size in pixels of a screen at 100 %."""
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.bar)
        if isinstance(content, QWidget):
            whole.addWidget(content, 1)
        else:
            whole.addLayout(content, 1)
        self.resize(theme.current().px(width), theme.current().px(height))
