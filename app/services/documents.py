"""Documents for people outside the desk: DOCX templates that a region may edit, filled by named places.

A template is an ordinary Word file with places like {{number}}. A paragraph or a table row with places like
{{cases.number}} is repeated for each item of the list `cases`. A paragraph that is one place alone becomes as many
paragraphs as its text has lines. The formatting of the place is that of its first letter.
"""

import asyncio
import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from app.regulation.errors import Refused
from app.resources import resource
from app.services.chosen_file import opened, write_bytes

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

Values = Mapping[str, str]
Lists = Mapping[str, Sequence[Values]]

_PLACE = re.compile(r"\{\{\s*([a-z_]+(?:\.[a-z_]+)?)\s*\}\}")
# What XML 1.0 cannot hold: a citizen's message may bring any of it.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def template(name: str, own_folder: Path | None = None) -> Path:
    """The region's own template of this name in `own_folder`, where there is one, else the shipped one."""
    own = own_folder / name if own_folder else None
    return own if own is not None and own.is_file() else resource(f"templates/{name}")


def fill(source: Path, values: Values, lists: Lists | None = None) -> bytes:
    """The document made of a template. Reads and computes for a tenth of a second: keep it off the window's thread.

    Raises Refused as `chosen_file.look_at` does, "template_unreadable", or "template_place_unknown" with the
    place that nothing is known for.
    """
    document = _open(source)
    for body in _bodies(document):
        done = set(_repeat(body, lists or {}, values, source))
        for paragraph in list(_paragraphs(body)):
            if paragraph._p not in done:  # what was filled in may look like a place: it is text
                _fill_paragraph(paragraph, values, source)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


async def write_document(source: Path, path: Path, values: Values, lists: Lists | None = None) -> None:
    """Fill a template and save it at `path`, in a process of its own. Raises what `fill` does and
    `chosen_file.written`."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    plain = {name: [dict(item) for item in items] for name, items in (lists or {}).items()}
    try:
        await asyncio.wrap_future(pool.submit(_write, source, path, dict(values), plain))
    finally:
        pool.shutdown(wait=False)


def _write(source: Path, path: Path, values: Values, lists: Lists) -> None:
    write_bytes(path, fill(source, values, lists))


def _open(source: Path) -> "Document":
    from docx import Document  # costs as much as the whole desk's start, so only who needs it pays
    from docx.opc.exceptions import PackageNotFoundError

    try:
        with opened(source) as file:
            return Document(file)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise Refused("template_unreadable", path=str(source)) from error


def _bodies(document: "Document") -> Iterator[Any]:
    yield document
    for section in document.sections:
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer):
            if not part.is_linked_to_previous:
                yield part


def _paragraphs(body: Any) -> Iterator["Paragraph"]:
    yield from body.paragraphs
    for table in body.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from _paragraphs(cell)


def _repeat(body: Any, lists: Lists, values: Values, source: Path) -> Iterator[Any]:
    """Make one row or paragraph for each item of the list it names, none where the list is empty; gives the
    paragraphs that were filled."""
    for table in body.tables:
        for row in table.rows:
            yield from _repeat_block(row._tr, "".join(cell.text for cell in row.cells), lists, values, source)
    for paragraph in body.paragraphs:
        yield from _repeat_block(paragraph._p, paragraph.text, lists, values, source)


def _repeat_block(element: Any, text: str, lists: Lists, values: Values, source: Path) -> Iterator[Any]:
    from docx.oxml.ns import qn

    named = {place.split(".")[0] for place in _PLACE.findall(text) if "." in place}
    if not named:
        return
    name = min(named)
    if len(named) > 1 or name not in lists:
        raise _unknown(source, min(named - set(lists), default=name), lists)
    for item in lists[name]:
        filled = copy.deepcopy(element)
        element.addprevious(filled)
        known = {**values, **{f"{name}.{key}": value for key, value in item.items()}}
        for each in list(filled.iter(qn("w:p"))):
            _fill_paragraph(_paragraph(each), known, source)
            yield each
    element.getparent().remove(element)


def _fill_paragraph(paragraph: "Paragraph", values: Values, source: Path) -> None:
    text = paragraph.text
    matches = list(_PLACE.finditer(text))
    for match in matches:
        if match[1] not in values:
            raise _unknown(source, match[1], values)
    if len(matches) == 1 and _PLACE.fullmatch(text.strip()) and "\n" in _clean(values[matches[0][1]]):
        _fill_lines(paragraph, _clean(values[matches[0][1]]).split("\n"))
        return
    for match in reversed(matches):  # from the end, so that the places before stay where they are
        _replace(paragraph, match.start(), match.end(), _clean(values[match[1]]))


def _paragraph(element: Any) -> "Paragraph":
    from docx.text.paragraph import Paragraph

    return Paragraph(element, None)  # type: ignore[arg-type]  # only its runs are asked for, never its part


def _fill_lines(paragraph: "Paragraph", lines: Sequence[str]) -> None:
    """As many paragraphs as lines, each formatted as this one."""
    for line in lines:
        made = copy.deepcopy(paragraph._p)
        paragraph._p.addprevious(made)
        whole = _paragraph(made)
        _replace(whole, 0, len(whole.text), line)
    paragraph._p.getparent().remove(paragraph._p)


def _replace(paragraph: "Paragraph", start: int, end: int, words: str) -> None:
    """Replace the letters from `start` to `end`, which Word may have cut into several runs."""
    position, said = 0, False
    for run in paragraph.runs:
        text = run.text
        first, last = max(start - position, 0), min(end - position, len(text))
        position += len(text)
        if first >= last:
            continue
        run.text = text[:first] + ("" if said else words) + text[last:]
        said = True


def _clean(text: str) -> str:
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _unknown(source: Path, place: str, known: Mapping[str, Any]) -> Refused:
    return Refused("template_place_unknown", path=str(source), place=place, known=", ".join(sorted(known)))
