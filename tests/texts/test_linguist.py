"""Qt Linguist reads the catalogues, finds them whole, and what it saves comes back as it was."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.texts import linguist
from tests.texts.said import Said, said


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A catalogue of one room."""
    monkeypatch.setattr(linguist, "TRANSLATIONS", tmp_path)
    rooms = {"desk": {"Left": "Осталось", "{n} case": ["{n} карточка", "{n} карточки", "{n} карточек"]}}
    linguist.write_rooms(rooms)
    return rooms["desk"]


LEFT, CASES = Said("Left", "ui/desk/page.py", 3), Said("{n} case", "ui/desk/page.py", 4, True, "{n} cases")


def test_qts_own_tool_finds_everything_finished_and_valid(tmp_path):
    linguist.main(["export", str(tmp_path / "ru.ts")])

    tool = Path(sys.executable).with_name("pyside6-lrelease")
    asked = [tool, tmp_path / "ru.ts", "-qm", tmp_path / "ru.qm", "-fail-on-unfinished", "-fail-on-invalid"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "and 0 unfinished" in done.stdout


def test_what_goes_out_comes_back_as_it_was():
    rooms = linguist.read_rooms()

    made = linguist.exported(said(), rooms)

    back = linguist.imported(ET.fromstring(ET.tostring(made.getroot())))
    assert [(room, *catalogue.items()) for room, catalogue in back.items()] == [
        (room, *catalogue.items()) for room, catalogue in rooms.items()
    ]


def test_what_is_new_is_unfinished_in_the_room_of_its_module_and_is_not_taken_back(room):
    new = Said("Right", "ui/desk/page.py", 9)

    made = linguist.exported([new, LEFT, CASES], linguist.read_rooms()).getroot()

    [told] = [message for message in made.iter("message") if message.findtext("source") == "Right"]
    assert (told.find("translation").get("type"), made.findtext("context/name")) == ("unfinished", "desk")
    assert linguist.imported(made) == {"desk": room}


def test_a_translation_changed_there_is_stored_with_the_indent_that_the_file_has(room, tmp_path):
    path = tmp_path / "desk.json"
    path.write_text(path.read_text(encoding="utf-8").replace("  ", " "), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    linguist.exported([LEFT, CASES], {"desk": room}).write(tmp_path / "ru.ts", encoding="utf-8")
    changed = (tmp_path / "ru.ts").read_text(encoding="utf-8").replace("Осталось", "Ещё")
    (tmp_path / "ru.ts").write_text(changed, encoding="utf-8")

    linguist.main(["import", str(tmp_path / "ru.ts")])

    assert path.read_text(encoding="utf-8") == before.replace("Осталось", "Ещё")
