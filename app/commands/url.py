"""The command `url`: what a link leads to, for people or as JSON; many at once, a line each, on standard input."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict

from app.regulation.errors import Refused
from app.services.links import recognise
from app.texts.refusals import explain


def show_links(args: Namespace) -> int:
    """Print what each link is; a link that is none says why and does not stop the others. 2 when all of them failed."""
    links: Iterable[str] = (line.rstrip("\r\n") for line in sys.stdin) if args.link == "-" else [args.link]
    worst = best = None
    for text in links:
        line, known = (_as_json if args.json else _as_line)(text)
        print(line, flush=args.link == "-")
        worst, best = (worst, True) if known else (True, best)
    return 2 if worst and not best else 0


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
