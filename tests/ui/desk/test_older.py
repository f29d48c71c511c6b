"""A newer program takes the database over while people write: the desk says so and only reads; what is typed stays."""

import pytest
from PySide6.QtCore import Qt

from app.services import contact
from tests.helpers.desk import press_ok, type_into, until
from tests.helpers.journeys import click_row, dialog_of
from tests.helpers.windows import press

OLDER = "Программа старше базы, с которой работает (она знает схему 0001, нужна 0002): обновите её."
TYPED = "Здравствуйте! Яму заделаем завтра."


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(contact, "ASK_EVERY_SECONDS", 0.05)


async def taken_over(desk, schema="0002"):
    async with desk.region.database.write(asks=False) as connection:
        await desk.region.database.keep(connection, {"min_client": schema})


async def test_the_bar_says_that_the_program_is_to_be_updated_and_goes_when_it_may_write_again(desk):
    case_id = await desk.region.message()
    window = await desk.sit()
    bar = window.contact_bar
    assert bar.isHidden()

    await taken_over(desk)
    await until(lambda: bar.isVisible() and bar.text().startswith(OLDER))
    window.tick()
    assert bar.text().startswith(OLDER), "a second later it still says so"
    await click_row(window, case_id)  # it reads on
    assert window.status.connection_words() != "База не отвечает; написанное не пропало"

    await taken_over(desk, "0001")  # the copy from before the update was brought back
    await until(bar.isHidden)


@pytest.mark.parametrize(
    ("act", "queue", "made", "field"),
    [("submit", "executors", "routed", "editor"), ("rework", "approval", "submitted", "remark")],
)
async def test_an_act_is_refused_in_its_dialog_and_what_was_typed_is_there_again(desk, act, queue, made, field):
    region = desk.region
    case_id = await getattr(region, made)()
    window = await desk.sit(region.executor if act == "submit" else region.curator, queue)
    await click_row(window, case_id)
    dialog = await dialog_of(window, act)
    type_into(getattr(dialog, field), TYPED)
    await taken_over(desk)
    version = (await region.card(case_id)).version

    press_ok(dialog)
    await until(lambda: dialog.bar.isVisible() and dialog.bar.text().startswith(OLDER))
    assert getattr(dialog, field).toPlainText() == TYPED
    press(dialog, Qt.Key.Key_Escape)
    await until(lambda: window.acts._dialog is None)
    again = await dialog_of(window, act)

    assert getattr(again, field).toPlainText() == TYPED
    assert (await region.card(case_id)).version == version
    press(again, Qt.Key.Key_Escape)
    await until(lambda: window.acts._dialog is None)


async def test_an_act_without_a_dialog_is_refused_beside_the_rows(desk):
    await desk.region.collected()
    window = await desk.sit(queue="stream")
    await taken_over(desk)

    press(window.page.view, Qt.Key.Key_Return)

    await until(lambda: window.page.bar.isVisible() and window.page.bar.text().startswith(OLDER))
    assert len(window.page.rows()) == 1
