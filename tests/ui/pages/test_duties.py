"""The pages of memos, shortcomings, returns, absences and shifts: what they show, their main act, and nothing to show.

Their whole flows are in tests/journeys; here each is opened in the real window as a person opens it.
"""

from datetime import date, time

import pytest_asyncio
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest

from app.regulation.workflow import Role, State
from app.services import casework, marking, memos
from app.services.absences import AbsencePlan, arrange_absence, read_absences
from app.services.officials import OfficialFacts, add_official
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.services.roster import plan_shift, read_roster
from app.services.shortcomings import find_shortcomings
from app.ui.dialogs.absence import AbsenceDialog, AbsenceEndDialog
from app.ui.dialogs.shift import RemoveShiftDialog
from tests.helpers.desk import child, choose, click, press_ok, type_into
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import open_desk, press

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)  # a Tuesday


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


async def opened_page(desk, code, place=None):
    window = await desk.sit(place)
    window.open_page(f"page:{code}")
    page = window.places.page
    await until(page.isVisible)
    await desk.settled(window)
    return window, page


async def dialog_of(page, kind):
    await until(lambda: any(is_ready(found) for found in page.findChildren(kind)))
    return next(found for found in page.findChildren(kind) if is_ready(found))


async def active(window):
    window.activateWindow()
    await until(lambda: is_ready(window))


async def noted(region, words="Ответ не по существу"):
    case_id = await region.published()
    await marking.note_shortcoming(region.curator, case_id, (await region.card(case_id)).version, "other", words)
    return case_id


async def with_official(region):
    await add_people(region.database, [NewPerson("А. Админов", (Role.ADMINISTRATOR,))])
    admin = await sit_down(region.database, next(p for p in await list_people(region.database) if "Админ" in p.name))
    await add_official(admin, OfficialFacts("П. Прессов", "заместитель Губернатора", date(2026, 1, 1), role="press"))


EMPTY = (
    ("shortcomings", "shortcomings_table", "За этот период недостатков не выявлено."),
    ("returns", "raised_table", "Открытых карточек с повторным возвратом нет."),
    ("returns", "pairs_table", "За этот период возвратов не было."),
    ("absences", "absences", "Все на месте"),
    ("shifts", "left_cases", "Всё в работе у тех, кто на смене."),
)


async def test_where_there_is_nothing_each_page_says_so(desk):
    window = await desk.sit(desk.region.supervisor)
    for code, table, words in EMPTY:
        window.open_page(f"page:{code}")
        view = child(window.places.page, table)
        await until(lambda view=view, words=words: view._empty_text.startswith(words) and view.isVisible())
        assert view.model().rowCount() == 0

    window.open_page("page:memos")
    empty = child(window.places.page, "memos_empty")
    await until(lambda: empty.isVisible() and "«Недостатки»" in empty.text())


async def test_shortcomings_are_filtered_and_marked_with_the_mouse(desk):
    case_id = await noted(desk.region)
    window, page = await opened_page(desk, "shortcomings")
    await until(lambda: page.rows.rowCount() == 1)
    (found,) = page.rows.rows()
    assert (found.case_id, found.remark) == (case_id, "Ответ не по существу")
    assert page.marked() == []

    index = page.rows.index(0, 0)
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=page.view.visualRect(index).center())
    assert [each.case_id for each in page.marked()] == [case_id]
    await until(lambda: window.panel.card() is not None and window.panel.card().id == case_id)

    page.period.end.setDate(page.period.begin.date())  # nothing came to light on that day
    await until(lambda: page.rows.rowCount() == 0)


