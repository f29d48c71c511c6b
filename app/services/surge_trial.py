"""Trying the noticing of surges on a file of past messages: what it would have told, how often rightly, how late."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from app.regulation.errors import Refused
from app.regulation.surges import Alarm, Key, Sensitivity, Tally, Voices, Watch, keys_of
from app.services.folding import fold
from app.services.past_rows import read_rows

HOUR = 3600
DAY = 24
# Names that columns have in files we know; the first that is there is taken.
COLUMNS = {
    "time": ("time", "created_dt", "posted_at", "Дата публикации", "Дата", "Дата поступления", "Дата создания"),
    "topic": ("topic", "reason", "Тема", "Категория", "category"),
    "place": ("place", "district", "Муниципалитет", "Муниципальное образование", "Район", "Город"),
    "author": ("author", "Автор", "Профиль автора"),
    "text": ("text", "Текст", "Текст сообщения"),
    "address": ("address", "Адрес"),
}
OPENING_CHARS = 25


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the file: its hour (since 1970, UTC), topic, place, and what its voice is known by."""

    hour: int
    topic: str
    place: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """A surge that really was, by the file of events or by hindsight; hours since 1970, the last one included."""

    key: Key
    begin: int
    end: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `delays` are hours from a surge's beginning to the first alarm, of the surges found."""

    messages: int
    weeks: float
    alarms: tuple[tuple[Alarm, bool], ...]
    truths: tuple[tuple[Truth, int | None], ...]
    by_hindsight: bool

    @property
    def precision(self) -> float | None:
        """The share of alarms that were right; None where there was none."""
        return sum(right for _, right in self.alarms) / len(self.alarms) if self.alarms else None

    @property
    def found(self) -> int:
        return sum(delay is not None for _, delay in self.truths)

    @property
    def delays(self) -> list[int]:
        return sorted(delay for _, delay in self.truths if delay is not None)


def read_messages(path: Path, zone: ZoneInfo, named: dict[str, str]) -> list[Heard]:
    """The messages of a CSV file (.gz too), oldest first; `named` tells columns that have other names.

    Raises Refused: file_missing, file_unreadable, column_missing, moment_unreadable.
    """
    heard = []
    for number, row in enumerate(read_rows(path), start=2):
        if number == 2:
            columns = _columns(path, row, named)
        values = {part: (row.get(name) or "").strip() for part, name in columns.items()}
        author, text = fold(values.get("author", "")), fold(values.get("text", ""))[:OPENING_CHARS]
        names = (author, text, values.get("address", ""))
        hour = _hour(values["time"], zone)
        heard.append(Heard(hour, values.get("topic", ""), values.get("place", ""), names))
    return sorted(heard, key=lambda message: message.hour)


def _columns(path: Path, row: dict[str, str], named: dict[str, str]) -> dict[str, str]:
    columns = {part: next((name for name in names if name in row), "") for part, names in COLUMNS.items()}
    columns |= {part: name for part, name in named.items() if name}
    for name in columns.values():
        if name and name not in row:
            raise Refused("column_missing", path=str(path), column=name)
    for needed, given in (("time", columns["time"]), ("topic", columns["topic"] or columns["place"])):
        if not given:
            raise Refused("column_missing", path=str(path), column=needed)
    return {part: name for part, name in columns.items() if name}


