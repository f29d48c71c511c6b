"""What is in a frame keeps the room it needs, and fills what there is more."""

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QWidget
from shiboken6 import delete

from app.ui.widgets.roomy import Roomy


@pytest.fixture
def made(qtbot):
    content = QWidget()
    part = QFrame()
    part.setMinimumSize(300, 200)
    QHBoxLayout(content).addWidget(part)
    content.layout().setContentsMargins(0, 0, 0, 0)

    def make(**how):
        roomy = Roomy(content, **how)
        qtbot.addWidget(roomy)
        roomy.show()
        return roomy, content, part

    return make


def test_it_scrolls_where_there_is_less_and_fills_what_is_more(made):
    roomy, content, _ = made()
    roomy.resize(200, 100)
    assert (content.width(), content.height()) == (300, 200)
    assert roomy.horizontalScrollBar().maximum() > 0
    assert roomy.verticalScrollBar().maximum() > 0
    roomy.resize(500, 400)
    assert (content.width(), content.height()) == (500, 400)
    assert roomy.horizontalScrollBar().maximum() == roomy.verticalScrollBar().maximum() == 0


def test_a_column_in_it_asks_for_its_width_and_follows_what_it_holds(made, qtbot):
    roomy, _, part = made(across=False)
    assert roomy.minimumSizeHint().width() >= 300
    part.setMinimumWidth(350)
    qtbot.waitUntil(lambda: roomy.minimumSizeHint().width() >= 350)


def test_it_tells_what_room_there_is(made):
    roomy, _, _ = made()
    told = []
    roomy.room_changed.connect(told.append)
    roomy.resize(420, 300)
    assert told[-1] == 420


def test_content_that_asks_while_its_frame_is_deleted_is_not_answered(qtbot):
    roomy = Roomy(QWidget())
    host, asked = roomy.widget(), []
    roomy.destroyed.connect(lambda: asked.append(QApplication.sendEvent(host, QEvent(QEvent.Type.LayoutRequest))))
    roomy.takeWidget()  # as it is for a moment: the frame is gone, and what was in it is not

    delete(roomy)

    assert len(asked) == 1
    host.deleteLater()


def test_on_a_large_screen_it_grows_no_wider_than_it_is_read(made):
    roomy, content, _ = made(widest=lambda: 600)
    told = []
    roomy.room_changed.connect(told.append)
    roomy.resize(1900, 400)
    assert (content.width(), content.height()) == (600, 400)
    assert told[-1] == 600
    roomy.resize(500, 400)
    assert content.width() == 500
