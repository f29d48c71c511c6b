"""The strings that the sheets of a workbook share, read as a stream: openpyxl keeps every element that it has read."""

from typing import IO
from xml.etree.ElementTree import Element, iterparse

from openpyxl.xml.constants import SHEET_MAIN_NS

_STRING, _TEXT, _RUN = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("si", "t", "r"))


def read_strings(source: IO[bytes]) -> list[str]:
    """The strings in their order; runs of different fonts are one string, hints of pronunciation are none."""
    strings: list[str] = []
    events = iterparse(source, ("start", "end"))
    _, root = next(events)
    for event, element in events:
        if event == "end" and element.tag == _STRING:
            strings.append(_text(element))
            root.clear()
    return strings


def _text(element: Element) -> str:
    whole = element.findtext(_TEXT) or ""
    if len(element) > 1:
        whole += "".join(run.findtext(_TEXT) or "" for run in element.iterfind(_RUN))
    elif len(element) == 1 and element[0].tag == _RUN:
        whole = element[0].findtext(_TEXT) or ""
    return whole.replace("x005F_", "")
