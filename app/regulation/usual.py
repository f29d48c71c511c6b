"""What is usual: how many messages days of the same kind brought by the same hour, as a band most of them stay in."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from app.regulation.surges import interval

WEEKS = 8
LEAST_DAYS = 3
# As with surges: fewer messages are no raised activity, however rare they are.
LEAST_MORE = 8
# Eighty in a hundred days stay within the band: 1.2816 standard deviations on either side.
QUANTILE = 1.2816
# From here on the normal curve is as good as the exact distribution, which would lose its first terms to underflow.
NORMAL_FROM = 50.0


@dataclass(frozen=True, slots=True)
class Usual:
    """The band of eighty days in a hundred, and the mean of the days it was made from."""

    low: int
    mean: float
    high: int

    def verdict(self, count: int) -> str:
        """"more", "less" or "usual"; a handful of messages is never more than usual."""
        if count > self.high:
            return "more" if count >= LEAST_MORE else "usual"
        return "less" if count < self.low else "usual"


def usual(counts: Sequence[int]) -> Usual | None:
    """The band that another day like these is expected in; None for fewer than three days.

    Counts come in bursts (a negative binomial whose variance is that of the days), and a mean of few days is itself
    uncertain: the band is as wide as both make it.
    """
    return usual_sum([counts])


def usual_sum(samples: Iterable[Sequence[int]]) -> Usual | None:
    """The band for the sum of several days (or hours), each with the counts of its own earlier days.

    None where one of them has fewer than three, or where there is none.
    """
    mean = variance = 0.0
    is_any = False
    for counts in samples:
        days = len(counts)
        if days < LEAST_DAYS:
            return None
        middle = sum(counts) / days
        spread = sum((count - middle) ** 2 for count in counts) / (days - 1)
        mean += middle
        variance += max(spread, middle) * (1 + 1 / days)
        is_any = True
    return _band(mean, variance) if is_any else None


def _band(mean: float, variance: float) -> Usual:
    if mean == 0:
        return Usual(0, 0.0, 0)
    if mean >= NORMAL_FROM:
        reach = QUANTILE * sqrt(variance)
        return Usual(max(0, round(mean - reach)), mean, round(mean + reach))
    low, high = interval(mean, mean * mean / (variance - mean))
    return Usual(low, mean, high)


def days_like(day: date, is_working: Callable[[date], bool], since: date, weeks: int = WEEKS) -> list[date]:
    """Earlier days of the same weekday that are working days where `day` is one, not before `since`, newest first."""
    past = (day - timedelta(weeks=week) for week in range(1, weeks + 1))
    return [each for each in past if each >= since and is_working(each) == is_working(day)]


def counts_by(days: Sequence[Sequence[int]], second_of_day: int) -> list[int]:
    """How many messages each day had by this second of it; every day is its messages' seconds in order."""
    return [bisect_right(seconds, second_of_day) for seconds in days]
