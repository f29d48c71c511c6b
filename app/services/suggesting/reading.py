"""Texts as the models take them: counted, and weighed by how rare their terms are among those learned from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.services.suggesting.meaning import meanings
from app.services.suggesting.vectors import Floats, Likeness, Vector, Weigher, joined
from app.services.suggesting.wording import digest, part_terms, place_stems, stems, word_terms


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as the models take it."""

    stems: list[str]
    place_stems: list[str]
    words: frozenset[str]
    whole: Vector
    parts: Vector
    both: Vector
    places: Vector
    meaning: Floats

    @property
    def about(self) -> Floats:
        """How long it is and how many places it names: which opinions to believe depends on it."""
        numbers: Floats = np.log1p(np.array([len(self.stems), len(self.place_stems)], np.float32))
        return numbers


@dataclass(frozen=True, slots=True)
class Counted:
    """A text as its terms, counted."""

    stems: list[str]
    place_stems: list[str]
    whole: Counter[int]
    parts: Counter[int]
    places: Counter[int]

    @classmethod
    def of(cls, text: str) -> "Counted":
        words, places = stems(text), place_stems(text)
        return cls(words, places, word_terms(words), part_terms(words), Counter(map(digest, places)))


class Reader:
    """Turns texts into what the models take, by how rare terms were in the texts learned from."""

    def __init__(self, texts: Sequence[Counted], names: Sequence[Counted]) -> None:
        self._whole = Weigher.learned([text.whole for text in texts])
        self._parts = Weigher.learned([text.parts for text in (*texts, *names)])
        self._places = Weigher.learned([text.places for text in texts])

    def read(self, text: Counted) -> Seen:
        whole, parts = self._whole.vector(text.whole), self._parts.vector(text.parts)
        places = self._places.vector(text.places)
        words, meaning = frozenset(text.stems), meanings().of(text.stems)
        return Seen(text.stems, text.place_stems, words, whole, parts, joined(whole, parts), places, meaning)


class PlaceNames:
    """How alike the places that a text names are to the names of agencies, whose ending is another."""

    def __init__(self, names: Iterable[Counted]) -> None:
        counted = [part_terms(name.stems) for name in names]
        self._weigher = Weigher.learned(counted)
        self._names = Likeness([self._weigher.vector(counts) for counts in counted])

    def to(self, text: Seen) -> Floats:
        return self._names.to(self._weigher.vector(part_terms(text.place_stems)))
