"""The command `screen`: the words of п. 20 in a text, for people or as JSON; a text a line on standard input."""

import json
from argparse import Namespace

from app.commands.lines import answer_lines
from app.services.screening import Flag, screen
from app.texts import tr
from app.texts.screening import flag_words


def show_flags(args: Namespace) -> int:
    """Print what was marked in each text; advice only, nothing is stored."""
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
