"""Trying the search for repeats on a region's own past messages, by a proxy that anybody can check.

No file says which messages repeat each other. The proxy: two messages are about one thing where the file gives them the
same address (with a house) and the same topic, within DAYS days. The search sees only the texts and links.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.regulation.errors import Refused
from app.services.folding import fold
from app.services.kin import COMMON, FIRST, LEAST, NEAR, WEIGHTS
from app.services.kin_marks import Traits, shared, traits_of
from app.services.past_rows import read_rows

DAYS = 30
# What the proxy needs by name, in files we know.
COLUMNS = {
    "text": ("text", "Текст", "Текст сообщения"),
    "time": ("created_dt", "time", "Дата", "Дата создания"),
    "address": ("address", "Адрес"),
    "topic": ("reason", "topic", "Тема"),
}
# How many earlier messages are told of each, and how many of those with one mark are looked at, as on the desk.
TOLD, LOOKED_AT = 5, 40


@dataclass(frozen=True, slots=True)
class Past:
    """A message of the file: when, where (with the house), about what."""

    at: datetime
    text: str
    address: str
    topic: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Pairs told for one reason within DAYS: how many, and how many of them the proxy calls one thing."""

    code: str
    told: int
    right: int


@dataclass(frozen=True, slots=True)
class KinTrial:
    """What came of it: `repeats` are messages with an earlier one about the same thing by the proxy, `found` those
    with such a one among the TOLD likest."""

    messages: int
    repeats: int
    found: int
    reasons: tuple[Reason, ...]
    with_address: bool


def read_past(path: Path) -> list[Past]:
    """The messages of a CSV file (.gz too), oldest first. Raises Refused: file_missing, file_unreadable,
    column_missing, moment_unreadable."""
    rows = list(read_rows(path))
    columns = {part: _column(path, rows[0] if rows else {}, part) for part in COLUMNS}
    past = [Past(_moment(row[columns["time"]]), *(row[columns[part]] or "" for part in ("text", "address", "topic")))
            for row in rows]  # fmt: skip
    return sorted(past, key=lambda one: one.at)


def _column(path: Path, row: dict[str, str], part: str) -> str:
    for name in COLUMNS[part]:
        if name in row:
            return name
    raise Refused("column_missing", path=str(path), column=part)


def _moment(value: str) -> datetime:
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError as error:
        raise Refused("moment_unreadable", value=value) from error


def run_trial(past: Sequence[Past], *, with_address: bool = False) -> KinTrial:
    """Look for the kin of every message among those before it, by the marks the desk's index has; `with_address` lets
    the search see the address of the file too, as it would a filled field."""
    traits = [traits_of(one.text, place=one.address if with_address else "") for one in past]
    having: dict[int, list[int]] = defaultdict(list)
    repeats = found = 0
    told: Counter[str] = Counter()
    right: Counter[str] = Counter()
    earlier: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, one in enumerate(past):
        thing = (fold(one.address), fold(one.topic)) if any(map(str.isdigit, one.address)) else None
        wanted = {before for before in earlier[thing] if _is_near(past, before, number)} if thing else set()
        likest = _likest(past, traits, having, number)
        repeats += bool(wanted)
        found += any(before in wanted for before, _ in likest)
        for before, reason in likest if thing else ():
            told[reason] += 1
            right[reason] += before in wanted
        if thing:
            earlier[thing].append(number)
    reasons = tuple(Reason(code, told[code], right[code]) for code in sorted(told))
    return KinTrial(len(past), repeats, found, reasons, with_address)


def _is_near(past: Sequence[Past], before: int, number: int) -> bool:
    return past[number].at - past[before].at <= timedelta(days=DAYS)


def _likest(
    past: Sequence[Past], traits: Sequence[Traits], having: dict[int, list[int]], number: int
) -> list[tuple[int, str]]:
    """The earlier messages that are told of one, each with its weightiest reason; the message joins the index."""
    scores: dict[int, float] = defaultdict(float)
    kinds: dict[int, set[str]] = defaultdict(set)
    for kind, marks in traits[number].marks.items():
        for mark in marks:
            newest = having[mark][-LOOKED_AT:]
            for before in newest:
                scores[before] += FIRST[kind] * (COMMON if len(newest) == LOOKED_AT else 1.0)
                kinds[before].add(kind)
            having[mark].append(number)
    best = sorted((b for b in scores if _is_near(past, b, number)), key=lambda b: (-scores[b], -b))[: 4 * TOLD]
    judged = [(score, before, reason) for before in best for score, reason in [_judge(traits, number, before, kinds)]]
    kept = sorted((one for one in judged if one[0] >= LEAST), key=lambda one: (-one[0], -one[1]))
    return [(before, reason) for _, before, reason in kept[:TOLD]]


def _judge(traits: Sequence[Traits], number: int, before: int, kinds: dict[int, set[str]]) -> tuple[float, str]:
    """How alike two messages are, with the desk's own weights, and the reason in a code."""
    shares, score, reasons = kinds[before], 0.0, []
    share = shared(traits[number].stems, traits[before].stems) if "near" in shares else 0.0
    if "text" in shares:
        score, reasons = WEIGHTS["same_text"], ["same_text"]
    elif share >= NEAR:
        score, reasons = WEIGHTS["near_text"] + 2 * share, ["near_text"]
    elif "word" in shares:
        common = traits[number].marks["word"].keys() & traits[before].marks["word"].keys()
        score = sum(sorted((min(len(traits[number].marks["word"][m]), 10) / 12 for m in common), reverse=True)[:4])
        reasons = ["same_words"]
    if "house" in shares:
        score, reasons = score + WEIGHTS["same_house"], [*reasons, "same_house"]
    elif "street" in shares:
        score, reasons = score + WEIGHTS["same_place"], [*reasons, "same_street"]
    return score, "+".join(reasons)
