"""A leave from its record to the return, in the real window (п. 6): work goes to the substitute and comes back."""

import pytest_asyncio
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest

from app.regulation.workflow import Act, Role
from app.services import handing_over
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.services.verifying import verify
from app.ui.case.acts import offer_for_key
from app.ui.case.sections import facts_of, history_words
from app.ui.dialogs.absence import AbsenceDialog, AbsenceEndDialog
from app.ui.dialogs.handing import HandingDialog
from tests.helpers.desk import choose, press_ok, until
from tests.helpers.qt import is_ready
from tests.helpers.windows import open_desk, press

ROADS = "Комитет дорожного хозяйства Курской области"


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    more = (("С. Сычёв", Role.EXECUTOR), ("Г. Главная", Role.RESPONSIBLE))
    await add_people(opened.region.database, [NewPerson(name, (role,), agency=ROADS) for name, role in more])
    opened.people = await list_people(opened.region.database)
    yield opened
    await opened.aclose()


async def seat(desk, name):
    person = next(person for person in desk.people if person.name == name)
    return await sit_down(desk.region.database, person, desk.region.curator.feed)


async def page_of(window):
    window.open_page("page:absences")
    page = window.places.page
    await until(lambda: page._book is not None and page.arrange.isVisible())
    return page


async def dialog_of(parent, kind):
    await until(lambda: any(is_ready(found) for found in parent.findChildren(kind)))
    return next(found for found in parent.findChildren(kind) if is_ready(found))


async def test_the_responsible_official_gives_work_and_a_leave_moves_it_there_and_back(desk):
    region = desk.region
    chief = await seat(desk, "Г. Главная")
    case_id = await region.routed()
    window = await desk.sit(chief, "executors")
    await until(lambda: window.panel.card() is not None)

    press(window, Qt.Key.Key_I)
    dialog = await dialog_of(window, HandingDialog)
    choose(dialog.person, "панов")
    press_ok(dialog)
    await until(lambda: window.panel.card().leg.executor == "И. Панов")
    await until(lambda: not window.findChildren(HandingDialog))

    page = await page_of(window)
    QTest.mouseClick(page.arrange, Qt.MouseButton.LeftButton)
    dialog = await dialog_of(page, AbsenceDialog)
    choose(dialog.person, "панов")
    dialog.last.setDate(QDate(2026, 11, 25))
    choose(dialog.substitute, "панов")  # nobody substitutes themselves: not even offered
    assert dialog.substitute.chosen() == ""
    choose(dialog.substitute, "сыч")
    assert "Сычёв" in dialog._outcome.text()
    press_ok(dialog)
    await until(lambda: page._model.rowCount() == 1)
    await until(lambda: not page.findChildren(AbsenceDialog))
    assert (await region.card(case_id)).leg.executor == "С. Сычёв"

    region.clock.move(days=2)
    window.tick()

    async def executor():
        return (await region.card(case_id)).leg.executor

    async def back():
        while await executor() != "И. Панов":
            pass

    await back()
    card = await region.card(case_id)
    assert [history_words(entry) for entry in card.history if entry.handed] == [
        "поручено исполнителю: И. Панов — Г. Главная",
        "передано замещающему: И. Панов → С. Сычёв — Г. Главная",
        "возвращено после отсутствия: С. Сычёв → И. Панов — Г. Главная",
    ]
    assert (await verify(region.database)).is_clean


async def test_coming_back_early_brings_the_work_back_at_once(desk):
    region = desk.region
    case_id = await region.message()
    window = await desk.sit(region.curator)
    page = await page_of(window)
    QTest.mouseClick(page.arrange, Qt.MouseButton.LeftButton)
    dialog = await dialog_of(page, AbsenceDialog)
    assert dialog.person.text() == "Е. Соколова"  # nobody else's is theirs to arrange
    choose(dialog.substitute, "белов")
    press_ok(dialog)
    await until(lambda: page._model.rowCount() == 1)
    await until(lambda: not page.findChildren(AbsenceDialog))
    assert (await region.card(case_id)).curator == "О. Белова"

    page.view.choose_first()
    await until(page.end.isVisible)
    QTest.mouseClick(page.end, Qt.MouseButton.LeftButton)
    dialog = await dialog_of(page, AbsenceEndDialog)
    dialog.last.setDate(QDate(2026, 11, 23))
    press_ok(dialog)
    await until(lambda: page._model.rowCount() == 1 and page._model.rows()[0].cancelled)
    await until(lambda: not page.findChildren(AbsenceEndDialog))  # it is saved first, then the work comes back
    assert (await region.card(case_id)).curator == "Е. Соколова"


async def test_a_refusal_stands_beside_its_field_before_anything_is_saved(desk):
    window = await desk.sit(desk.region.supervisor)
    page = await page_of(window)
    QTest.mouseClick(page.arrange, Qt.MouseButton.LeftButton)
    dialog = await dialog_of(page, AbsenceDialog)
    choose(dialog.person, "панов")
    dialog.last.setDate(QDate(2026, 11, 20))
    assert not dialog.ok.isEnabled()
    assert "раньше" in dialog.ok.toolTip()
    assert dialog._outcome.text() == ""
    dialog.reject()


async def test_an_agency_with_nobody_today_is_shown_before_anyone_routes_to_it(desk):
    region = desk.region
    await region.message()
    window = await desk.sit()
    await until(lambda: window.panel.card() is not None)
    press(window, Qt.Key.Key_Return)
    await until(lambda: window.acts._dialog is not None and is_ready(window.acts._dialog))
    dialog = window.acts._dialog
    choose(dialog.agency, "жкх")
    assert "без программы" in dialog._staffing.text()
    assert dialog._staffing.isVisible()
    choose(dialog.agency, "дорожн")
    assert not dialog._staffing.isVisible()
    dialog.reject()
    await until(lambda: window.acts._dialog is None)


async def test_the_card_names_who_has_the_work_and_agencies_without_the_program(desk):
    region = desk.region
    own, foreign = await region.routed(), await region.routed("Другое сообщение", agency=2)
    executor = region.executor
    await handing_over.take_leg(executor, own, (await region.card(own)).version)

    told = {name: value for name, value, _ in facts_of(await region.card(own))}
    assert told["Орган"] == "Комитет дорожного хозяйства · И. Панов"
    card = await region.card(foreign)
    assert "без программы" in {name: value for name, value, _ in facts_of(card)}["Орган"]
    assert offer_for_key("A", (await region.card(own)).standing, executor.actor) is None
    assert offer_for_key("Return", card.standing, region.curator.actor).button.act is Act.SUBMIT
