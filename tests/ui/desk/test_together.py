"""Several messages marked in a queue and sent together, by keyboard; in the stream sorted out together."""

from PySide6.QtCore import Qt

from app.regulation.workflow import State
from app.services import casework
from tests.helpers.desk import choose, press_ok
from tests.helpers.hearing import unnamed
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import press, reading

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


async def with_messages(desk, queue="inbox", count=3):
    make = desk.region.message if queue == "inbox" else desk.region.collected
    ids = [await make(f"Сообщение {number}: не горят фонари") for number in range(count)]
    window = await desk.sit(queue=queue)
    await until(lambda: is_ready(window))
    return window, ids


async def dialog_of(window):
    await until(lambda: is_ready(window.acts._dialog))
    return window.acts._dialog


def fill(dialog):
    choose(dialog.topic, "светоф")
    choose(dialog.agency, "дорожн")
    choose(dialog.location, "льгов")


async def test_the_whole_queue_is_sent_to_one_agency_by_keyboard(desk):
    window, ids = await with_messages(desk)
    press(window, Qt.Key.Key_A, CONTROL)
    assert window.page.choice.isVisible()

    press(window, Qt.Key.Key_Return)
    dialog = await dialog_of(window)
    assert dialog.topic.hasFocus()
    assert unnamed(dialog) == []
    fill(dialog)
    press_ok(dialog)

    await until(lambda: window.page.rows() == [])
    assert [(await desk.region.card(case_id)).state for case_id in ids] == [State.DRAFTING] * 3
    assert window.page.bar.text() == "Направлено 3 сообщения: Комитет дорожного хозяйства"
    assert window.page.choice.isHidden()


async def test_one_taken_meanwhile_stays_with_its_reason_while_the_others_go(desk):
    window, ids = await with_messages(desk)
    press(window, Qt.Key.Key_Down, SHIFT)
    press(window, Qt.Key.Key_Return)
    dialog = await dialog_of(window)
    fill(dialog)
    version = (await desk.region.card(ids[0])).version
    await casework.exclude(desk.region.colleague, ids[0], version, State.NO_REACTION, "")

    press_ok(dialog)
    await until(lambda: "Не ушло" in dialog.bar.text() and not dialog._is_busy)

    told = {row.chosen.id: row for row in dialog._rows.rows()}
    assert told[ids[0]].note == "Сейчас нельзя: карточка в состоянии «Не требует реагирования»."
    assert told[ids[1]].is_gone
    assert set(told) == set(ids[:2])  # the third was not marked
    assert not dialog.ok.isEnabled()
    dialog.reject()
    await until(lambda: window.page.bar.text() == "Направлено 1 сообщение: Комитет дорожного хозяйства")


async def test_letters_do_nothing_to_one_of_several_and_escape_leaves_one(desk):
    window, ids = await with_messages(desk)
    press(window, Qt.Key.Key_A, CONTROL)

    press(window, Qt.Key.Key_X)
    assert window.acts._dialog is None
    assert "вместе их можно только направить" in window.page.bar.text()

    press(window, Qt.Key.Key_Escape)
    assert [row.id for row in window.page.marked()] == [ids[0]]
    assert window.page.choice.isHidden()


async def test_what_comes_meanwhile_is_not_marked(desk):
    window, ids = await with_messages(desk)
    press(window, Qt.Key.Key_A, CONTROL)

    late = await desk.region.message("Пришло позже: яма во дворе")
    await until(lambda: late in [row.id for row in window.page.rows()])

    assert [row.id for row in window.page.marked()] == ids


async def test_the_stream_is_sorted_out_many_at_once(desk):
    window, ids = await with_messages(desk, "stream")
    press(window, Qt.Key.Key_Down, SHIFT)
    marked = [row.id for row in window.page.marked()]

    press(window, Qt.Key.Key_Delete)
    await until(lambda: len(window.page.rows()) == 1)
    press(window, Qt.Key.Key_Space)
    await until(lambda: window.page.rows() == [])
    window.page.undo.settle()
    await until(lambda: not reading(window))

    states = {case_id: (await desk.region.card(case_id)).state for case_id in ids}
    assert [states.pop(case_id) for case_id in marked] == [State.NO_REACTION] * 2
    assert list(states.values()) == [State.INBOX]
