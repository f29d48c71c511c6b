"""A file dialog shown the folder of the database leaves the program's locks alone."""

import sqlite3
import subprocess
import sys

from PySide6.QtWidgets import QFileDialog, QTreeView

from app.ui.widgets.file_chooser import FileChooser
from tests.helpers.desk import until

# Of the file beside a database that its desks share, the byte that each of them holds.
HELD = 128
LOCK = f"""
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, {HELD})
    except OSError:
        sys.exit(1)
"""


def is_free(path):
    """Whether another process could take what holds the database's shared file."""
    return subprocess.run([sys.executable, "-c", LOCK, str(path)], check=False).returncode == 0


async def test_the_folder_of_the_database_may_be_shown(tmp_path):
    path = tmp_path / "desk.sqlite3"
    desk = sqlite3.connect(path)
    desk.execute("PRAGMA journal_mode = WAL")
    desk.execute("CREATE TABLE one (id INTEGER)")
    (tmp_path / "inner").mkdir()
    shared = tmp_path / "desk.sqlite3-shm"
    assert not is_free(shared)

    chooser = FileChooser(None, "", str(tmp_path))
    chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
    chooser.open()
    rows = chooser.findChild(QTreeView, "treeView")
    await until(lambda: rows.model().rowCount(rows.rootIndex()) == 4)
    chooser.grab()
    held = not is_free(shared)
    chooser.close()
    chooser.deleteLater()
    desk.close()

    assert held
