"""Trying the suggestions on a region's own past decisions: learned from one file, judged on another."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from app.regulation.errors import Refused
from app.services.folding import fold
from app.services.intake.sheets import Cell
from app.services.intake.tables import read_records
from app.services.suggesting.bounds import FEWEST_LEARNED, MOST_LEARNED
from app.services.suggesting.learned import Decision, Learned, Likely, is_sure

FIRST = (1, 3, 5)
# Names that columns have in files we know; the first that is there is taken.
COLUMNS = {
    "text": ("text", "текст", "текст сообщения", "сообщение"),
    "topic": ("topic", "тема", "категория", "category"),
    "agency": ("agency", "орган", "исполнитель", "ответственный", "ведомство"),
}
_SURE = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the bounds between which the true share lies in 95 of 100 trials (Wilson)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        square = _SURE * _SURE
        middle = (self.value + square / (2 * self.of)) / (1 + square / self.of)
        reach = _SURE * sqrt(self.value * (1 - self.value) / self.of + square / (4 * self.of**2))
        reach /= 1 + square / self.of
        return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True, slots=True)
class Judged:
    """How often the right name was among the first; a message with no opinion counts as a miss."""

    at: dict[int, Share]
    at_first_when_sure: Share
    silent: Share
    known: Share


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a trial; `repeats` are rows left out because their text stood before."""

    learned_from: int
    judged_on: int
    repeats: int
    topic: Judged
    agency: Judged
    seconds_learning: float
    milliseconds: tuple[float, float]


def read_decisions(path: Path) -> list[Decision]:
    """The decisions of a CSV or Excel file with the columns text, topic and agency; rows without a text, and those with
    neither topic nor agency, are left out.

    Raises Refused("column_missing") and TableError.
    """
    records = iter(read_records(path))
    _, header = next(records, (0, ()))
    columns = {part: _column(path, header, part) for part in COLUMNS}
    found = ({part: _cell(row, number) for part, number in columns.items()} for _, row in records)
    return [Decision(row["text"], row["topic"], row["agency"]) for row in found if _says(row)]


def _says(row: Mapping[str, str]) -> bool:
    return bool(row["text"] and (row["topic"] or row["agency"]))


def _column(path: Path, header: Sequence[Cell], part: str) -> int:
    names = [fold(str(cell or "")) for cell in header]
    for name in COLUMNS[part]:
        if name in names:
            return names.index(name)
    raise Refused("column_missing", path=str(path), column=part)


def _cell(row: Sequence[Cell], number: int) -> str:
    return str(row[number] or "").strip() if number < len(row) else ""


def run_trial(past: Sequence[Decision], asked: Sequence[Decision]) -> Trial:
    """Learn from those of `past` that have topic and agency, as the desk does, the newest last; judge on `asked`.

    A text that stood before (in either) is left out.

    Raises Refused: "too_few_to_learn", "nothing_to_judge".
    """
    known: set[str] = set()
    once, judged = _once(past, known), _once(asked, known)
    learnt = [one for one in once if one.topic and one.agency][-MOST_LEARNED:]
    if len(learnt) < FEWEST_LEARNED:
        raise Refused("too_few_to_learn", count=len(learnt), least=FEWEST_LEARNED)
    if not judged:
        raise Refused("nothing_to_judge", count=len(asked))
    began = time.perf_counter()
    learned = Learned(learnt)
    seconds = time.perf_counter() - began
    said, spent = [], []
    for one in judged:
        began = time.perf_counter()
        said.append(learned.opinion(one.text, max(FIRST)))
        spent.append(1000 * (time.perf_counter() - began))
    spent.sort()
    return Trial(
        len(learnt), len(judged), len(past) + len(asked) - len(once) - len(judged),
        _judge([one.topics for one in said], [one.topic for one in judged], {one.topic for one in learnt}),
        _judge([one.agencies for one in said], [one.agency for one in judged], {one.agency for one in learnt}),
        seconds, (spent[len(spent) // 2], spent[len(spent) * 95 // 100]),
    )  # fmt: skip


def run_folds(decisions: Sequence[Decision], folds: int) -> Trial:
    """Each of `folds` parts judged by what the others teach, all told together: every message is judged once.

    The parts are made by a digest of the text, the same every time. Raises Refused("too_few_to_learn").
    """
    once = _once(decisions, set())
    parts: list[list[Decision]] = [[] for _ in range(folds)]
    for one in once:
        parts[int(hashlib.sha256(one.text.encode()).hexdigest(), 16) % folds].append(one)
    trials = [
        run_trial([one for other in parts if other is not part for one in other], part) for part in parts if part
    ]
    if not trials:
        raise Refused("too_few_to_learn", count=len(once), least=FEWEST_LEARNED)
    return Trial(
        min(trial.learned_from for trial in trials), sum(trial.judged_on for trial in trials),
        len(decisions) - len(once),
        _together([trial.topic for trial in trials]), _together([trial.agency for trial in trials]),
        max(trial.seconds_learning for trial in trials),
        (max(trial.milliseconds[0] for trial in trials), max(trial.milliseconds[1] for trial in trials)),
    )  # fmt: skip


def _together(judged: Sequence[Judged]) -> Judged:
    def added(shares: Sequence[Share]) -> Share:
        return Share(sum(share.hits for share in shares), sum(share.of for share in shares))

    return Judged(
        {first: added([one.at[first] for one in judged]) for first in FIRST},
        added([one.at_first_when_sure for one in judged]),
        added([one.silent for one in judged]),
        added([one.known for one in judged]),
    )


def _once(decisions: Sequence[Decision], known: set[str]) -> list[Decision]:
    kept = []
    for one in decisions:
        text = fold(one.text)
        if text not in known:
            known.add(text)
            kept.append(one)
    return kept


def _judge(said: Sequence[Sequence[Likely]], right: Sequence[str], names: set[str]) -> Judged:
    told = [(likely, name) for likely, name in zip(said, right, strict=True) if name]  # a row may lack the one of both
    said, right = [likely for likely, _ in told], [name for _, name in told]
    count, sure = len(right), [is_sure(likely) for likely in said]
    places = [
        next((place for place, one in enumerate(likely) if one.name == name), max(FIRST)) if spoken else max(FIRST)
        for likely, name, spoken in zip(said, right, sure, strict=True)
    ]
    return Judged(
        {first: Share(sum(place < first for place in places), count) for first in FIRST},
        Share(sum(place == 0 for place in places), sum(sure)),
        Share(count - sum(sure), count),
        Share(sum(name in names for name in right), count),
    )
