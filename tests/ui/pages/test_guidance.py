"""The page «Методическая помощь» and its model answers in the draft dialog (п. 2)."""

import pytest
import pytest_asyncio
from PySide6.QtCore import QModelIndex

from app.services.guidance import GuidanceFacts, add_guidance, list_guidance
from tests.helpers.desk import child, click, type_into
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import open_desk


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


async def opened_page(desk, place=None):
    window = await desk.sit(place)
    window.open_page("page:guidance")
    page = window.places.page
    await until(lambda: page.isVisible())
    return window, page


async def test_a_curator_writes_a_page_and_is_told_what_is_missing(desk):
    _, page = await opened_page(desk)
    click(page, "guidance_add")
    await until(lambda: page.form.isVisible())
    click(page.form, "guidance_answer")
    type_into(page.form.title, "Яма")
    click(page.form, "guidance_save")
    assert page.form._errors["draft_empty"].text() == "Текст пуст."
    type_into(page.form.text, "Здравствуйте, {имя}! Заделаем до {срок}.")
    click(page.form, "guidance_save")
    await until(lambda: page.rows.rowCount() == 1 and page.text.text() != "")
    assert page.name.text() == "Яма"
    assert not page.form.isVisible()
    assert [view.facts.kind for view in await list_guidance(desk.region.curator)] == ["answer"]


async def test_what_is_shown_is_withdrawn_even_where_no_row_is_chosen_just_now(desk):
    await add_guidance(desk.region.curator, GuidanceFacts("instruction", "Как отвечать", "По существу."))
    _, page = await opened_page(desk)
    await until(lambda: page.text.text() == "По существу.")

    page.list.setCurrentIndex(QModelIndex())  # as a list that is read anew leaves it for a moment
    click(page, "guidance_withdraw")

    await until(lambda: page.withdrawn.isVisible())


async def test_an_executor_reads_and_does_not_write(desk):
    await add_guidance(desk.region.curator, GuidanceFacts("instruction", "Как отвечать", "По существу."))
    _, page = await opened_page(desk, desk.region.executor)
    await until(lambda: page.text.text() == "По существу.")
    assert page.add.isHidden()
    assert page.edit.isHidden()


@pytest.mark.parametrize(("author", "called"), [("Андрей Котов", ", Андрей"), ("Микрорайон Северный", "")])
async def test_a_model_answer_goes_into_the_draft_and_its_empty_place_is_refused(desk, author, called):
    text = "Здравствуйте, {имя}! Заделаем до {срок}."
    await add_guidance(desk.region.curator, GuidanceFacts("answer", "Яма", text))
    case_id = await desk.region.routed(author_name=author)
    window = await desk.sit(desk.region.executor, queue="executors")
    await window.presenter.open_case(case_id)
    await until(lambda: window.panel.card() is not None)
    window.presenter.perform_key("Return")
    await until(lambda: is_ready(window.acts._dialog))
    dialog = window.acts._dialog
    click(dialog, "models")
    assert dialog.editor.toPlainText() == f"Здравствуйте{called}! Заделаем до {{срок}}."
    assert dialog.editor.textCursor().selectedText() == "{срок}"
    assert dialog.refusal().code == "place_left"
    type_into(child(dialog, "text"), "25 ноября")
    assert dialog.refusal() is None
    dialog.reject()
    await until(lambda: window.acts._dialog is None)
