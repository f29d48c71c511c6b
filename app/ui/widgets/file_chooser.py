"""The choice of a file or a folder, which opens none of those that it shows."""

from PySide6.QtCore import QFileInfo
from PySide6.QtGui import QAbstractFileIconProvider, QIcon
from PySide6.QtWidgets import QApplication, QFileDialog, QStyle, QWidget


class FileChooser(QFileDialog):
    """Qt's own dialog reads the beginning of files that it does not know by their names. On Linux a process that closes
    any file loses its locks on it: shown the folder of the database, the program would let other processes write over
    what it writes, and fall when they make the file of locks anew."""

    def __init__(self, parent: QWidget | None = None, title: str = "", folder: str = "", kinds: str = "") -> None:
        super().__init__(parent, title, folder, kinds)
        self._provider = _ByName()
        self.setIconProvider(self._provider)


class _ByName(QAbstractFileIconProvider):
    """Tells files by their names alone."""

    def icon(self, of: object) -> QIcon:
        is_folder = of.isDir() if isinstance(of, QFileInfo) else of is not QAbstractFileIconProvider.IconType.File
        kind = QStyle.StandardPixmap.SP_DirIcon if is_folder else QStyle.StandardPixmap.SP_FileIcon
        return QApplication.style().standardIcon(kind)

    def type(self, of: QFileInfo) -> str:
        return "" if of.isDir() else of.suffix()
