"""Tooltips: in lines that an eye follows, and never markup."""

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QTextEdit, QToolTip

from app.ui import theme
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import ElidedLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

WORDS = "Третью неделю во дворе дома по улице Союзной не горит ни один фонарь, дети возвращаются в темноте. " * 4
MARKUP = "<table><tr><td>Яма</td></tr></table> <b>во дворе</b>"


def refused(words):
    button = KeyButton("Согласовать")
    button.refuse(words)
    return button


def elided(words):
    label = ElidedLabel(words)
    label.resize(120, 20)
    return label


def rows(words):
    model = RowsModel([Column(key="what", title="Что", text=str, tooltip=str)], lambda row: row)
    model.show([words])
    return QueueView(model)


def asked(owner):
    """The tooltip that comes where the pointer rests on `owner`."""
    place = owner.viewport() if isinstance(owner, QueueView) else owner
    point = QPoint(20, 10)
    QApplication.sendEvent(place, QHelpEvent(QEvent.Type.ToolTip, point, place.mapToGlobal(point)))
    return next(w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel") and w.isVisible())


@pytest.mark.parametrize("words", [WORDS, MARKUP], ids=["long", "markup"])
@pytest.mark.parametrize("made", [refused, elided, rows])
def test_a_long_tooltip_goes_on_in_the_next_line_and_is_never_markup(qtbot, made, words):
    owner = made(words)
    qtbot.addWidget(owner)
    owner.show()
    tip = asked(owner)

    assert isinstance(tip, QLabel)
    assert tip.width() < theme.current().px(760)
    read = QTextEdit(tip.text()).toPlainText() if tip.text().startswith("<p") else tip.text()
    assert read.split() == words.split()
    QToolTip.hideText()


def test_a_short_one_stays_as_it_is(qtbot):
    owner = refused("Сначала заполните проект")
    qtbot.addWidget(owner)
    owner.show()

    assert asked(owner).text() == "Сначала заполните проект"
    QToolTip.hideText()
