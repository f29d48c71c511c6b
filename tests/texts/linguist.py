"""The catalogues as a file for Qt Linguist, and back: whoever translates has its window, its checks, its plural forms.

python -m tests.texts.linguist export FILE.ts, then `pyside6-linguist FILE.ts`, then the first again with `import`. A
room (a file of resources/translations/ru) is a context there. What the code says and no catalogue has is unfinished in
it, in the room where its module says most; what was left unfinished is not taken back.
"""

import argparse
import json
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from tests.texts.said import Said, said

TRANSLATIONS = Path(__file__).parents[2] / "resources" / "translations" / "ru"
# Of a counted text, as Qt counts them for Russian: one, few, many.
FORMS = 3
Catalogue = dict[str, str | list[str]]


def read_rooms() -> dict[str, Catalogue]:
    """Each room's catalogue, by the room's name."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(TRANSLATIONS.glob("*.json"))}


def exported(texts: list[Said], rooms: dict[str, Catalogue]) -> ET.ElementTree:
    """All that the code says, room by room in the order of their catalogues, what is new last in its room."""
    root = ET.Element("TS", version="2.1", language="ru", sourcelanguage="en")
    by_source = {text.source: text for text in texts}
    known = {source: room for room, catalogue in rooms.items() for source in catalogue}
    news: dict[str, list[str]] = {}
    for text in texts:
        if text.source not in known:
            news.setdefault(_home(text.file, texts, known), []).append(text.source)
    for room in sorted({*rooms, *news}):
        catalogue = rooms.get(room, {})
        context = ET.SubElement(root, "context")
        ET.SubElement(context, "name").text = room
        for source in (*catalogue, *news.get(room, ())):
            if source in by_source:
                _add_message(context, by_source[source], catalogue.get(source))
    ET.indent(root)
    return ET.ElementTree(root)


def _home(file: str, texts: list[Said], known: dict[str, str]) -> str:
    """The room of a module: where most of what it says is, else one of its own name."""
    rooms = Counter(known[text.source] for text in texts if text.file == file and text.source in known)
    return rooms.most_common(1)[0][0] if rooms else Path(file).stem


def _add_message(context: ET.Element, text: Said, translation: str | list[str] | None) -> None:
    is_counted = text.is_counted or isinstance(translation, list)
    message = ET.SubElement(context, "message", {"numerus": "yes"} if is_counted else {})
    ET.SubElement(message, "location", filename=f"app/{text.file}", line=str(text.line))
    ET.SubElement(message, "source").text = text.source
    if text.many:
        ET.SubElement(message, "extracomment").text = f"of many: {text.many}"
    told = ET.SubElement(message, "translation", {} if translation else {"type": "unfinished"})
    if is_counted:
        for form in translation if isinstance(translation, list) else [""] * FORMS:
            ET.SubElement(told, "numerusform").text = form
    else:
        told.text = translation if isinstance(translation, str) else ""


def imported(root: ET.Element) -> dict[str, Catalogue]:
    """The rooms of a file of Qt Linguist: what is finished in it."""
    rooms: dict[str, Catalogue] = {}
    for context in root.iter("context"):
        catalogue = rooms.setdefault(context.findtext("name", ""), {})
        for message in context.iter("message"):
            told = message.find("translation")
            if told is None or told.get("type"):
                continue
            forms = [form.text or "" for form in told.iter("numerusform")]
            catalogue[message.findtext("source", "")] = forms or told.text or ""
    return rooms


def write_rooms(rooms: dict[str, Catalogue]) -> None:
    """Store the rooms, each with the indent it has."""
    for room, catalogue in rooms.items():
        path = TRANSLATIONS / f"{room}.json"
        path.write_text(json.dumps(catalogue, ensure_ascii=False, indent=_indent(path)) + "\n", encoding="utf-8")


def _indent(path: Path) -> int:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((len(line) - len(line.lstrip()) for line in lines[1:]), 0) or 2


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.texts.linguist", description=__doc__)
    parser.add_argument("direction", choices=("export", "import"))
    parser.add_argument("file", type=Path)
    asked = parser.parse_args(arguments)
    if asked.direction == "export":
        exported(said(), read_rooms()).write(asked.file, encoding="utf-8", xml_declaration=True)
    else:
        write_rooms(imported(ET.parse(asked.file).getroot()))


if __name__ == "__main__":
    main(sys.argv[1:])
