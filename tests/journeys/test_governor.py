"""From a mark to a report to the Governor, and from a surge to an episode's report, through the real window (п. 24)."""

import hashlib
from datetime import timedelta

import pytest_asyncio
from PySide6.QtCore import Qt

from app.services import episodes, governor, surges
from app.services.governor_page import read_overview
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.verifying import verify
from tests.helpers.desk import child, click, press_ok, type_into
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import counts, open_desk, press

PATIENCE = 30.0  # papers are made by another process


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
    press(page.table, Qt.Key.Key_Return)
    dialog = await dialog_of(page)
    type_into(child(dialog, "done_text"), "Бригада выехала, свет восстановят к вечеру.")
    press_ok(dialog)
    await until(lambda: page.asking.dialog is None, PATIENCE)
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


async def surging(region):
    """Four quiet weeks, and a morning that is not."""
    now = region.clock.now()
    quiet = [(f"Вчера {day} {n}", timedelta(days=day, hours=1)) for day in range(1, 28) for n in range(2)]
    loud = [(f"{n}-й двор без вывоза", timedelta(minutes=n)) for n in range(20)]
    messages = [
        Incoming(text, "vk", topic="Вывоз ТКО", place="Льгов", posted_at=now - ago, author_name=f"Житель {text}")
        for text, ago in (*quiet, *loud)
    ]
    await register(region.curator, messages)


async def test_a_surge_is_confirmed_and_its_episode_reported_and_closed(desk):
    region = desk.region
    await surging(region)
    assert len(await surges.SurgeWatch(region.curator).check()) == 1
    window = await desk.sit()
    page = await opened_page(window)
    assert [row.kind for row in page._model.rows()] == ["surge"]
    assert "обычно" in page.why.text()

    click(page, "confirm")
    dialog = await dialog_of(page)
    assert "Вывоз ТКО" in dialog.name.text() or "Льгов" in dialog.name.text()
    press_ok(dialog)
    await until(lambda: [row.kind for row in page._model.rows()] == ["episode"])
    region.clock.move(minutes=15)

    click(page, "report_episode")
    dialog = await dialog_of(page)
    assert "за 3 ч, обычно" in dialog.page.toPlainText() or "за 24 ч, обычно" in dialog.page.toPlainText()
    press_ok(dialog)
    await until(lambda: page.asking.dialog is None, PATIENCE)
    await until(lambda: page._model.rows() == [])

    click(page, "list_episodes")
    await until(lambda: len(page._model.rows()) == 1)
    click(page, "close")
    dialog = await dialog_of(page)
    type_into(dialog.reason, "Вывоз восстановлен")
    press_ok(dialog)
    await until(lambda: [row.kind for row in page._model.rows()] == ["closed"])

    overview = await read_overview(region.curator)
    (episode,) = overview.closed
    assert episode.reported_at - episode.started_at == timedelta(minutes=15)
    assert len((await episodes.read_episode(region.curator, episode.uuid))[1]) >= 15
    assert (await verify(region.database)).findings == []
