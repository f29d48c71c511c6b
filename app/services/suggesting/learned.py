"""What past decisions teach: the likely topics and agencies of a message, each with what spoke for it.

Several plain models look at a text (ridge regressions over its likeness to past texts by words and by what words
mean, its nearest neighbours, naive Bayes over its words, the names of the classes themselves, and for agencies its
places and its topics); what each is worth is learned from what they would have said of every past text without having
seen it. Pure: no SQL, no Qt.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.services.suggesting.bayes import Heard, WordCounts
from app.services.suggesting.bounds import MOST_LEARNED
from app.services.suggesting.halves import Half, spans
from app.services.suggesting.reading import Counted, PlaceNames, Reader, Seen
from app.services.suggesting.ridge import Ridge, sharpened, together
from app.services.suggesting.vectors import Floats, Likeness, Vector
from app.services.suggesting.weighing import Weighing

NEIGHBOURS = 15
# So alike a past text must be to be told as a reason.
LEAST_ALIKE = 0.15
# How stiff the regressions over each likeness of `_KERNELS` are, and the one over places.
STIFF, PLACED = (0.5, 0.2, 0.1, 0.3, 0.1), 0.5
_LEAST, _LEAST_SHARE = 3e-3, np.float32(1e-3)
# Below this chance of the first, nothing is suggested at all.
SURE = 0.12
# How much more than usual the place alone must promise to be told as a reason.
BY_PLACE = 0.05


@dataclass(frozen=True, slots=True)
class Decision:
    """A past message and what a person decided about it; "" where that is not known."""

    text: str
    topic: str
    agency: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Likely:
    """A topic or an agency, how likely it is (0 to 1), the words that speak for it (stems), the past decisions that
    are alike and had it (numbers, the likest first), whether the place named in the text spoke for it, and of how many
    past decisions with the topic that was told how many had it."""

    name: str
    chance: float
    stems: tuple[str, ...] = ()
    alike: tuple[int, ...] = ()
    by_place: bool = False
    of_topic: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is likely of a message, the likeliest first."""

    topics: tuple[Likely, ...]
    agencies: tuple[Likely, ...]


def is_sure(likely: Sequence[Likely]) -> bool:
    """Whether there is an opinion worth showing."""
    return bool(likely) and likely[0].chance >= SURE


class _Labels:
    """The models of one question (the topic, or the agency) over the decisions that answer it."""

    def __init__(
        self, names: Mapping[str, Counted], given: Sequence[str], reader: Reader, seen: Sequence[Seen]
    ) -> None:
        self.names = list(names)
        numbers = {name: number for number, name in enumerate(self.names)}
        self.labels = np.array([numbers[name] for name in given], np.int64)
        self.truth = np.eye(len(self.names), dtype=np.float32)[self.labels]
        self.mean = self.truth.mean(0)
        self.prior = np.log(self.mean + 3e-4)
        named = [reader.read(counted) for counted in names.values()]
        self.by_whole = Likeness([name.whole for name in named])
        self.by_parts = Likeness([name.parts for name in named])
        self.counts = WordCounts([text.words for text in seen], self.labels, len(self.names))
        self.ridges: list[Floats] = []
        self.placed = np.zeros((0, 0), np.float32)
        self.weighing: Weighing
        self.weighing_of_topic: Weighing
        self.weighing_of_topic_alone: Weighing

    def learn_ridge(self, ridge: Ridge) -> Floats:
        """One more regression; gives what it would say of every text without it."""
        learned, said = ridge.solve(self.truth)
        self.ridges.append(learned)
        return said

    def by_ridges(self, kernels: Sequence[Floats]) -> list[Floats]:
        """What the regressions say of one text, by its likeness to those learned from."""
        return [self.mean + kernel @ ridge for kernel, ridge in zip(kernels, self.ridges, strict=True)]

    def of_text(self, text: Seen, words: Floats) -> list[Floats]:
        """The opinions that need no other texts: how common, how like its name, what the words say."""
        return [self.prior, self.by_parts.to(text.parts), self.by_whole.to(text.whole), words]

    def of_others(self, said: Sequence[Floats], near: Sequence[Floats]) -> list[Floats]:
        """The opinions by likeness: of each regression as it is and as a logarithm, and of each kind of neighbours."""
        both = [opinion for one in said for opinion in (one, _log(one))]
        return [*both, *(np.log(one + np.float32(0.01)) for one in near)]


