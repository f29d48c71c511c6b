"""The size of type: the steps, where a desktop starts, what is remembered."""

import pytest
from PySide6.QtGui import QFont

from app.ui import type_size
from app.ui.preferences import Preferences
from tests.helpers.qt import application


@pytest.mark.parametrize(
    ("pixels", "size"), [(11, 100), (13, 100), (15, 100), (17, 110), (19, 125), (22, 150), (30, 200), (60, 200)]
)
def test_desktops_large_text_is_where_the_desk_starts(monkeypatch, pixels, size):
    application()
    monkeypatch.setattr(type_size, "_USUAL_PIXELS", 15.0)
    font = QFont()
    font.setPixelSize(pixels)

    assert type_size.of_desktop(font) == size


def test_steps_end_at_the_smallest_and_the_largest():
    assert [type_size.beside(100, steps) for steps in (-1, 1, 2)] == [90, 110, 125]
    assert (type_size.beside(90, -1), type_size.beside(200, 1)) == (90, 200)


def test_each_person_has_a_size_and_what_is_no_size_reads_as_the_desktops(tmp_path):
    kept = Preferences(tmp_path / "desk.ini")
    kept.usual_type_size = 125
    kept.keep_type_size("sokolova", 150)
    kept.keep_type_size("orlov", 1000)

    assert [kept.type_size(person) for person in ("sokolova", "orlov", "panov", "")] == [150, 125, 125, 125]
    kept.keep_type_size("sokolova", None)
    assert kept.type_size("sokolova") == 125
