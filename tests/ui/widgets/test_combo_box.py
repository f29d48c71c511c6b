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
