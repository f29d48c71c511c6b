"""Pages with headings and words that stand out, in the weights that the program's own font has."""

from collections.abc import Iterator

from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat

from app.ui import theme

# Level of a heading: its size in pixels at scale 1.
HEADINGS = {1: 22, 2: 17, 3: 16}
BOLD = QFont.Weight.DemiBold


def set_type(document: QTextDocument) -> None:
    """Give headings their sizes and bold words the weight there is: Qt would smear letters for a heavier one."""
    for start, end, format_ in list(_formats(document)):
        cursor = QTextCursor(document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(format_)


def _formats(document: QTextDocument) -> Iterator[tuple[int, int, QTextCharFormat]]:
    block = document.begin()
    while block.isValid():
        size = HEADINGS.get(block.blockFormat().headingLevel())
        pieces = block.begin()
        while not pieces.atEnd():
            piece = pieces.fragment()
            own = piece.charFormat()
            if size is not None:
                own.clearProperty(QTextFormat.Property.FontSizeAdjustment)
                own.setProperty(QTextFormat.Property.FontPixelSize, theme.current().px(size))
            if size is not None or own.fontWeight() > BOLD:
                own.setFontWeight(BOLD)
                yield piece.position(), piece.position() + piece.length(), own
            pieces += 1
        block = block.next()
