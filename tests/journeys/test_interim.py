"""A promise from the interim answer to the final one: its date agreed, reminded of, shifted, and kept (п. 15)."""

import asyncio
from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.regulation.clocks import Outcome
from app.regulation.promises import Kept, Reminder
from app.regulation.workflow import State
from app.services.promises import count_promises
from app.services.verifying import verify
from tests.helpers.desk import child, click, press_ok, type_into, until
from tests.helpers.windows import counts
from tests.journeys.test_main_job import LINK, click_row, desk, dialog_of, go_to, saved  # noqa: F401

PROMISE = "Здравствуйте! Светофор проверим и ответим до конца недели."


async def publish_interim(desk, curator, executor, case_id):  # noqa: F811
    await go_to(executor, "executors")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "submit")
    click(dialog, "kind_interim")
    type_into(dialog.editor, PROMISE)
    press_ok(dialog)
    await saved(desk, executor, case_id, State.APPROVAL)

    await until(lambda: counts(curator)["approval"] == 1)
    await go_to(curator, "approval")
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "approve")
    field = child(dialog, "agreed_date")
    field.setDate(QDate(2026, 11, 28))  # a Saturday
    assert "27.11.2026 и 30.11.2026" in dialog._errors["agreed_date_not_working"][0].text()
    assert not dialog.ok.isEnabled()
    field.setDate(QDate(2026, 11, 26))
    press_ok(dialog)
    await saved(desk, curator, case_id, State.TO_PUBLISH)

    await until(lambda: counts(executor)["to_publish"] == 1)
    await go_to(executor, "to_publish")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "publish")
    type_into(dialog.link, LINK)
    press_ok(dialog)
    await saved(desk, executor, case_id, State.INTERIM)


async def test_a_promise_is_listed_reminded_of_shifted_and_kept(desk):  # noqa: F811
    region = desk.region
    case_id = await region.routed()
    curator = await desk.sit(queue="inbox")
    executor = await desk.sit(region.executor, queue="executors")
    await publish_interim(desk, curator, executor, case_id)

    # its own queue: what was promised, until when, what is left
    await until(lambda: counts(curator)["interim"] == 1)
    await go_to(curator, "interim")
    await until(lambda: curator.page.rows() and curator.page.rows()[0].promised)
    row = curator.page.rows()[0]
    assert (row.promised, row.promised_on) == (PROMISE.removeprefix("Здравствуйте! "), date(2026, 11, 26))
    column = next(c for c in curator.page._model.columns if c.key == "promise")
    assert column.note(row) == "до 26.11.2026 · 2 рабочих дня"
    assert curator.reminders.due() == []

    # the curator alone shifts the date, with a reason, within the limit
    await click_row(curator, case_id)
    assert not executor.panel.acts.button("shift_date").isVisible()
    dialog = await dialog_of(curator, "shift_date")
    dialog.date.setDate(QDate(2026, 12, 4))
    assert not dialog.ok.isEnabled()
    assert "03.12.2026" in dialog._errors["agreed_date_late"][0].text()
    dialog.date.setDate(QDate(2026, 11, 27))
    type_into(dialog.reason, "Ждём деталь")
    press_ok(dialog)
    await saved(desk, curator, case_id, State.INTERIM)
    card = await region.card(case_id)
    assert card.promised_on == date(2026, 11, 27)
    assert card.history[-1].note == "Ждём деталь"

    # the working day before: both are reminded, each once
    region.clock.move(days=2)
    for window in (curator, executor):
        window.reminders.refresh()
        await until(window.reminders.isVisible)
        assert [(due.case_id, due.kind) for due in window.reminders.due()] == [(case_id, Reminder.EVE)]
        assert "27.11.2026" in window.reminders.text()
    click(curator.reminders, "info_bar_close")
    await until(lambda: not running("reminders seen"))
    curator.reminders.refresh()
    await until(lambda: not running("reminders"))
    assert curator.reminders.isHidden()
    QTest.mouseClick(executor.reminders.findChild(QPushButton, "info_bar_action"), Qt.MouseButton.LeftButton)
    await until(lambda: executor.page.queue == "interim" and executor.panel.card() is not None)

    # the final answer keeps the promise
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "submit")
    type_into(dialog.editor, "Здравствуйте! Светофор починили сегодня утром.")
    press_ok(dialog)
    await saved(desk, executor, case_id, State.APPROVAL)
    card = await region.card(case_id)
    assert [c.outcome for c in card.clocks if c.code == "final"] == [Outcome.MET]
    kept = await count_promises(region.curator, region.clock.at - timedelta(days=7), region.clock.at + timedelta(1))
    assert kept == Kept(kept=1, broken=0, waiting=0, shifted=1)
    assert (await verify(region.database)).findings == []


def running(name):
    return [task for task in asyncio.all_tasks() if task.get_name() == name]