async def test_a_memo_is_changed_and_recorded_as_sent(desk):
    region = desk.region
    await with_official(region)
    await noted(region)
    found = await find_shortcomings(region.curator, TODAY, TODAY)
    memo_id = await memos.draft_memo(region.curator, found, TODAY, TODAY)
    window, page = await opened_page(desk, "memos")
    await until(lambda: page.editor.memo is not None)
    assert [each.name for each in page.editor.addressees] == ["П. Прессов"]
    assert "Ответ не по существу" in page.editor.text.toPlainText()

    await active(window)
    page.editor.text.setFocus()
    type_into(page.editor.text, "Прошу принять меры. ")
    press(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: is_ready(page.dialog))
    type_into(child(page.dialog, "words"), "СЭД, № 5")
    press_ok(page.dialog)
    await until(lambda: page.editor.memo.state == "sent")
    stored = await memos.read_memo(region.curator, memo_id)
    assert (stored.sent_how, stored.text[:20]) == ("СЭД, № 5", "Прошу принять меры. ")
    assert page.editor.text.isReadOnly()


async def test_returns_show_the_pair_at_once_and_the_case_from_the_second(desk):
    region = desk.region
    case_id = await region.routed()
    for _ in range(2):
        card = await region.card(case_id)
        if card.state is State.RETURNED:
            await casework.reroute(region.curator, case_id, card.version, region.routing())
            card = await region.card(case_id)
        await casework.return_to_curator(region.executor, case_id, card.version, "Дорога муниципальная")
    window, page = await opened_page(desk, "returns", region.supervisor)
    await until(lambda: page.raised.rowCount() == 1)
    await until(lambda: page.note.text() == "1 ждёт куратора")
    assert sum(pair.count for pair in page.pairs.rows()) == 2

    page.raised_view.setFocus()
    page.raised_view.choose_first()
    await active(window)
    press(window, Qt.Key.Key_Return)
    await until(lambda: window.page.isVisible() and window.presenter.queue == "returned")
    await until(lambda: window.panel.card() is not None and window.panel.card().id == case_id)


async def test_an_absence_is_recorded_and_its_end_changed(desk):
    region = desk.region
    window, page = await opened_page(desk, "absences", region.supervisor)
    await until(lambda: page.arrange.isVisible() and is_ready(window))
    press(window, Qt.Key.Key_Insert)
    dialog = await dialog_of(page, AbsenceDialog)
    choose(dialog.person, "панов")
    dialog.last.setDate(QDate(2026, 11, 30))
    press_ok(dialog)
    await until(lambda: page._model.rowCount() == 1)
    (row,) = page._model.rows()
    assert (row.person, row.first_day, row.last_day, row.substitute) == ("И. Панов", TODAY, date(2026, 11, 30), "")
    await until(lambda: page.note.text() == "сегодня отсутствует 1 человек")

    await until(lambda: not page.findChildren(AbsenceDialog))
    page.view.choose_first()
    click(page, "change_absence")
    dialog = await dialog_of(page, AbsenceEndDialog)
    dialog.last.setDate(QDate(2026, 11, 27))
    press_ok(dialog)
    await until(lambda: page._model.rows()[0].last_day == date(2026, 11, 27))
    assert (await read_absences(region.supervisor)).absences[0].last_day == date(2026, 11, 27)


async def test_the_roster_shows_the_week_and_a_shift_is_taken_off(desk):
    region = desk.region
    await plan_shift(region.supervisor, region.curator.person.id, TOMORROW, time(9), time(18))
    away = AbsencePlan(region.colleague.person.id, "leave", TOMORROW, TOMORROW)
    await arrange_absence(region.supervisor, away)
    _, page = await opened_page(desk, "shifts", region.supervisor)
    await until(lambda: page._roster_model.rowCount() > 1)
    days = {row.worker.id: row.days[2] for row in page._roster_model.rows()}
    assert days[region.curator.person.id] == "09–18"
    assert days[region.colleague.person.id] == "отсутствует"

    assert page.roster_view.choose(region.curator.person.id)
    click(page, "remove_shift")
    dialog = await dialog_of(page, RemoveShiftDialog)
    assert dialog.focusWidget() is dialog.shift
    press_ok(dialog)
    await until(lambda: all(row.days[2] != "09–18" for row in page._roster_model.rows()))
    assert (await read_roster(region.supervisor, page.monday)).shifts == ()
