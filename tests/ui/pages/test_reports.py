"""The pages «Отчёты» (п. 23) and «Рейтинг» (п. 2), worked in the real window: made, cancelled, saved, told, opened."""

from datetime import date
from multiprocessing import active_children
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.regulation.measures import BY_CODE, Dimension
from app.regulation.workflow import Role
from app.services.officials import OfficialFacts, add_official
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.services.reports import freezing
from app.services.reports.periodic import RatedLine
from app.ui import theme
from app.ui.dialogs.file_dialog import WorkbookDialog
from app.ui.pages import reports as reports_page
from app.ui.pages.rating import shown_first
from app.ui.pages.report_rows import FigureRow, figure_columns, rated_columns
from app.ui.widgets.row_delegate import row_height
from tests.helpers.desk import child, click, press_ok, type_into
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import open_desk, press


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


async def opened_page(desk, code, place=None):
    window = await desk.sit(place)
    window.open_page(f"page:{code}")
    page = window.places.page
    await until(lambda: page.isVisible())
    return window, page


async def this_month(page):
    """Choose the month the desk's clock stands in."""
    page.days.period.begin.setDate(page.days.period.begin.date().addMonths(1))


async def test_a_report_is_made_opened_down_to_its_cases_saved_and_told(desk, tmp_path):
    await desk.region.published()
    open_case = await desk.region.message("Нет воды")
    await add_people(desk.region.database, [NewPerson("Админ", (Role.ADMINISTRATOR,))])
    people = {person.name: person for person in await list_people(desk.region.database)}
    admin = await sit_down(desk.region.database, people["Админ"])
    await add_official(admin, OfficialFacts("Иванова А. А.", "Заместитель", date(2026, 1, 1), role="press"))
    window, page = await opened_page(desk, "reports")
    await this_month(page)
    await until(lambda: is_ready(window))
    press(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: page.report is not None and page._work is None)

    shown = {row.measure.code: row.now for row in page.figures.rows()}
    assert (shown["received"], shown["answered"], shown["carried_out"]) == (2, 1, 1)
    page.open_figure("carried_out")
    await until(lambda: page.behind.rows.rowCount() == 1)
    await until(lambda: window.panel.card() is not None and window.panel.card().id == open_case)

    page.save_to(str(tmp_path / "отчёт.xlsx"))
    await until(lambda: page.bar.isVisible() and page._work is None)
    assert load_workbook(tmp_path / "отчёт.xlsx").sheetnames[0] == "Сводка"

    click(page, "report_tell")
    await until(lambda: (dialog := window.findChild(reports_page.TellingDialog)) and is_ready(dialog))
    dialog = window.findChild(reports_page.TellingDialog)
    assert dialog.to.currentText().startswith("Иванова А. А., заместитель Губернатора")
    type_into(child(dialog, "told_way"), "лично")
    press_ok(dialog)
    await until(lambda: page.made.rows() and page.made.rows()[0].told)
    (told,) = page.made.rows()[0].told
    assert (told.clause, told.way) == ("23", "лично")


async def test_what_is_cancelled_is_not_kept(desk):
    await desk.region.published()
    _, page = await opened_page(desk, "reports", desk.region.supervisor)
    click(page, "report_make")
    await until(lambda: page.cancel.isVisible())
    click(page, "report_cancel")
    await until(lambda: page._work is None and not page.progress.isVisible())

    assert page.report is None
    assert await freezing.list_frozen(desk.region.supervisor) == []
    assert not page.tell.isEnabled()  # п. 23: a curator reports


async def test_a_process_that_dies_is_told_in_the_bar_and_the_page_goes_on(desk):
    await desk.region.published()
    window, page = await opened_page(desk, "reports")
    assert not window.panel.isVisible()  # nothing shown has a card: the figures have its room
    click(page, "report_make")
    await until(active_children)
    for process in active_children():
        process.kill()
    await until(lambda: page._work is None and page.bar.isVisible())

    assert "завершился без ответа" in page.bar.text()
    assert page.make.isEnabled()
    assert page.report is None


