"""A curator's memo from a shortcoming on a card to what was mended, through the real window (п. 22)."""

from datetime import date

import pytest_asyncio
from docx import Document
from PySide6.QtCore import Qt

from app.regulation.workflow import Role
from app.services import marking, memos
from app.services.officials import OfficialFacts, add_official
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.ui.pages import memos as memos_page
from tests.helpers.desk import child, click, press_ok, type_into
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import counts, open_desk, press


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    database = opened.region.database
    await add_people(database, [NewPerson("А. Админов", (Role.ADMINISTRATOR,))])
    admin = await sit_down(database, next(p for p in await list_people(database) if p.name == "А. Админов"))
    roads = opened.region.agency_ids[0]
    for name, role, agencies in (("П. Прессов", "press", ()), ("Д. Дорогин", "deputy", (roads,))):
        post = f"заместитель Губернатора ({role})"
        await add_official(admin, OfficialFacts(name, post, date(2026, 1, 1), role=role, agencies=agencies))
    yield opened
    await opened.aclose()


async def dialog_of(page):
    await until(lambda: is_ready(page.dialog))
    return page.dialog


async def active(window):
    """A platform without a window manager gives the window no focus back when a dialog closes."""
    window.activateWindow()
    await until(lambda: is_ready(window))


async def gone(page):
    await until(lambda: page.dialog is None)


async def test_from_a_remark_on_a_card_to_what_was_mended(desk, tmp_path):
    region = desk.region
    case_id = await region.published()
    window = await desk.sit(queue="finished")

    # On the card: H notes a shortcoming.
    window.presenter.choose(case_id)
    await until(lambda: window.panel.card() is not None)
    window.presenter.perform_key("H")
    await until(lambda: is_ready(window.acts._dialog))
    noting = window.acts._dialog
    click(noting, "option_untrue")
    type_into(child(noting, "reason"), "Срок назван, работ не было")
    press_ok(noting)
    await until(lambda: window.acts._dialog is None)

    # On the page: it is there with its clause; Space marks it, Ctrl+Enter drafts the memo.
    window.open_page("page:shortcomings")
    page = window.places.page
    await until(lambda: page.rows.rowCount() == 1)
    assert page.rows.rows()[0].clause == "21"
    page.view.setFocus()
    page.view.choose_first()
    await until(lambda: window.panel.card() is not None and window.panel.card().id == case_id)
    await active(window)
    press(window, Qt.Key.Key_Space)
    assert [found.case_id for found in page.marked()] == [case_id]
    press(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    # The memo: addressed by what each oversees, its text changed and saved.
    await until(lambda: isinstance(window.places.page, memos_page.MemosPage))
    page = window.places.page
    await until(lambda: page.editor.memo is not None)
    assert [each.name for each in page.editor.addressees] == ["П. Прессов", "Д. Дорогин"]
    assert "Срок назван, работ не было" in page.editor.text.toPlainText()
    await active(window)
    page.editor.text.setFocus()
    type_into(page.editor.text, "Прошу рассмотреть. ")
    press(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: page.editor.memo.version == 2)
    assert page.editor.memo.text.startswith("Прошу рассмотреть. ")

    # The document.
    click(page, "memo_document")
    writing = await dialog_of(page)
    child(writing, "path").setText(str(tmp_path / "memo.docx"))
    press_ok(writing)
    await until(lambda: writing.is_done)
    press_ok(writing)
    await gone(page)
    words = "\n".join(paragraph.text for paragraph in Document(str(tmp_path / "memo.docx")).paragraphs)
    assert "Д. Дорогин" in words
    assert "Прошу рассмотреть." in words

    # Sent; the text is frozen.
    await until(lambda: page.buttons["send"].isVisible() and page.buttons["send"].isEnabled())
    click(page, "memo_send")
    sending = await dialog_of(page)
    press_ok(sending)
    assert sending.isVisible()  # how it was sent is not said yet
    type_into(child(sending, "words"), "СЭД, № 12-05/331")
    press_ok(sending)
    await gone(page)
    await until(lambda: page.editor.memo.state == "sent")
    assert page.editor.text.isReadOnly()
    assert page.editor.items.rows()[0].due_on == date(2026, 12, 8)

    # On the day it is due the badge reminds; received, mended, closed.
    region.clock.move(days=14)
    window.presenter.reload_counts()
    await until(lambda: counts(window)["page:memos"] == 1)
    for row in page.editor.people.rows():
        row.record.click()
        press_ok(await dialog_of(page))
        await gone(page)
    await until(lambda: page.editor.memo.state == "received")
    page.editor.items_view.choose_first()
    click(page, "memo_mended")
    mending = await dialog_of(page)
    type_into(child(mending, "words"), "Ответ дополнен, исполнителю указано")
    press_ok(mending)
    await gone(page)
    await until(lambda: page.editor.items.rows()[0].mended_on == date(2026, 12, 8))
    await until(lambda: counts(window)["page:memos"] == 0)
    click(page, "memo_close")
    press_ok(await dialog_of(page))
    await gone(page)
    await until(lambda: page.editor.memo.state == "closed")
    entries = [entry.entry for entry in (await memos.read_memo(region.supervisor, page.editor.memo.id)).journal]
    assert entries == [
        "memo_drafted", "memo_changed", "memo_written", "memo_sent", "memo_received", "memo_received",
        "memo_item_mended", "memo_closed",
    ]  # fmt: skip


async def test_two_curators_at_one_memo_lose_nothing(desk):
    region = desk.region
    case_id = await region.published()
    version = (await region.card(case_id)).version
    await marking.note_shortcoming(region.curator, case_id, version, "other", "Так")
    from app.services.shortcomings import find_shortcomings

    today = region.clock.now().date()
    found = await find_shortcomings(region.curator, today, today)
    memo_id = await memos.draft_memo(region.curator, found, today, today)
    window = await desk.sit()
    window.open_page("page:memos")
    page = window.places.page
    await until(lambda: page.editor.memo is not None)
    page.editor.text.setFocus()
    type_into(page.editor.text, "Моё начало. ")

    people = page.editor.memo.addressees
    await memos.save_memo(region.colleague, memo_id, 1, "Другой заголовок", "Чужой текст", people)
    await until(page.bar.isVisible)
    assert "О. Белова" in page.bar.text()
    assert page.editor.text.toPlainText().startswith("Моё начало. ")
    assert page.editor.compare.isVisible()
    click(page, "compare")
    assert "Чужой" in page.editor.differences.toPlainText()
    click(page, "compare")

    # The window is closed with the text typed: it comes back, and says that theirs is newer.
    page.editor.flush()
    await until(lambda: not [t for t in window.scope._tasks if t.get_name() == "keep a memo"])
    again = await desk.sit()
    again.open_page("page:memos")
    page = again.places.page
    await until(lambda: page.editor.memo is not None and page.bar.isVisible())
    assert "О. Белова" in page.bar.text()
    assert page.editor.text.toPlainText().startswith("Моё начало. ")
    page.editor.text.setFocus()
    await active(again)
    press(again, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: page.editor.memo.version == 3)
    stored = await memos.read_memo(region.curator, memo_id)
    assert stored.text.startswith("Моё начало. ")
