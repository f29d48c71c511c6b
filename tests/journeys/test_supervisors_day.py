"""A supervisor's day by the mouse: what is overdue, the rating, the month in a workbook; a surge that becomes a paper,
shortcomings that become a memo; the wall that hangs over it all."""

import hashlib
from datetime import date, timedelta

from docx import Document
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt

from app.regulation.workflow import Role
from app.services import episodes, governor, surges
from app.services.alerts.raising import sweep_alerts
from app.services.background.worker import seat_program
from app.services.governor_page import read_overview
from app.services.officials import OfficialFacts, add_official
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.services.verifying import verify
from app.texts.period_report import value_words
from app.ui.pages.memos import MemosPage
from tests.helpers import mouse
from tests.helpers.desk import child, until
from tests.helpers.hands import dialog
from tests.helpers.journeys import desk  # noqa: F401  a fixture
from tests.helpers.qt import is_ready
from tests.helpers.qt import until as patiently
from tests.helpers.surging import surging
from tests.ui.wall.test_window import Wall, press

SLOW = 60.0
# A measure told as a cell of this format tells its number.
IN_WORDS = {"#,##0": "received", "0.0%": "answer_share", "[h]:mm": "final_median"}
# Of a memo's text, in the smallest window it is written in, with two addressees.
MEMO_LINES = 8


async def opened(window, title):
    """A click on a page at the left."""
    mouse.click_entry(window.navigation.list, title)
    await until(lambda: window.places.page is not None and window.places.page.isVisible())
    return window.places.page


def texts_of(model):
    """What a table shows, row by row."""
    columns = range(len(model.columns))
    return [[model.index(row, column).data() for column in columns] for row in range(model.rowCount())]


def in_words(cell):
    """What a cell of the workbook shows, as the window has it."""
    if cell.number_format in IN_WORDS and not isinstance(cell.value, str):
        seconds = isinstance(cell.value, timedelta)
        return value_words(IN_WORDS[cell.number_format], cell.value.total_seconds() if seconds else cell.value)
    return cell.value


async def active(window):
    """Offscreen nobody gives the window back when a dialog closes."""
    window.activateWindow()
    await until(lambda: is_ready(window))


async def until_made(predicate):
    """Processes of their own count and write."""
    await patiently(predicate, SLOW)


async def test_what_is_overdue_the_rating_and_the_month(desk, tmp_path):  # noqa: F811
    region = desk.region
    await region.published()
    late = await region.routed("Яма на Кирова")
    region.clock.move(days=2)
    window = await desk.sit(region.supervisor, queue="overdue")
    await until(lambda: is_ready(window))
    mouse.look(window, "50-supervisor")
    mouse.click_row(window.page.view, 0)
    await until(lambda: window.panel.card() is not None and window.panel.card().id == late)

    page = await opened(window, "Рейтинг")
    await until_made(lambda: page.rows.rowCount() > 0 and page.progress.isHidden())
    mouse.look(window, "51-rating")
    mouse.click_row(page.view, 0, column=3)
    await until(lambda: late in {case.id for case in page.behind.rows.rows()})
    mouse.look(window, "52-rating-behind")

    page = await opened(window, "Отчёты")
    mouse.pick_day(child(page, "period_begin"), date(2026, 11, 1))
    mouse.press(page, "report_make")
    await until_made(lambda: page.report is not None and page._work is None)
    mouse.look(window, "53-report")
    mouse.press(page, "report_save")
    await mouse.name_file(tmp_path / "отчёт.xlsx")
    await until_made(lambda: page.bar.isVisible() and page._work is None)
    assert page.bar.text() == f"Сохранено: {tmp_path}/отчёт.xlsx"
    shown = {cells[0]: [cell.removeprefix("хуже: ") for cell in cells[1:]] for cells in texts_of(page.figures)}
    book = load_workbook(tmp_path / "отчёт.xlsx")
    written = {row[0].value: [in_words(cell) for cell in row[1:]] for row in book["Сводка"].iter_rows(min_row=5)}
    both = written.keys() & shown.keys()
    assert len(both) == 11
    assert {title: written[title] for title in both} == {title: shown[title] for title in both}
    assert shown["Поступило сообщений"][0] == "2"