def _hour(value: str, zone: ZoneInfo) -> int:
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise Refused("moment_unreadable", value=value) from error
    return int((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() // HOUR)


def read_events(path: Path, zone: ZoneInfo) -> list[Truth]:
    """Surges that are known to have been: columns begin, end, topic, place (one of the two may be empty).

    Raises Refused: file_missing, file_unreadable, column_missing, moment_unreadable.
    """
    truths = []
    for row in read_rows(path):
        for column in ("begin", "end", "topic"):
            if column not in row and not (column == "topic" and "place" in row):
                raise Refused("column_missing", path=str(path), column=column)
        key = Key((row.get("topic") or "").strip(), (row.get("place") or "").strip())
        truths.append(Truth(key, _hour(row["begin"], zone), _hour(row["end"], zone)))
    return truths


def run_trial(
    messages: Sequence[Heard],
    zone: ZoneInfo,
    how: Sensitivity,
    events: Sequence[Truth] | None = None,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> Trial:
    """Play the messages hour by hour and judge what was told from `begin` to `end` (all that can be judged)."""
    voices = Voices()
    counted = [m for m in messages if voices.is_another(m.hour, m.topic, m.place, m.names)]
    if not counted:
        return Trial(0, 0.0, (), (), by_hindsight=events is None)
    first = counted[0].hour + how.least_weeks * 7 * DAY + max(how.windows_hours)
    first = max(first, int(begin.timestamp() // HOUR)) if begin else first
    last = min(counted[-1].hour, int(end.timestamp() // HOUR)) if end else counted[-1].hour
    alarms = _play(counted, how, first, last)
    truths = [
        truth
        for truth in (hindsight(counted, zone, how) if events is None else events)
        if truth.end >= first and truth.begin <= last
    ]
    return Trial(
        messages=sum(first <= message.hour <= last for message in messages),
        weeks=max(last - first, 0) / (7 * DAY),
        alarms=tuple((alarm, any(_is_about(alarm, truth) for truth in truths)) for alarm in alarms),
        truths=tuple((truth, _delay(truth, alarms)) for truth in truths),
        by_hindsight=events is None,
    )


def _play(messages: Sequence[Heard], how: Sensitivity, first: int, last: int) -> list[Alarm]:
    tally, watch, told, position = Tally(), Watch(how), [], 0
    for hour in range(messages[0].hour, last + 1):
        while position < len(messages) and messages[position].hour <= hour:
            message = messages[position]
            tally.add(message.hour, message.topic, message.place)
            position += 1
        if hour >= first:
            told += watch.news(tally, hour)
    return told


def _is_about(alarm: Alarm, truth: Truth) -> bool:
    """An alarm is right when a surge of the same series, of its part or of its whole, went on in its window."""
    related = alarm.key.holds(truth.key) or truth.key.holds(alarm.key)
    return related and alarm.since_hour <= truth.end and alarm.found_hour >= truth.begin


def _delay(truth: Truth, alarms: Iterable[Alarm]) -> int | None:
    """Hours from the surge's beginning to the first alarm about it, 0 where it was told already; None: never."""
    found = [alarm.found_hour for alarm in alarms if _is_about(alarm, truth)]
    return max(min(found) - truth.begin, 0) if found else None


def hindsight(messages: Sequence[Heard], zone: ZoneInfo, how: Sensitivity) -> list[Truth]:
    """The surges that one sees afterwards, knowing the weeks before and after: days (of the region) on which a
    series had at least `least_messages` and four times the median day of four weeks before and four after, days in
    a row taken together. A surge begins in the hour in which its first day passes twice the median day.

    Looked for in topics and in topics of places; a surge of a topic in one place that is also one of the topic as a
    whole is told once, as the topic's.
    """
    days, hours = _by_day(messages, zone)
    found: list[Truth] = []
    for key in sorted(days, key=lambda key: (bool(key.topic and key.place), key)):
        if key.topic:
            found += [t for t in _surges_of(key, days[key], hours[key], how) if not _told(t, found)]
    return sorted(found, key=lambda truth: truth.begin)


def _told(truth: Truth, found: Iterable[Truth]) -> bool:
    return any(t.key.holds(truth.key) and t.begin <= truth.end and truth.begin <= t.end for t in found)


def _by_day(
    messages: Iterable[Heard], zone: ZoneInfo
) -> tuple[dict[Key, Counter[int]], dict[Key, dict[int, list[int]]]]:
    days: dict[Key, Counter[int]] = defaultdict(Counter)
    hours: dict[Key, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for message in messages:
        day = datetime.fromtimestamp(message.hour * HOUR, UTC).astimezone(zone).date().toordinal()
        for key in keys_of(message.topic, message.place):
            days[key][day] += 1
            hours[key][day].append(message.hour)
    return days, hours


def _surges_of(key: Key, days: Counter[int], hours: dict[int, list[int]], how: Sensitivity) -> Iterable[Truth]:
    raised = []
    for day in sorted(days):
        around = [days.get(day + shift, 0) for shift in range(-28, 29) if shift]
        if days[day] >= max(how.least_messages, 4 * median(around)):
            raised.append((day, 2 * median(around)))
    runs: list[list[tuple[int, float]]] = []
    for day, usual in raised:
        if runs and day - runs[-1][-1][0] <= 1:
            runs[-1].append((day, usual))
        else:
            runs.append([(day, usual)])
    for run in runs:
        day, usual = run[0]
        begin = sorted(hours[day])[min(int(usual), len(hours[day]) - 1)]
        yield Truth(key, begin, max(hours[run[-1][0]]), sum(days[d] for d, _ in run))


def span(trial_hour: int, zone: ZoneInfo) -> datetime:
    """An hour of a trial as a moment of the region."""
    return datetime.fromtimestamp(trial_hour * HOUR, UTC).astimezone(zone)


