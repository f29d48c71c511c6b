"""Weighing several opinions into one that can be trusted as a probability (a conditional logit over the candidates)."""

import numpy as np
from numpy.typing import NDArray

from app.services.suggesting.interplay import Interplay
from app.services.suggesting.vectors import Floats

STEPS = 25
# Keeps the weights of opinions that say the same from running apart.
CALM = 1.0
_CLOSE = 1e-4
AT_ONCE = 256
_NEVER = 1e-300


class Weighing:
    """How much each opinion counts, and what they tell by how they go together."""

    def __init__(self, opinions: Floats, about: Floats, truth: NDArray[np.int64]) -> None:
        """Learn from opinions on past texts, (texts, candidates, opinions), numbers about each, and what was right."""
        self._weights = learn_weights(opinions, truth)
        self._interplay = Interplay(_logs(self.plain(opinions)), opinions, about, truth)

    def plain(self, opinions: Floats) -> NDArray[np.float64]:
        """The probability of each candidate by what each opinion counts alone, (…, candidates)."""
        return probabilities(opinions, self._weights)

    def chances(self, opinions: Floats, about: Floats) -> NDArray[np.float64]:
        """The probability of each candidate for one text, by all that its opinions tell, (candidates,)."""
        told = self._interplay.corrected(_logs(self.plain(opinions)), opinions, about)
        chances: NDArray[np.float64] = np.exp(told)
        return chances


def probabilities(opinions: Floats, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """From opinions (…, candidates, opinions) the probability of each candidate, (…, candidates)."""
    if opinions.ndim == 2 or len(opinions) <= AT_ONCE:
        told = opinions @ weights
    else:  # opinions are widened to the weights' precision: a part of them at a time
        parts = range(0, len(opinions), AT_ONCE)
        told = np.concatenate([opinions[start : start + AT_ONCE] @ weights for start in parts])
    told -= told.max(-1, keepdims=True)
    chances: NDArray[np.float64] = np.exp(told, out=told)
    chances /= chances.sum(-1, keepdims=True)
    return chances


def learn_weights(opinions: Floats, truth: NDArray[np.int64]) -> NDArray[np.float64]:
    """The weights by which opinions (texts, candidates, opinions) tell the truth likeliest; Newton's method."""
    weights = np.zeros(opinions.shape[2])
    rows = np.arange(len(truth))
    right = opinions[rows, truth].sum(0, dtype=np.float64)
    worth = _worth(opinions, weights, rows, truth)
    for _ in range(STEPS):
        chances = probabilities(opinions, weights)
        mean = np.einsum("nc,ncj->nj", chances, opinions)
        gradient = right - mean.sum(0) - CALM * weights
        bend = CALM * np.eye(len(weights)) - mean.T @ mean
        for chance, opinion in zip(chances, opinions, strict=True):
            bend += (opinion * chance[:, None]).T @ opinion
        step = np.linalg.solve(bend, gradient)
        weights, gained = _walk(opinions, weights, step, rows, truth, worth)
        worth += gained
        if gained < _CLOSE:
            break
    return weights


def _walk(
    opinions: Floats,
    weights: NDArray[np.float64],
    step: NDArray[np.float64],
    rows: NDArray[np.int64],
    truth: NDArray[np.int64],
    worth: float,
) -> tuple[NDArray[np.float64], float]:
    """As much of the step as makes things better, and how much better."""
    for halved in range(12):
        tried = weights + step / 2**halved
        gained = _worth(opinions, tried, rows, truth) - worth
        if gained > 0:
            return tried, gained
    return weights, 0.0


def _worth(opinions: Floats, weights: NDArray[np.float64], rows: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    told = _logs(probabilities(opinions, weights)[rows, truth]).sum()
    return float(told - CALM / 2 * weights @ weights)


def _logs(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.log(np.maximum(chances, _NEVER))
    return logs
