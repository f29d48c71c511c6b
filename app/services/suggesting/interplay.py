"""What opinions tell by how they go together, which no weighed sum of them can: a small net over the likeliest."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.services.suggesting.vectors import Floats

Logs = NDArray[np.float64]

# So many of the likeliest candidates are looked at closer; the right one is seldom behind them.
LIKELIEST = 24
# Patterns that the net can tell; more of them tell no more.
PATTERNS = 16
# Keeps it from learning single texts by heart.
CALM = 20.0
ROUNDS, TEXTS_AT_ONCE, RATE = 40, 256, 0.02
_OFTEN, _SELDOM = 0.1, 0.001


class Interplay:
    """Corrects the told of the likeliest candidates by patterns of what each opinion says of them, and of what is
    known about the text."""

    def __init__(self, told: Logs, opinions: Floats, about: Floats, truth: NDArray[np.int64]) -> None:
        """Learn from what was told of past texts, as logarithms (texts, candidates), by opinions (texts, candidates,
        opinions), from numbers about each text (texts, anything), and from what was right."""
        likeliest = _likeliest(told)
        among = likeliest == truth[:, None]
        known = among.any(1)
        before = np.take_along_axis(told, likeliest, 1)
        seen = _seen(np.take_along_axis(opinions, likeliest[..., None], 1), about[:, None], before)
        mean, spread = seen.mean((0, 1)), seen.std((0, 1)) + np.float32(1e-6)
        seen -= mean
        seen /= spread
        random = np.random.default_rng(1)
        self._net = _Net(random.normal(0, 0.3, (seen.shape[2], PATTERNS)))
        self._net.learn(seen[known], before[known].astype(np.float32), among[known].argmax(1), random)
        self._net.take_as_it_comes(mean, spread)

    def corrected(self, told: Logs, opinions: Floats, about: Floats) -> Logs:
        """What is told of each candidate of one text, from what was told of it, by opinions (candidates, opinions).

        The likeliest keep together as much of the chance as they had: those behind them gain and lose nothing.
        """
        likeliest = _likeliest(told)
        before = told[likeliest]
        after = before + self._net.told(_seen(opinions[likeliest], about, before))
        corrected = told.copy()
        corrected[likeliest] = after + np.logaddexp.reduce(before) - np.logaddexp.reduce(after)
        return corrected


class _Net:
    """One layer of patterns, each with how much it tells; learned step by step (Adam), the steps ever smaller."""

    def __init__(self, patterns: NDArray[np.float64]) -> None:
        """Begins with any patterns that tell nothing, of shape (numbers, patterns)."""
        numbers, count = patterns.shape
        self._all = np.concatenate([patterns.ravel(), np.zeros(2 * count)]).astype(np.float32)
        self._patterns = self._all[: numbers * count].reshape(numbers, count)
        self._edges, self._worth = self._all[numbers * count :].reshape(2, count)

    def told(self, seen: Floats) -> Floats:
        """How much candidates gain by what is seen of them, (…, numbers)."""
        gained: Floats = self._found(seen) @ self._worth
        return gained

    def learn(self, seen: Floats, before: Floats, truth: NDArray[np.int64], random: np.random.Generator) -> None:
        """Become so that what was told `before`, (texts, candidates), tells the truth likelier."""
        step, steps = 0, ROUNDS * -(-len(truth) // TEXTS_AT_ONCE)
        often, seldom = np.zeros_like(self._all), np.zeros_like(self._all)
        for rows in _some(len(truth), random):
            slope = self._slope(seen[rows], before[rows], truth[rows]) + np.float32(CALM / len(truth)) * self._all
            often += np.float32(_OFTEN) * (slope - often)
            seldom += np.float32(_SELDOM) * (slope * slope - seldom)
            rate, step = RATE * (1 - step / steps), step + 1
            size = np.sqrt(seldom / (1 - (1 - _SELDOM) ** step)) + 1e-8
            self._all -= (rate / (1 - (1 - _OFTEN) ** step) * often / size).astype(np.float32)

    def take_as_it_comes(self, mean: Floats, spread: Floats) -> None:
        """Tell the same of numbers with this mean and spread as of those with none and one, which it learned from."""
        self._patterns /= spread[:, None]
        self._edges -= mean @ self._patterns

    def _found(self, seen: Floats) -> Floats:
        found: Floats = seen @ self._patterns
        found += self._edges
        return np.tanh(found, out=found)

    def _slope(self, seen: Floats, before: Floats, truth: NDArray[np.int64]) -> Floats:
        """How the truth of some texts becomes less likely with each number of the net, a text."""
        seen = seen.reshape(-1, seen.shape[2])
        found = self._found(seen)
        chances = (found @ self._worth).reshape(before.shape) + before
        chances = np.exp(chances - chances.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        chances[np.arange(len(truth)), truth] -= 1
        amiss = chances.ravel() / np.float32(len(truth))
        of_worth = amiss @ found
        of_found = (1 - found * found) * amiss[:, None]
        of_found *= self._worth
        return np.concatenate([(seen.T @ of_found).ravel(), of_found.sum(0), of_worth])


def _seen(opinions: Floats, about: Floats, before: Logs) -> Floats:
    """What the net sees of each candidate: opinions (…, candidates, opinions), the text, and how likely it was told."""
    whole = np.broadcast_to(about, (*opinions.shape[:-1], about.shape[-1]))
    seen: Floats = np.concatenate([opinions, whole, before[..., None], np.exp(before)[..., None]], -1, dtype=np.float32)
    return seen


def _likeliest(told: Logs) -> NDArray[np.int64]:
    count = min(LIKELIEST, told.shape[-1])
    return np.argpartition(-told, count - 1, axis=-1)[..., :count]


def _some(count: int, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """All of `count` texts in any order, some at a time, ROUNDS times over."""
    for _ in range(ROUNDS):
        order = random.permutation(count)
        for start in range(0, count, TEXTS_AT_ONCE):
            yield order[start : start + TEXTS_AT_ONCE]
