"""The command `screen`: the words of п. 20 in a text or, as a rate, in a file; for people or as JSON."""

import json
from argparse import Namespace
from pathlib import Path

from app.commands.lines import answer_lines
from app.services.screening import Flag, screen
from app.texts import tr
from app.texts.screening import flag_words


def show_flags(args: Namespace) -> int:
    """Print what was marked in each text; advice only, nothing is stored."""
    if args.rate:
        return _show_rate(args)
    return answer_lines(args.text, _as_json if args.json else _as_line)


def _as_json(text: str) -> tuple[str, bool]:
    flags = screen(text)
    said = {"labels": sorted({flag.label for flag in flags}), "words": [_flag(flag) for flag in flags]}
    return json.dumps(said, ensure_ascii=False), True


def _flag(flag: Flag) -> dict[str, str | int]:
    return {
        "label": flag.label, "ground": flag.ground, "word": flag.words, "start": flag.start, "end": flag.end,
    }  # fmt: skip


def _as_line(text: str) -> tuple[str, bool]:
    return "; ".join(map(flag_words, screen(text))) or tr("nothing of cl. 20 found"), True


def _show_rate(args: Namespace) -> int:
    """How many messages of a file are marked, and what in each: whoever reads these knows how many are false."""
    from app.services.screening_trial import run_trial  # numpy comes with the intervals

    trial = run_trial(Path(args.text).expanduser())
    low, high = trial.share.interval
    if args.json:
        said = {
            "messages": trial.share.of,
            "marked": trial.share.hits,
            "share": round(trial.share.value, 6),
            "interval": [round(low, 6), round(high, 6)],
            "by_label": dict(trial.by_label()),
            "rows": [{"row": one.row, "words": [_flag(flag) for flag in one.flags]} for one in trial.marked],
        }
        print(json.dumps(said, ensure_ascii=False, indent=2))
        return 0
    print(tr("Marked: {n} of {m} messages, {share} % (in 95 of 100 files like this one {low} to {high} %)",
             n=trial.share.hits, m=trial.share.of, share=_percent(trial.share.value), low=_percent(low),
             high=_percent(high)))  # fmt: skip
    for one in trial.marked:
        print(tr("  row {row}: {words}", row=one.row, words="; ".join(map(flag_words, one.flags))))
    return 0


def _percent(share: float) -> str:
    return f"{100 * share:.3f}"