async def test_a_surge_becomes_a_paper_for_the_governor(desk, tmp_path):  # noqa: F811
    region = desk.region
    await surging(region)
    await surges.SurgeWatch(region.curator).check()
    window = await desk.sit()
    await until(lambda: is_ready(window))
    page = await opened(window, "Губернатору")
    await until(lambda: page._overview is not None and page._model.rows())
    mouse.look(window, "60-surge")
    assert page.buttons["dismiss"].text() == "Это не всплеск…"
    mouse.press(page, "confirm")
    naming = await dialog("episode_name_dialog")
    mouse.look(naming, "61-episode")
    mouse.click(naming.ok)
    await until(lambda: [row.kind for row in page._model.rows()] == ["episode"])
    await active(window)
    region.clock.move(minutes=15)

    mouse.press(page, "report_episode")
    await until(lambda: is_ready(page.asking.dialog))
    paper = page.asking.dialog
    mouse.look(paper, "62-paper")
    mouse.write(child(paper, "done_text"), "Бригады выехали, вывоз восстановят к вечеру.")
    mouse.click(paper.ok)
    await until_made(lambda: page.asking.dialog is None)
    await active(window)
    mouse.press(page, "list_reported")
    await until(lambda: [row.kind for row in page._model.rows()] == ["report"])
    mouse.look(window, "63-reported")
    mouse.press(page, "save_pdf")
    await mouse.name_file(tmp_path / "доклад.pdf")
    await until((tmp_path / "доклад.pdf").exists)
    (report,) = await governor.list_reports(region.curator)
    assert hashlib.sha256((tmp_path / "доклад.pdf").read_bytes()).hexdigest() == report.pdf

    mouse.press(page, "list_episodes")
    await until(lambda: len(page._model.rows()) == 1)
    mouse.press(page, "close")
    await until(lambda: is_ready(page.asking.dialog))
    mouse.write(page.asking.dialog.reason, "Вывоз восстановлен")
    mouse.click(page.asking.dialog.ok)
    await until(lambda: [row.kind for row in page._model.rows()] == ["closed"])
    (episode,) = (await read_overview(region.curator)).closed
    assert episode.reported_at - episode.started_at == timedelta(minutes=15)
    assert len((await episodes.read_episode(region.curator, episode.uuid))[1]) >= 15
    assert (await verify(region.database)).findings == []

    # The supervisor reads it, and is told whose the handing over is.
    chief = await desk.sit(region.supervisor, queue="overdue")
    await until(lambda: is_ready(chief))
    page = await opened(chief, "Губернатору")
    mouse.press(page, "list_reported")
    await until(lambda: [row.kind for row in page._model.rows()] == ["report"])
    mouse.look(chief, "64-supervisor")
    assert page.buttons["save_pdf"].isEnabled()


async def test_shortcomings_become_a_memo(desk, tmp_path):  # noqa: F811
    region = desk.region
    await with_officials(region)
    for text in ("Яма на Кирова", "Яма на Ленина"):
        await region.routed(text)
    region.clock.move(days=2)
    window = await desk.sit()
    await until(lambda: is_ready(window))
    page = await opened(window, "Недостатки")
    await until(lambda: page.rows.rowCount() >= 2)
    mouse.look(window, "70-shortcomings")
    mouse.click_index(page.view, page.rows.index(0, 0))
    assert len(page.marked()) == 1
    mouse.press(page, "mark_all")
    assert len(page.marked()) == page.rows.rowCount()
    mouse.press(page, "to_memo")
    await until(lambda: isinstance(window.places.page, MemosPage))
    page = window.places.page
    await until(lambda: page.editor.memo is not None)
    mouse.look(window, "71-memo")
    lines = page.editor.text.viewport().height() // page.editor.text.fontMetrics().lineSpacing()
    assert lines >= MEMO_LINES
    mouse.write(page.editor.text, "Прошу принять меры. ", QPoint(9, 9))
    mouse.press(page, "memo_save")
    await until(lambda: page.editor.memo.version == 2)
    mouse.press(page, "memo_document")
    await until(lambda: is_ready(page.dialog))
    writing = page.dialog
    mouse.look(writing, "72-memo-document")
    child(writing, "path").setText(str(tmp_path / "записка.docx"))
    mouse.click(writing.ok)
    await until(lambda: writing.is_done)
    mouse.look(writing, "73-memo-document-done")
    mouse.click(writing.ok)
    await until(lambda: page.dialog is None)
    await active(window)
    words = "\n".join(paragraph.text for paragraph in Document(str(tmp_path / "записка.docx")).paragraphs)
    assert words.index("Прошу принять меры. За период")
    mouse.press(page, "memo_send")
    await until(lambda: is_ready(page.dialog))
    mouse.write(child(page.dialog, "words"), "СЭД, № 12-05/331")
    mouse.look(page.dialog, "74-memo-send")
    mouse.click(page.dialog.ok)
    await until(lambda: page.dialog is None and page.editor.memo.state == "sent")
    mouse.look(window, "75-memo-sent")


