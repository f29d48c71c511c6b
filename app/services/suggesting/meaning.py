"""What a text means, as a direction: near for texts of one matter in other words, by how words are used in the news.

The directions of stems are made by `packaging/pack_word_vectors.py`; no text of any citizen is in them.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from app.resources import resource
from app.services.suggesting.vectors import Floats


class Meanings:
    """The directions of stems, each in steps of a byte, and how much a step of each counts: rare stems more."""

    def __init__(self, stems: Iterable[str], directions: NDArray[np.int8], weights: Floats) -> None:
        """`directions` has the shape (stems, dimensions), `weights` (stems,)."""
        self._rows = {stem: row for row, stem in enumerate(stems)}
        self._directions, self._weights = directions, weights

    def of(self, stems: Iterable[str]) -> Floats:
        """The direction of a text by its stems, of length one; nought where none is known."""
        rows = [row for row in map(self._rows.get, stems) if row is not None]
        summed: Floats = self._weights[rows] @ self._directions[rows].astype(np.float32)
        length = float(np.sqrt(summed @ summed))
        return summed / np.float32(length or 1)


@cache
def meanings() -> Meanings:
    """The directions that ship with the program, 12 MB in memory, read where a text is first looked at."""
    with np.load(resource("meanings/russian.npz"), allow_pickle=False) as packed:
        stems = packed["stems"].tobytes().decode().split("\n")
        return Meanings(stems, packed["directions"], packed["weights"])
