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


# Who opens files beside `chosen_file`. A file that a person chose is opened there: it may be the database's own, and
# closing that would cost the program its locks on it.
LOOKED_AT_THERE = (
    "services/documents.py", "services/file_kinds.py", "services/intake/csv_file.py", "services/intake/reading.py",
    "services/intake/xlsx_file.py", "services/past_rows.py",
)  # fmt: skip
WRITTEN_WHERE_IT_SAYS = (
    "services/intake/refused_rows.py", "services/open_export.py", "services/registers/exchange.py",
    "services/reports/long_lists.py", "services/workbooks.py",
)  # fmt: skip
OUR_OWN = (
    "cli.py", "models/connecting.py", "models/copies.py", "models/database.py", "regulation/production_calendar.py",
    "services/attachments.py", "services/demo/building.py", "services/demo/content.py", "services/diagnostics.py",
    "services/help.py", "services/local_json.py", "services/mail/settings.py", "services/networks/secrets.py",
    "services/reports/governor_docx.py", "services/safekeeping.py", "services/spelling.py", "texts/catalog.py",
    "ui/case/file_desk.py", "ui/pictures.py", "ui/theme.py",
)  # fmt: skip
BY_PATH = ("read_bytes", "read_text", "write_bytes", "write_text")
BY_NAME = (
    "open", "os.open", "gzip.open", "io.open", "ZipFile", "zipfile.ZipFile", "load_workbook", "Document",
    "QImageReader", "QFile", "QSaveFile", "shutil.copyfile",
)  # fmt: skip


def opens_a_file(node: ast.AST) -> bool:
    """Whether it opens a file, or is handed over to somebody who will, that is none of the program's resources."""
    if isinstance(node, ast.Attribute):
        of = ast.unparse(node.value)
        return node.attr in BY_PATH and of != "chosen_file" and not of.startswith("resource(")
    name = calls(node)
    if not isinstance(node, ast.Call) or not name.endswith(".open"):
        return name in BY_NAME
    first = node.args[0] if node.args else None
    has_mode = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return has_mode or name in BY_NAME or any(each.arg in ("mode", "encoding", "newline") for each in node.keywords)


def test_a_chosen_file_is_opened_in_one_place():
    opening = set(modules_with(opens_a_file))

    assert opening == {"services/chosen_file.py", *LOOKED_AT_THERE, *WRITTEN_WHERE_IT_SAYS, *OUR_OWN}


def test_files_are_chosen_where_none_is_opened_by_that():
    """Qt's own dialog reads files, which costs the program its locks on its database (`FileChooser`)."""
    choosing = modules_with(lambda node: calls(node).startswith("QFileDialog") or "QFileDialog" in bases(node))

    assert choosing == ["ui/widgets/file_chooser.py"]


def test_no_menu_nor_dialog_is_waited_for_in_a_loop_of_its_own():
    """A window that is left meanwhile would be freed under whoever waits (`MenuButton`, `ActDialog`)."""
    waiting = modules_with(lambda node: calls(node).split(".")[-1] in ("setMenu", "showMenu", "exec", "exec_"))

    assert waiting == []
