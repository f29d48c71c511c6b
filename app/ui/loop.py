"""The asyncio event loop that runs on Qt's: qasync's, hardened where stock 0.28 fails a desk."""

import asyncio
import collections
import contextvars
import heapq
import math
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

# qasync picks its Qt binding by what is already imported, hence the order.
import qasync  # isort: skip

# A batch of callbacks yields to painting and input after this long.
SLICE_SECONDS = 0.008
# How often a loop blocked by a nested Qt loop looks whether the blocking step has returned.
NESTED_RETRY_MS = 15
# Other threads hold the interpreter for at most this long before the window gets its turn.
SWITCH_INTERVAL_SECONDS = 0.0005
_MAX_TIMER_MS = 2**31 - 1
_COMPACT_AFTER = 100


def run(main: Coroutine[Any, Any, int], app: QApplication) -> int:
    """Run the program's one coroutine to its exit code; closing a window never ends it behind its back."""
    app.setQuitOnLastWindowClosed(False)
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    with asyncio.Runner(loop_factory=lambda: AppEventLoop(app)) as runner:
        return runner.run(main)


class AppEventLoop(qasync.QEventLoop):
    """A Qt event loop for asyncio that guarantees:

    * a timer never fires early, and a cancelled one costs nothing (stock keeps a QTimer until its deadline);
    * `call_later` and `call_at` return a TimerHandle;
    * a nested Qt loop (menu, drag, `exec()`) entered inside a task pauses tasks and loses no wake-up.
    """

    def __init__(self, app: QApplication | None = None) -> None:
        self._ready_handles: collections.deque[asyncio.Handle] = collections.deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._timer_count = 0
        self._cancelled_timers = 0
        self._wake_pending = False
        self._pump = _Pump(self)
        super().__init__(app)

    def call_soon(
        self, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context=context)
        self._ready_handles.append(handle)
        self._pump.hurry()
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context=context)
        self._ready_handles.append(handle)  # atomic
        if not self._wake_pending:
            self._wake_pending = True
            self._pump.wake.emit()
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        self._check_closed()
        handle = asyncio.TimerHandle(when, callback, args, self, context=context)
        handle._scheduled = True  # type: ignore[attr-defined]  # as asyncio's own loop marks it
        self._timer_count += 1
        heapq.heappush(self._timers, (when, self._timer_count, handle))
        if self._timers[0][2] is handle:
            self._arm()
        return handle

    def close(self) -> None:
        if self.is_closed():
            return
        self._pump.retire()
        super().close()
        self._ready_handles.clear()
        self._timers.clear()

    def drain(self) -> None:
        """Run what is due; the pump calls this from Qt's loop."""
        if not self.is_running():
            return  # what is queued waits for the next run
        if asyncio.current_task(self) is not None:
            self._pump.retry_in(NESTED_RETRY_MS)
            return
        self._wake_pending = False
        self._move_due_timers()
        try:
            self._run_batch()
        finally:  # also after SystemExit or KeyboardInterrupt out of a callback
            if not self.is_closed():
                if self._ready_handles:
                    self._pump.hurry()
                self._arm()

    def _run_batch(self) -> None:
        end = time.perf_counter() + SLICE_SECONDS
        for _ in range(len(self._ready_handles)):
            # A plain callback may itself have spun a nested Qt loop that emptied the queue.
            if not self._ready_handles:
                return
            handle = self._ready_handles.popleft()
            if not handle._cancelled:
                handle._run()
            if time.perf_counter() > end:
                return

    def _move_due_timers(self) -> None:
        now = self.time()
        while self._timers and self._timers[0][0] <= now:
            handle: Any = heapq.heappop(self._timers)[2]
            handle._scheduled = False
            if handle._cancelled:
                self._cancelled_timers -= 1
            else:
                self._ready_handles.append(handle)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """asyncio's own hook, called by TimerHandle.cancel(): forget cancelled timers when they are the most."""
        self._cancelled_timers += 1
        if self._cancelled_timers > max(_COMPACT_AFTER, len(self._timers) // 2):
            self._timers = [entry for entry in self._timers if not entry[2]._cancelled]
            heapq.heapify(self._timers)
            self._cancelled_timers = 0

    def _arm(self) -> None:
        while self._timers and self._timers[0][2]._cancelled:
            heapq.heappop(self._timers)
            self._cancelled_timers -= 1
        if self._timers:
            # Rounded up: a timer that wakes us too early would only spin until the deadline.
            self._pump.retry_in(math.ceil((self._timers[0][0] - self.time()) * 1000), keep_hurry=True)
        else:
            self._pump.rest()

    def _before_run_forever(self) -> None:
        super()._before_run_forever()
        self._pump.hurry()
        self._arm()


class _Pump(QObject):
    """Two Qt timers, next turn and next deadline, that drain the loop on the window's thread."""

    wake = Signal()

    def __init__(self, loop: AppEventLoop) -> None:
        super().__init__()
        self._loop: AppEventLoop | None = loop
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._drain)
        self._due = QTimer(self, singleShot=True)
        self._due.setTimerType(Qt.TimerType.PreciseTimer)
        self._due.timeout.connect(self._drain)
        self.wake.connect(self.hurry, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def hurry(self) -> None:
        if self._loop is not None and not self._soon.isActive():
            self._soon.start()

    def retry_in(self, milliseconds: int, *, keep_hurry: bool = False) -> None:
        if not keep_hurry:
            self._soon.stop()
        self._due.start(min(_MAX_TIMER_MS, max(0, milliseconds)))

    def rest(self) -> None:
        self._due.stop()

    def retire(self) -> None:
        self._loop = None
        self._soon.stop()
        self._due.stop()

    @Slot()
    def _drain(self) -> None:
        if self._loop is not None:
            self._loop.drain()
