"""A filled Word document drawn as a PDF: its paragraphs and tables as Qt's rich text, on A4."""

import html
from typing import Any

from docx.document import Document as Filled
from docx.enum.text import WD_ALIGN_PARAGRAPH
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

RESOLUTION = 300
MARGINS_MM = (25.0, 18.0, 15.0, 18.0)
BODY_POINTS = 12.0
PIXELS_IN_POINT = 96 / 72  # Qt's rich text knows no other unit for margins
_ALIGN = {
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "justify",
}


def pages(document: Filled, family: str) -> int:
    """How many pages the document takes."""
    return _laid_out(_writer(QBuffer()), document, family).pageCount()


def draw(document: Filled, family: str) -> bytes:
    """The document as a PDF, A4 upright, in the font `family` with its characters embedded."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = _writer(buffer)
    _laid_out(writer, document, family).print_(writer)
    del writer  # writes the end of the file
    return bytes(buffer.data().data())


def _writer(buffer: QBuffer) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setResolution(RESOLUTION)
    writer.setCreator("cur-desk")
    left, top, right, bottom = MARGINS_MM
    margins = QMarginsF(left, top, right, bottom)
    size, upright = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(size, upright, margins, QPageLayout.Unit.Millimeter))
    return writer


def _laid_out(writer: QPdfWriter, document: Filled, family: str) -> QTextDocument:
    text = QTextDocument()
    text.documentLayout().setPaintDevice(writer)
    text.setDocumentMargin(0)
    text.setDefaultFont(QFont(family, int(BODY_POINTS)))
    text.setHtml("".join(_html(block) for block in document.iter_inner_content()))
    area = writer.pageLayout().paintRectPixels(RESOLUTION)
    text.setPageSize(QSizeF(area.width(), area.height()))
    return text


def _html(block: Any) -> str:
    if hasattr(block, "rows"):
        rows = "".join(_row(row) for row in block.rows)
        return f'<table width="100%" cellspacing="0" cellpadding="2">{rows}</table>'
    return _paragraph(block)


def _row(row: Any) -> str:
    cells = []
    widths = [cell.width or 0 for cell in row.cells]
    for cell, width in zip(row.cells, widths, strict=True):
        share = f' width="{round(100 * width / sum(widths))}%"' if all(widths) else ""
        inner = "".join(_html(block) for block in cell.iter_inner_content())
        cells.append(f'<td valign="top"{share}>{inner}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _paragraph(paragraph: Any) -> str:
    layout = paragraph.paragraph_format
    align = _ALIGN.get(paragraph.alignment, "left")
    before = layout.space_before.pt if layout.space_before is not None else 0.0
    after = layout.space_after.pt if layout.space_after is not None else 4.0
    space = f"margin-top:{before * PIXELS_IN_POINT:.0f}px;margin-bottom:{after * PIXELS_IN_POINT:.0f}px"
    inner = "".join(_run(run) for run in paragraph.runs) or "&nbsp;"
    return f'<p align="{align}" style="{space}">{inner}</p>'


def _run(run: Any) -> str:
    words = html.escape(run.text).replace("\n", "<br/>").replace("\t", "&nbsp;&nbsp;&nbsp;&nbsp;")
    style = f"font-size:{run.font.size.pt if run.font.size else BODY_POINTS:.1f}pt"
    if run.font.color is not None and run.font.color.rgb is not None:
        style += f";color:#{run.font.color.rgb}"
    if run.bold or (run.bold is None and run.style.font.bold):
        words = f"<b>{words}</b>"
    if run.italic:
        words = f"<i>{words}</i>"
    return f'<span style="{style}">{words}</span>'
