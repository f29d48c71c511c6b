"""Made messages for benchmarks: everyday subjects, a long tail of words as a language has it, places and names."""

from collections.abc import Iterator

import numpy as np

from app.resources import resource

SEED, LONG_TAIL, EVERYDAY, STREETS = 7, 14, 5, 900
SUBJECTS = (
    "яма", "фонарь", "мусор", "собаки", "лёд", "люк", "вода", "батареи", "автобус", "дерево", "свалка", "забор",
    "школа", "двор", "остановка", "больница", "дорога", "подъезд", "тротуар", "отопление",
)  # fmt: skip
FAMILIES, NAMES = ("Иванов", "Кузнецов", "Соколов", "Попов", "Лебедев", "Козлов", "Морозов"), ("Анна", "Пётр", "Вера")


def words() -> list[str]:
    """Russian words in no order, from the dictionary of spelling."""
    lines = resource("spelling/ru.dic").read_text(encoding="utf-8").splitlines()[1:]
    found = sorted({line.split("/")[0].strip() for line in lines})
    np.random.default_rng(SEED).shuffle(found)
    return [word for word in found if word.isalpha() and len(word) > 2]


def texts(count: int) -> Iterator[str]:
    """So many messages of some twenty words: a few everyday ones, the rest as often as their rank says (Zipf)."""
    every, random = words(), np.random.default_rng(SEED)
    for _ in range(0, count, 10_000):
        ranks = random.zipf(1.12, (10_000, LONG_TAIL)) % len(every)
        everyday = random.integers(0, len(SUBJECTS), (10_000, EVERYDAY))
        places = random.integers(0, (STREETS, 160), (10_000, 2))
        for rare, common, (street, house) in zip(ranks.tolist(), everyday.tolist(), places.tolist(), strict=True):
            said = " ".join([*(SUBJECTS[n] for n in common), *(every[n] for n in rare)])
            yield f"{said.capitalize()}. {street + 1}-я Садовая, {house + 1}"


def author(number: int) -> str:
    """The name of the author of this number: common names, and a family's own beside them."""
    return f"{NAMES[number % len(NAMES)]} {FAMILIES[number % len(FAMILIES)]}{_letters(number // 50)}"


def _letters(number: int) -> str:
    return "".join("абвгдежзик"[int(digit)] for digit in str(number))
