"""Buttons go on in the next line where one is full."""

import pytest
from PySide6.QtWidgets import QFrame, QWidget

from app.ui.widgets.flow_layout import FlowLayout


@pytest.fixture
def flow(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    layout = FlowLayout(widget, spacing=10)
    for number in range(4):
        frame = QFrame()
        frame.setObjectName(str(number))
        frame.setFixedSize(100, 30)
        layout.addWidget(frame)
    widget.show()
    yield layout
    widget.close()


def corners(layout):
    layout.activate()
    return [(item.geometry().x(), item.geometry().y()) for item in map(layout.itemAt, range(layout.count()))]


def test_one_line_where_all_fit(flow):
    flow.parentWidget().resize(430, 200)

    assert corners(flow) == [(0, 0), (110, 0), (220, 0), (330, 0)]
    assert flow.heightForWidth(430) == 30


def test_next_line_where_one_is_full(flow):
    flow.parentWidget().resize(429, 200)

    assert corners(flow) == [(0, 0), (110, 0), (220, 0), (0, 40)]
    assert flow.heightForWidth(429) == 70


def test_hidden_widget_takes_no_room(flow):
    flow.itemAt(1).widget().hide()

    assert flow.heightForWidth(320) == 30


def test_widget_wider_than_the_pane_gets_its_own_line(flow):
    assert flow.heightForWidth(50) == 4 * 30 + 3 * 10


def test_items_can_be_taken(flow):
    taken = flow.takeAt(0)

    assert taken.widget().objectName() == "0"
    assert flow.count() == 3
    assert flow.takeAt(9) is None


def test_what_comes_after_the_gap_stands_at_the_right_of_one_line_and_follows_on_where_they_are_more(flow):
    last = QFrame()
    last.setFixedSize(100, 30)
    flow.add_gap()
    flow.addWidget(last)
    last.show()
    flow.parentWidget().resize(600, 200)
    assert corners(flow)[-1] == (500, 0)
    flow.parentWidget().resize(430, 200)
    assert corners(flow)[-1] == (0, 40)