class Learned:
    """The models over all decisions; `opinion` asks them, `add` takes in one more decision at once."""

    def __init__(self, decisions: Sequence[Decision], spelled: Mapping[str, str] | None = None) -> None:
        """Learn from decisions, the newest last; `spelled` gives the words of topics and agencies that go by a code."""
        self.decisions = list(decisions)[-MOST_LEARNED:]
        words = spelled or {}
        topics = {name: Counted.of(words.get(name, name)) for name in sorted({one.topic for one in self.decisions})}
        agencies = {name: Counted.of(words.get(name, name)) for name in sorted({one.agency for one in self.decisions})}
        counted = [Counted.of(one.text) for one in self.decisions]
        self._reader = Reader(counted, [*topics.values(), *agencies.values()])
        counted.reverse()  # each is let go as soon as it is read: together they are larger than all that is learned
        seen = [self._reader.read(counted.pop()) for _ in self.decisions]
        self._alike = Likeness([text.both for text in seen])
        self._alike_words = Likeness([text.whole for text in seen])
        self._near_places = Likeness([text.places for text in seen])
        self._meanings = np.array([text.meaning for text in seen], np.float32)
        self._place_names = PlaceNames(agencies.values())
        self._topic = _Labels(topics, [one.topic for one in self.decisions], self._reader, seen)
        self._agency = _Labels(agencies, [one.agency for one in self.decisions], self._reader, seen)
        self._agency_of_topic = _Shares(self._topic, self._agency)
        self._learn(seen)

    # ----- learning

    def _learn(self, seen: Sequence[Seen]) -> None:
        alike = _half(self._alike, [text.both for text in seen])
        places = _half(self._near_places, [text.places for text in seen])
        said: dict[_Labels, list[Floats]] = {self._topic: [], self._agency: []}
        for kernel, stiffness in zip(_KERNELS, STIFF, strict=True):
            ridge = Ridge(self._kernel(kernel, alike, places), stiffness)
            for labels, told in said.items():
                told.append(labels.learn_ridge(ridge))
            del ridge  # before the next is made
        near = self._near(alike, [text.whole for text in seen])
        del alike
        placed = Ridge(Half(places.size, lambda rows: sharpened(places.block(rows))), PLACED)
        self._agency.placed, placed_said = placed.solve(self._agency.truth)
        del placed
        about = np.array([text.about for text in seen], np.float32)
        opinions = self._opinions(self._topic, seen, near[self._topic], said.pop(self._topic))
        self._topic.weighing = Weighing(opinions, about, self._topic.labels)
        chances = self._topic.weighing.plain(opinions).astype(np.float32)
        opinions = self._opinions(self._agency, seen, near[self._agency], said.pop(self._agency))
        named = np.array([self._place_names.to(text) for text in seen], np.float32)
        more = [_log(placed_said), placed_said, named]
        self._agency.weighing = self._weighing([opinions, *more, *self._by_topic(chances, places)], about)
        of_topic = self._by_topic(self._topic.truth, places)
        self._agency.weighing_of_topic = self._weighing([opinions, *more, *of_topic], about)
        self._agency.weighing_of_topic_alone = self._weighing([*more, *of_topic], about)

    def _kernel(self, kernel: "_Kernel", alike: Half, places: Half) -> Half:
        """One of the likenesses that the regressions look by, of all texts to one another."""

        def block(rows: slice) -> Floats:
            meant = self._meanings[rows] @ self._meanings[: rows.stop].T
            return kernel(alike.block(rows), places.block(rows), meant)

        return Half(alike.size, block)

    def _near(self, alike: Half, whole: Sequence[Vector]) -> dict[_Labels, list[Floats]]:
        """The shares of topics and of agencies among the neighbours of each text, by all its parts and by words."""
        found: dict[_Labels, list[Floats]] = {
            labels: [np.zeros(labels.truth.shape, np.float32) for _ in range(2)]
            for labels in (self._topic, self._agency)
        }
        for rows in spans(len(whole)):
            for kind, near in enumerate((alike.whole(rows), self._alike_words.among(whole[rows]))):
                _leave_out_own(near, rows)
                for number, neighbours in enumerate(map(_Neighbours, near), rows.start):
                    for labels, shares in found.items():
                        shares[kind][number] = neighbours.shares(labels.truth)
        return found

    def _weighing(self, opinions: Sequence[Floats], about: Floats) -> Weighing:
        """How opinions on the agency are weighed, some of which are stacked already."""
        stacked = [one if one.ndim == 3 else one[..., None] for one in opinions]
        return Weighing(np.concatenate(stacked, -1, dtype=np.float32), about, self._agency.labels)

    def _by_topic(self, chances: Floats, places: Half) -> list[Floats]:
        """What the chances of topics say of each text's agency without its own decision."""
        shares, told = self._agency_of_topic, []
        for rows in spans(places.size):
            near = _by_place(places.whole(rows))
            _leave_out_own(near, rows)
            told.append(shares.near(chances[rows], near))
        return [np.log(shares.without_own(chances) + _LEAST_SHARE), np.concatenate(told)]

    def _opinions(
        self, labels: _Labels, seen: Sequence[Seen], near: Sequence[Floats], said: Sequence[Floats]
    ) -> Floats:
        own = [
            labels.of_text(text, labels.counts.scores_without(text.words, int(label)))
            for text, label in zip(seen, labels.labels, strict=True)
        ]
        alone = [np.array([row[number] for row in own], np.float32) for number in range(len(own[0]))]
        opinions: Floats = np.stack([*labels.of_others(said, near), *alone], -1, dtype=np.float32)
        return opinions

    # ----- asking

    def opinion(self, text: str, most: int = 5) -> Opinion:
        """What is likely of a message; nothing where no past text and no meaning is near any of its words."""
        look = self._look(text)
        if not (look.alike.any() or look.seen.meaning.any()):  # how common a topic is says nothing of this one
            return Opinion((), ())
        topic, agency = _Question(self._topic, look), _Question(self._agency, look)
        said = topic.opinions()
        more, placed = self._of_agencies(look, self._topic.weighing.plain(said))  # as agencies were learned
        topics = self._topic.weighing.chances(said, look.seen.about)
        agencies = self._agency.weighing.chances(agency.opinions(more), look.seen.about)
        return Opinion(topic.likely(topics, most), agency.likely(agencies, most, placed))

    def agencies_of(self, text: str, topic: str, most: int = 5) -> tuple[Likely, ...]:
        """Who is likely to be given a message of this topic, as far as it was given to anybody; else by the text.

        The less the text itself speaks of the topic, the less is heard of it beside topic and place.
        """
        if topic not in self._topic.names:
            return self.opinion(text, most).agencies
        look, number = self._look(text), self._topic.names.index(topic)
        agency, asked = _Question(self._agency, look), _Question(self._topic, look)
        expected = self._topic.weighing.chances(asked.opinions(), look.seen.about)
        more, placed = self._of_agencies(look, np.eye(len(self._topic.names))[number])
        heard = expected[number] / expected.max()
        chances = heard * self._agency.weighing_of_topic.chances(agency.opinions(more), look.seen.about)
        chances += (1 - heard) * self._agency.weighing_of_topic_alone.chances(np.stack(more, -1), look.seen.about)
        counts, numbers = self._agency_of_topic.counts[number], self._agency.names.index
        return tuple(
            replace(one, of_topic=(int(counts[numbers(one.name)]), int(counts.sum())))
            for one in agency.likely(chances, most, placed)
        )

    def _look(self, text: str) -> "_Look":
        seen = self._reader.read(Counted.of(text))
        alike, places = self._alike.to(seen.both), self._near_places.to(seen.places)
        meant = self._meanings @ seen.meaning
        kernels = [kernel(alike, places, meant) for kernel in _KERNELS]
        neighbours = [_Neighbours(alike), _Neighbours(self._alike_words.to(seen.whole))]
        near = np.flatnonzero(alike > LEAST_ALIKE)
        near = near[np.argsort(-alike[near], kind="stable")]
        return _Look(seen, alike, neighbours, near, places, kernels)

    def _of_agencies(self, look: "_Look", topics: NDArray[np.float64]) -> tuple[list[Floats], Floats]:
        """The opinions on the agency by places and by how likely each topic is; and what places alone say."""
        placed = self._agency.mean + sharpened(look.places) @ self._agency.placed
        shares, chances = self._agency_of_topic, topics.astype(np.float32)
        by_topic = np.log(chances @ shares.shares + _LEAST_SHARE)
        near = shares.near(chances[None], _by_place(look.places)[None])[0]
        return [_log(placed), placed, self._place_names.to(look.seen), by_topic, near], placed


