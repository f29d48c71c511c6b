"""A long value of a choice ends in "…" where it is cut, and only there."""

from PySide6.QtWidgets import QStyleOptionComboBox

from app.ui.widgets.combo_box import ComboBox

LONG = "Департамент по вопросам градостроительной деятельности и благоустройства"


def painted(box):
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    return option.currentText


def test_a_value_that_is_cut_says_so(qtbot):
    box = ComboBox()
    qtbot.addWidget(box)
    box.addItems(["Все органы", LONG])
    box.resize(200, 30)
    box.show()
    assert (painted(box), box.is_cut()) == ("Все органы", False)

    box.setCurrentIndex(1)
    assert painted(box).endswith("…")
    assert LONG.startswith(painted(box).rstrip("…"))
    assert box.is_cut()
    assert box.currentText() == LONG

    box.resize(900, 30)
    assert painted(box) == LONG


def test_in_the_width_it_asks_for_nothing_is_cut(qtbot):
    box = ComboBox()
    qtbot.addWidget(box)
    box.addItems(["выходной день", "рабочий день", LONG])
    box.resize(box.sizeHint())
    box.show()
    for number in range(box.count()):
        box.setCurrentIndex(number)
        assert not box.is_cut()
