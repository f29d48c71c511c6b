"""Texts exactly as they were written: selectable, never markup, as high as they need up to a limit, then scrolled."""

import re
from collections.abc import Iterator
from html import escape

from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from app.services.found_words import found_in
from app.ui import theme
from app.ui.widgets.by_enter import asks_for_enter, is_enter
from app.ui.widgets.focus_ring import Ringed, paint_ring_around

# Beyond this many characters a text is as high as it may be, and is not measured.
MEASURED_LENGTH = 4000
# Qt lays out a paragraph whole: one of 100,000 characters froze the window for 1.7 s. Longer ones are shown in pieces.
PIECE_LENGTH = 1000
# How far from a framed text its ring stands.
RING_GAP = 4
_CONTINUES = 1
_BREAKS = re.compile("\r\n|[\n\r\u2029]")


class PlainTextView(Ringed, QPlainTextEdit):
    """Read-only text; showing the same text again keeps scroll position and selection."""

    _found = ("", False)
    frame: QFrame | None = None
    """What wears the ring instead."""

    def __init__(
        self, max_height: int, font: str = "message", *, fits: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._max_height, self._fits = max_height, fits
        self._shown: str | None = None
        self._laid_out_width = 0
        self.setReadOnly(True)
        self.setProperty("plain", "true")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.current().font(font))
        self.document().setDocumentMargin(0)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if fits:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def limit_height(self, pixels: int) -> None:
        """Be at most so high from now on."""
        if pixels != self._max_height:
            self._max_height = pixels
            self._fit()

    def show_text(self, text: str) -> None:
        """Show `text` from its beginning, unless it is shown already."""
        if text == self._shown:
            return
        self._shown = text
        pieces = list(_pieces(text))
        self.setPlainText("\n".join(piece for piece, _ in pieces))
        block = self.document().firstBlock()
        for _, continues in pieces:
            block.setUserState(_CONTINUES if continues else 0)
            block = block.next()
        self._mark()
        self._fit()

    def show_found(self, query: str, is_near: bool) -> None:
        """Mark the words that `query` asks for, in any form; `is_near` where only words nearly alike are here."""
        if (query, is_near) != self._found:
            self._found = query, is_near
            self._mark()

    def text(self) -> str:
        """The text as it was given, not as Qt keeps it."""
        return self._shown or ""

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied: the text as it was written, without the breaks between the pieces shown."""
        data = QMimeData()
        data.setText(self._selected())
        return data

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._laid_out_width = event.size().width()
        if event.size().width() != event.oldSize().width():
            self._fit()
        if self._laid_out_width != self.viewport().width():
            # A bar that comes while the window is being shown: Qt leaves the lines as wide as they were, cut by it.
            super().resizeEvent(QResizeEvent(self.viewport().size(), event.size()))
            self._laid_out_width = self.viewport().width()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._mark()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.frame is None:
            super().paintEvent(event)
        else:
            QPlainTextEdit.paintEvent(self, event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.frame is not None:
            self.frame.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.frame is not None:
            self.frame.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.fontMetrics().lineSpacing())

    def _selected(self) -> str:
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        block, parts = self.document().findBlock(start), list[str]()
        while block.isValid() and block.position() <= end:
            if parts and block.userState() != _CONTINUES:
                parts.append("\n")
            part = QTextCursor(block)
            part.setPosition(max(start, block.position()))
            part.setPosition(min(end, block.position() + block.length() - 1), QTextCursor.MoveMode.KeepAnchor)
            parts.append(part.selectedText())
            block = block.next()
        return "".join(parts)

    def _mark(self) -> None:
        marks, (query, is_near) = list[QTextEdit.ExtraSelection](), self._found
        if query:
            block = self.document().firstBlock()
            while block.isValid():
                marks += [_marked(self.document(), block.position() + start, block.position() + end)
                          for start, end in found_in(block.text(), query, is_near=is_near)]  # fmt: skip
                block = block.next()
        if marks or self.extraSelections():
            self.setExtraSelections(marks)

    def _fit(self) -> None:
        if self._fits:
            height = self._measured()
            # A bar that may come takes width, so that lines break which need it then: it would stay for good.
            bar = Qt.ScrollBarPolicy
            self.setVerticalScrollBarPolicy(bar.ScrollBarAsNeeded if height is None else bar.ScrollBarAlwaysOff)
            wanted = self._whole_lines() if height is None else height
            if wanted != self.height():
                self.setFixedHeight(wanted)

    def _measured(self) -> int | None:
        """How high the text is; None where that is more than it may be."""
        if len(self.text()) > MEASURED_LENGTH:
            return None
        height, block = 2.0, self.document().firstBlock()
        while block.isValid() and height < self._max_height:
            height += self.blockBoundingRect(block).height()
            block = block.next()
        return round(height) + 1 if height < self._max_height else None

    def _whole_lines(self) -> int:
        """The most height that cuts no line in two."""
        line = QFontMetricsF(self.font()).lineSpacing()
        return round(int((self._max_height - 2) / line) * line) + 3


def _marked(document: QTextDocument, start: int, end: int) -> QTextEdit.ExtraSelection:
    mark, now = QTextEdit.ExtraSelection(), theme.current()
    mark.cursor = QTextCursor(document)
    mark.cursor.setPosition(start)
    mark.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    mark.format.setBackground(now.color("found_ground"))
    mark.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    mark.format.setUnderlineColor(now.color("accent"))
    return mark


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Paragraphs, long ones cut at a space where there is one; True where a piece goes on the paragraph before."""
    for paragraph in _BREAKS.split(text):
        start = 0
        while len(paragraph) - start > 2 * PIECE_LENGTH:
            space = paragraph.rfind(" ", start, start + PIECE_LENGTH)
            end = space + 1 if space > start else start + PIECE_LENGTH
            yield paragraph[start:end], start > 0
            start = end
        yield paragraph[start:], start > 0


