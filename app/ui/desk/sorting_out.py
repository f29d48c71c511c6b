"""The stream sorted out: marked messages detected, or sent out as needing no reaction, each by an act of its own."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from app.regulation.errors import Refused
from app.regulation.workflow import State
from app.services import casework
from app.services.saving import new_uuid
from app.services.storage import DatabaseUnavailable
from app.services.views import QueueRow
from app.services.workplace import Workplace
from app.texts import trn
from app.ui.desk.queue_page import QueuePage
from app.ui.tasks import TaskScope

SortOut = Callable[[Workplace, int, int, str], Coroutine[Any, Any, object]]


class SortingOut:
    """Acts on what is marked on `page`; `read_again` reads its rows anew, with a case chosen where one is named."""

    def __init__(
        self, place: Workplace, scope: TaskScope, page: QueuePage, read_again: Callable[[int | None], None]
    ) -> None:
        self._place, self._scope, self._page, self._read_again = place, scope, page, read_again
        self._being_sorted: set[int] = set()
        self._unheard: dict[tuple[int, str], str] = {}

    def detect(self) -> None:
        """Mark the chosen messages of the stream as needing reaction («выявлено»)."""
        if not (rows := self._sortable()):
            return
        ids = {row.id for row in rows}
        self._being_sorted |= ids
        task = self._scope.start("sort out", self._sort_each(casework.detect, rows))
        task.add_done_callback(lambda _: self._being_sorted.difference_update(ids))

    def dismiss(self) -> None:
        """Send the marked messages of the stream out as needing no reaction: in some seconds, unless taken back.

        It is held because no act of a curator takes an exit back (п. 20), and can be, because no clock runs in the
        stream: a desk that dies meanwhile leaves them there.
        """
        if rows := self._sortable():
            ids = frozenset(row.id for row in rows)
            words = trn("{n} message needs no reaction", "{n} messages need no reaction", len(rows))
            self._page.undo.settle()
            self._being_sorted |= ids
            self._page.hide_rows(ids)
            self._page.undo.offer(words, lambda: self._put_back(ids), lambda: self._dismiss(ids, rows))

    def _dismiss(self, ids: frozenset[int], rows: Sequence[QueueRow]) -> None:
        task = self._scope.start("sort out", self._sort_each(_exclude_as_needless, rows))
        task.add_done_callback(lambda _: self._let_be(ids))

    def _let_be(self, ids: frozenset[int]) -> None:
        self._being_sorted -= ids
        self._page.unhide_rows(ids)

    def _put_back(self, ids: frozenset[int]) -> None:
        self._let_be(ids)
        is_seen = self._page.shown.queue == "stream"  # elsewhere the row that is marked keeps its card
        self._read_again(min(ids) if is_seen else None)

    def _sortable(self) -> list[QueueRow]:
        """The marked messages of the stream; a key pressed again before a row has left would act on it twice."""
        rows = (row for row in self._page.marked() if row.id not in self._being_sorted)
        return [row for row in rows if row.state is State.COLLECTED]

    async def _sort_each(self, act: SortOut, rows: Sequence[QueueRow]) -> None:
        """Each by an act of its own; one that is refused does not stop the others. Raises the first refusal."""
        refused = []
        for row in rows:
            # An outcome that was not heard: pressed again, it is the same act.
            name = row.id, getattr(act, "__name__", "")
            act_id = self._unheard.pop(name, "") or new_uuid()
            try:
                await act(self._place, row.id, row.version, act_id)
            except DatabaseUnavailable:
                self._unheard[name] = act_id
                raise
            except Refused as error:
                refused.append(error)
        if refused:
            self._page.unhide_rows([row.id for row in rows])  # what stays is seen again, with who acted on it
            self._read_again(None)
            raise refused[0]


async def _exclude_as_needless(place: Workplace, case_id: int, version: int, act_id: str) -> None:
    await casework.exclude(place, case_id, version, State.NO_REACTION, "", act_id)
