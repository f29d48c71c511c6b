"""Three ways out without an answer, each in a list of its own with who, when and why; put back by a supervisor."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.regulation.workflow import State
from app.services.verifying import verify
from tests.helpers.desk import child, click, press_ok, type_into, until
from tests.helpers.windows import counts
from tests.journeys.test_main_job import click_row, desk, dialog_of, go_to, saved  # noqa: F401

EXITS = (
    (State.NOT_PROCESSED, "ground_4", "", "угрозы жизни, здоровью и имуществу … а также членам его семьи"),
    (State.NO_REACTION, "", "Благодарность", "Благодарность"),
    (State.OUTSIDE_COMPETENCE, "", "Вопрос федерального суда", "Вопрос федерального суда"),
)


async def test_each_exit_has_its_own_list_and_a_supervisor_puts_back(desk):  # noqa: F811
    region = desk.region
    curator = await desk.sit(queue="inbox")
    taken_out = {}
    for state, ground, words, _why in EXITS:
        case_id = taken_out[state] = await region.message(f"Сообщение для {state}")
        await until(lambda: counts(curator)["inbox"] == 1)
        await click_row(curator, case_id)
        dialog = await dialog_of(curator, "exclude")
        press_ok(dialog)
        assert dialog._errors["exit_missing"][0].text() == "Выберите, почему сообщение снимается с работы."
        click(dialog, f"option_{state}")
        if ground:
            press_ok(dialog)
            assert "основани" in dialog._errors["ground_missing"][0].text()
            click(dialog, ground)
        type_into(dialog.reason, words)
        press_ok(dialog)
        await saved(desk, curator, case_id, state)
        await until(lambda: not curator.page.rows())

    await go_to(curator, "excluded")
    await until(lambda: len(curator.page.rows()) == 3)
    for state, _ground, _words, why in EXITS:
        QTest.mouseClick(curator.page.parts.button(state), Qt.MouseButton.LeftButton)
        await until(lambda state=state: curator.page.queue == state and curator.page.rows())
        [row] = curator.page.rows()
        assert (row.id, row.ended_by, row.ended_why) == (taken_out[state], "Е. Соколова", why)
        assert row.closed_at == region.clock.at
    QTest.mouseClick(curator.page.parts.button("excluded"), Qt.MouseButton.LeftButton)
    await until(lambda: len(curator.page.rows()) == 3)

    supervisor = await desk.sit(region.supervisor, queue="excluded")
    await until(lambda: len(supervisor.page.rows()) == 3)
    await click_row(supervisor, taken_out[State.NOT_PROCESSED])
    dialog = await dialog_of(supervisor, "reinstate")
    type_into(dialog.reason, "Угрозы нет")
    press_ok(dialog)
    await saved(desk, supervisor, taken_out[State.NOT_PROCESSED], State.INBOX)
    card = await region.card(taken_out[State.NOT_PROCESSED])
    assert [entry.act for entry in card.history] == ["enter", "exclude", "reinstate"]  # nothing is deleted
    assert (await verify(region.database)).findings == []


@pytest.mark.parametrize("queue", ["inbox", "finished"])
async def test_places_without_parts_show_no_strip(desk, queue):  # noqa: F811
    window = await desk.sit(queue=queue)
    assert not child(window.page, "parts").isVisible()
