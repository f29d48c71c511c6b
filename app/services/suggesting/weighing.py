"""Weighing several opinions into one that can be trusted as a probability (a conditional logit over the candidates)."""

import numpy as np
from numpy.typing import NDArray

from app.services.suggesting.vectors import Floats

STEPS = 25
# Keeps the weights of opinions that say the same from running apart.
CALM = 1.0
_CLOSE = 1e-4
AT_ONCE = 256


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
    told = np.log(np.maximum(probabilities(opinions, weights)[rows, truth], 1e-300)).sum()
    return float(told - CALM / 2 * weights @ weights)
