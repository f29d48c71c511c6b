"""A question asked again after its answer, through the real window: found, marked, answered with measures (п. 17)."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.regulation.workflow import DraftKind, State
from app.services import casework
from app.services.verifying import verify
from tests.helpers.desk import child, click, press_ok, type_into, until
from tests.helpers.journeys import click_row, desk, dialog_of, go_to, saved  # noqa: F401
from tests.helpers.qt import is_ready
from tests.helpers.region import ANSWER
from tests.helpers.windows import counts

AGAIN = "На перекрёстке у школы № 5 во Льгове светофор опять не работает, дети переходят как придётся"
MEASURES = "После прежнего ответа светофор заменён, 25 ноября подключён резервный кабель."


async def test_a_question_asked_again(desk):  # noqa: F811
    region = desk.region
    earlier = await region.published()
    case_id = await region.message(AGAIN, author_name="Мария К.")
    first = await region.card(earlier)
    curator = await desk.sit(queue="inbox")

    # The earlier card is offered with the reason why it is alike; Y opens the dialog.
    await click_row(curator, case_id)
    QTest.keyClick(curator.page.view, Qt.Key.Key_Y)
    await until(lambda: is_ready(curator.acts._dialog))
    dialog = curator.acts._dialog
    assert not dialog.ok.isEnabled()
    row = dialog.chooser.rows()[0]
    assert row.button.text() == first.number
    assert row.button.accessibleDescription().startswith("ответ дан ")
    assert "похожий текст: общих слов " in row.button.accessibleDescription()
    QTest.mouseClick(row.button, Qt.MouseButton.LeftButton, pos=row.button.rect().center())
    press_ok(dialog)
    await saved(desk, curator, case_id, State.INBOX)
    await until(lambda: "повторное" in pills(curator))
    assert child(curator.panel, "earlier_answer").toPlainText() == ANSWER

    card = await region.card(case_id)
    await casework.route(region.curator, case_id, card.version, region.routing())
    region.clock.move(minutes=10)
    executor = await desk.sit(region.executor, queue="executors")

    # The executor has a field for the measures; without it the draft is not sent.
    await until(lambda: counts(executor)["executors"] == 1)
    await go_to(executor, "executors")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "submit")
    assert dialog.findChild(type(dialog.measures), "earlier_answer").toPlainText() == ANSWER
    type_into(dialog.editor, "Здравствуйте, Мария! Светофор работает.")
    assert not dialog.ok.isEnabled()
    press_ok(dialog)
    assert "что сделано после прежнего ответа" in dialog.measures.accessibleDescription()
    type_into(dialog.measures, MEASURES)
    press_ok(dialog)
    await saved(desk, executor, case_id, State.APPROVAL)

    await until(lambda: counts(curator)["approval"] == 1)
    await go_to(curator, "approval")
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "approve")
    press_ok(dialog)
    await saved(desk, curator, case_id, State.TO_PUBLISH)

    draft = (await region.card(case_id)).draft
    assert draft.text == f"Здравствуйте, Мария! Светофор работает.\n\n{MEASURES}"
    assert [kin.number for kin in (await region.card(earlier)).kin.repeats] == [card.number]
    assert (await verify(region.database)).findings == []


async def test_a_wrong_mark_and_a_draft_that_came_before_the_mark(desk):  # noqa: F811
    region = desk.region
    earlier = await region.published()
    case_id = await region.submitted("Светофор заменят в декабре.", case_id=await region.routed(AGAIN))
    curator = await desk.sit(queue="approval")
    await click_row(curator, case_id)

    # Found by its number, typed.
    dialog = await dialog_of(curator, "repeat")
    type_into(dialog.chooser.typed, (await region.card(earlier)).number)
    await until(lambda: dialog.chooser.chosen() is not None and dialog.chooser.chosen().id == earlier)
    press_ok(dialog)
    await saved(desk, curator, case_id, State.APPROVAL)
    await until(lambda: "повторное" in pills(curator))

    dialog = await dialog_of(curator, "approve")
    assert "что сделано после прежнего ответа" in dialog.ok.toolTip()
    dialog.reject()
    await until(lambda: curator.acts._dialog is None)

    dialog = await dialog_of(curator, "unmark_repeat")
    type_into(dialog.reason, "Другой перекрёсток")
    press_ok(dialog)
    await saved(desk, curator, case_id, State.APPROVAL)
    await until(lambda: "повторное" not in pills(curator))
    dialog = await dialog_of(curator, "approve")
    click(dialog, "ok")
    await saved(desk, curator, case_id, State.TO_PUBLISH)
    assert (await region.card(case_id)).standing.draft_kind == DraftKind.ANSWER


def pills(window):
    return [pill.text() for pill in window.panel.head._pills if not pill.isHidden()]
