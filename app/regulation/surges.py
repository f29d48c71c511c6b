"""Noticing a surge (п. 24): raised activity on a topic or in a place against its own usual hours of the week.

Counts by the hour are compared with the same hours of past weeks. The usual number is a forecast (negative binomial:
a count of few events is uncertain, and messages come in bursts), and what is rarer than the false alarms allowed is
raised. It proposes; a person decides.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, lgamma, log, log1p
from typing import NamedTuple

WEEK = 168


class Key(NamedTuple):
    """What is watched: a topic everywhere, a place with all its topics, or a topic in a place ("" means any)."""

    topic: str = ""
    place: str = ""

    def holds(self, other: "Key") -> bool:
        """Whether everything that `other` counts is counted here too."""
        return self.topic in ("", other.topic) and self.place in ("", other.place)

    def meet(self, other: "Key") -> "Key | None":
        """The series of what both count; None where no message is counted in both."""
        met = Key(self.topic or other.topic, self.place or other.place)
        return met if self.holds(met) and other.holds(met) else None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How raised is raised. The numbers were chosen on one part of a real winter and tried on another.

    `false_alarms_per_week` bounds alarms on noise over all series together; `least_messages` and `least_growth`
    keep from a report what is rare but small; `grown` is how much larger a dismissed surge must be to come again.
    """

    windows_hours: tuple[int, ...] = (3, 24)
    weeks: int = 8
    least_weeks: int = 3
    false_alarms_per_week: float = 2.0
    least_messages: int = 8
    least_growth: float = 2.5
    dispersion: float = 1.3
    most_dispersion: float = 8.0
    at_once: int = 3
    quiet_hours: int = 48
    grown: float = 1.5


@dataclass(frozen=True, slots=True)
class Alarm:
    """A raised series: `count` in the `hours` before `found_hour` ended, usually `low`…`high` (80 in 100 times).

    `since_hour` is the window's first hour (hours since 1970, UTC). `mainly` is the part of the series that most of
    it comes from, None where nothing stands out.
    """

    key: Key
    hours: int
    since_hour: int
    found_hour: int
    count: int
    expected: float
    low: int
    high: int
    chance: float
    mainly: Key | None = None


