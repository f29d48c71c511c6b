"""A published answer that was wrong: a correction is written, approved and published beside it, never over it."""

from app.regulation.workflow import DraftKind, State
from app.services.verifying import verify
from app.ui.dialogs.versions import VersionsDialog
from tests.helpers.desk import child, click, press_ok, type_into, until
from tests.helpers.region import ANSWER
from tests.helpers.windows import counts
from tests.journeys.test_main_job import click_row, desk, dialog_of, go_to, saved  # noqa: F401

LINK = "https://vk.com/wall-46_17?reply=30"


async def test_a_wrong_answer_is_corrected_beside_itself(desk):  # noqa: F811
    region = desk.region
    case_id = await region.published()
    verdicts = [(clock.key, clock.outcome) for clock in (await region.card(case_id)).clocks]
    curator = await desk.sit(queue="finished")
    executor = await desk.sit(region.executor, queue="executors")

    region.clock.move(days=1)
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "correct")
    type_into(dialog.reason, "Улица названа неверно")
    press_ok(dialog)
    await saved(desk, curator, case_id, State.CORRECTING)

    await until(lambda: counts(executor)["rework"] == 1)
    await go_to(executor, "rework")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "submit")
    assert dialog.editor.toPlainText() == ANSWER
    assert child(dialog, "wrong").text() == "Улица названа неверно"
    type_into(dialog.editor, " Уточняем: улица Щигровская, дом 4.")
    press_ok(dialog)
    await saved(desk, executor, case_id, State.APPROVAL)

    # sent back once: the round counts, and the correction goes on
    await until(lambda: counts(curator)["approval"] == 1)
    await go_to(curator, "approval")
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "approve")
    type_into(dialog.remark, "Назвать и двор")
    press_ok(dialog)  # a remark is written: the key returns the draft, it never approves
    await saved(desk, curator, case_id, State.CORRECTING)
    await until(lambda: counts(executor)["rework"] == 1)
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "submit")
    type_into(dialog.editor, " Двор дома 4.")
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
    await saved(desk, executor, case_id, State.ANSWERED)

    card = await region.card(case_id)
    first, second = card.publications
    assert (first.kind, first.corrected_at) == (DraftKind.ANSWER, second.published_at)
    assert (second.kind, second.link, second.corrected_at) == (DraftKind.CORRECTION, LINK, None)
    assert (card.corrections, card.reworks) == (1, 1)
    assert [(c.key, c.outcome) for c in card.clocks if c.code != "correct"] == verdicts
    assert card.drafts[1].remark == "Назвать и двор"
    assert (await verify(region.database)).findings == []

    # any two versions can be compared, with the remark beside
    await go_to(curator, "finished")
    await click_row(curator, case_id)
    click(curator.panel, "versions")
    await until(lambda: curator.findChild(VersionsDialog, "versions_dialog") is not None)
    versions = curator.findChild(VersionsDialog, "versions_dialog")
    await until(versions.isVisible)
    assert versions.versions.count() == 3
    assert versions.remark.text() == "Замечание к версии 2: Назвать и двор"  # the last one beside the one before it
    versions.versions.setCurrentRow(1)
    assert "Назвать и двор" in versions.remark.text()
    versions.against.setCurrentIndex(versions.against.findData(2))
    assert any("Двор" in piece.text and piece.change.value == "removed" for piece in versions.text.pieces())
    versions.accept()


async def test_a_correction_opened_by_mistake_is_withdrawn_by_its_key(desk):  # noqa: F811
    region = desk.region
    case_id = await region.published()
    curator = await desk.sit(queue="finished")
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "correct")
    type_into(dialog.reason, "Улица названа неверно")
    press_ok(dialog)
    await saved(desk, curator, case_id, State.CORRECTING)

    await go_to(curator, "rework")
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "withdraw_correction")
    press_ok(dialog)
    assert not dialog.isHidden(), "without a reason nothing is saved"
    type_into(dialog.reason, "Улица верная, ошибся я")
    press_ok(dialog)
    await saved(desk, curator, case_id, State.ANSWERED)

    card = await region.card(case_id)
    assert (card.corrections, len(card.publications)) == (0, 1)
    assert card.history[-1].note == "Улица верная, ошибся я"
    assert (await verify(region.database)).findings == []
