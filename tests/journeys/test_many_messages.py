"""Several people about one thing, through the real window: merged, read, answered together, split when mistaken."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.regulation.workflow import DraftKind, State
from app.services import casework
from app.services.verifying import verify
from tests.helpers.desk import child, click, press_ok, type_into, until
from tests.helpers.journeys import click_row, desk, dialog_of, go_to, saved  # noqa: F401
from tests.helpers.windows import counts

SECOND = "Светофор у школы № 5 во Льгове мигает жёлтым со вчерашнего дня, дети боятся переходить"
THIRD = "Вторую неделю не вывозят мусор на Союзной"


def limits(card):
    return {clock.message: clock.due_at for clock in card.clocks if clock.code == "answer" and clock.is_open}


def reachable(panel, name):
    """Whether a part of the card is scrolled to and the mouse can hit it."""
    widget = child(panel, name)
    panel._area.ensureWidgetVisible(widget)
    return widget.visibleRegion().contains(widget.rect().center())


async def pick(dialog, case_id):
    button = child(dialog, f"kin_{case_id}")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await until(button.isChecked)


async def test_two_messages_one_card_and_apart_again(desk):  # noqa: F811
    region = desk.region
    into = await region.routed()
    region.clock.move(minutes=9, seconds=5)
    case_id = await region.message(SECOND, author_name="Мария К.", link="https://vk.com/wall-9_9?reply=4")
    card, other = await region.card(into), await region.card(case_id)
    curator = await desk.sit(queue="inbox")

    # From the fresh message: it goes to the card that looks alike.
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "merge")
    await pick(dialog, into)
    assert child(dialog, "into_other").isChecked()
    press_ok(dialog)
    await saved(desk, curator, case_id, State.MERGED)
    assert limits(await region.card(into)) == limits(card) | limits(other)

    # The card tells both messages, each with its own limit, and the number it came from.
    await until(lambda: counts(curator)["executors"] == 1)
    await go_to(curator, "executors")
    await click_row(curator, into)
    assert curator.page.rows()[0].messages == 2
    blocks = curator.panel.messages.rows()
    lines = [child(block, "own_limit").text() for block in blocks]
    assert lines[0].startswith("сообщение 1 · ответить до ")
    assert lines[1].endswith(f"из {other.number}")

    # The closed card names the one it went to, and opens it.
    QTest.mouseClick(child(curator.panel, f"open_case_{case_id}"), Qt.MouseButton.LeftButton)
    await until(lambda: curator.panel.card() and curator.panel.card().id == case_id)
    assert curator.panel.card().kin.merged_into.number == card.number
    QTest.mouseClick(child(curator.panel, f"open_case_{into}"), Qt.MouseButton.LeftButton)
    await until(lambda: curator.panel.card() and curator.panel.card().id == into)

    # A mistake: split off, the old card is back with its number, and the limits are as they were.
    dialog = await dialog_of(curator, "split")
    assert not dialog.ok.isEnabled()
    moved = next(message for message in (await region.card(into)).messages if message.came_from)
    click(dialog, f"message_{moved.id}")
    assert other.number in child(dialog, "outcome").text()
    press_ok(dialog)
    await saved(desk, curator, case_id, State.INBOX)
    assert limits(await region.card(into)) == limits(card)
    assert limits(await region.card(case_id)) == limits(other)
    assert (await verify(region.database)).findings == []


async def test_what_makes_no_sense_is_said_with_the_way_out(desk):  # noqa: F811
    region = desk.region
    answered = await region.published()
    case_id = await region.message(SECOND)
    other = await region.message(THIRD)
    curator = await desk.sit(queue="inbox")
    await click_row(curator, case_id)

    dialog = await dialog_of(curator, "merge")
    await pick(dialog, answered)
    assert "отметьте эту карточку как повторную" in dialog.chooser.typed.accessibleDescription()
    assert not dialog.ok.isEnabled()
    type_into(dialog.chooser.typed, "99999")
    await until(lambda: "99999" in dialog.chooser.typed.accessibleDescription())
    dialog.chooser.typed.clear()
    type_into(dialog.chooser.typed, (await region.card(other)).number[-3:])
    await until(lambda: dialog.chooser.chosen() and dialog.chooser.chosen().id == other)
    click(dialog, "into_this")
    press_ok(dialog)
    await saved(desk, curator, other, State.MERGED)
    assert [message.text for message in (await region.card(case_id)).messages] == [SECOND, THIRD]


async def test_what_was_written_on_the_merged_card_is_read_on_the_other(desk):  # noqa: F811
    region = desk.region
    into = await region.routed(SECOND)
    gone = await region.submitted("Светофор заменят в декабре.")
    curator = await desk.sit(queue="executors")
    await click_row(curator, into)

    dialog = await dialog_of(curator, "merge")
    await pick(dialog, gone)
    assert child(dialog, "into_this").isChecked()
    assert "Комитет дорожного хозяйства" in child(dialog, "loss").text()
    press_ok(dialog)
    await saved(desk, curator, gone, State.MERGED)
    await until(lambda: curator.panel.card().kin.merged)
    await desk.settled(curator)
    await until(lambda: reachable(curator.panel, f"drafts_of_{gone}"))
    click(curator.panel, f"drafts_of_{gone}")
    text = curator.panel.kin.merged.rows()[0].drafts.rows()[0].text
    await until(text.isVisible)
    assert text.text() == "Светофор заменят в декабре."

    # Answered together: the card is closed by one text.
    card = await region.card(into)
    await casework.submit(region.executor, into, card.version, DraftKind.ANSWER, "Заменим завтра.")
    await until(lambda: counts(curator)["approval"] == 1)
    await go_to(curator, "approval")
    await click_row(curator, into)
    dialog = await dialog_of(curator, "approve")
    assert SECOND in child(dialog, "message_text").toPlainText()
    press_ok(dialog)
    await saved(desk, curator, into, State.TO_PUBLISH)
