"""What the code says to people: every text given to tr, trn or mark, with its place."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

APP = Path(__file__).parents[2] / "app"


@dataclass(frozen=True, slots=True)
class Said:
    """A text in English; `file` is of app/, first said there in that line. Of a counted one `many` is what is said of
    many, where that is written out in the same place."""

    source: str
    file: str
    line: int
    is_counted: bool = False
    many: str = ""


@cache
def trees() -> dict[str, ast.Module]:
    """The syntax of every module, read once."""
    paths = sorted(APP.rglob("*.py"))
    return {str(path.relative_to(APP)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def calls(*names: str) -> list[tuple[str, ast.Call]]:
    """Every call of one of these functions that says something, with the file it is in."""
    return [
        (file, node)
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names and node.args
    ]


def said() -> list[Said]:
    """Each text once, in the order of the files."""
    found: dict[str, Said] = {}
    for file, node in calls("tr", "trn", "mark"):
        source, is_counted = _words(node.args[0]), getattr(node.func, "id", "") == "trn"
        if source and (source not in found or is_counted):
            many = _words(node.args[1]) if is_counted else ""
            found[source] = Said(source, file, node.lineno, is_counted, many)
    return list(found.values())


def _words(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
