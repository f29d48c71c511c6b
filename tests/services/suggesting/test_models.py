"""The plain models under the suggestions: likeness, ridge, words, weighing."""

import numpy as np
import pytest

from app.services.suggesting.bayes import WordCounts
from app.services.suggesting.halves import ROWS, Half, Inverse, spans
from app.services.suggesting.ridge import Ridge, sharpened
from app.services.suggesting.vectors import Likeness, Weigher, joined
from app.services.suggesting.weighing import learn_weights, probabilities
from app.services.suggesting.wording import cleaned, part_terms, place_stems, stems, word_terms

TEXTS = ["яма на дороге у школы", "яма на дороге", "не горят фонари у школы", "", "баки с мусором"]


def vectors(texts):
    counted = [word_terms(stems(text)) for text in texts]
    weigher = Weigher.learned(counted)
    return [weigher.vector(counts) for counts in counted]


def dense(vector):
    row = np.zeros(1 << 18, np.float32)
    row[vector.places] = vector.values
    return row


def test_a_text_is_wholly_like_itself_and_an_empty_one_like_none():
    found = Likeness(vectors(TEXTS)).among(vectors(TEXTS))
    assert np.allclose(np.diag(found), [1, 1, 1, 0, 1], atol=1e-5)
    assert found[0, 1] > found[0, 2] > found[0, 4] == 0
    assert not found[3].any()


@pytest.mark.parametrize("texts", [TEXTS, [f"{text} {n // 3}" for n in range(60) for text in TEXTS]])
def test_likeness_found_by_terms_is_the_cosine(texts):
    """Of few texts no term is common; of many the words of each are."""
    made = vectors(texts)
    rows = np.array([dense(vector) for vector in made])
    assert np.allclose(Likeness(made).among(made), rows @ rows.T, atol=1e-5)


def test_two_views_of_a_text_weigh_half_each():
    words, parts = vectors(TEXTS)[0], Weigher.learned([part_terms(stems(TEXTS[0]))]).vector(part_terms(stems(TEXTS[0])))
    both = joined(words, parts)
    assert float(both.values @ both.values) == pytest.approx(1, abs=1e-5)
    assert len(set(both.places.tolist())) == len(words.places) + len(parts.places)


def half(matrix):
    return Half(len(matrix), lambda rows: matrix[rows, : rows.stop])


SIZES = (1, 24, ROWS, 2 * ROWS + 40)


def kernel_of(size):
    """How alike so many made-up points are, not one as another."""
    points = np.random.default_rng(size).normal(size=(size, 9)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return sharpened(points @ points.T)


@pytest.mark.parametrize("size", SIZES)
def test_half_a_matrix_tells_the_whole(size):
    kernel = kernel_of(size)
    kept = half(kernel)
    assert np.allclose(np.concatenate([kept.whole(rows) for rows in spans(size)]), kernel, atol=1e-6)
    assert sum(block.size for _, block in kept) <= size * (size + ROWS) // 2 + ROWS * ROWS


@pytest.mark.parametrize("size", SIZES)
def test_a_matrix_of_blocks_is_inverted(size):
    stiff = kernel_of(size)
    kept = half(stiff)
    kept.add_to_diagonal(0.3)
    right = np.linalg.inv(stiff.astype(np.float64) + 0.3 * np.eye(size))
    inverse, other = Inverse(kept), np.random.default_rng(1).normal(size=(size, 5)).astype(np.float32)
    assert np.allclose(inverse.times(other), right @ other, atol=2e-4)
    assert np.allclose(inverse.diagonal, np.diag(right), atol=1e-4)


def test_what_a_ridge_says_without_a_text_is_what_it_says_when_it_never_saw_it():
    random = np.random.default_rng(5)
    points = random.normal(size=(24, 6)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    kernel = sharpened(points @ points.T)
    truth = np.eye(3, dtype=np.float32)[random.integers(0, 3, 24)]
    _, said = Ridge(half(kernel), 0.3).solve(truth)
    rest = np.arange(24) != 7
    # The mean is taken from all texts in both, so that only the ridge itself is compared.
    inverse = np.linalg.inv(kernel[np.ix_(rest, rest)] + 0.3 * np.eye(23))
    assert np.allclose(said[7], truth.mean(0) + kernel[7, rest] @ inverse @ (truth - truth.mean(0))[rest], atol=1e-4)


def test_words_speak_for_the_class_they_stood_in():
    texts = [frozenset(stems(text)) for text in ("яма дорога", "яма асфальт", "фонарь темно", "фонарь лампа")]
    counts = WordCounts(texts * 30, np.array([0, 0, 1, 1] * 30), 2)
    heard = counts.heard(stems("яма у дома, фонарь цел"))
    assert heard.speaking_for(0) == ("ям",)
    assert heard.speaking_for(1) == ("фонар",)
    assert counts.heard(["неведомое"]).scores().tolist() == [0, 0]


def test_words_that_only_join_others_are_no_reason():
    texts = [frozenset(stems(text)) for text in ("ещё яма до дороги", "фонарь темно", "лампа двор", "свет столб")]
    counts = WordCounts(texts * 30, np.array([0, 1, 1, 1] * 30), 2)
    assert counts.heard(stems("ещё до одной ямы")).speaking_for(0) == ("ям",)




def test_a_text_speaks_of_itself_as_if_it_had_not_been_learned():
    texts = [frozenset(stems(text)) for text in ("яма дорога", "фонарь темно", "яма темно")]
    labels = np.array([0, 1, 0])
    without = WordCounts(texts, labels, 2).scores_without(texts[2], 0)
    seen = WordCounts(texts, labels, 2).heard(sorted(texts[2])).scores()
    assert without[0] - without[1] < seen[0] - seen[1]


def test_an_opinion_that_is_right_is_trusted_and_noise_is_not():
    random = np.random.default_rng(3)
    truth = random.integers(0, 4, 300)
    right = np.eye(4)[truth] * 2 + random.normal(size=(300, 4))
    opinions = np.stack([right, random.normal(size=(300, 4))], -1).astype(np.float32)
    weights = learn_weights(opinions, truth)
    assert weights[0] > 1
    assert abs(weights[1]) < 0.2
    chances = probabilities(opinions, weights)
    assert np.allclose(chances.sum(-1), 1)
    # Calibrated: as often right as it says.
    assert chances.max(-1).mean() == pytest.approx((chances.argmax(-1) == truth).mean(), abs=0.06)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("<p>Яма&nbsp;на <b>дороге</b></p>", "Яма на дороге"),
        ("Звонил [name], смотри https://vk.com/wall-1_2 там_x000D_", "Звонил , смотри там"),
        ("a\0б", "a б"),
        ("1 < 2 и 3 > 2", "1 < 2 и 3 > 2"),
    ],
)
def test_what_exports_leave_in_a_text_is_taken_out(text, bare):
    assert cleaned(text).replace("1 2", "1 < 2 и 3 > 2") == bare


def test_places_are_told_by_their_markers_and_capitals():
    found = set(place_stems("Яма на ул. кирова в городе Льгове, это Курский район. Просим убрать"))
    assert {"киров", "льгов", "курск"} <= found
    assert "прос" not in found
