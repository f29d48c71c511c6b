"""What an administrator does now and then, by the mouse: an official, a moved working day, a copy brought back,
everything exported."""

import csv
import json
from datetime import date, timedelta

import pytest_asyncio

from app.services.local_copies import DAILY, list_copies
from app.services.officials import list_officials
from app.services.regions import list_people, sit_down
from app.ui.desk.leaving import LeavingKind
from tests.helpers import mouse
from tests.helpers.desk import until
from tests.helpers.hands import dialog
from tests.helpers.qt import is_ready
from tests.helpers.windows import open_desk

# A Saturday, worked instead of a Monday.
WORKED, REST = date(2026, 11, 28), date(2026, 11, 30)


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path, administrator="Админ")
    yield opened
    await opened.aclose()


@pytest_asyncio.fixture
async def window(desk):
    admin = next(person for person in await list_people(desk.region.database) if person.name == "Админ")
    made = await desk.sit(await sit_down(desk.region.database, admin, desk.region.curator.feed), "page:registers")
    await until(lambda: is_ready(made) and made.places.page.rows)
    return made


async def opened(window, title):
    mouse.click_entry(window.navigation.list, title)
    await until(lambda: window.places.page is not None and window.places.page.isVisible())
    return window.places.page


async def test_an_official_is_written_down(desk, window):
    page = window.places.page
    mouse.click_tab(page.tabs, "Должностные лица")
    await until(lambda: page._shown_of == "officials" and page.form.fields)
    if page.add.isVisible():
        mouse.click(page.add)
    form = page.form
    mouse.write(form.fields["name"], "Дорогин Дмитрий Петрович")
    mouse.write(form.fields["post"], "заместитель Губернатора")
    oversees = form.fields["agencies"]
    for words in ("дорожного", "жкх"):
        mouse.pick(oversees.add, words)
    mouse.look(window, "A1-official")
    mouse.click_index(oversees.list, oversees.list.model().index(1, 0))
    mouse.click(oversees.out)
    mouse.click(form.save)
    await until(lambda: not form.is_edited() and [row.name for row in page.rows] == ["Дорогин Дмитрий Петрович"])
    (official,) = await list_officials(window.place)
    assert official.agencies == (desk.region.agency_ids[0],)


async def test_a_working_day_is_moved_and_open_limits_follow(desk, window):
    region = desk.region
    region.clock.move(days=3, hours=4)  # Friday, 15:00: eight working hours reach over the days off
    case_id = await region.routed()
    before = due(await region.card(case_id))
    page = await opened(window, "Положение и часы")
    await until(lambda: page.draft.is_read)
    mouse.click_tab(page.tabs.tabBar(), "Часы")
    days = page.hours.days
    for day, kind in ((WORKED, "рабочий день"), (REST, "выходной")):
        mouse.pick_day(days.day, day)
        mouse.pick(days.kind, kind)
        mouse.write(days.act, "Распоряжение Губернатора № 7")
        mouse.click(days.add)
    mouse.look(window, "A2-own-days")
    await until(lambda: page.outcome.apply.isEnabled() and page.outcome.model.rowCount() > 0)
    assert due(await region.card(case_id)) == before
    window.activateWindow()  # offscreen nobody gives it back when a list of choices closes
    await until(lambda: is_ready(window))
    mouse.write(page.outcome.why, "Перенос выходного")
    mouse.click(page.outcome.apply)
    await until(lambda: not page._is_applying and not page.draft.is_edited)
    mouse.look(window, "A3-in-force")
    assert before - due(await region.card(case_id)) == timedelta(days=2)


def due(card):
    return next(clock.due_at for clock in card.clocks if clock.code == "answer" and clock.is_open)


async def test_a_copy_is_brought_back_and_everything_is_exported(desk, window, tmp_path):
    region = desk.region
    await region.message("До копии")
    page = await opened(window, "Копии и выгрузка")
    await until(page.make.isEnabled)
    mouse.click(page.make)
    await until(lambda: page.model.rows() and page.model.rows()[0].cases == 1)
    await region.message("После копии")
    mouse.look(window, "A4-copies")

    mouse.click(page.export)
    exporting = await dialog("export_dialog")
    mouse.look(exporting, "A5-export")
    mouse.click(exporting.path)
    exporting.path.selectAll()
    mouse.type_text(exporting.path, str(tmp_path / "выгрузка"))
    mouse.click(exporting.ok)
    await until(lambda: "Выгружено" in page.bar.text())
    folder = tmp_path / "выгрузка"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["cases"] == 2
    with (folder / "tables" / "message.csv").open(encoding="utf-8", newline="") as file:
        assert {"До копии", "После копии"} <= {cell for row in csv.reader(file) for cell in row}
    window.activateWindow()
    await until(lambda: is_ready(window))

    mouse.click_row(page.view, 0, column=0)
    mouse.click(page.back_button)
    bringing = await dialog("bring_back_dialog")
    mouse.look(bringing, "A6-bring-back")
    mouse.click(bringing.ok)
    assert (await window.left).kind is LeavingKind.REOPEN
    assert [copy.cases for copy in await list_copies(window.place) if copy.why != DAILY] == [2, 1]