@dataclass(frozen=True, slots=True)
class _Look:
    """A text that is asked about, and how alike it is to those learned from: as a whole, by places, by kernels; its
    neighbours as a whole and by words; and the texts near enough to be told as a reason, the nearest first."""

    seen: Seen
    alike: Floats
    neighbours: "Sequence[_Neighbours]"
    near: NDArray[np.intp]
    places: Floats
    kernels: Sequence[Floats]


class _Question:
    """The topic, or the agency, asked of one text."""

    def __init__(self, labels: _Labels, look: _Look) -> None:
        self.labels, self._look = labels, look
        self._heard: Heard = labels.counts.heard(look.seen.stems)

    def opinions(self, more: Sequence[Floats] = ()) -> Floats:
        """What all models say of each candidate, and what is told `more` by places and topics."""
        labels, look = self.labels, self._look
        near = [neighbours.shares(labels.truth) for neighbours in look.neighbours]
        others = labels.of_others(labels.by_ridges(look.kernels), near)
        own = labels.of_text(look.seen, self._heard.scores())
        opinions: Floats = np.stack([*others, *own, *more], -1)
        return opinions

    def likely(self, chances: NDArray[np.float64], most: int, placed: Floats | None = None) -> tuple[Likely, ...]:
        labels, near = self.labels, self._look.near
        return tuple(
            Likely(
                labels.names[number],
                float(chances[number]),
                self._heard.speaking_for(number),
                tuple(near[labels.labels[near] == number][:3].tolist()),
                placed is not None and float(placed[number]) > 2 * float(labels.mean[number]) + BY_PLACE,
            )
            for number in np.argsort(-chances, kind="stable")[:most]
        )


