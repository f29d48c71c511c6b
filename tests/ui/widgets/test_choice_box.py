"""Picking an agency out of hundreds by keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets.choice_box import ROW_HEIGHT, Choice, ChoiceBox, matching
from tests.helpers.qt import type_text

CHOICES = [
    Choice("roads", "Комитет дорожного хозяйства", "исполнительный орган"),
    Choice("green", "Комитет зелёного хозяйства"),
    Choice("lgov", "Администрация города Льгова", "муниципалитет"),
    Choice("health", "Комитет здравоохранения"),
]


@pytest.fixture
def box(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    made, other = ChoiceBox("Орган", window), QLineEdit(window)
    layout = QVBoxLayout(window)
    layout.addWidget(made)
    layout.addWidget(other)
    made.other, made.held = other, window
    made.set_choices(CHOICES)
    window.show()
    made.setFocus()
    return made


@pytest.fixture
def heard(box):
    keys = []
    box.choice_changed.connect(keys.append)
    return keys


def shown(box):
    model = box._list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())] if box._list.isVisible() else []


def press(qtbot, box, *keys):
    """Keys go to the popup while it is open, as from a real keyboard."""
    for key in keys:
        qtbot.keyClick(box._list if box._list.isVisible() else box, key)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("", ["roads", "green", "lgov", "health"]),
        ("хоз", ["roads", "green"]),
        ("ЗЕЛЕНОГО", ["green"]),
        ("зелё", ["green"]),
        ("хоз дор", ["roads"]),
        ("муниц", ["lgov"]),
        ("рода", ["lgov"]),
        ("(", []),
        ("нет такого", []),
    ],
)
def test_any_word_finds_in_any_order_case_and_yo(typed, keys):
    assert [choice.key for choice in matching(CHOICES, typed)] == keys


def test_start_of_a_word_comes_first():
    found = matching([Choice("a", "Благоустройство"), Choice("b", "Устройство дорог")], "устр")

    assert [choice.key for choice in found] == ["b", "a"]


def test_type_and_enter_takes_the_best(box, heard, qtbot):
    type_text(box, "льг")
    assert shown(box) == ["Администрация города Льгова"]

    press(qtbot, box, Qt.Key.Key_Return)

    assert box.chosen() == "lgov"
    assert box.text() == "Администрация города Льгова"
    assert heard == ["lgov"]
    assert not box._list.isVisible()


def test_arrow_walks_to_the_next(box, heard, qtbot):
    type_text(box, "хоз")

    press(qtbot, box, Qt.Key.Key_Down, Qt.Key.Key_Return)

    assert heard == ["green"]


def test_open_list_shows_notes_in_rows_of_its_own_height(box, qtbot):
    box.open_all()

    assert box._list.sizeHintForRow(0) == theme.current().px(ROW_HEIGHT)


def test_down_opens_all_at_the_one_taken(box, qtbot):
    box.choose("lgov")

    press(qtbot, box, Qt.Key.Key_Down)

    assert len(shown(box)) == 4
    assert box._list.currentIndex().data() == "Администрация города Льгова"


def test_escape_leaves_it_as_it_was(box, heard, qtbot):
    box.choose("roads")
    box.selectAll()
    type_text(box, "здрав")

    press(qtbot, box, Qt.Key.Key_Escape, Qt.Key.Key_Escape)

    assert box.text() == "Комитет дорожного хозяйства"
    assert heard == []


def test_leaving_with_half_a_word_takes_nothing(box, heard, qtbot):
    type_text(box, "здравx")
    box.window().activateWindow()  # offscreen leaves the hidden popup active
    QApplication.processEvents()

    box.other.setFocus()

    assert box.text() == ""
    assert heard == []


def test_leaving_with_the_whole_name_takes_it(box, heard, qtbot):
    box.setText("комитет зеленого хозяйства")

    box.other.setFocus()

    assert heard == ["green"]


def test_emptying_takes_none(box, heard, qtbot):
    box.choose("roads")
    box.selectAll()

    qtbot.keyClick(box, Qt.Key.Key_Backspace)

    assert box.chosen() == ""
    assert heard == [""]


def test_program_choice_is_silent_and_unknown_is_none(box, heard):
    box.choose("health")
    assert box.text() == "Комитет здравоохранения"

    box.choose("gone")
    assert (box.chosen(), box.text()) == ("", "")
    assert heard == []


def test_new_choices_keep_the_taken_one_if_it_is_there(box):
    box.choose("roads")

    box.set_choices(CHOICES[:1])
    assert box.chosen() == "roads"

    box.set_choices(CHOICES[1:])
    assert box.chosen() == ""


def test_note_is_spoken(box, qtbot):
    QAbstractItemModelTester(box._model, QAbstractItemModelTester.FailureReportingMode.Fatal, box)

    index = box._model.index(2, 0)

    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Администрация города Льгова, муниципалитет"


def test_what_is_called_so_comes_before_what_only_begins_so():
    offered = [
        Choice("1", "Курская область, место не названо"), Choice("2", "Курский район"),
        Choice("3", "Сеймский округ", "город Курск"), Choice("4", "город Курск"),
    ]  # fmt: skip

    assert [one.key for one in matching(offered, "курск")] == ["4", "1", "2", "3"]


def end_of(box):
    """The pixels in which a title that fits has nothing, and one that is cut has its end."""
    room = box._room()
    return box.grab().toImage().copy(room.adjusted(room.width() - 14, 6, 0, -6))


@pytest.mark.parametrize(("key", "is_cut"), [("roads", False), ("long", True)])
def test_a_long_title_ends_in_an_ellipsis_where_nobody_types(box, key, is_cut):
    box.set_choices([Choice("long", "Комитет дорожного хозяйства и транспорта Курской области"), *CHOICES])
    box.held.resize(340, 120)
    QApplication.sendPostedEvents()
    box.choose(key)
    assert box.is_cut() is is_cut

    typing = end_of(box)
    box.other.setFocus()
    assert (end_of(box) != typing) is is_cut
