"""What was done a moment ago is taken back: by an act of its own, or by not carrying out what was held."""

from PySide6.QtCore import Qt

from app.regulation.workflow import Act, State
from app.services import casework
from app.ui.case.undoing import undo_of
from app.ui.desk.undo_bar import SECONDS
from tests.helpers.desk import press_ok
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import press, reading

CONTROL = Qt.KeyboardModifier.ControlModifier


async def stream(desk, count=2):
    ids = [await desk.region.collected(f"Сообщение {number}") for number in range(count)]
    window = await desk.sit(queue="stream")
    await until(lambda: is_ready(window))
    return window, ids


def later(desk, window):
    """Let the offer's time pass."""
    window.tick()
    desk.region.clock.move(seconds=SECONDS)
    window.tick()


async def state(desk, case_id):
    return (await desk.region.card(case_id)).state


async def test_a_dismissal_is_carried_out_after_some_seconds(desk):
    window, ids = await stream(desk, 1)
    press(window, Qt.Key.Key_Delete)
    assert window.page.rows() == []
    assert window.page.undo.text() == "Не требует реагирования: 1 сообщение"
    assert await state(desk, ids[0]) is State.COLLECTED

    later(desk, window)
    await until(lambda: not reading(window))

    assert await state(desk, ids[0]) is State.NO_REACTION
    assert window.page.undo.isHidden()


async def test_a_dismissal_taken_back_was_never_done(desk):
    window, ids = await stream(desk)
    press(window, Qt.Key.Key_A, CONTROL)
    press(window, Qt.Key.Key_Delete)
    assert window.page.rows() == []

    press(window, Qt.Key.Key_Z, CONTROL)
    await until(lambda: len(window.page.rows()) == 2)
    later(desk, window)
    await until(lambda: not reading(window))

    assert [await state(desk, case_id) for case_id in ids] == [State.COLLECTED] * 2
    assert [len((await desk.region.card(case_id)).history) for case_id in ids] == [1, 1]


async def test_taken_back_from_another_queue_the_marked_row_keeps_its_card(desk):
    routed = await desk.region.routed()
    window, [case_id] = await stream(desk, 1)
    press(window, Qt.Key.Key_Delete)
    press(window, Qt.Key.Key_3, CONTROL)
    await until(lambda: (card := window.panel.card()) is not None and card.id == routed)

    press(window, Qt.Key.Key_Z, CONTROL)
    await until(lambda: not reading(window))

    assert await state(desk, case_id) is State.COLLECTED
    assert (window.page.shown.queue, window.panel.card().id) == ("executors", routed)


async def test_the_next_dismissal_and_the_end_of_the_window_carry_out_what_was_held(desk):
    window, ids = await stream(desk)
    press(window, Qt.Key.Key_Delete)
    await until(lambda: len(window.page.rows()) == 1)
    press(window, Qt.Key.Key_Delete)
    await until(lambda: not reading(window))
    states = [await state(desk, case_id) for case_id in ids]
    assert sorted(map(str, states)) == sorted(map(str, (State.COLLECTED, State.NO_REACTION)))

    await window.aclose()
    desk.windows.remove(window)

    assert [await state(desk, case_id) for case_id in ids] == [State.NO_REACTION] * 2


async def test_what_a_colleague_detected_meanwhile_stays_and_is_told(desk):
    window, [case_id] = await stream(desk, 1)
    press(window, Qt.Key.Key_Delete)
    await casework.detect(desk.region.colleague, case_id, 1)

    later(desk, window)
    await until(lambda: window.page.bar.isVisible())

    assert await state(desk, case_id) is State.INBOX
    assert "О. Белова" in window.page.bar.text()


async def marked(desk):
    """A case just marked as significant, and the window that offers to take it back."""
    case_id = await desk.region.routed()
    window = await desk.sit(queue="executors")
    await until(lambda: is_ready(window) and window.panel.card() is not None)
    press(window, Qt.Key.Key_G)
    await until(lambda: is_ready(window.acts._dialog))
    press_ok(window.acts._dialog)
    await until(lambda: window.page.undo.isVisible())
    return case_id, window


async def test_a_mark_is_taken_back_by_its_own_act_with_both_in_the_history(desk):
    case_id, window = await marked(desk)

    window.page.undo.action_requested.emit()
    await until(lambda: window.panel.card().history[-1].act == "unmark_significant")

    card = await desk.region.card(case_id)
    assert (card.significant, card.history[-2].act, card.history[-1].note) == (
        False, "mark_significant", "отменено сразу после действия",
    )  # fmt: skip


async def test_what_a_colleague_did_meanwhile_stands_and_is_told_as_the_reason(desk):
    case_id, window = await marked(desk)
    card = await desk.region.card(case_id)
    await casework.take(desk.region.colleague, case_id, card.version)

    window.page.undo.action_requested.emit()

    await until(lambda: window.page.bar.text().startswith("Не отменено: тем временем О. Белова"))
    assert (await desk.region.card(case_id)).significant


async def test_routing_offers_no_way_back_because_the_agency_has_it(desk):
    case_id = await desk.region.message()
    window = await desk.sit()
    card = await desk.region.card(case_id)
    done = await casework.route(desk.region.curator, case_id, card.version, desk.region.routing())

    assert undo_of(window.place, card, Act.ROUTE, done) is None
