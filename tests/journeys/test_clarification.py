"""A request to the author (п. 11): what is missing, the reply on the card, and the case closed when none comes."""

from datetime import timedelta

from app.regulation.workflow import State
from app.services import case_link
from app.services.verifying import verify
from tests.helpers.desk import child, click, press_ok, type_into, until
from tests.helpers.windows import counts
from tests.journeys.test_main_job import LINK, click_row, desk, dialog_of, go_to, saved  # noqa: F401

REPLY = "Это у дома 12 по Ленина, с субботы"
REPLY_LINK = "https://vk.com/wall-46_17?reply=19"


async def ask_the_author(desk, curator, executor, case_id):  # noqa: F811
    await go_to(executor, "executors")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "submit")
    assert not child(dialog, "asked").isVisible()
    click(dialog, "kind_clarification")
    assert child(dialog, "asked").isVisible()
    child(dialog, "ask_where").click()
    child(dialog, "ask_when").click()
    type_into(child(dialog, "question_where"), "у какого дома")
    text = dialog.editor.toPlainText()
    assert text.startswith("Здравствуйте, Андрей!")
    assert "— у какого дома;" in text
    assert "— когда это случилось" in text
    press_ok(dialog)
    await saved(desk, executor, case_id, State.APPROVAL)

    await until(lambda: counts(curator)["approval"] == 1)
    await go_to(curator, "approval")
    await click_row(curator, case_id)
    press_ok(await dialog_of(curator, "approve"))
    await saved(desk, curator, case_id, State.TO_PUBLISH)

    await until(lambda: counts(executor)["to_publish"] == 1)
    await go_to(executor, "to_publish")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "publish")
    type_into(dialog.link, LINK)
    press_ok(dialog)
    await saved(desk, executor, case_id, State.AWAITING_AUTHOR)


async def test_the_authors_reply_joins_the_card_and_wakes_it(desk):  # noqa: F811
    region = desk.region
    case_id = await region.routed()
    curator = await desk.sit(queue="inbox")
    executor = await desk.sit(region.executor, queue="executors")
    await ask_the_author(desk, curator, executor, case_id)
    assert (await region.card(case_id)).draft.asked == ("where", "when")

    region.clock.move(hours=20)
    await until(lambda: counts(curator)["awaiting_author"] == 1)
    await go_to(curator, "awaiting_author")
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "reply_received")
    type_into(dialog.text, REPLY)
    type_into(dialog.link, REPLY_LINK)
    dialog.moment.set_moment(region.clock.at - timedelta(hours=12))
    press_ok(dialog)
    await saved(desk, curator, case_id, State.DRAFTING)

    card = await region.card(case_id)
    [reply] = card.replies
    assert (reply.text, reply.link, reply.replied_at) == (REPLY, REPLY_LINK, region.clock.at - timedelta(hours=12))
    assert await case_link.find_by_link(region.curator, REPLY_LINK) == case_id
    answer = next(clock for clock in card.open_clocks if clock.code == "answer")
    assert (answer.round, answer.started_at) == (2, region.clock.at)
    await until(lambda: counts(executor)["executors"] == 1)
    await go_to(executor, "executors")
    await click_row(executor, case_id)
    assert [block.text.text() for block in executor.panel.replies.rows()] == [REPLY]
    assert (await verify(region.database)).findings == []


async def test_a_case_whose_author_never_replied_is_closed_with_that_outcome(desk):  # noqa: F811
    region = desk.region
    case_id = await region.routed()
    curator = await desk.sit(queue="inbox")
    executor = await desk.sit(region.executor, queue="executors")
    await ask_the_author(desk, curator, executor, case_id)

    region.clock.move(days=5)
    await until(lambda: counts(curator)["awaiting_author"] == 1)
    await go_to(curator, "awaiting_author")
    await click_row(curator, case_id)
    press_ok(await dialog_of(curator, "close_without_reply"))
    await saved(desk, curator, case_id, State.NO_REPLY)
    assert (await verify(region.database)).findings == []
