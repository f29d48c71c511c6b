"""Every benchmark in one table: python -m tests.benchmarks short|full [--keep] [NAME …]

Each runs in a process of its own and tells its numbers (results.py). A number stands beside its target and what was
kept last. It fails where a ratio has become twice as bad as the kept one, or where a benchmark itself fails; never by
milliseconds. `--keep` keeps what was found in kept.json and writes docs/benchmarks.md, with the machine and the day,
and beside it what a benchmark gave to be kept as text.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import results

HERE = Path(__file__).parent
KEPT, PAGE = HERE / "kept.json", HERE.parent.parent / "docs" / "benchmarks.md"
TWICE = 2.0
MOST_SECONDS = 3600


@dataclass(frozen=True)
class Bench:
    """A module with the words it is run by, short and full; None where it is not part of that form.

    `name` is the module's, or what the run is called where a module has several (`module`).
    """

    name: str
    short: tuple[str, ...] | None
    full: tuple[str, ...] | None = ()
    module: str = ""


BENCHES = (
    Bench("calendar", ()),
    Bench("excel", ("short",)),
    Bench("casework", ("short",)),
    Bench("wall", ("short",)),
    Bench("intake", None),
    Bench("places", None),
    Bench("suggest", None),
    Bench("desk", ("short",)),
    Bench("desk-growth", None, ("growth",), module="desk"),
    Bench("kin", None, ("200000",)),
    Bench("report", None),
    Bench("live", None),
    Bench("contested", None),
    Bench("million", None),
)


def run(bench, words, folder):
    """One benchmark in its own process; gives what it told, and whether it ended well."""
    told = folder / f"{bench.name}.jsonl"
    command = [sys.executable, "-m", f"tests.benchmarks.bench_{bench.module or bench.name}", *words]
    print(f"== {bench.name} {' '.join(words)}".rstrip(), flush=True)
    done = subprocess.run(command, env=os.environ | {results.FILE: str(told)}, timeout=MOST_SECONDS, check=False)
    return results.read(told), done.returncode == 0


def read_kept():
    """The numbers kept, by code: value, machine and day of each."""
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def line_of(result, kept):
    """A row of the table."""
    sign = "≥" if result.at_least else "≤"
    before = f"{kept['value']:.4g}" if kept else "—"
    verdict = "met" if result.is_met else "missed" if result.is_ratio else "not here"
    value, target = f"{result.value:.4g} {result.unit}", f"{sign} {result.target:g}"
    what = f"{result.what}, {result.size:,} cases" if result.size else result.what
    return f"{what:<66}{value:>16}{target:>12}{before:>10}  {verdict}"


def machine():
    """What the numbers were taken on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    return f"{model}, {os.cpu_count()} cores under a load of {load:.0f}, Python {platform.python_version()}"


def keep(found, kept):
    """Keep what was found, and write the page from all that is kept."""
    stamp = {"machine": machine(), "day": datetime.now(UTC).date().isoformat()}
    kept |= {result.code: asdict(result) | stamp for result in found}
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(page_of(kept), encoding="utf-8")


def page_of(kept):
    """The page of all numbers kept."""
    rows = [
        "# Benchmarks",
        "",
        "`python -m tests.benchmarks short|full` runs them and prints this table beside what is kept here; `--keep`",
        "writes this page. A ratio is taken within one run, both sides in turn, and means the same on any machine: CI",
        "runs the short form and fails where one has become twice as bad. Seconds and megabytes are goals for a",
        "machine of its own.",
        "",
        "| what | value | target | ratio | day | machine |",
        "|---|---|---|---|---|---|",
    ]
    told = [(_result(kept[code]), kept[code]) for code in sorted(kept)]
    for result, stamp in told:
        if not result.size:
            value = f"{result.value:.4g} {result.unit}" + ("" if result.is_met else " (missed)")
            is_ratio = "yes" if result.is_ratio else "no"
            rows.append(f"| {result.what} | {value} | {_target(result)} | {is_ratio} | {_taken(stamp)} |")
    return "\n".join([*rows, *_growth([each for each in told if each[0].size])]) + "\n"


def _growth(told):
    """Tables of what is told of several sizes: a row is a thing, a column a number of cases."""
    by_what = {}
    for result, stamp in told:
        by_what.setdefault(result.what, []).append((result, stamp))
    by_sizes = {}
    for what, found in by_what.items():
        by_sizes.setdefault(tuple(result.size for result, _ in found), []).append((what, found))
    if by_sizes:
        yield from ("", "## Growth", "", "What the same costs as cases become more.")
    for sizes, rows in sorted(by_sizes.items()):
        columns = " | ".join(f"{size:,}" for size in sizes)
        yield from ("", f"| cases | {columns} | times | target | day | machine |", "|---" * (len(sizes) + 5) + "|")
        for what, found in rows:
            first, last = found[0][0], found[-1][0]
            values = " | ".join(f"{result.value:.3g}" for result, _ in found)
            target = f"{_target(last)} {last.unit}" + ("" if last.is_met else " (missed)")
            yield f"| {what} | {values} | {last.value / first.value:.1f} | {target} | {_taken(found[-1][1])} |"


def _result(kept):
    return results.Result(**{name: value for name, value in kept.items() if name not in ("machine", "day")})


def _target(result):
    return f"{'≥' if result.at_least else '≤'} {result.target:g}"


def _taken(stamp):
    return f"{stamp['day']} | {stamp['machine']}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("form", choices=("short", "full"))
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--keep", action="store_true", help="keep what was found")
    words = parser.parse_intermixed_args()
    kept, found, wrong = read_kept(), [], []
    with tempfile.TemporaryDirectory() as folder:
        for bench in BENCHES:
            its_words = bench.short if words.form == "short" else bench.full
            if its_words is None or (words.names and bench.name not in words.names):
                continue
            told, ended_well = run(bench, its_words, Path(folder))
            found += told
            wrong += [] if ended_well else [f"{bench.name} failed"]
        texts = results.read_texts(Path(folder))
    print(f"\n{'':<66}{'found':>16}{'target':>12}{'kept':>10}")
    for result in found:
        before = kept.get(result.code)
        print(line_of(result, before))
        if result.is_ratio and before and result.times_worse(before["value"]) > TWICE:
            wrong.append(f"{result.what}: {result.times_worse(before['value']):.1f} times as bad as what is kept")
    if words.keep:
        keep(found, kept)
        for name, told in texts.items():
            PAGE.with_name(name).write_text(told, encoding="utf-8")
    print("\n".join(wrong) or "passed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
