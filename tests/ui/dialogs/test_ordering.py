"""The ordering dialog: order set by mouse and keys, the chain warned about before OK (п. 16)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QListWidget

from app.regulation.clocks import Facts
from app.regulation.relay import forecast
from app.services.regulations import shipped_rules
from app.ui.dialogs.act_dialog import Heading
from app.ui.dialogs.chain_timeline import Axis, ChainTimeline
from app.ui.dialogs.ordering import Ordering, OrderingDialog
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.labels import TextLabel
from tests.helpers import mouse
from tests.helpers.qt import type_text

MOSCOW = ZoneInfo("Europe/Moscow")
DETECTED = datetime(2026, 11, 17, 9, 0, tzinfo=MOSCOW)
NOW = DETECTED.replace(minute=10)
AGENCIES = tuple(Choice(str(n), name) for n, name in enumerate(("Льгов", "Дороги", "УГИБДД", "ЖКХ", "Транспорт")))


@pytest.fixture
def make(qtbot):
    rules = shipped_rules("kursk")

    def build(chosen=("0", "1"), **more):
        def drawn(count, now):
            return forecast(rules, count, now, DETECTED, Facts())

        ordering = Ordering(AGENCIES, chosen, drawn, rules, NOW, **more)
        dialog = OrderingDialog(ordering, Heading("Очерёдность органов"))
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return build


def ok(dialog):
    return dialog.findChild(KeyButton, "ok")


def rows(dialog):
    return dialog.findChild(QListWidget, "order_list")


def warning(dialog):
    return dialog.findChild(TextLabel, "chain_warning")


def test_the_buttons_of_the_order_stand_in_one_line(make):
    dialog = make()
    buttons = [dialog.findChild(KeyButton, name) for name in ("move_up", "move_down", "remove_agency")]

    assert len({button.y() for button in buttons}) == 1
    assert buttons[-1].geometry().right() <= buttons[-1].parent().width()


def test_alt_arrows_move_an_agency(make, qtbot):
    dialog = make(("0", "1", "2"))
    rows(dialog).setCurrentRow(2)

    qtbot.keyClick(rows(dialog), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)

    assert dialog.decision() == (0, 2, 1)


def test_buttons_do_what_dragging_and_the_keys_do(make, qtbot):
    dialog = make(("0", "1", "2"))
    up, down, out = (dialog.findChild(KeyButton, name) for name in ("move_up", "move_down", "remove_agency"))
    assert [button.isEnabled() for button in (up, down, out)] == [False, False, False]

    mouse.click_index(rows(dialog), rows(dialog).model().index(2, 0))
    assert [button.isEnabled() for button in (up, down, out)] == [True, False, True]
    mouse.click(up)
    assert dialog.decision() == (0, 2, 1)
    mouse.click(down)
    assert dialog.decision() == (0, 1, 2)
    mouse.click(out)
    assert dialog.decision() == (0, 1)


def test_keyboard_is_where_an_agency_is_added(make, qtbot):
    dialog = make(("0",))
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)

    assert dialog.findChild(ChoiceBox, "add_agency").hasFocus()


def test_bars_bear_the_numbers_that_the_list_gives(make):
    dialog = make(("2", "3"), fixed=("Льгов",))
    told = dialog.findChild(ChainTimeline, "chain_timeline").accessibleName()

    assert [part.split(" · ")[0] for part in told.split("; ")[:2]] == ["2", "3"]


def test_delete_removes_and_an_empty_order_cannot_be_sent(make, qtbot):
    dialog = make(("0",))
    rows(dialog).setCurrentRow(0)

    qtbot.keyClick(rows(dialog), Qt.Key.Key_Delete)

    assert dialog.decision() == ()
    assert not ok(dialog).isEnabled()


def test_an_agency_is_added_once(make, qtbot):
    dialog = make(("0",))
    add = dialog.findChild(ChoiceBox, "add_agency")
    for _ in range(2):
        add.setFocus()
        type_text(add, "гибдд")
        qtbot.keyClick(add, Qt.Key.Key_Return)

    assert dialog.decision() == (0, 2)


def test_a_chain_that_overshoots_is_said_before_ok_with_a_way_out(make):
    dialog = make(("0", "1", "2", "3"))

    assert warning(dialog).isVisible()
    assert "1 ч 10 мин" in warning(dialog).text()
    assert "оставить 3 органа" in warning(dialog).text()
    assert ok(dialog).isEnabled()


def test_a_chain_that_fits_shows_its_slack_only(make):
    dialog = make(("0", "1"))

    assert not warning(dialog).isVisible()
    assert "2 ч 50 мин" in dialog.findChild(TextLabel, "chain_slack").text()


def test_ctrl_enter_sends(make, qtbot):
    dialog = make(("3", "1"))

    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    with qtbot.waitSignal(dialog.submitted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert dialog.decision() == (3, 1)


def test_changing_a_running_order_may_leave_nobody_waiting(make):
    dialog = make((), fixed=("Льгов",), sending=False, needs_next=False)

    assert ok(dialog).isEnabled()


def test_dragging_reorders(make, qtbot):
    dialog = make(("0", "1", "2"))
    view = rows(dialog)
    view.model().moveRow(view.rootIndex(), 0, view.rootIndex(), 3)

    assert dialog.decision() == (1, 2, 0)
    assert view.item(0).data(Qt.ItemDataRole.UserRole + 1).startswith("09:10")


def test_the_picture_leaves_out_what_is_not_worked():
    day = [(NOW.replace(hour=h), NOW.replace(hour=h + 4)) for h in (9, 14)]
    axis = Axis(day, 0, 80)

    assert axis.x(NOW.replace(hour=13, minute=10)) == pytest.approx(40)
    assert axis.x(NOW.replace(hour=14, minute=10)) == pytest.approx(40)
    assert len(axis.gaps()) == 1


def test_the_picture_is_painted_in_every_size(make, qtbot):
    dialog = make(("0", "1", "2", "3"))
    for size in ((1000, 620), (760, 480), (2400, 1300)):
        dialog.resize(*size)
        picture = dialog.grab().toImage()

        assert picture.pixelColor(QPoint(picture.width() - 30, 80)).isValid()
