"""Build resources/meanings/russian.npz from navec's word vectors, which the wheel of natasha 1.6.0 (PyPI, MIT) carries.

For a maintainer, by hand: `pip download --no-deps natasha==1.6.0`, then
`python packaging/pack_word_vectors.py natasha-1.6.0-py3-none-any.whl resources/meanings/russian.npz`.
"""

import gzip
import io
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from app.services.suggesting.wording import stem

SOURCE = "natasha/data/emb/navec_news_v1_1B_250K_300d_100q.tar"
STEMS, DIMENSIONS = 40_000, 100
# What all common words share says nothing of a text: their mean, and so many directions they differ most in.
COMMON, SHARED = 20_000, 3
# A word as frequent as this counts half of a rare one.
HALVED = 1e-3


def unpack(wheel: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The words, how often each stood in the news, and their vectors (words, 300)."""
    with ZipFile(wheel) as packed, tarfile.open(fileobj=io.BytesIO(packed.read(SOURCE))) as parts:
        vocabulary = gzip.decompress(parts.extractfile("vocab.bin").read())
        quantised = parts.extractfile("pq.bin").read()
    count = int(np.frombuffer(vocabulary, np.uint32, 1)[0])
    often = np.frombuffer(vocabulary, np.uint32, count, 4).astype(np.float64)
    words = vocabulary[4 + 4 * count :].decode().splitlines()
    rows, width, pieces, codes = map(int, np.frombuffer(quantised, np.uint32, 4))
    numbers = np.frombuffer(quantised, np.uint8, rows * pieces, 16).reshape(rows, pieces)
    book = np.frombuffer(quantised, np.float32, -1, 16 + rows * pieces).reshape(pieces, codes, width // pieces)
    vectors = book[np.arange(pieces), numbers].reshape(rows, width)
    return words, often, vectors


def by_stem(words: list[str], often: np.ndarray, vectors: np.ndarray) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The same of stems, the most frequent first: a word's forms together, the frequent ones more."""
    places: dict[str, int] = {}
    into = np.array([places.setdefault(stem(word.replace("ё", "е")), len(places)) for word in words])
    share = np.sqrt(often)
    summed = np.zeros((len(places), vectors.shape[1]))
    np.add.at(summed, into, vectors * share[:, None])
    means = summed / np.bincount(into, share)[:, None].clip(1e-9)
    counts = np.bincount(into, often)
    stems = list(places)
    order = [number for number in np.argsort(-counts, kind="stable") if len(stems[number]) > 1]
    return [stems[number] for number in order], counts[order], means[order]


def directed(vectors: np.ndarray) -> np.ndarray:
    """Directions of length one in the fewer dimensions in which words differ most."""
    centred = vectors - vectors[:COMMON].mean(0)
    shared = np.linalg.svd(centred[:COMMON], full_matrices=False)[2][:SHARED]
    bare = _unit(centred - centred @ shared.T @ shared)
    return _unit(bare @ np.linalg.svd(bare[:COMMON], full_matrices=False)[2][:DIMENSIONS].T)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)


def main(wheel: Path, target: Path) -> None:
    """Write the stems, their directions in steps of one byte, and how much each step counts."""
    stems, often, means = by_stem(*unpack(wheel))
    directions = directed(means)[:STEMS]
    steps = np.abs(directions).max(1) / 127
    rare = HALVED / (HALVED + often[:STEMS] / often.sum())
    np.savez_compressed(
        target,
        stems=np.frombuffer("\n".join(stems[:STEMS]).encode(), np.uint8),
        directions=np.round(directions / steps[:, None].clip(1e-9)).astype(np.int8),
        weights=(rare * steps).astype(np.float32),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
