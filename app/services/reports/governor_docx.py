"""Filling a Word template: {{placeholders}} become texts; rows and paragraphs that have nothing to say leave."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from docx import Document
from docx.document import Document as Filled
from docx.opc.exceptions import PackageNotFoundError

from app.regulation.errors import Refused
from app.services.intake.cleaning import without_control

_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
LARGEST_TEMPLATE_BYTES = 2_000_000


def fill(template: bytes, values: Mapping[str, str]) -> Filled:
    """The template with every placeholder replaced, in its body and tables, headers and footers.

    A value is put in as plain text: what a citizen wrote becomes neither a placeholder nor a field of Word.
    Raises Refused: template_damaged, template_placeholder (unknown), template_broken (braces do not match).
    """
    document = _open(template)
    silent = [paragraph for paragraph in list(_paragraphs(document)) if not _fill_paragraph(paragraph, values)]
    for paragraph in silent:
        _leave(paragraph)
    return document


def check(template: bytes, known: Mapping[str, str]) -> None:
    """Refuse a template that could not be filled; the same refusals as `fill`."""
    fill(template, dict.fromkeys(known, "…"))


def to_bytes(document: Filled) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _open(template: bytes) -> Filled:
    if len(template) > LARGEST_TEMPLATE_BYTES:
        raise Refused("template_too_large", limit=LARGEST_TEMPLATE_BYTES // 1_000_000)
    try:
        return Document(io.BytesIO(template))
    except (PackageNotFoundError, ValueError, KeyError, OSError) as error:
        raise Refused("template_damaged") from error
    except Exception as error:  # a damaged archive or XML inside it: zipfile and lxml have errors of their own
        raise Refused("template_damaged") from error


def _paragraphs(document: Filled) -> Iterator[Any]:
    yield from _in_block(document)
    for section in document.sections:
        for part in (section.header, section.footer):
            if not part.is_linked_to_previous:
                yield from _in_block(part)


def _in_block(block: Any) -> Iterator[Any]:
    yield from block.paragraphs
    for table in block.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from _in_block(cell)


def _fill_paragraph(paragraph: Any, values: Mapping[str, str]) -> bool:
    """Whether the paragraph still has something to say."""
    text = paragraph.text
    if "{{" not in text and "}}" not in text:
        return True
    names = _PLACE.findall(text)
    for name in names:
        if name not in values:
            raise Refused("template_placeholder", name=name, known=", ".join(values))
    if "{{" in _PLACE.sub("", text) or "}}" in _PLACE.sub("", text):
        raise Refused("template_broken", text=text.strip()[:80])
    if not any(values[name].strip() for name in names):
        return False
    _join_places(paragraph)
    for run in paragraph.runs:
        if "{{" in run.text:
            run.text = without_control(_PLACE.sub(lambda match: values[match[1]], run.text))
    return True


def _leave(paragraph: Any) -> None:
    """Nothing to say: the paragraph leaves, and in a table its whole row with the label."""
    parent = paragraph._p.getparent()
    leaving = parent.getparent() if parent is not None and parent.tag.endswith("}tc") else paragraph._p
    if leaving is not None and leaving.getparent() is not None:
        leaving.getparent().remove(leaving)


def _join_places(paragraph: Any) -> None:
    """Word splits what was typed in parts into runs: a placeholder that crosses them is put into its first run."""
    runs = paragraph.runs
    position = 0
    while position < len(runs):
        text, after = runs[position].text, position + 1
        while text.count("{{") > text.count("}}") or text.endswith("{"):
            if after == len(runs):
                break
            text += runs[after].text
            runs[after].text = ""
            after += 1
        if after > position + 1:
            runs[position].text = text
        position = after
