"""Texts as vectors of terms weighed by how rare they are; and how alike two texts are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int32]

# Terms, which come as digests, are led into so many places: their number never grows with the texts.
WIDTH = 1 << 17
# A term is common from so many texts on, and such a share of them.
FEW, COMMON = 20, 0.04
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Vector:
    """A text: the places that are not zero, and what stands there; its length is one (nought for an empty one)."""

    places: Places
    values: Floats


class Weigher:
    """Turns counts of terms into vectors, rare terms weighing more; learned from many texts."""

    def __init__(self, texts: int, seen: NDArray[np.int32]) -> None:
        self.texts, self.seen = texts, seen

    @classmethod
    def learned(cls, counted: Sequence[Mapping[int, int]]) -> "Weigher":
        seen = np.zeros(WIDTH, np.int32)
        for counts in counted:
            seen[np.unique(_places(counts))] += 1
        return cls(len(counted), seen)

    def vector(self, counts: Mapping[int, int]) -> Vector:
        """The vector of a text's terms: the logarithm of how often, by the logarithm of how rare."""
        found = _places(counts)
        often = 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
        places, into = np.unique(found, return_inverse=True)
        values = np.bincount(into, often, len(places)).astype(np.float32)
        values *= np.log((1 + self.texts) / (1 + self.seen[places])).astype(np.float32) + 1
        length = float(np.sqrt(values @ values))
        return Vector(places.astype(np.int32), values / np.float32(length or 1))


def joined(first: Vector, second: Vector) -> Vector:
    """Two views of one text as one vector, each half of the likeness; they lie in places of their own."""
    half = np.float32(np.sqrt(0.5))
    places = np.concatenate([first.places, second.places + WIDTH])
    return Vector(places, np.concatenate([first.values, second.values]) * half)


class Likeness:
    """Texts that others are compared with, found by their terms: likeness is from 0 to 1 (the cosine).

    A term that many texts have is kept as a whole row of them, a rare one as those that have it.
    """

    def __init__(self, vectors: Sequence[Vector]) -> None:
        self.count = len(vectors)
        lengths = np.fromiter((len(vector.places) for vector in vectors), np.int64, len(vectors))
        places = np.concatenate([vector.places for vector in vectors] or [np.zeros(0, np.int32)])
        order = np.argsort(places, kind="stable")
        texts = np.repeat(np.arange(len(vectors), dtype=np.intp), lengths)[order]
        values = np.concatenate([vector.values for vector in vectors] or [np.zeros(0, np.float32)])[order]
        terms, times = np.unique(places[order], return_counts=True)
        common = times > max(FEW, COMMON * self.count)
        self._common = np.zeros((int(common.sum()), self.count), np.float32)
        self._rows = np.full(2 * WIDTH, -1, np.int32)
        self._rows[terms[common]] = np.arange(len(self._common))
        of_common = np.repeat(common, times)
        self._common[np.repeat(np.arange(len(self._common)), times[common]), texts[of_common]] = values[of_common]
        self._texts, self._values = texts[~of_common], values[~of_common]
        self._starts, self._ends = np.zeros(2 * WIDTH, np.int32), np.zeros(2 * WIDTH, np.int32)
        ends = np.cumsum(times[~common])
        self._starts[terms[~common]], self._ends[terms[~common]] = ends - times[~common], ends

    def to(self, vector: Vector) -> Floats:
        """How alike each of the texts is to this one, of shape (count,)."""
        alike = self._by_common(vector)
        starts, ends = self._starts[vector.places], self._ends[vector.places]
        rare = ends > starts
        if not rare.any():
            return alike
        starts, lengths = starts[rare], (ends - starts)[rare]
        taken = np.arange(int(lengths.sum())) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        products = self._values[taken] * np.repeat(vector.values[rare], lengths)
        alike += np.bincount(self._texts[taken], products, self.count).astype(np.float32)
        return alike

    def _by_common(self, vector: Vector) -> Floats:
        """The same by common terms alone, some at a time: what is taken of them stays near the processor."""
        rows = self._rows[vector.places]
        values, rows = vector.values[rows >= 0], rows[rows >= 0]
        alike = np.zeros(self.count, np.float32)
        for start in range(0, len(rows), AT_ONCE):
            few = slice(start, start + AT_ONCE)
            alike += values[few] @ self._common[rows[few]]
        return alike

    def among(self, vectors: Sequence[Vector]) -> Floats:
        """The likeness of each of `vectors` to each of the texts, of shape (len(vectors), count)."""
        alike = np.zeros((len(vectors), self.count), np.float32)
        for row, vector in zip(alike, vectors, strict=True):
            row[:] = self.to(vector)
        return alike


def _places(counts: Mapping[int, int]) -> Places:
    digests: Places = (np.fromiter(counts, np.int64, len(counts)) % WIDTH).astype(np.int32)
    return digests