class _Shares:
    """How often each agency was given each topic, smoothed by how often it is given any."""

    def __init__(self, topic: _Labels, agency: _Labels) -> None:
        self._topic, self._agency = topic, agency
        self.counts = topic.truth.T @ agency.truth
        self.totals = topic.truth.sum(0)
        self.shares = (self.counts + agency.mean) / (self.totals[:, None] + 1)

    def without_own(self, chances: Floats) -> Floats:
        """What the topics' chances say of each text's agency, as if its own decision had not been made."""
        own, agency = self._topic.labels, self._agency
        counts = self.counts[own] - agency.truth
        without = (counts + agency.mean) / self.totals[own][:, None]
        rows = np.arange(len(own))
        told: Floats = chances @ self.shares + chances[rows, own][:, None] * (without - self.shares[own])
        return told

    def near(self, chances: Floats, near: Floats) -> Floats:
        """What decisions of the likely topics say that were made of near places, as a logarithm: for each of the rows
        of topics' chances and of nearness to past texts."""
        weights = (chances / self.totals)[:, self._topic.labels]
        weights *= near
        votes = weights @ self._agency.truth
        votes /= np.maximum(votes.sum(1, keepdims=True), np.float32(1e-9))
        told: Floats = np.log(np.float32(0.9) * votes + np.float32(0.1) * self._agency.mean + _LEAST_SHARE)
        return told


def _by_place(places: Floats) -> Floats:
    """How much a decision made of another place counts beside one of the same."""
    near = sharpened(places, 8)
    near += np.float32(0.02)
    return near


_Kernel = Callable[[Floats, Floats, Floats], Floats]


def _by_all(alike: Floats, meant: Floats) -> Floats:
    both = alike + meant
    both *= np.float32(0.5)
    return sharpened(both, 5)


# The likenesses that the regressions look by, by how alike texts, their places and what they mean are.
_KERNELS: tuple[_Kernel, ...] = (
    lambda alike, _places, _meant: alike.copy(),
    lambda alike, _places, _meant: sharpened(alike),
    lambda alike, _places, _meant: sharpened(alike, 5),
    lambda alike, places, _meant: together(alike, places),
    lambda alike, _places, meant: _by_all(alike, meant),
)


class _Neighbours:
    """The nearest texts by their likeness to one, the nearer the more."""

    def __init__(self, alike: Floats) -> None:
        count = min(NEIGHBOURS, len(alike))
        self._nearest = np.argpartition(-alike, count - 1)[:count]
        self._weights = alike[self._nearest] ** 2 + np.float32(1e-9)

    def shares(self, truth: Floats) -> Floats:
        """The shares of the classes among them."""
        told: Floats = self._weights @ truth[self._nearest] / self._weights.sum()
        return told


def _half(likeness: Likeness, vectors: Sequence[Vector]) -> Half:
    """How alike the texts that were learned from are to one another."""
    return Half(likeness.count, lambda rows: likeness.among(vectors[rows])[:, : rows.stop])


def _leave_out_own(near: Floats, rows: slice) -> None:
    """Some rows of a matrix as if no text were near to itself."""
    near[np.arange(len(near)), np.arange(rows.start, rows.stop)] = 0


def _log(scores: Floats) -> Floats:
    return np.log(np.maximum(scores, np.float32(_LEAST)))
