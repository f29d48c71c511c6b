"""The command `kin evaluate`: how the search for repeats does on past messages, by a proxy that it states."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from app.services.kin_trial import DAYS, TOLD, KinTrial, read_past, run_trial
from app.texts import tr


def run_kin(args: Namespace) -> int:
    """Play the file and print what came of it."""
    trial = run_trial(read_past(Path(args.file).expanduser()), with_address=args.with_address)
    print(json.dumps(as_json(trial), ensure_ascii=False, indent=2) if args.json else "\n".join(lines(trial)))
    return 0


def as_json(trial: KinTrial) -> dict[str, Any]:
    """The trial as data, with the proxy it is judged by."""
    told, right = (sum(getattr(reason, name) for reason in trial.reasons) for name in ("told", "right"))
    return {
        "messages": trial.messages,
        "with_address": trial.with_address,
        "repeats": trial.repeats,
        "recall": round(trial.found / trial.repeats, 4) if trial.repeats else None,
        "told": told,
        "precision": round(right / told, 4) if told else None,
        "by_reason": {
            one.code: {"told": one.told, "precision": round(one.right / one.told, 4)} for one in trial.reasons
        },
        "proxy": _proxy(),
    }


def lines(trial: KinTrial) -> list[str]:
    """The trial for people."""
    said = as_json(trial)
    recall, precision = (_percent(said[name]) for name in ("recall", "precision"))
    of_repeats = tr("Repeats by the proxy: {n}, found: {share}", n=trial.repeats, share=recall)
    of_told = tr("Told: {n}, right by the proxy: {share}", n=said["told"], share=precision)
    reasons = [f"  {code}: {one['told']}, {_percent(one['precision'])}" for code, one in said["by_reason"].items()]
    return [of_repeats, of_told, *reasons, _proxy()]


def _proxy() -> str:
    return tr(
        "Proxy: two messages are one thing where the file gives them one address with a house and one topic within "
        "{days} days; found is a repeat with such a message among the {told} likest.",
        days=DAYS, told=TOLD,
    )  # fmt: skip


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f} %"
