"""The columns of a queue: what is left, the message, where and about what, with whom, from where."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from app.regulation.workflow import CLOSED
from app.services import search
from app.services.found_words import begun_near, found_in
from app.services.queries import EVERYWHERE, NEWEST_FIRST, PART_OF, RUNNING_OUT, can_be_sorted
from app.services.views import QueueRow
from app.services.workplace import SEE_ALL, Workplace
from app.texts import tr
from app.texts.countdown import countdown
from app.texts.moments import near_moment
from app.texts.words import post_kind_name, state_name
from app.ui.desk.hints import NO_HINT, Hint
from app.ui.desk.orders import ORDER_OF_COLUMN, ORDERS, head_tip
from app.ui.desk.wording import marks, promise_words
from app.ui.widgets.countdown import BAR_WIDTH, CountdownLook, CountdownState
from app.ui.widgets.rows_model import Column

# Queues of cases that no agency has yet.
WITHOUT_AGENCY = ("stream", "inbox")

_STATES = {
    "late": CountdownState.LATE,
    "soon": CountdownState.SOON,
    "plain": CountdownState.PLAIN,
    "paused": CountdownState.PAUSED,
    "stopwatch": CountdownState.STOPWATCH,
    "window_closed": CountdownState.WINDOW_CLOSED,
    "not_computable": CountdownState.NOT_COMPUTABLE,
    "done": CountdownState.DONE,
}


class Columns:
    """Makes the columns of a queue for one place; `now` is kept by `look`, for the marks that depend on time.

    `hint` gives what is suggested for a row where it says nothing itself.
    """

    def __init__(self, place: Workplace, hint: Callable[[QueueRow], Hint] = lambda _row: NO_HINT) -> None:
        self._place, self._hint = place, hint
        self.is_own = not place.actor.roles & SEE_ALL
        """Whether the queues are an agency's own."""
        self.query = ""
        """The words that the rows were searched by, marked where they stand."""
        self._zone: ZoneInfo = place.rules().agency.zone
        self._is_desk = bool(place.actor.roles & SEE_ALL)

    def of(self, queue: str) -> tuple[Column[QueueRow], ...]:
        """The columns of a queue; the agency's where it tells rows apart, else whoever has a row in hand."""
        return tuple(_with_order(column, queue) for column in self._of(queue))

    def orders(self, queue: str) -> list[str]:
        """What the rows of a queue can be sorted by, none where it has only its own order."""
        if not can_be_sorted(queue):
            return []
        own = {ORDER_OF_COLUMN.get(column.key) for column in self._of(queue)}
        always = {"collected", "place", "topic", "source"} | ({"curator"} if self._is_desk else set())
        return [order for order in ORDERS if order in own | always]

    def _of(self, queue: str) -> tuple[Column[QueueRow], ...]:
        if queue == "interim":
            return (self._left(), self._message(), self._promise(), self._with_whom(queue))
        if PART_OF.get(queue, queue) == "excluded":
            return (self._when(queue), self._message(), self._ended(), self._place_and_topic(), self._source())
        first = self._when(queue) if queue in NEWEST_FIRST else self._left(is_short=queue in WITHOUT_AGENCY)
        agency = () if queue in WITHOUT_AGENCY or queue.startswith("agency:") else (self._with_whom(queue),)
        return (first, self._message(), self._place_and_topic(), *agency, self._source())

    def look(self, row: QueueRow, now: datetime) -> CountdownLook:
        """The countdown of a row's step at `now`; a case that no clock runs on says so."""
        if row.step is None:
            return CountdownLook(CountdownState.PENDING, "—", state_name(row.state))
        words = countdown(self._place.rules(row.regulation_id), row.step, row.facts, now)
        # Most cases are the municipalities': the due time comes first, so that it is never what is cut.
        agreed, _, due = words.note.partition(" · ")
        note = f"{due} · {agreed}" if due and agreed == tr("by agreement") else words.note
        # The bar in whole pixels: a look that differs by less would repaint its cell every second for nothing.
        progress = None if words.progress is None else round(words.progress * BAR_WIDTH) / BAR_WIDTH
        return CountdownLook(_STATES[words.state], words.figure, note, progress, words.sentence)

    def _left(self, *, is_short: bool = False) -> Column[QueueRow]:
        """`is_short` where hardly any row is "by agreement": what that would take belongs to the message."""
        return Column(
            key="left",
            title=tr("Left"),
            width=164 if is_short else 196,
            wide=248,
            text=lambda row: row.number,
            tooltip=self._sentence,
            look=self.look,
        )

    def _when(self, queue: str) -> Column[QueueRow]:
        is_stream = queue == "stream"
        return Column(
            key="when",
            title=tr("Collected") if is_stream else tr("Closed"),
            width=124,
            text=lambda row: self._moment(row.collected_at if is_stream else row.closed_at),
            note=lambda row: "" if is_stream else state_name(row.state),
            tooltip=lambda row: row.number,
        )

    def _message(self) -> Column[QueueRow]:
        return Column(
            key="message",
            title=tr("Message"),
            text=self._excerpt,
            tooltip=lambda row: row.excerpt,
            pills=lambda row: marks(row, self._place.now()),
            found=self._found,
        )

    def _place_and_topic(self) -> Column[QueueRow]:
        return Column(
            key="place",
            title=tr("Place and topic"),
            width=172,
            text=lambda row: row.place or _likely(self._hint(row).place) or tr("place not set"),
            note=lambda row: row.topic or _likely(self._hint(row).topic) or tr("topic not set"),
            tooltip=self._why,
            ink=lambda row: "ink" if row.place else "ink_third",
            found=lambda row, line: self._found(row, line) if row.place else (),
        )

    def _excerpt(self, row: QueueRow) -> str:
        if not self.query:
            return row.excerpt
        return begun_near(row.excerpt, self.query, is_near=row.rank == search.NEAR)

    def _found(self, row: QueueRow, line: str) -> Sequence[tuple[int, int]]:
        if not self.query:
            return ()
        return found_in(line, self.query, is_near=row.rank == search.NEAR)

    def _why(self, row: QueueRow) -> str:
        """What is known in full, and why what is not known yet is suggested."""
        known = "\n".join(part for part in (row.place, row.topic) if part)
        return "\n".join(part for part in (known, self._hint(row).why) if part)

    def _agency(self, queue: str) -> Column[QueueRow]:
        return Column(
            key="agency",
            title=tr("Agency"),
            width=150,
            text=lambda row: row.agency or "—",
            tooltip=lambda row: "\n".join(part for part in (row.agency, row.curator) if part),
            note=lambda row: state_name(row.state) if self._tells_state(queue, row) else self._hands(row),
        )

    def _with_whom(self, queue: str) -> Column[QueueRow]:
        """Who serves one agency sees cases of that agency alone: there its name would say nothing."""
        one = self.is_own and len(self._place.actor.agencies) == 1
        return self._given_to(queue) if one else self._agency(queue)

    def _given_to(self, queue: str) -> Column[QueueRow]:
        return Column(
            key="hands",
            title=tr("Given to"),
            width=150,
            text=self._hands,
            note=lambda row: state_name(row.state) if self._tells_state(queue, row) else "",
            tooltip=lambda row: "\n".join(part for part in (row.executor, row.agency) if part),
        )

    def _tells_state(self, queue: str, row: QueueRow) -> bool:
        return queue in ("overdue", EVERYWHERE, RUNNING_OUT) and row.state not in CLOSED

    def _hands(self, row: QueueRow) -> str:
        """Who has it in hand: in an agency its executor, at the desk the curator."""
        if self._is_desk:
            return row.curator
        return tr("mine") if row.executor and not row.turn else row.executor or tr("nobody's yet")

    def _promise(self) -> Column[QueueRow]:
        return Column(
            key="promise",
            title=tr("Promised"),
            width=214,
            text=lambda row: row.promised or "—",
            note=self._promise_words,
            tooltip=lambda row: row.promised,
            lines=2,
        )

    def _promise_words(self, row: QueueRow) -> str:
        if row.promised_on is None:
            return ""
        today = self._place.now().astimezone(self._zone).date()
        return promise_words(row.promised_on, today, self._place.rules(row.regulation_id).agency)

    def _ended(self) -> Column[QueueRow]:
        return Column(
            key="ended",
            title=tr("Why, and who decided"),
            width=230,
            text=lambda row: row.ended_why or tr("no words"),
            note=lambda row: row.ended_by,
            tooltip=lambda row: row.ended_why,
            ink=lambda row: "ink" if row.ended_why else "ink_third",
            lines=2,
        )

    def _source(self) -> Column[QueueRow]:
        return Column(key="source", title=tr("Source"), width=132, text=lambda row: row.source, note=self._posted)

    def _posted(self, row: QueueRow) -> str:
        return ", ".join(part for part in (post_kind_name(row.post_kind), self._moment(row.posted_at)) if part)

    def _sentence(self, row: QueueRow) -> str:
        return f"{row.number}\n{self.look(row, self._place.now()).accessible_text}"

    def _moment(self, at: datetime | None) -> str:
        return near_moment(at, self._place.now(), self._zone) if at else ""


def _with_order(column: Column[QueueRow], queue: str) -> Column[QueueRow]:
    """The column with the order that a click on its head asks for, and what its head says of it."""
    order = ORDER_OF_COLUMN.get(column.key, "")
    return replace(column, order=order, head_tip=head_tip(queue, order))


def _likely(what: str) -> str:
    return tr("likely: {what}", what=what) if what else ""
