"""An executor's day in the agency without a mouse: what is not theirs back, a draft, its rework, placed, an illness."""

from app.regulation.workflow import DraftKind, State
from app.services import casework
from app.services.absences import read_absences
from tests.helpers.desk import until
from tests.helpers.hands import back_at, by_palette, dialog, press, record_publication, where, write
from tests.helpers.journeys import desk  # noqa: F401  a fixture
from tests.helpers.qt import is_ready

LINK = "https://vk.com/wall-46_17?reply=18"
HASTY, ANSWER = "Здравствуйте! Фонарь починим.", " Починим до 18:00 25 ноября, фото пришлём сюда же."


async def shown(window, case_id, state):
    """Wait until the card stands beside the rows in this state."""
    await until(lambda: (card := window.panel.card()) is not None and (card.id, card.state) == (case_id, state))


async def in_queue(window, key, case_id, state):
    press(key)
    await until(lambda: case_id in [row.id for row in window.page.rows()] and where() == "rows")
    await shown(window, case_id, state)


async def test_an_executors_day(desk):  # noqa: F811
    region = desk.region
    window = await desk.sit(region.executor, "executors")
    await until(lambda: is_ready(window))

    # п. 8: not ours, within the half hour; the field of the reason has the keyboard.
    foreign = await region.routed("Не вывозят мусор на Союзной")
    await until(lambda: window.page.rows())
    await shown(window, foreign, State.DRAFTING)
    region.clock.move(minutes=10)
    press("R")
    await dialog("return_dialog")
    assert where() == "reason"
    write("Вывоз отходов ведёт комитет ЖКХ")
    press("Ctrl+Return")
    await back_at(window)
    await until(lambda: not window.page.rows())
    returned = await region.card(foreign)
    assert returned.state is State.RETURNED
    assert [str(clock.outcome) for clock in returned.clocks if clock.code == "return"] == ["met"]

    # A draft that is left half written is there again, word for word.
    own = await region.routed("Не горит фонарь на Полевой")
    await until(lambda: window.page.rows())
    await shown(window, own, State.DRAFTING)
    press("Return")
    await dialog("draft_dialog")
    assert where() == "text"
    write(HASTY)
    press("Esc")
    await back_at(window)
    press("Return")
    draft = await dialog("draft_dialog")
    assert (where(), draft.editor.toPlainText()) == ("text", HASTY)
    press("Ctrl+Return")
    await back_at(window)
    assert (await region.card(own)).state is State.APPROVAL

    # It comes back with a remark: the text is at hand, the remark beside it.
    remark = "Назвать срок"
    card = await region.card(own)
    await casework.send_to_rework(region.curator, own, card.version, DraftKind.ANSWER, remark)
    await in_queue(window, "Ctrl+3", own, State.REWORK)
    press("Return")
    draft = await dialog("draft_dialog")
    assert draft.editor.toPlainText() == HASTY
    press("Ctrl+End")
    write(ANSWER)
    press("Ctrl+Return")
    await back_at(window)

    # п. 14: placed, the link written down.
    card = await region.card(own)
    assert card.drafts[-1].text == HASTY + ANSWER
    await casework.approve(region.curator, own, card.version, DraftKind.ANSWER)
    await in_queue(window, "Ctrl+4", own, State.TO_PUBLISH)
    await record_publication(window, LINK)
    assert (await region.card(own)).state is State.ANSWERED

    # A day of illness; Escape leads back to the work.
    await by_palette("отпуск")
    await back_at(window, "absences")
    press("Ins")
    await dialog("absence_dialog")
    assert where() == "first_day"
    press("Ctrl+Return")
    await back_at(window, "absences")
    await until(lambda: window.places.page.view.model().rowCount() == 1)
    press("Esc")
    await until(lambda: window.places.page is None)
    assert where() == "rows"
    assert len((await read_absences(region.executor)).absences) == 1
