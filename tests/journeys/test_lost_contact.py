"""The server is stopped while a person writes: the desk says so and goes on; nothing is lost, nothing doubled."""

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from sqlalchemy import select

from app.models import Draft
from app.services import contact
from app.services.regions import list_people
from app.ui.desk.window import DeskWindow
from app.ui.preferences import Preferences
from tests.helpers.databases import FixedTime, sign_in_all
from tests.helpers.desk import click, press_ok, type_into, until
from tests.helpers.journeys import click_row, dialog_of
from tests.helpers.staffed import Desk, MovableClock
from tests.helpers.windows import press, reading

TYPED = "Здравствуйте! Яму на Щигровской заделаем завтра."


@pytest_asyncio.fixture
async def window(postgres_url, tmp_path, monkeypatch):
    """An executor's desk on the server, by their own sign-in."""
    monkeypatch.setattr(contact, "ASK_EVERY_SECONDS", 0.2)
    monkeypatch.setattr(contact, "TRY_EVERY_SECONDS", 0.1)
    owner = await FixedTime.open(postgres_url, MovableClock())
    desk = await Desk.at(owner)
    case_id, other = await desk.routed(), await desk.routed(text="Вторая яма")
    opened = await sign_in_all(desk)
    people = await list_people(owner)
    made = DeskWindow(desk.executor, people, Preferences(tmp_path / "desk.ini"), tmp_path / "drafts")
    made.desk, made.owner, made.case_id, made.other = desk, owner, case_id, other
    made.resize(1366, 768)
    made.start("executors")
    made.show()
    await until(lambda: len(made.page.rows()) == 2 and not reading(made))
    yield made
    await made.aclose()
    for database in (*opened, owner):
        await database.close()


@pytest.mark.expected_log("unavailable")
async def test_a_draft_written_while_the_server_is_away_is_saved_once_it_is_back(window, halt, tmp_path):
    await click_row(window, window.case_id)
    dialog = await dialog_of(window, "submit")
    type_into(dialog.editor, TYPED)
    bar = window.contact_bar
    left = window.page.rows()[0]
    assert bar.isHidden()

    halt("immediate")
    await until(bar.isVisible)
    assert bar.text().startswith("Сервер 127.0.0.1 не отвечает. Показано то, что было известно в 10:00 (меньше минуты")
    window.desk.clock.move(minutes=7)
    window.tick()
    assert "(7 мин назад)" in bar.text()
    assert window.page.rows()[0] == left  # the rows stay, and their countdowns go on

    press_ok(dialog)
    await until(lambda: dialog.bar.isVisible() and dialog.ok.isEnabled())
    assert "не отвечает" in dialog.bar.text()
    assert dialog.editor.toPlainText() == TYPED
    await until(lambda: any(path.is_file() for path in (tmp_path / "drafts").rglob("*")))

    halt.start()
    await until(lambda: "снова отвечает" in bar.text())
    await until(lambda: dialog.bar.text() == "База снова отвечает: можно сохранить.")
    assert window.status.connection_words() != "База не отвечает; написанное не пропало"
    click(dialog, "info_bar_action")
    await until(lambda: window.acts._dialog is None)
    async with window.owner.read() as connection:
        texts = (await connection.execute(select(Draft.text).where(Draft.case_id == window.case_id))).scalars().all()
    assert texts == [TYPED]
    window.desk.clock.move(seconds=30)
    window.tick()
    assert bar.isHidden()


@pytest.mark.expected_log("unavailable")
async def test_without_contact_a_wish_is_answered_and_no_other_card_is_shown(window, halt):
    await click_row(window, window.case_id)
    halt()
    await until(window.contact_bar.isVisible)
    window.presenter.choose(window.other)
    await until(lambda: window.panel.card() is None)
    press(window.page.view, Qt.Key.Key_Return)
    await until(window.page.bar.isVisible)
    assert window.page.bar.text() == "Связи с базой нет: это не сделано. Повторите, когда база ответит."
    assert window.page.lasting_bar.isHidden()

    halt.start()
    await until(lambda: (card := window.panel.card()) is not None and card.id == window.other)
