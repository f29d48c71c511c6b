"""Files as small tiles: picture or icon, name, size; opened by click, and taken away or added where that is allowed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.services.attachments import MOST_FILES, FileRef
from app.texts import tr
from app.texts.files import size_words
from app.ui import theme
from app.ui.pictures import pixmap_of
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.by_enter import ByEnter
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import FieldError, TextLabel
from app.ui.widgets.rows_box import keep_turn

THUMBNAIL = QSize(48, 34)
TILE_WIDTH, SINGLE_WIDTH, TILE_GAP = 216, 400, 6


class Taking(Protocol):
    """What brings a file in: signals progressed(float), taken(Taking, FileRef), refused(Taking, str)."""

    @property
    def progressed(self) -> SignalInstance: ...

    @property
    def taken(self) -> SignalInstance: ...

    @property
    def refused(self) -> SignalInstance: ...


class Files(Protocol):
    """Who takes files in and opens them; the window's file desk."""

    def take(self, source: Path | QImage) -> Taking: ...


class FileButton(ByEnter, QAbstractButton):
    """The picture of a file, its name and size; painted here, for a tool button would centre them."""

    def __init__(self, file: FileRef, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._picture = pixmap_of(file.preview)
        self.setText(file.name)
        self.setObjectName("file")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(tr("{name}: open", name=file.name))
        self.setAccessibleName(f"{file.name}, {size_words(file.size_bytes)}")

    def sizeHint(self) -> QSize:
        now = theme.current()
        return QSize(now.px(TILE_WIDTH), now.px(THUMBNAIL.height()) + 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        now, painter = theme.current(), QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(now.color("focus"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(now.color("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        box = QRect(QPoint(5, 0), QSize(now.px(THUMBNAIL.width()), now.px(THUMBNAIL.height())))
        box.moveTop((self.height() - box.height()) // 2)
        self._paint_picture(painter, box)
        words = QRect(QPoint(box.right() + 9, 0), QPoint(self.width() - 6, self.height()))
        heights = [QFontMetrics(now.font(font)).height() for font in ("body", "small")]
        top = (self.height() - sum(heights)) // 2
        for font, ink, text, height in (
            ("body", "ink", self._file.name, heights[0]),
            ("small", "ink_third", size_words(self._file.size_bytes), heights[1]),
        ):
            painter.setFont(now.font(font))
            painter.setPen(now.color(ink))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, words.width())
            line = QRect(words.left(), top, words.width(), height)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
            top += height
        painter.end()

    def _paint_picture(self, painter: QPainter, box: QRect) -> None:
        if self._picture.isNull():
            icon = theme.current().icon("attachment")
            icon.paint(painter, box.adjusted(8, 4, -8, -4))
            return
        size = self._picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(QPoint(0, 0), size)
        place.moveCenter(box.center())
        painter.drawPixmap(place, self._picture)


class FileTile(QFrame):
    """One file. Signals: open_requested, remove_requested."""

    open_requested = Signal()
    remove_requested = Signal()

    def __init__(self, file: FileRef, *, removable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = file
        self.setProperty("frame", "card")
        self.setFixedWidth(theme.current().px(TILE_WIDTH))
        self.button = FileButton(file)
        self.button.clicked.connect(self.open_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        row.addWidget(self.button, 1)
        if removable:
            remove = IconButton("close", tr("Take {name} away", name=file.name))
            remove.setObjectName("remove_file")
            remove.clicked.connect(self.remove_requested)
            row.addWidget(remove)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)


class AttachmentList(QWidget):
    """The files of a draft or of a publication. Without `files` it only shows them.

    Guarantees: what was refused is said beneath, and nothing else is lost by it; `files()` has what is whole only.
    Signals: changed; open_requested(FileRef).
    """

    changed = Signal()
    open_requested = Signal(object)

    def __init__(
        self, files: Files | None = None, most: int = MOST_FILES, add: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._most = files, most
        self._tiles: list[FileTile] = []
        self._takings: list[Taking] = []
        self._shown: tuple[FileRef, ...] = ()
        self.add = KeyButton(add or tr("Attach…"), "Ctrl+O", icon="attachment")
        self.add.setObjectName("add_file")
        if files is not None:
            self.add.setShortcut("Ctrl+O")
        self._hint = TextLabel(tr("or drop here, or paste"), "small", "ink_third")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(tr("The file is being read"))
        self._progress.hide()
        self.error = FieldError(self.add)
        self._build()
        self.setAcceptDrops(files is not None)
        self.add.clicked.connect(self._choose)

    # ----- what is in it

    def files(self) -> tuple[FileRef, ...]:
        return tuple(tile.file for tile in self._tiles)

    def is_taking(self) -> bool:
        """Whether a file is still on its way in."""
        return bool(self._takings)

    def show_files(self, files: Sequence[FileRef]) -> None:
        """Show these files and no others."""
        if tuple(files) == self._shown:
            return
        self._shown = tuple(files)
        for tile in list(self._tiles):
            self._drop_tile(tile)
        for file in files:
            self._add_tile(file)

    def take(self, source: Path | QImage) -> None:
        """Take a file or a picture in; with room for one only it replaces what is there."""
        if self._desk is None:
            return
        self.error.clear()
        taking = self._desk.take(source)
        self._takings.append(taking)
        self._progress.setRange(0, 0)
        self._progress.show()
        taking.progressed.connect(self._show_progress)
        taking.taken.connect(self._taken)
        taking.refused.connect(self._refused)
        self.changed.emit()

    def take_mime(self, data: QMimeData) -> bool:
        """Take what was dropped or pasted: local files, or a picture; False when it holds neither."""
        if not can_take(data):
            return False
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        for path in paths:
            self.take(path)
        if not paths:
            self.take(QImage(data.imageData()))
        return True

    # ----- dropped, pasted, chosen

    def serve(self, *fields: QWidget) -> None:
        """Take what is dropped on or pasted into these fields, where it is a file or a picture and not a text."""
        for field in fields:
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else None
        if pressed is not None and pressed.matches(QKeySequence.StandardKey.Paste):
            return self.take_mime(QGuiApplication.clipboard().mimeData())
        if isinstance(event, QDragEnterEvent | QDragMoveEvent) and can_take(event.mimeData()):
            event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and can_take(event.mimeData()):
            event.acceptProposedAction()
            return self.take_mime(event.mimeData())
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.take_mime(event.mimeData()):
            event.acceptProposedAction()

    def _choose(self) -> None:
        chooser = FileChooser(self, tr("Attach a file"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles if self._most > 1 else QFileDialog.FileMode.ExistingFile)
        chooser.filesSelected.connect(lambda paths: [self.take(Path(path)) for path in paths])
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    # ----- inside

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its lines of tiles: a layout further out would give it the height of one line. Where only one
        stands in a line it takes more of it."""
        px = theme.current().px
        is_single = self.width() < 2 * px(TILE_WIDTH) + TILE_GAP
        width = max(px(TILE_WIDTH), min(self.width(), px(SINGLE_WIDTH))) if is_single else px(TILE_WIDTH)
        for tile in self._tiles:
            tile.setFixedWidth(width)
        self._row.setFixedHeight(self._row.heightForWidth(max(self.width(), theme.current().px(TILE_WIDTH))))

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        self._row = FlowRow(spacing=TILE_GAP)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.add)
        row.addWidget(self._hint, 1)
        box.addWidget(self._row)
        box.addLayout(row)
        box.addWidget(self._progress)
        box.addWidget(self.error)
        self._row.hide()
        for widget in (self.add, self._hint):
            widget.setVisible(self._desk is not None)

    def _show_progress(self, share: float) -> None:
        self._progress.setRange(0, 100)
        self._progress.setValue(round(share * 100))

    def _taken(self, taking: Taking, file: FileRef) -> None:
        self._end(taking)
        if self._most == 1:
            for tile in list(self._tiles):
                self._drop_tile(tile)
        if len(self._tiles) >= self._most:
            self.error.show_error(
                tr("{limit} files at most: “{name}” was not added.", limit=self._most, name=file.name)
            )
        elif all(tile.file.sha256 != file.sha256 for tile in self._tiles):
            self._add_tile(file)
        self._shown = self.files()
        self.changed.emit()

    def _refused(self, taking: Taking, words: str) -> None:
        self._end(taking)
        self.error.show_error(words)
        self.changed.emit()

    def _end(self, taking: Taking) -> None:
        self._takings.remove(taking)
        self._progress.setVisible(bool(self._takings))

    def _add_tile(self, file: FileRef) -> None:
        tile = FileTile(file, removable=self._desk is not None)
        tile.open_requested.connect(lambda: self.open_requested.emit(file))
        tile.remove_requested.connect(lambda: self._remove(tile))
        self._row.add(tile)
        keep_turn(self._tiles[-1] if self._tiles else self._row, tile)
        self._tiles.append(tile)
        tile.show()
        self._row.show()
        self._fit()

    def _remove(self, tile: FileTile) -> None:
        if self._desk is None:
            return
        self.error.clear()
        self._drop_tile(tile)
        self._shown = self.files()
        self.add.setFocus()
        self.changed.emit()

    def _drop_tile(self, tile: FileTile) -> None:
        self._tiles.remove(tile)
        tile.hide()
        tile.deleteLater()
        self._row.setVisible(bool(self._tiles))
        self._fit()


def can_take(data: QMimeData) -> bool:
    """Whether dropped or pasted data hold a local file or a picture."""
    return _files_in(data) or (data.hasImage() and not data.hasText())


def _files_in(data: QMimeData) -> bool:
    return any(url.isLocalFile() for url in data.urls())
