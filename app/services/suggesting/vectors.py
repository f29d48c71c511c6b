"""Texts as vectors of terms weighed by how rare they are; and how alike two texts are."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int32]

# Terms are hashed into so many places: their number never grows with the texts.
WIDTH = 1 << 17


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
    def learned(cls, counted: Sequence[Mapping[str, int]]) -> "Weigher":
        seen = np.zeros(WIDTH, np.int32)
        for counts in counted:
            seen[np.unique(_places(counts))] += 1
        return cls(len(counted), seen)

    def vector(self, counts: Mapping[str, int]) -> Vector:
        """The vector of a text's terms: the logarithm of how often, by the logarithm of how rare."""
        hashed = _places(counts)
        often = 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
        places, into = np.unique(hashed, return_inverse=True)
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
    """Texts that others are compared with, found by their terms: likeness is from 0 to 1 (the cosine)."""

    def __init__(self, vectors: Sequence[Vector]) -> None:
        self.count = len(vectors)
        lengths = np.fromiter((len(vector.places) for vector in vectors), np.int64, len(vectors))
        places = np.concatenate([vector.places for vector in vectors] or [np.zeros(0, np.int32)])
        order = np.argsort(places, kind="stable")
        self._texts = np.repeat(np.arange(len(vectors), dtype=np.int32), lengths)[order]
        self._values = np.concatenate([vector.values for vector in vectors] or [np.zeros(0, np.float32)])[order]
        self._terms, starts = np.unique(places[order], return_index=True)
        self._starts = np.append(starts, len(places))

    def to(self, vector: Vector) -> Floats:
        """How alike each of the texts is to this one, of shape (count,)."""
        found = np.searchsorted(self._terms, vector.places)
        found = np.minimum(found, len(self._terms) - 1)
        known = self._terms[found] == vector.places if len(self._terms) else np.zeros(len(found), bool)
        found, values = found[known], vector.values[known]
        starts, ends = self._starts[found], self._starts[found + 1]
        lengths = ends - starts
        shift = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) if len(found) else starts
        taken = np.arange(int(lengths.sum())) + shift
        products = self._values[taken] * np.repeat(values, lengths)
        return np.bincount(self._texts[taken], products, self.count).astype(np.float32)

    def among(self, vectors: Sequence[Vector]) -> Floats:
        """The likeness of each of `vectors` to each of the texts, of shape (len(vectors), count)."""
        return np.array([self.to(vector) for vector in vectors], np.float32).reshape(len(vectors), self.count)


def _places(counts: Mapping[str, int]) -> Places:
    return np.fromiter((zlib.crc32(term.encode()) % WIDTH for term in counts), np.int32, len(counts))