async def with_officials(region):
    """Whom memos go to."""
    await add_people(region.database, [NewPerson("А. Админов", (Role.ADMINISTRATOR,))])
    people = {person.name: person for person in await list_people(region.database)}
    admin = await sit_down(region.database, people["А. Админов"])
    for name, role, agencies in (("П. Прессов", "press", ()), ("Д. Дорогин", "deputy", (region.agency_ids[0],))):
        facts = OfficialFacts(name, "заместитель Губернатора", date(2026, 1, 1), role=role, agencies=agencies)
        await add_official(admin, facts)


async def test_the_wall_hangs_over_a_day_and_alerts_are_answered(desk, tmp_path):  # noqa: F811
    region = desk.region
    waiting = await region.message()
    window = await desk.sit()
    await until(lambda: is_ready(window))
    wall = Wall(region, tmp_path)
    wall.start(refresh_seconds=60)
    try:
        await wall.shows("now/figure", "0:30")

        # Nine minutes before the end: the bar tells it, a click leads to the case, and that is taking notice.
        await swept(region, window, minutes=21)
        await until(window.alerts.isVisible)
        mouse.look(window, "80-alert")
        mouse.press(window.alerts, "info_bar_action")
        await until(lambda: (card := window.panel.card()) is not None and card.id == waiting)
        await until(window.alerts.isHidden)
        wall.window.tick()
        assert wall.text("now/figure") == "0:09"

        # Over the limit: red on the wall, an alert again; two at once are listed and taken notice of together.
        await region.message("Не вывозят мусор")
        await swept(region, window, minutes=40)
        await until(window.alerts.isVisible)
        await wall.shows("foot/late/value", "2")
        mouse.look(wall.window, "81-wall")
        mouse.look(window, "82-alerts")
        mouse.press(window.alerts, "info_bar_action")
        await until(lambda: window.places.page is not None and window.places.page.objectName() == "alerts")
        page = window.places.page
        await until(lambda: page.model.rowCount() == 2)
        mouse.look(window, "83-alerts-page")
        mouse.click_row(page.view, 0)
        mouse.press(page, "shelve")
        shelf = await dialog("shelf_dialog")
        mouse.look(shelf, "84-shelf")
        mouse.click(shelf.cancel)
        await active(window)

        # Sent by the mouse, the wall lets it go; at night it still stands and says so.
        await region.routed("Яма", agency=1)
        wall.window.activateWindow()
        await press(wall.window, Qt.Key.Key_F5)  # what its own reading every half minute brings
        await wall.shows("foot/detected/value", "3")
        region.clock.move(hours=8)
        wall.window.tick()
        window.tick()
        mouse.look(wall.window, "85-wall-night")
        mouse.look(window, "86-desk-night")
    finally:
        await wall.end()


async def swept(region, window, **later):
    """Time goes on, the worker sweeps, and the window's clock ticks."""
    region.clock.move(**later)
    await sweep_alerts(await seat_program(region.database, region.curator.feed))
    window.tick()
