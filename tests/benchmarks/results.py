"""What a benchmark found, told to the table: `tell` writes a line where the table runs the benchmark, else nothing."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "CUR_DESK_BENCH_RESULTS"
TEXT = "text-"


@dataclass(frozen=True)
class Result:
    """One number. `code` names it for ever; `target` is what it should be at most (at least, where `at_least`).

    A ratio (`is_ratio`) is taken within one run and means the same on any machine; other numbers are goals, printed.
    `size` is of how many cases it is a number, where the same is told of several (`tell_growth`).
    """

    code: str
    what: str
    value: float
    target: float
    unit: str = "×"
    at_least: bool = False
    is_ratio: bool = True
    size: int = 0

    @property
    def is_met(self):
        return self.value >= self.target if self.at_least else self.value <= self.target

    def times_worse(self, kept):
        """How many times worse than another value of the same; 1 is alike."""
        pair = (kept, self.value) if self.at_least else (self.value, kept)
        return pair[0] / pair[1] if pair[1] else 1.0


def tell(code, what, value, target, **more):
    """Tell the table of a number, by the fields of `Result`."""
    if path := os.environ.get(FILE):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(Result(code, what, value, target, **more)), ensure_ascii=False) + "\n")


def tell_growth(code, what, by_size: Mapping[int, float], target, **more):
    """Tell the table what the same costs at each number of cases; the page shows it as one row, a column a size."""
    for size, value in sorted(by_size.items()):
        tell(f"{code}.{size:07}", what, value, target, size=size, **more)


def tell_text(name, text):
    """Give the table a file to keep beside its page: the plans of statements."""
    if path := os.environ.get(FILE):
        Path(path).with_name(TEXT + name).write_text(text, encoding="utf-8")


def read(path):
    """What was told into a file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Result(**json.loads(line)) for line in lines]


def read_texts(folder):
    """The files given in a folder, by name."""
    return {path.name.removeprefix(TEXT): path.read_text(encoding="utf-8") for path in folder.glob(f"{TEXT}*")}
