"""The main job, by mouse and keyboard through the real window: a file of messages in, a published answer out."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.regulation.workflow import State
from app.services.intake.importing import Order, import_file
from tests.helpers.desk import choose, click, press, press_ok, type_into, until
from tests.helpers.journeys import click_row, desk, dialog_of, go_to, saved  # noqa: F401
from tests.helpers.windows import counts

SAMPLE = Path(__file__).parent.parent / "data" / "intake" / "kursk_shape.csv"
PROMISE = "Здравствуйте! Фонарь на улице Полевой восстановим."
ANSWER = "Здравствуйте! Фонарь на улице Полевой у дома 14 восстановили сегодня утром, фото прилагаем."
LINK = "https://vk.com/wall-46_17?reply=18"


async def test_from_a_file_to_a_published_answer(desk):  # noqa: F811
    region = desk.region
    curator = await desk.sit(queue="stream")
    executor = await desk.sit(region.executor, queue="executors")

    report = await import_file(region.curator, Order(SAMPLE))
    assert (report.new, report.refused) == (4, 1)
    await until(lambda: counts(curator)["stream"] == 4)
    await until(lambda: len(curator.page.rows()) == 4)

    await go_to(curator, "stream")
    row = next(row for row in curator.page.rows() if "Полевой" in row.excerpt)
    case_id = row.id
    await click_row(curator, case_id)
    QTest.mouseClick(curator.panel.acts.button("detect"), Qt.MouseButton.LeftButton)
    await until(lambda: counts(curator)["inbox"] == 1)

    await go_to(curator, "inbox")
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "route")
    choose(dialog.topic, "дороги")
    choose(dialog.location, "сеймский")
    choose(dialog.agency, "дорожного")
    press_ok(dialog)
    await saved(desk, curator, case_id, State.DRAFTING)

    region.clock.move(minutes=15)
    await until(lambda: counts(executor)["executors"] == 1)
    await go_to(executor, "executors")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "submit")
    type_into(dialog.editor, PROMISE)
    press_ok(dialog)
    await saved(desk, executor, case_id, State.APPROVAL)

    region.clock.move(minutes=5)
    await until(lambda: counts(curator)["approval"] == 1)
    await go_to(curator, "approval")
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "rework")
    type_into(dialog.remark, "Назвать срок, приложить фото")
    click(dialog, "rework")
    await saved(desk, curator, case_id, State.REWORK)

    region.clock.move(minutes=20)
    await until(lambda: counts(executor)["rework"] == 1)
    await go_to(executor, "rework")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "submit")
    assert dialog.editor.toPlainText() == PROMISE
    press(dialog.editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    type_into(dialog.editor, ANSWER)
    press_ok(dialog)
    await saved(desk, executor, case_id, State.APPROVAL)

    region.clock.move(minutes=5)
    await until(lambda: counts(curator)["approval"] == 1)
    await go_to(curator, "approval")
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "approve")
    press_ok(dialog)
    await saved(desk, curator, case_id, State.TO_PUBLISH)

    region.clock.move(minutes=12)
    await until(lambda: counts(executor)["to_publish"] == 1)
    await go_to(executor, "to_publish")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "publish")
    type_into(dialog.link, LINK)
    press_ok(dialog)
    await saved(desk, executor, case_id, State.ANSWERED)

    card = await region.card(case_id)
    assert card.publications[0].link == LINK
    assert [draft.text for draft in card.drafts] == [PROMISE, ANSWER]
    judged = {clock.code: clock.outcome for clock in card.clocks if clock.outcome is not None}
    assert {code: str(outcome) for code, outcome in judged.items()} == {
        "route": "met", "return": "lapsed", "answer": "met", "draft": "met",
        "approve": "met", "rework": "met", "publish": "met",
    }  # fmt: skip
    assert [entry.act for entry in card.history] == [
        "collect", "detect", "route", "submit", "rework", "submit", "approve", "publish",
    ]  # fmt: skip
