"""The page «Губернатору»: what it lists, what it offers, and what it refuses to whom."""

import io

import pytest_asyncio
from docx import Document

from app.services import episodes, marking, surges
from app.services.reports.templates import list_templates
from app.ui.pages import governor_asking
from tests.helpers.desk import child, click, press_ok, type_into
from tests.helpers.qt import is_ready, until
from tests.helpers.surging import surging
from tests.helpers.windows import open_desk
from tests.journeys.test_governor import dialog_of, opened_page


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


def visible(page):
    return {code for code, button in page.buttons.items() if button.isVisible()}


async def test_an_empty_page_says_so(desk):
    page = await opened_page(await desk.sit())
    assert page.note.text() == "ничто не ждёт"
    assert visible(page) == set()


async def test_a_case_shows_its_card_beside(desk):
    case_id = await desk.region.routed()
    await marking.mark_significant(desk.region.curator, case_id, (await desk.region.card(case_id)).version)
    window = await desk.sit()
    page = await opened_page(window)
    await until(lambda: window.panel.card() is not None and window.panel.card().id == case_id)
    assert visible(page) == {"report_case"}


async def test_a_proposal_is_dismissed_with_a_reason(desk):
    await surging(desk.region)
    await surges.SurgeWatch(desk.region.curator).check()
    page = await opened_page(await desk.sit())
    assert visible(page) == {"confirm", "dismiss"}
    assert page.buttons["confirm"].x() > page.buttons["dismiss"].x(), "the main act is the last, as in a dialog"
    click(page, "dismiss")
    dialog = await dialog_of(page)
    assert not dialog.ok.isEnabled()
    type_into(dialog.reason, "Плановые работы")
    press_ok(dialog)
    await until(lambda: page._model.rows() == [])
    click(page, "list_reported")
    await until(lambda: [row.kind for row in page._model.rows()] == ["dismissed"])
    click(page, "history")
    dialog = await dialog_of(page)
    text = child(dialog, "history_text").toPlainText()
    assert "программа: замечено программой" in text
    assert "Е. Соколова: предложение отклонено" in text
    dialog.reject()
    await until(lambda: page.asking.dialog is None)


async def test_cases_are_added_and_taken_out_of_an_episode(desk):
    region = desk.region
    case_id = await region.message()
    await episodes.open_episode(region.curator, "Светофоры", region.clock.now())
    page = await opened_page(await desk.sit())
    click(page, "cases")
    dialog = await dialog_of(page)
    type_into(dialog.numbers, "999999")
    click(dialog, "add")
    await until(lambda: dialog._errors["number_unknown"][0].isVisible())
    dialog.numbers.clear()
    type_into(dialog.numbers, (await region.card(case_id)).number)
    click(dialog, "add")
    await until(lambda: len(dialog._model.rows()) == 1)
    click(dialog, "remove")
    await until(lambda: dialog._model.rows() == [])
    dialog.reject()
    await until(lambda: page.asking.dialog is None)


async def test_a_supervisor_reads_and_may_not_decide(desk):
    region = desk.region
    await episodes.open_episode(region.curator, "Светофоры", region.clock.now())
    window = await desk.sit(region.supervisor)
    page = await opened_page(window)
    assert not page.buttons["report_episode"].isEnabled()
    assert page.buttons["cases"].isEnabled()
    assert "Куратор" in page.buttons["report_episode"].toolTip()


async def test_a_broken_template_is_refused_in_words_and_a_good_one_taken(desk, tmp_path, monkeypatch):
    broken, good = tmp_path / "broken.docx", tmp_path / "good.docx"
    for path, words in ((broken, "{{neverheard}}"), (good, "Доклад {{number}}")):
        document, out = Document(), io.BytesIO()
        document.add_paragraph(words)
        document.save(out)
        path.write_bytes(out.getvalue())
    asked = iter([broken, good])

    async def next_path(_parent):
        return next(asked)

    monkeypatch.setattr(governor_asking, "_ask_open", next_path)
    page = await opened_page(await desk.sit())
    click(page, "templates")
    dialog = await dialog_of(page)
    assert is_ready(dialog)
    click(dialog, "replace_governor_case")
    await until(lambda: "neverheard" in dialog.bar.text())
    click(dialog, "replace_governor_case")
    await until(lambda: "good.docx" in dialog._notes["governor_case"].text())
    assert (await list_templates(desk.region.curator))[0].name == "good.docx"
    click(dialog, "restore_governor_case")
    await until(lambda: "поставки" in dialog._notes["governor_case"].text())
    dialog.reject()
    await until(lambda: page.asking.dialog is None)