class Voices:
    """Tells whether a message is another voice: one person who writes ten in an evening is no surge.

    A voice is known by any of its names (the author, the beginning of the text, the address), for one day.
    """

    def __init__(self) -> None:
        self._heard: dict[int, set[tuple[str, ...]]] = defaultdict(set)

    def is_another(self, hour: int, topic: str, place: str, names: Iterable[str]) -> bool:
        """Whether none of these names was heard on this topic and place that day; they are heard from now on."""
        marks = {(topic, place, name) for name in names if name}
        heard = self._heard[hour // 24]
        known = not heard.isdisjoint(marks)
        heard |= marks
        return not known

    def forget_before(self, hour: int) -> None:
        """Forget the voices of days before that of this hour."""
        for day in [each for each in self._heard if each < hour // 24]:
            del self._heard[day]


class Tally:
    """Messages counted by series and hour; a message may be taken back when its topic or place is set right."""

    def __init__(self) -> None:
        self._series: dict[Key, Counter[int]] = defaultdict(Counter)
        self._recent: dict[int, Counter[Key]] = defaultdict(Counter)
        self._first: int | None = None

    def add(self, hour: int, topic: str, place: str, number: int = 1) -> None:
        """Count `number` messages of an hour (hours since 1970); a negative number takes them back."""
        for key in keys_of(topic, place):
            self._series[key][hour] += number
            self._recent[hour][key] += number
        self._first = hour if self._first is None else min(self._first, hour)

    def forget_before(self, hour: int) -> None:
        """Drop what no forecast looks at any more."""
        for old in [each for each in self._recent if each < hour]:
            for key in self._recent.pop(old):
                self._series[key].pop(old, None)
        self._first = min(self._recent, default=None)

    def count(self, key: Key, begin: int, hours: int) -> int:
        series = self._series.get(key)
        return sum(series.get(hour, 0) for hour in range(begin, begin + hours)) if series else 0

    def counts(self, begin: int, hours: int) -> Counter[Key]:
        """How many messages each series has in these hours; only those that have any."""
        total: Counter[Key] = Counter()
        for hour in range(begin, begin + hours):
            if hour in self._recent:
                total.update(self._recent[hour])
        return total

    def windows(self, key: Key, begin: int, hours: int, number: int) -> dict[int, int]:
        """Counts of `number` windows side by side from `begin`, by their place in the row; only those not empty."""
        found: Counter[int] = Counter()
        for hour, count in self._series.get(key, {}).items():
            if 0 <= (place := (hour - begin) // hours) < number:
                found[place] += count
        return found

    def weeks_before(self, hour: int, most: int) -> int:
        """Whole weeks known before an hour, at most `most`."""
        return min(most, (hour - self._first) // WEEK) if self._first is not None else 0

    def size(self) -> int:
        """How many series are watched."""
        return len(self._series)


def keys_of(topic: str, place: str) -> tuple[Key, ...]:
    """The series a message counts in; the last, with neither, is all messages together."""
    both = (Key(topic, place),) if topic and place else ()
    one = tuple(key for key in (Key(topic), Key("", place)) if key != Key())
    return (*both, *one, Key())


def look(tally: Tally, hour: int, how: Sensitivity) -> list[Alarm]:
    """Series raised in the hours up to `hour` (the hour under way), rarest first, each surge told once.

    Nothing is said before `how.least_weeks` whole weeks are known.
    """
    found: list[Alarm] = []
    allowed = chance_allowed(tally.size(), how)
    for hours in how.windows_hours:
        begin = hour - hours + 1
        weeks = tally.weeks_before(begin, how.weeks)
        if weeks < how.least_weeks:
            continue
        counts = {key: n for key, n in tally.counts(begin, hours).items() if n >= how.least_messages and key != Key()}
        if counts:
            usual = _Usual(begin, hours, weeks, _growth(tally, hour, weeks), _share_of_week(tally, begin, hours, weeks))
            alarms = (_judge(tally, key, count, usual, how) for key, count in counts.items())
            found += [alarm for alarm in alarms if alarm is not None and alarm.chance < allowed]
    return _told_once(sorted(found, key=lambda alarm: alarm.chance), tally, how)


@dataclass(frozen=True, slots=True)
class _Usual:
    """A window and what it is compared with: so many weeks, the growth of everything, its share of a week."""

    begin: int
    hours: int
    weeks: int
    growth: float
    share: float


def chance_allowed(series: int, how: Sensitivity) -> float:
    """How rare a count must be, so that noise raises at most the false alarms allowed in a week over all series.

    A window is looked at anew every hour; neighbours share most of their messages, so each length counts as three
    times the windows that fit in a week side by side.
    """
    looks = sum(3 * WEEK / hours for hours in how.windows_hours)
    return how.false_alarms_per_week / (max(series, 1) * looks)


def _growth(tally: Tally, hour: int, weeks: int) -> float:
    """How much more is written about everything lately than in the weeks compared with: a desk that takes in a new
    source is no surge. The last day is left out, so that a surge does not hide itself."""
    begin = hour - 24 - WEEK + 1
    counted = tally.windows(Key(), begin - WEEK * (weeks - 1), WEEK, weeks)
    usual = sum(counted.get(week, 0) for week in range(weeks - 1)) / (weeks - 1)
    return min(max(counted.get(weeks - 1, 0) / usual, 1.0), 3.0) if usual else 1.0


def _judge(tally: Tally, key: Key, count: int, usual: _Usual, how: Sensitivity) -> Alarm | None:
    begin, hours, weeks = usual.begin, usual.hours, usual.weeks
    same = _without_extremes([tally.count(key, begin - WEEK * week, hours) for week in range(1, weeks + 1)])
    if count < how.least_growth * usual.growth * sum(same) / (2 * len(same)):  # the other half can only add
        return None
    whole = tally.windows(key, begin - WEEK * weeks, WEEK, weeks)
    # The series' own level, spread over the week as all messages are, steadies the few counts of the same hours.
    level = sum(_without_extremes([whole.get(week, 0) for week in range(weeks)]))
    seen, exposure = sum(same) + level * usual.share, 2.0 * len(same)
    expected = usual.growth * (seen + 0.5) / exposure
    if count < how.least_growth * expected:
        return None
    size = (seen + 0.5) / _burstiness(tally, key, usual, how)
    low, high = interval(expected, size)
    chance = tail(count, expected, size)
    return Alarm(key, hours, begin, begin + hours - 1, count, expected, low, high, chance)


def _without_extremes(counts: list[int]) -> list[int]:
    """Without the least and the most: a holiday and an earlier surge are no measure."""
    return sorted(counts)[1:-1] if len(counts) >= 4 else counts


def _burstiness(tally: Tally, key: Key, usual: _Usual, how: Sensitivity) -> float:
    """How many messages come at a time: variance over mean of past windows, each against that of a week before.

    It hardly depends on how large a series is, so a topic in a place is also measured by its topic everywhere.
    """
    measured = [how.dispersion]
    windows, shift = WEEK * usual.weeks // usual.hours, WEEK // usual.hours
    for series in {key, Key(key.topic) if key.topic else key}:
        counts = tally.windows(series, usual.begin - WEEK * usual.weeks, usual.hours, windows)
        places = {place for found in counts for place in (found, found + shift) if shift <= place < windows}
        squares = sum((counts.get(place, 0) - counts.get(place - shift, 0)) ** 2 for place in places)
        pairs = sum(counts.get(place, 0) + counts.get(place - shift, 0) for place in places)
        if pairs:
            measured.append(squares / pairs)
    return min(max(measured), how.most_dispersion)


def _share_of_week(tally: Tally, begin: int, hours: int, weeks: int) -> float:
    """The part of a week's messages that these hours usually bring."""
    window = sum(tally.count(Key(), begin - WEEK * week, hours) for week in range(1, weeks + 1))
    whole = sum(tally.windows(Key(), begin - WEEK * weeks, WEEK, weeks).values())
    return window / whole if whole else hours / WEEK


def tail(count: int, mean: float, size: float) -> float:
    """The chance of `count` or more of a negative binomial with this mean and size (variance mean + mean²/size)."""
    if count <= 0:
        return 1.0
    ratio = mean / (mean + size)
    term = exp(
        lgamma(count + size) - lgamma(size) - lgamma(count + 1) + count * log(ratio) + size * log1p(-ratio)
    )
    total, number = 0.0, count
    while term > 1e-18 * max(total, 1e-300) and number < count + 100_000:
        total += term
        term *= ratio * (number + size) / (number + 1)
        number += 1
    return min(total, 1.0)


def interval(mean: float, size: float) -> tuple[int, int]:
    """What is usual: the counts between the tenth and the ninetieth in a hundred."""
    ratio = mean / (mean + size)
    term, below, number = exp(size * log1p(-ratio)), 0.0, 0
    low = None
    while number < 100_000:
        below += term
        if low is None and below >= 0.1:
            low = number
        if below >= 0.9:
            break
        term *= ratio * (number + size) / (number + 1)
        number += 1
    return low or 0, number


def _told_once(found: Iterable[Alarm], tally: Tally, how: Sensitivity) -> list[Alarm]:
    """Of series that share their messages the rarest, at most `at_once`, each with what most of it comes from."""
    told: list[Alarm] = []
    for alarm in found:
        if not any(_is_same(alarm, other.key, tally) for other in told):
            told.append(alarm)
    return [_with_main_part(alarm, tally) for alarm in told[: how.at_once]]


def _is_same(alarm: Alarm, key: Key, tally: Tally) -> bool:
    """Whether an alarm is of the surge that a series tells of already: one holds the other, or most of the alarm's
    messages are counted there too, as where a topic is raised by one place that is raised itself."""
    shared = alarm.key.meet(key)
    if shared is None or shared in (alarm.key, key):
        return shared is not None
    return 2 * tally.count(shared, alarm.since_hour, alarm.hours) > alarm.count


def _with_main_part(alarm: Alarm, tally: Tally) -> Alarm:
    parts = tally.counts(alarm.since_hour, alarm.hours)
    within = [(n, key) for key, n in parts.items() if key != alarm.key and alarm.key.holds(key)]
    number, key = max(within, default=(0, None))
    if key is None or number < 0.4 * alarm.count:
        return alarm
    fields = {name: getattr(alarm, name) for name in Alarm.__slots__}
    return Alarm(**fields | {"mainly": key})


@dataclass(frozen=True, slots=True)
class Known:
    """A surge told before: where, how large, when last seen, and whether a person dismissed it."""

    key: Key
    hours: int
    count: int
    last_hour: int
    dismissed: bool = False


def is_news(alarm: Alarm, known: Iterable[Known], tally: Tally, how: Sensitivity) -> bool:
    """Whether a person should hear of it: not while the same surge is told, nor after it was dismissed, unless it
    has grown. One that was quiet for `quiet_hours` is another."""
    for before in known:
        if not _is_same(alarm, before.key, tally) or alarm.found_hour - before.last_hour > how.quiet_hours:
            continue
        if not before.dismissed:
            return False
        if alarm.count < how.grown * before.count:
            return False
    return True


class Watch:
    """Goes hour by hour through a tally and keeps what was told, so that each surge is told once.

    `known` holds what was told before and what became of it; `going_on` what the last look saw again.
    """

    def __init__(self, how: Sensitivity, known: Iterable[Known] = ()) -> None:
        self.how = how
        self.known = list(known)
        self.going_on: set[Key] = set()

    def news(self, tally: Tally, hour: int) -> list[Alarm]:
        """What a person should hear of now; a surge that goes on is remembered as going on."""
        told = []
        self.going_on = set()
        for alarm in look(tally, hour, self.how):
            if is_news(alarm, self.known, tally, self.how):
                told.append(alarm)
                self.known.append(Known(alarm.key, alarm.hours, alarm.count, hour))
            else:
                self.known = [self._still(known, alarm, tally, hour) for known in self.known]
        self.known = [known for known in self.known if hour - known.last_hour <= self.how.quiet_hours]
        return told

    def _still(self, known: Known, alarm: Alarm, tally: Tally, hour: int) -> Known:
        if known.dismissed or not _is_same(alarm, known.key, tally):
            return known
        self.going_on.add(known.key)
        return Known(known.key, known.hours, known.count, hour)