async def test_the_rating_opens_the_cases_that_cost_points(desk):
    await desk.region.reworked()
    case_id = await desk.region.routed("Яма на Кирова")
    desk.region.clock.move(days=2)
    _, page = await opened_page(desk, "rating", desk.region.supervisor)
    if not page.rows.rowCount():  # it does not say that there is nothing before it knows
        assert page.view._empty_text == "Баллы считаются…"
    await until(lambda: page.rows.rowCount() > 0)

    row = page.rows.rows()[0]
    assert (row.place, row.messages) == (1, 2)
    assert page.view.rowHeight(0) == row_height(theme.current(), 1)
    click(page, "rating_explain")
    assert "вес 25" in page.rules.text()
    index = page.rows.index(0, 3)
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=page.view.visualRect(index).center())
    await until(lambda: case_id in {case.id for case in page.behind.rows.rows()})


@pytest.mark.parametrize(
    ("standing", "beneath_name", "beneath_points"),
    [
        ("rated", "3 сообщения", ""), ("red", "3 сообщения", "красная зона"),
        ("few", "3 сообщения · мало для рейтинга", ""),
        ("outside", "3 сообщения · вне рейтинга: положение его не обязывает", ""),
    ],
)  # fmt: skip
def test_why_an_agency_has_no_points_stands_beside_its_messages(standing, beneath_name, beneath_points):
    columns = {column.key: column for column in rated_columns()}
    row = RatedLine(1, "Комитет", standing, 3, None, None, {})

    assert (columns["agency"].note(row), columns["total"].note(row)) == (beneath_name, beneath_points)
    assert columns["agency"].lines == 1  # a row has room for no more


@pytest.mark.parametrize(
    ("code", "now", "before", "words"),
    [
        ("overdue_out", 5, 2, "хуже: +3"), ("overdue_out", 2, 5, "−3"),
        ("received", 5, 2, "+3"), ("returns", 5, None, "—"),
    ],
)  # fmt: skip
def test_what_got_worse_says_so_in_a_word_and_not_by_colour_alone(code, now, before, words):
    column = next(column for column in figure_columns(ZoneInfo("Europe/Moscow")) if column.key == "change")
    row = FigureRow(BY_CODE[code], now, before, None)
    assert column.text(row) == words
    assert (column.ink(row) == "late") is words.startswith("хуже")


def test_the_rating_of_a_month_is_shown_when_there_is_enough_of_it():
    assert shown_first(date(2026, 11, 10)).first == date(2026, 10, 1)
    assert shown_first(date(2026, 11, 11)).first == date(2026, 11, 1)


async def test_parts_open_by_the_number_that_was_meant(desk):
    case_id = await desk.region.reworked()
    window, page = await opened_page(desk, "reports")
    await this_month(page)
    click(page, "report_make")
    await until(lambda: page.report is not None and page._work is None)
    page.breakdown.setCurrentIndex(1 + list(Dimension).index(Dimension.AGENCY))
    model = page.parts[Dimension.AGENCY]

    page._open_part(Dimension.AGENCY, model.index(0, 1))

    await until(lambda: [case.id for case in page.behind.rows.rows()] == [case_id])
    await until(window.panel.isVisible)  # of the case listed: the page is narrower now
    page.resize(736, page.height())
    view = child(page, "parts_agency")
    assert view.isColumnHidden(model.columnCount() - 1)
    assert view.columnWidth(0) >= 150
    page.back()
    await until(lambda: not window.panel.isVisible())


async def test_the_queue_a_page_and_a_history_go_to_excel(desk, tmp_path):
    await desk.region.message("Нет воды")
    window = await desk.sit()
    await until(lambda: window.panel.card() is not None)
    for number, (run, sheet) in enumerate(((window.write_table, "Входящие"), (window.write_history, "История"))):
        path = tmp_path / f"{number}.xlsx"
        run()
        await until(lambda: (found := window.findChild(WorkbookDialog)) and is_ready(found))
        dialog = window.findChild(WorkbookDialog)
        dialog.path.setText(str(path))
        press_ok(dialog)
        await until(lambda dialog=dialog: dialog.is_done)
        assert load_workbook(path).sheetnames[0].startswith(sheet)
        dialog.accept()
        await until(lambda: window.findChild(WorkbookDialog) is None)
