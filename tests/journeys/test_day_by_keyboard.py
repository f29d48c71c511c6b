"""A curator's day without a mouse: after every act the keyboard is where the next key is meant for."""

from PySide6.QtGui import QGuiApplication

from app.regulation.workflow import DraftKind, State
from app.services import casework
from app.services.handing_over import list_unfinished
from tests.helpers.desk import until
from tests.helpers.hands import back_at, by_palette, dialog, pick, press, record_publication, tab_to, where, write
from tests.helpers.journeys import desk  # noqa: F401  a fixture
from tests.helpers.qt import is_ready

LINK = "https://vk.com/wall-46_17?reply=18"


async def at(window, case_id):
    """Wait until the card of a case stands beside the rows, as it is now."""
    await until(lambda: (card := window.panel.card()) is not None and card.id == case_id)


async def to_queue(window, key, queue):
    press(key)
    await until(lambda: window.page.queue == queue and window.page.rows() and where() == "rows")


def fill_routing():
    pick("topic", "светофоры")
    pick("location", "сеймский")
    pick("agency", "дорожного")


async def test_a_morning_of_messages_in(desk):  # noqa: F811
    region = desk.region
    seen = await region.collected("Во дворе на Полевой третий день не горит фонарь")
    window = await desk.sit(queue="inbox")
    await until(lambda: is_ready(window))

    # A call: written down, and its routing is offered at once.
    press("Ctrl+Shift+N")
    await dialog("entry_dialog")
    assert where() == "text"
    write("Звонила Иванова: на Щигровской не работает светофор")
    pick("topic", "светофоры")
    press("Ctrl+Return")
    await dialog("routing_dialog")
    assert where() == "location", "the topic was taken over from the call"
    fill_routing()
    press("Ctrl+Return")
    await back_at(window)
    await until(lambda: not window.page.rows())

    # What somebody saw in passing: pasted, left by Escape, pasted again with the words typed before.
    QGuiApplication.clipboard().setText(LINK)
    press("Ctrl+V")
    entry = await dialog("entry_dialog")
    assert (where(), entry.link.text()) == ("text", LINK)
    write("Дураки и воры, закопаю всех")
    press("Ctrl+Return")
    await dialog("routing_dialog")
    press("Esc")
    await back_at(window)
    await until(lambda: len(window.page.rows()) == 1)
    insult = window.page.rows()[0].id
    await at(window, insult)

    # п. 20: by its key, with its ground and its reason.
    press("X")
    leaving = await dialog("exclude_dialog")
    assert where() == "option_not_processed"
    press("Space")
    tab_to("ground_1")
    press("Down", "Space")
    tab_to("reason")
    write("Брань и угрозы")
    assert leaving.ok.isEnabled()
    press("Ctrl+Return")
    await back_at(window)
    assert (await region.card(insult)).state is State.NOT_PROCESSED

    # The stream: looked at, detected, sent.
    await to_queue(window, "Ctrl+1", "stream")
    press("Space")
    await until(lambda: not window.page.rows())
    await to_queue(window, "Ctrl+2", "inbox")
    await at(window, seen)
    press("Return")
    await dialog("routing_dialog")
    fill_routing()
    press("Ctrl+Return")
    await back_at(window)
    assert (await region.card(seen)).state is State.DRAFTING


async def test_an_afternoon_of_answers_out(desk):  # noqa: F811
    region = desk.region
    first, second = await region.submitted(), await region.submitted(case_id=await region.routed("Яма у школы"))
    to_publish = await region.submitted(case_id=await region.routed("Не горит фонарь на Полевой"))
    card = await region.card(to_publish)
    await casework.approve(region.curator, to_publish, card.version, DraftKind.ANSWER)
    window = await desk.sit(queue="inbox")
    await until(lambda: is_ready(window))

    # Two drafts: one goes back with a remark, the same keys from the same place approve the other.
    await to_queue(window, "Ctrl+5", "approval")
    shown = window.page.rows()[0].id
    await at(window, shown)
    press("B")
    await dialog("approval_dialog")
    assert where() == "remark"
    write("Назвать срок")
    press("Ctrl+Return")
    await back_at(window)
    other = next(case for case in (first, second) if case != shown)
    await until(lambda: [row.id for row in window.page.rows()] == [other])
    await at(window, other)
    press("Return")
    await dialog("approval_dialog")
    tab_to("ok")
    press("Return")  # the button that has the keyboard
    await back_at(window)
    assert (await region.card(shown)).state is State.REWORK
    assert (await region.card(other)).state is State.TO_PUBLISH

    # Published by the agency by telephone: recorded on its behalf.
    await to_queue(window, "Ctrl+7", "to_publish")
    await until(lambda: {row.id for row in window.page.rows()} == {to_publish, other})
    published = window.page.rows()[0].id
    await at(window, published)
    await record_publication(window, LINK)
    assert (await region.card(published)).state is State.ANSWERED

    # A mark by mistake is taken back; a second time there is nothing to take back, and that is said.
    await to_queue(window, "Ctrl+6", "rework")
    await at(window, shown)
    press("G")
    await dialog("mark_significant_dialog")
    write("Много отметок")
    press("Ctrl+Return")
    await back_at(window)
    await until(window.page.undo.isVisible)
    press("Ctrl+Z")
    await until(lambda: window.panel.card() and not window.panel.card().standing.significant)
    press("Ctrl+Z")
    assert window.page.bar.text().startswith("Отменять нечего")


async def test_the_evening_of_it(desk):  # noqa: F811
    region = desk.region
    cases = [await region.message(f"Сообщение номер {number}") for number in range(3)]
    region.clock.move(minutes=45)
    window = await desk.sit(queue="inbox")
    await until(lambda: is_ready(window))

    # All that is left goes to one agency together.
    press("Ctrl+A", "Return")
    await dialog("routing_together_dialog")
    fill_routing()
    press("Ctrl+Return")
    await back_at(window)
    await until(lambda: not window.page.rows())

    # What was late goes into a memo; Escape leads back to the queue.
    await by_palette("нарушения")
    await back_at(window, "shortcomings_table")
    await until(lambda: window.places.page.view.chosen_id() is not None)
    press("Space", "Ctrl+Return")
    await until(lambda: window.places.page.objectName() == "memos" and where() == "memos_list")
    press("Esc")
    await until(lambda: window.places.page is None)
    assert where() == "rows"

    # The shift goes to the colleague.
    assert len(await list_unfinished(region.curator)) == len(cases)
    await by_palette("передать смену")
    await dialog("shift_end_dialog")
    pick("receiver", "белова")
    press("Ctrl+Return")
    await back_at(window, "roster")
    await until(lambda: not window.places.page.hand.isEnabled())
    assert await list_unfinished(region.curator) == []
