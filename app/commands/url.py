"""The command `url`: what a link leads to, for people or as JSON; many at once, a line each, on standard input."""

import json
from argparse import Namespace
from dataclasses import asdict

from app.commands.lines import answer_lines
from app.regulation.errors import Refused
from app.services.links import recognise
from app.texts.refusals import explain


def show_links(args: Namespace) -> int:
    """Print what each link is; a link that is none says why and does not stop the others. 2 when all of them failed."""
    return answer_lines(args.link, _as_json if args.json else _as_line)


def _as_json(text: str) -> tuple[str, bool]:
    try:
        return json.dumps(asdict(recognise(text)), ensure_ascii=False), True
    except Refused as error:
        said = {"error": error.refusal.code, "message": explain(error.refusal)}
        return json.dumps(said, ensure_ascii=False), False


def _as_line(text: str) -> tuple[str, bool]:
    try:
        found = recognise(text)
    except Refused as error:
        return explain(error.refusal), False
    return f"{found.canonical_id}  {found.canonical_url}", True
