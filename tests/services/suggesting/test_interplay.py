"""What opinions tell by how they go together: what no weighed sum of them can tell, and no more than was seen."""

import numpy as np
import pytest

from app.services.suggesting.interplay import LIKELIEST, Interplay
from app.services.suggesting.learned import Learned
from app.services.suggesting.reading import Counted, Reader
from app.services.suggesting.weighing import Weighing
from tests.helpers.decisions import decisions

TEXTS, CANDIDATES = 900, 6


def agreeing(random):
    """Two opinions, each as often for the right candidate as for another: they agree on the right one alone."""
    truth = random.integers(0, CANDIDATES, TEXTS)
    first = random.choice([-1.0, 1.0], (TEXTS, CANDIDATES))
    second = np.where(np.arange(CANDIDATES) == truth[:, None], first, -first)
    return np.stack([first, second], -1).astype(np.float32), np.zeros((TEXTS, 1), np.float32), truth


def of_long_and_short(random):
    """Two opinions, of which the first is right about long texts and the second about short ones."""
    truth, other = random.integers(0, CANDIDATES, (2, TEXTS))
    long_ = random.integers(0, 2, TEXTS)
    first, second = np.where(long_, truth, other), np.where(long_, other, truth)
    opinions = np.stack([np.eye(CANDIDATES)[first], np.eye(CANDIDATES)[second]], -1)
    return opinions.astype(np.float32), long_[:, None].astype(np.float32), truth


@pytest.mark.parametrize("made", [agreeing, of_long_and_short])
def test_what_goes_together_is_told_where_no_weights_can(made):
    opinions, about, truth = made(np.random.default_rng(5))
    weighing = Weighing(opinions[:600], about[:600], truth[:600])
    plain = weighing.plain(opinions[600:]).argmax(-1) == truth[600:]
    whole = [weighing.chances(*one).argmax() for one in zip(opinions[600:], about[600:], strict=True)]
    assert plain.mean() < 0.7
    assert (whole == truth[600:]).mean() > 0.9


def test_noise_of_few_texts_is_not_learned_by_heart():
    random = np.random.default_rng(2)
    opinions, truth = random.normal(size=(40, 30, 12)).astype(np.float32), random.integers(0, 30, 40)
    weighing = Weighing(opinions, np.zeros((40, 1), np.float32), truth)
    for opinion in random.normal(size=(20, 30, 12)).astype(np.float32):
        chances, plain = weighing.chances(opinion, np.zeros(1, np.float32)), weighing.plain(opinion)
        assert np.abs(chances - plain).max() < 0.1


def test_candidates_behind_the_likeliest_keep_their_chance():
    random = np.random.default_rng(3)
    count = LIKELIEST + 10
    opinions = random.normal(size=(200, count, 3)).astype(np.float32)
    truth = opinions.prod(-1).argmax(-1)
    weighing, about = Weighing(opinions, np.zeros((200, 1), np.float32), truth), np.zeros(1, np.float32)
    chances, plain = weighing.chances(opinions[0], about), weighing.plain(opinions[0])
    behind = np.argsort(-plain)[LIKELIEST:]
    assert chances.sum() == pytest.approx(1)
    assert chances[behind] == pytest.approx(plain[behind])
    assert np.abs(chances - plain).max() > 0.001


def test_a_text_is_known_by_its_length_and_the_places_it_names():
    reader = Reader([Counted.of("яма на дороге")], [])
    short, long_, placed = (
        reader.read(Counted.of(text)).about
        for text in ("яма", "яма на дороге у школы, засыпьте", "яма на дороге, город Льгов, ул. Кирова")
    )
    assert short[0] < long_[0]
    assert short[1] == long_[1] == 0 < placed[1]


def test_every_suggestion_hears_what_goes_together(monkeypatch):
    learned = Learned(decisions(60))
    text = "Яма на дороге, г. Льгов"
    before, of_topic = learned.opinion(text, 99), learned.agencies_of(text, "Ямы на дорогах", 99)
    monkeypatch.setattr(Interplay, "corrected", lambda _self, told, _opinions, _about: -told)
    after = learned.opinion(text, 99)
    for first, turned in (
        (before.topics, after.topics),
        (before.agencies, after.agencies),
        (of_topic, learned.agencies_of(text, "Ямы на дорогах", 99)),
    ):
        assert first[0].name == turned[-1].name != turned[0].name
