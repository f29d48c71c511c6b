"""While something is dragged over a widget that takes it, what letting go does stands above it."""

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.widgets.drop_note import DropNote

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def host(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.setAcceptDrops(True)
    made.resize(600, 400)
    made.show()
    made.note = DropNote(made, "Отпустите: примем", QMimeData.hasText)
    return made


def entering(host, text):
    data = QMimeData()
    if text:
        data.setText(text)
    event = QDragEnterEvent(QPoint(5, 5), COPY, data, LEFT, NONE)
    event.ignore()
    QApplication.sendEvent(host, event)
    return event, data


def test_it_stands_in_the_middle_while_that_is_above_which_can_be_taken(host):
    event, _ = entering(host, "яма")

    assert event.isAccepted()
    assert host.note.isVisible()
    assert abs(host.note.geometry().center().x() - 300) <= 1
    QApplication.sendEvent(host, QDragLeaveEvent())
    assert host.note.isHidden()


def test_it_goes_when_that_is_let_go_and_the_widget_still_gets_it(host):
    got = []
    host.dropEvent = got.append
    _, data = entering(host, "яма")

    QApplication.sendEvent(host, QDropEvent(QPointF(5, 5), COPY, data, LEFT, NONE))

    assert host.note.isHidden()
    assert [event.type() for event in got] == [QEvent.Type.Drop]


def test_what_cannot_be_taken_is_not_promised(host):
    event, _ = entering(host, "")

    assert not event.isAccepted()
    assert host.note.isHidden()
