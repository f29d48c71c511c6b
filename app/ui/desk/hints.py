"""What is suggested for the rows of a queue: worked out beside it, a few rows at a time, and kept while it is true.

It never acts and never makes a row wait: a row is shown as it is, and gets its quiet words when they are known.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.services.directories import read_directories
from app.services.storage import DatabaseUnavailable
from app.services.suggesting.advising import Suggested, Suggestions, advisor_of, suggest_for_rows
from app.services.views import Directories, QueueRow
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.suggesting import chance_words, why_place, why_suggested
from app.ui.tasks import TaskScope

QUEUES = ("stream", "inbox")
AT_ONCE = 8
MOST_KEPT = 5000
# A row has no room for doubt: it names only what is likelier than not. A dialog offers the rest, each with its chance.
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Hint:
    """Quiet words of one row: likely place, likely topic and agency, and why."""

    place: str = ""
    topic: str = ""
    why: str = ""


NO_HINT = Hint()


class Hints:
    """The hints of one desk's rows; `shown` is called when there are new ones to be seen."""

    def __init__(self, place: Workplace, scope: TaskScope, shown: Callable[[], None]) -> None:
        self._place, self._scope, self._shown = place, scope, shown
        self._kept: dict[int, Hint] = {}
        self._asked: set[int] = set()
        self._learned: tuple[object, object] = (None, None)

    def of(self, row: QueueRow) -> Hint:
        """What is known of a row."""
        return self._kept.get(row.id, NO_HINT)

    def want(self, queue: str, rows: Sequence[QueueRow]) -> None:
        """Work out the hints of these rows, in the order shown, that were not asked for since the last learning; what
        was known before stays until then."""
        if queue not in QUEUES:
            return
        self._forget_learned()
        missing = [row.id for row in rows if row.id not in self._asked and not (row.topic and row.place)]
        if missing:
            self._scope.latest("hints", self._work_out(missing))

    def is_behind(self) -> bool:
        """Whether something was learned that the hints do not know yet."""
        advisor = advisor_of(self._place)
        return advisor.learned is not self._learned[0] or advisor.streets is not self._learned[1]

    def _forget_learned(self) -> None:
        if self.is_behind() or len(self._kept) > MOST_KEPT:
            advisor = advisor_of(self._place)
            self._learned = advisor.learned, advisor.streets
            self._asked.clear()

    async def _work_out(self, case_ids: Sequence[int]) -> None:
        with suppress(DatabaseUnavailable):  # said elsewhere; the next reading of the queue asks again
            directories = await read_directories(self._place)
            for start in range(0, len(case_ids), AT_ONCE):
                some = case_ids[start : start + AT_ONCE]
                found = await suggest_for_rows(self._place, some, directories)
                hints = {case_id: _hint(told, directories) for case_id, told in found.items()}
                is_news = any(self._kept.get(case_id, NO_HINT) != hint for case_id, hint in hints.items())
                self._kept |= hints
                self._asked.update(some)
                if is_news:
                    self._shown()


def _hint(found: Suggestions, directories: Directories) -> Hint:
    short = {agency.id: agency.short_name or agency.name for agency in directories.agencies}
    topic, agency, place = _likely(found.topics), _likely(found.agencies), found.place
    what = " · ".join(name for name in (topic and topic.name, agency and short[agency.id]) if name)
    where = ", ".join(part for part in ((place.location, place.address) if place else ()) if part)
    why = []
    if place is not None and where:
        why.append(f"{where}: {why_place(place.words or place.address)}")
    why += [f"{one.name}: {chance_words(one.chance)}; {why_suggested(one)}" for one in (topic, agency) if one]
    return Hint(where, what, "\n".join([tr("Suggested, you decide"), *why]) if why else "")


def _likely(said: Sequence[Suggested]) -> Suggested | None:
    return next((one for one in said if one.chance >= LIKELY), None)
