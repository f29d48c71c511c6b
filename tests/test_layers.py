"""Imports point down only: ui → services → models → regulation."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"
FORBIDDEN = {
    "regulation": ("PySide6", "qasync", "sqlalchemy", "alembic", "app.models", "app.services", "app.ui"),
    "models": ("PySide6", "qasync", "app.services", "app.ui"),
    "services": ("PySide6", "qasync", "app.ui"),
    "ui": ("sqlalchemy", "alembic", "aiosqlite", "asyncpg", "app.models"),
}
NOBODY_IMPORTS = ("app.bootstrap", "app.cli")


def imported_names(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [node.module or ""] + [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def is_under(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@pytest.mark.parametrize("room", FORBIDDEN)
def test_room_imports_only_from_below(room):
    trespasses = [
        f"{path.relative_to(APP)} imports {name}"
        for path in (APP / room).rglob("*.py")
        for name in imported_names(path)
        if any(is_under(name, package) for package in FORBIDDEN[room] + NOBODY_IMPORTS)
    ]

    assert trespasses == []


def modules_with(is_meant: Callable[[ast.AST], bool]) -> list[str]:
    """The modules that have it, once for each time."""
    return [
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if is_meant(node)
    ]


def calls(node: ast.AST) -> str:
    """What a call calls, as it is written; "" for anything else."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def bases(node: ast.AST) -> list[str]:
    """What a class is made of, as it is written; nothing for anything else."""
    return [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []


def test_a_layout_of_our_own_is_only_ever_that_of_a_widget():
    """Put into another layout, one written in Python loses its items, and the program falls (`FlowRow`)."""
    layouts = modules_with(lambda node: any(base.startswith("Q") and base.endswith("Layout") for base in bases(node)))

    assert layouts == ["ui/widgets/flow_row.py"]


def test_a_key_is_bound_in_one_place():
    """Bound elsewhere by hand, a key forgets the keypad's Enter, repeats while it is held, is deaf beside its page."""
    binding = modules_with(lambda node: calls(node).split(".")[-1] == "QShortcut")

    assert binding == ["ui/widgets/shortcuts.py"]


def test_files_are_chosen_where_none_is_opened_by_that():
    """Qt's own dialog reads files, which costs the program its locks on its database (`FileChooser`)."""
    choosing = modules_with(lambda node: calls(node).startswith("QFileDialog") or "QFileDialog" in bases(node))

    assert choosing == ["ui/widgets/file_chooser.py"]