class _TextFrame(QFrame):
    """The card's frame around a text. It wears the ring for it: within, that would stand on the letters."""

    def __init__(self, view: PlainTextView) -> None:
        super().__init__()
        self._view = view
        self.setProperty("frame", "card")
        inner = QVBoxLayout(self)
        inner.setContentsMargins(12, 10, 6, 10)
        inner.addWidget(view)
        view.frame = self

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._view.hasFocus():
            painter = QPainter(self)
            paint_ring_around(painter, QRectF(self._view.geometry().adjusted(-RING_GAP, -RING_GAP, RING_GAP, RING_GAP)))
            painter.end()


def framed(view: PlainTextView) -> QFrame:
    """A text in the card's frame, as a citizen's words stand on it."""
    return _TextFrame(view)


class LinkLabel(Ringed, QLabel):
    """A link in words, shortened in the middle where it does not fit. Only web links are offered; anything else is
    shown as plain text.

    Signals: link_requested(url) by mouse or by Enter when it has the focus.
    """

    link_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._url = self._words = ""
        self.setFont(theme.current().font("small"))
        self.linkActivated.connect(self.link_requested)

    def show_link(self, words: str, url: str) -> None:
        """Show `words` as a link to `url`; without a web link nothing can be opened."""
        self._url = url if is_web_link(url) else ""
        self._words = words if self._url else url
        self.setToolTip(url)
        self.setAccessibleName(f"{words}: {url}" if words != url else url)
        if self._url:
            self.setTextFormat(Qt.TextFormat.RichText)
            self.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # Qt's own way by keyboard makes two stops of one link
        else:
            self.setTextFormat(Qt.TextFormat.PlainText)
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.updateGeometry()
        self._fit()

    def event(self, event: QEvent) -> bool:
        if self._url and asks_for_enter(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._url and is_enter(event):
            self.link_requested.emit(self._url)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._words) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        return QSize(min(whole.width(), self.fontMetrics().horizontalAdvance("…" * 8)), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.setText("")  # the colour of a link is taken when its text is set
            self._fit()
        super().changeEvent(event)

    def _fit(self) -> None:
        room = max(self.width(), self.minimumSizeHint().width())
        words = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, room)
        text = f'<a href="{escape(self._url, quote=True)}">{escape(words)}</a>' if self._url else words
        if text != self.text():
            self.setText(text)

    def url(self) -> str:
        """What would be opened, "" for nothing."""
        return self._url


def is_web_link(link: str) -> bool:
    """Whether a link may be handed to the browser: http(s) only, no spaces, never a local file."""
    return link.startswith(("https://", "http://")) and not any(c.isspace() for c in link)


def canonical_link(link: str) -> str:
    """A link as people read it: host and path, no scheme, no "www."."""
    return link.split("://", 1)[-1].removeprefix("www.").rstrip("/")
