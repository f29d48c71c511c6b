"""The command `suggest evaluate`: how often the suggested topic and agency would have been right."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from app.services.suggesting.trial import Judged, Share, Trial, read_decisions, run_folds, run_trial
from app.texts import tr


def run_suggest(args: Namespace) -> int:
    """Learn from one file, judge on the other, or on each part of the one by the rest; print what came of it."""
    past = read_decisions(Path(args.train).expanduser())
    trial = run_trial(past, read_decisions(Path(args.test).expanduser())) if args.test else run_folds(past, args.folds)
    if args.json:
        print(json.dumps(as_json(trial), ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines(trial)))
    return 0


def as_json(trial: Trial) -> dict[str, Any]:
    """The trial as data. A message with no opinion counts as a miss."""
    said: dict[str, Any] = {
        "train_rows": trial.learned_from,
        "test_rows": trial.judged_on,
        "repeats_left_out": trial.repeats,
        "ms_per_message": round(trial.milliseconds[0], 2),
        "ms_per_message_p95": round(trial.milliseconds[1], 2),
        "seconds_learning": round(trial.seconds_learning, 1),
    }
    for name, judged in (("agency", trial.agency), ("topic", trial.topic)):
        for first, share in judged.at.items():
            said[f"{name}_at_{first}"] = round(share.value, 4)
            said[f"{name}_at_{first}_interval"] = [round(bound, 4) for bound in share.interval]
        said[f"{name}_no_opinion"] = round(judged.silent.value, 4)
        said[f"{name}_at_1_when_sure"] = round(judged.at_first_when_sure.value, 4)
        said[f"{name}_known_to_training"] = round(judged.known.value, 4)
    return said


def lines(trial: Trial) -> list[str]:
    """The trial for people."""
    rows = tr("Learned from {n} decisions in {s} s, judged on {m}; repeated texts left out: {r}",
              n=trial.learned_from, s=f"{trial.seconds_learning:.1f}", m=trial.judged_on, r=trial.repeats)  # fmt: skip
    told = [rows]
    for name, judged in ((tr("Agency"), trial.agency), (tr("Topic"), trial.topic)):
        told += [f"{name}:", *(f"  {line}" for line in _judged(judged))]
    median, most = (f"{value:.1f}" for value in trial.milliseconds)
    told.append(tr("{median} ms a message (19 of 20 within {most} ms)", median=median, most=most))
    return told


def _judged(judged: Judged) -> list[str]:
    among = [tr("right among the first {n}: {share}", n=first, share=_share(s)) for first, s in judged.at.items()]
    return [
        *among,
        tr("no opinion: {share}", share=_share(judged.silent)),
        tr("of the right ones, the training file knew: {share}", share=_share(judged.known)),
    ]


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{100 * share.value:.1f} % ({100 * low:.1f}–{100 * high:.1f})"
