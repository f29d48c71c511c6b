"""How much each word speaks for each class: naive Bayes over the stems that stand in a text."""

from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from app.services.suggesting.vectors import Floats
from app.services.suggesting.wording import joining_stems

# As many words of the common tongue are added to each class: a class of two messages knows few words for certain.
ADDED = 50.0
# Long texts repeat themselves: their words count together less than each alone.
SHARE = 0.7
# A word that speaks more softly is no reason.
AUDIBLE = 0.4


class WordCounts:
    """In how many texts of each class a stem stood."""

    def __init__(self, texts: Sequence[frozenset[str]], labels: NDArray[np.int64], classes: int) -> None:
        self.rows: dict[str, int] = {}
        for words in texts:
            for word in sorted(words):
                self.rows.setdefault(word, len(self.rows))
        self.counts = np.zeros((max(1, len(self.rows)), classes), np.uint16)
        for words, label in zip(texts, labels, strict=True):
            self.counts[self._rows_of(words), label] += 1
        self.totals = self.counts.sum(0, dtype=np.float32)
        common = self.counts.sum(1, dtype=np.float32)
        self.common = common / np.float32(max(1.0, float(common.sum())))
        self._told = _ratios(
            self.counts[: len(self.rows)].astype(np.float32), self.totals, self.common[: len(self.rows)]
        )

    def heard(self, words: Iterable[str]) -> "Heard":
        """What the words of a text say, by what was learned."""
        known = [word for word in dict.fromkeys(words) if word in self.rows]
        return Heard(known, self._told[self._rows_of(known)])

    def scores_without(self, words: frozenset[str], label: int) -> Floats:
        """What the words of a text that was learned from as class `label` say, as if it had not been."""
        rows = self._rows_of(words)
        counts, totals = self.counts[rows].astype(np.float32), self.totals.copy()
        counts[:, label] -= 1
        totals[label] -= len(rows)
        return _summed(_ratios(counts, totals, self.common[rows]))

    def _rows_of(self, words: Iterable[str]) -> NDArray[np.int64]:
        return np.array([self.rows[word] for word in words if word in self.rows], np.int64)


class Heard:
    """The words of one text that are known, and how loud each speaks for each class."""

    def __init__(self, words: Sequence[str], told: Floats) -> None:
        self._words, self._told = words, told

    def scores(self) -> Floats:
        """For each class, the logarithm of how likely it is by the words alone."""
        return _summed(self._told)

    def speaking_for(self, label: int, most: int = 3) -> tuple[str, ...]:
        """The words (stems) that speak most for a class, the loudest first, without those that only join others."""
        loud = self._told[:, label]
        order = [number for number in np.argsort(-loud, kind="stable") if loud[number] > AUDIBLE]
        told = (word for word in (self._words[number] for number in order) if word not in joining_stems())
        return tuple(islice((word for word in told if len(word) > 1), most))


def _ratios(counts: Floats, totals: Floats, common: Floats) -> Floats:
    common = common[:, None]
    ratios: Floats = np.log((counts + np.float32(ADDED) * common) / (totals + np.float32(ADDED)) / common)
    return ratios


def _summed(told: Floats) -> Floats:
    if not len(told):
        return np.zeros(told.shape[1], np.float32)
    summed: Floats = told.sum(0) / np.float32(len(told) ** SHARE)
    scale: np.float32 = np.log(np.exp(summed - summed.max()).sum()) + summed.max()
    return summed - scale
