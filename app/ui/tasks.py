"""Background work that a window owns, dialogs that are awaited, and the three ways a failure ends."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

log = logging.getLogger(__name__)

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
OnError = Callable[[str, Exception], None]

GRACE_SECONDS = 1.5
# A statement under way cannot be cut short: it ends when the file's lock is given, or after its 5 s of waiting.
CANCELLED_SECONDS = 6.0


class ScopeClosed(RuntimeError):
    """Work was begun for a window that is being left."""


class TaskScope:
    """Owns the background work of one window: nothing outlives it, no failure is silent.

    `start` is for what must finish (an act being written), `latest` for what may be cut short: reads, of which
    a newer one supersedes the older, and endless listening.
    """

    def __init__(self, on_error: OnError) -> None:
        self._on_error = on_error
        self._tasks: set[asyncio.Task[Any]] = set()
        self._latest: dict[str, asyncio.Task[Any]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """Whether no new work is taken."""
        return self._closed

    def start(self, name: str, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run `work`; a failure goes to `on_error(name, error)`. Raises ScopeClosed once the scope is closed."""
        if self._closed:
            work.close()
            raise ScopeClosed(f"the scope is closed: {name} would have no owner")
        task = self._own_loop(work).create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def latest(self, name: str, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run `work` and cancel the previous work of this name."""
        previous = self._latest.get(name)
        task = self.start(name, work)
        if previous is not None:
            previous.cancel()
        self._latest[name] = task
        return task

    async def aclose(
        self, grace_seconds: float = GRACE_SECONDS, cancelled_seconds: float = CANCELLED_SECONDS
    ) -> None:
        """Cancel reads, let the rest finish within the grace, cancel what has not and wait for it. Takes no new
        work."""
        self._closed = True
        for task in self._latest.values():
            task.cancel()
        if await _unfinished(self._tasks, grace_seconds):
            for task in self._tasks:
                task.cancel()
            for task in await _unfinished(self._tasks, cancelled_seconds):
                log.warning("%s ignored its cancellation", task.get_name())

    def _own_loop(self, work: Coroutine[Any, Any, Any]) -> asyncio.AbstractEventLoop:
        """The loop the scope lives on: a timer of its window may fire while that loop stands still between two runs."""
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            if self._loop is None or self._loop.is_closed():
                work.close()
                raise
        return self._loop

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if self._latest.get(task.get_name()) is task:
            del self._latest[task.get_name()]
        error = None if task.cancelled() else task.exception()
        if isinstance(error, ScopeClosed) and self._closed:
            log.info("%s ended with its window", task.get_name())
        elif isinstance(error, Exception):
            self._on_error(task.get_name(), error)


async def _unfinished(tasks: set[asyncio.Task[Any]], seconds: float) -> set[asyncio.Task[Any]]:
    if not tasks:
        return set()
    _, pending = await asyncio.wait(set(tasks), timeout=seconds)
    return pending


@dataclass(frozen=True, kw_only=True)
class Failures:
    """Sends a failure where a person can use it; give it to a TaskScope as `on_error`.

    A refusal by a rule belongs beside the field, an unavailable service in a bar with "retry"; anything else is
    a defect: it is logged with its traceback and shown with details to copy. Each hook gets the task's name and
    the error.
    """

    refused: OnError
    unavailable: OnError
    unexpected: OnError
    refused_types: tuple[type[Exception], ...] = ()
    unavailable_types: tuple[type[Exception], ...] = (OSError, TimeoutError)

    @classmethod
    def told_by(cls, say: OnError, refused_types: tuple[type[Exception], ...],
                unavailable_types: tuple[type[Exception], ...]) -> "Failures":
        """All failures go to one place; what was not foreseen is logged there too."""
        return cls(refused=say, unavailable=say, unexpected=say, refused_types=refused_types,
                   unavailable_types=unavailable_types)  # fmt: skip

    def __call__(self, name: str, error: Exception) -> None:
        if isinstance(error, self.refused_types):
            self.refused(name, error)
        elif isinstance(error, self.unavailable_types):
            log.info("%s: unavailable: %s", name, error)
            self.unavailable(name, error)
        else:
            log.error("%s failed", name, exc_info=error)
            self.unexpected(name, error)


async def ask(dialog: QDialog) -> int:
    """Show a window-modal dialog and wait for its result code, without a nested event loop.

    The dialog is freed afterwards: read what you need before the next `await`, or use `decide`. Cancelling the
    waiting task closes the dialog; a dialog deleted with its window counts as rejected.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def resolve(code: int) -> None:
        if not answer.done():
            answer.set_result(code)

    dialog.finished.connect(resolve)
    dialog.destroyed.connect(lambda: resolve(QDialog.DialogCode.Rejected))
    dialog.open()
    try:
        return await answer
    finally:
        if isValid(dialog):
            dialog.close()
            dialog.deleteLater()


class Deciding(Protocol[T_co]):
    """A dialog that ends in a frozen value."""

    def decision(self) -> T_co: ...


async def decide(dialog: Deciding[T]) -> T | None:
    """Show a dialog and give its `decision()` when accepted, None when not."""
    if not isinstance(dialog, QDialog):
        raise TypeError("only a QDialog can be shown")
    accepted = await ask(dialog) == QDialog.DialogCode.Accepted
    return dialog.decision() if accepted else None
