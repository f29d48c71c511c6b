"""Buttons go on in the next line where one is full."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QFrame

from app.ui.widgets.flow_row import FlowRow


def frame(name):
    one = QFrame()
    one.setObjectName(name)
    one.setFixedSize(100, 30)
    return one


@pytest.fixture
def row(qtbot):
    row = FlowRow(spacing=10)
    qtbot.addWidget(row)
    for number in range(4):
        row.add(frame(str(number)))
    row.show()
    return row


def corners(row):
    row.layout().activate()
    frames = sorted(row.findChildren(QFrame), key=lambda one: one.objectName())
    return [(one.x(), one.y()) for one in frames if one.isVisible()]


def test_one_line_where_all_fit(row):
    row.resize(430, 200)

    assert corners(row) == [(0, 0), (110, 0), (220, 0), (330, 0)]
    assert row.heightForWidth(430) == 30


def test_next_line_where_one_is_full(row):
    row.resize(429, 200)

    assert corners(row) == [(0, 0), (110, 0), (220, 0), (0, 40)]
    assert row.heightForWidth(429) == 70


def test_hidden_widget_takes_no_room(row):
    row.findChild(QFrame, "1").hide()

    assert row.heightForWidth(320) == 30


def test_widget_wider_than_the_pane_gets_its_own_line(row):
    assert row.heightForWidth(50) == 4 * 30 + 3 * 10


def test_what_is_deleted_leaves_its_line(row):
    row.resize(430, 200)
    row.findChild(QFrame, "0").deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    assert corners(row) == [(0, 0), (110, 0), (220, 0)]


def test_an_order_may_be_given_anew(row):
    row.resize(430, 200)
    three, one = row.findChild(QFrame, "3"), row.findChild(QFrame, "1")
    row.set_order([three, one])
    row.layout().activate()

    assert (three.x(), one.x()) == (0, 110)


def test_what_comes_after_the_gap_stands_at_the_right_of_one_line_and_follows_on_where_they_are_more(row):
    row.add_gap()
    row.add(frame("4"))
    row.findChild(QFrame, "4").show()
    row.resize(600, 200)
    assert corners(row)[-1] == (500, 0)
    row.resize(430, 200)
    assert corners(row)[-1] == (0, 40)


def test_a_lower_widget_stands_at_half_the_height_of_its_line(row):
    row.findChild(QFrame, "1").setFixedSize(100, 10)
    row.resize(430, 200)

    assert corners(row)[:2] == [(0, 0), (110, 10)]


def test_what_grows_shares_what_is_left_of_its_line(qtbot):
    row = FlowRow(spacing=10)
    qtbot.addWidget(row)
    for number in range(3):
        one = frame(str(number))
        one.setMinimumWidth(100)
        one.setMaximumWidth(1000)
        row.add(one, grows=number > 0)
    row.resize(420, 200)
    row.show()
    row.layout().activate()
    widths = {one.objectName(): one.width() for one in row.findChildren(QFrame)}

    assert widths == {"0": 100, "1": 150, "2": 150}


def test_what_stands_at_the_right_stays_there_though_its_first_be_hidden(qtbot):
    row = FlowRow(spacing=10)
    qtbot.addWidget(row)
    row.add(frame("0"))
    row.add_gap()
    for number in (1, 2):
        row.add(frame(str(number)))
    row.resize(430, 200)
    row.show()
    row.findChild(QFrame, "1").hide()

    assert corners(row) == [(0, 0), (330, 0)]
