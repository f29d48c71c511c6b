"""Kernel ridge regression for many classes at once, with what it would say of each text had it not learned from it."""

import numpy as np

from app.services.suggesting.halves import Half, Inverse
from app.services.suggesting.vectors import Floats


class Ridge:
    """A kernel made ready to be solved for any classes; it is used up by that, for it is big."""

    def __init__(self, kernel: Half, stiffness: float) -> None:
        kernel.add_to_diagonal(stiffness)
        self._inverse = Inverse(kernel)
        self._own = self._inverse.diagonal[:, None]

    def solve(self, truth: Floats) -> tuple[Floats, Floats]:
        """Coefficients (texts, classes), and the scores of each text by all the others (leave-one-out, exact)."""
        coefficients = self._inverse.times(truth - truth.mean(0))
        return coefficients, truth - coefficients / self._own


def sharpened(likeness: Floats, times: float = 2) -> Floats:
    """Likeness by which near texts count more than many far ones, the more the greater `times`."""
    sharp: Floats = likeness - np.float32(1)
    sharp *= np.float32(times)
    return np.exp(sharp, out=sharp)


def together(alike: Floats, placed: Floats) -> Floats:
    """Likeness of near texts that counts most where the places they name are alike too."""
    kernel = sharpened(placed)
    kernel *= np.float32(0.7)
    kernel += np.float32(0.3)
    kernel *= sharpened(alike, 4)
    return kernel
