"""A file dialog shown the folder of the database leaves the program's locks alone."""

import sqlite3

from PySide6.QtWidgets import QFileDialog, QTreeView

from app.ui.widgets.file_chooser import FileChooser
from tests.helpers.desk import until
from tests.helpers.locks import is_free


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
