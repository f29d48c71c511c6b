"""PySide6 6.12.0 drops a reference to None with every void call and aborts on Python 3.10 and 3.11: never again."""

import sys

import pytest
from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QSortFilterProxyModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

CALLS = 500


class Probe(QObject):
    happened = Signal(object)

    def eventFilter(self, watched, event):
        return False


class EmptyModel(QAbstractTableModel):
    def rowCount(self, parent=QModelIndex()):  # noqa: B008
        return 1

    def columnCount(self, parent=QModelIndex()):  # noqa: B008
        return 1

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        return None


class Canvas(QWidget):
    def paintEvent(self, event):
        pass


def void_call():
    probe = QObject()
    return lambda: probe.setObjectName("x")


def signal_to_lambda():
    probe = Probe()
    probe.happened.connect(lambda _: None)
    return lambda: probe.happened.emit(None)


def event_filter():
    probe = Probe()
    probe.installEventFilter(probe)
    return lambda: QApplication.sendEvent(probe, QEvent(QEvent.Type.User))


def model_none_through_proxy():
    model, proxy = EmptyModel(), QSortFilterProxyModel()
    proxy.setSourceModel(model)
    return lambda model=model: proxy.data(proxy.index(0, 0), Qt.ItemDataRole.ToolTipRole)


def painted_widget():
    canvas = Canvas()
    return lambda: canvas.grab()


def timer():
    probe = QTimer()
    return lambda: (probe.start(100_000), probe.stop())


@pytest.mark.parametrize(
    "prepare", [void_call, signal_to_lambda, event_filter, model_none_through_proxy, painted_widget, timer]
)
def test_calls_into_qt_keep_the_count_of_none(prepare):
    guard = [None] * (10 * CALLS)  # so that a binding with the defect fails here instead of aborting
    call = prepare()
    call()
    before = sys.getrefcount(None)

    for _ in range(CALLS):
        call()

    assert sys.getrefcount(None) - before > -CALLS // 10
    assert len(guard) == 10 * CALLS
