"""From a mark to a report to the Governor, through the real window (п. 24)."""

import hashlib
from datetime import timedelta

import pytest_asyncio
from PySide6.QtCore import Qt

from app.services import governor
from app.services.verifying import verify
from tests.helpers.desk import child, click, press_ok, type_into
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import counts, open_desk, press

PATIENCE = 60.0  # papers are made by another process


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


async def opened_page(window):
    window.open_page("page:governor")
    page = window.places.page
    await until(lambda: page._overview is not None)
    return page


async def dialog_of(page):
    await until(lambda: is_ready(page.asking.dialog))
    return page.asking.dialog


async def test_a_marked_case_is_reported_with_its_page_and_the_stopwatch_ends(desk):
    region = desk.region
    case_id = await region.routed()
    window = await desk.sit(queue="executors")
    await until(lambda: window.panel.card() is not None)
    press(window, Qt.Key.Key_G)
    await until(lambda: is_ready(window.acts._dialog))
    press_ok(window.acts._dialog)
    await until(lambda: window.acts._dialog is None)
    assert (await region.card(case_id)).significant
    region.clock.move(minutes=25)

    page = await opened_page(window)
    await until(lambda: counts(window)["page:governor"] == 1)
    assert [row.kind for row in page._model.rows()] == ["case"]
    await until(lambda: window.panel.card() is not None and window.panel.card().significant)
    window.activateWindow()
    await until(lambda: is_ready(window))
    press(page.table, Qt.Key.Key_G)
    await until(lambda: is_ready(window.acts._dialog))
    dialog = window.acts._dialog
    type_into(child(dialog, "done_text"), "Бригада выехала, свет восстановят к вечеру.")
    press_ok(dialog)
    await until(lambda: window.acts._dialog is None, PATIENCE)
    await until(lambda: page._model.rows() == [])

    click(page, "list_reported")
    await until(lambda: [row.kind for row in page._model.rows()] == ["report"])
    (report,) = await governor.list_reports(region.curator)
    pdf = await governor.read_file(region.curator, report.pdf)
    assert hashlib.sha256(pdf).hexdigest() == report.pdf
    assert pdf.startswith(b"%PDF")
    assert (await governor.read_dataset(region.curator, report.id))["done"].startswith("Бригада выехала")
    clock = next(clock for clock in (await region.card(case_id)).clocks if clock.code == "governor")
    assert clock.stopped_at - clock.started_at == timedelta(minutes=25)
    await until(lambda: counts(window)["page:governor"] == 0)
    assert (await verify(region.database)).findings == []
