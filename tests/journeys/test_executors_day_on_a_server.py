"""An executor's day at the region's server by their own sign-in and the mouse: returns in time and late, a draft with
a photo left and taken up, sent back, rewritten, published."""

import asyncio

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from sqlalchemy.engine import make_url

from app.regulation.workflow import DraftKind, State
from app.services import casework
from app.services.cards import read_card
from app.services.verifying import verify
from app.ui.application import Application, Places
from app.ui.desk.window import DeskWindow
from app.ui.preferences import Preferences
from app.ui.start.sign_in import SignInWindow
from app.ui.start.window import StartWindow
from tests.helpers import mouse
from tests.helpers.databases import PASSWORD, FixedTime, sign_in_all
from tests.helpers.desk import until
from tests.helpers.qt import application, is_ready
from tests.helpers.staffed import Desk, MovableClock
from tests.helpers.windows import SIZE

LINK = "https://vk.com/wall-46_17?reply=18"
HASTY, ANSWER = "Здравствуйте! Заделаем.", "Здравствуйте! Яму на Щигровской заделаем до 4 июня, фото приложили."


async def the(kind):
    """The window of a kind that takes clicks."""

    def shown():
        return next((w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()), None)

    await until(lambda: is_ready(shown()))
    return shown()


@pytest_asyncio.fixture
async def desk(postgres_url):
    owner = await FixedTime.open(postgres_url, MovableClock())
    made = await Desk.at(owner)
    made.owner = owner
    opened = await sign_in_all(made)
    yield made
    for database in (*opened, owner):
        await database.close()


@pytest_asyncio.fixture
async def window(desk, postgres_url, tmp_path):
    """Signed in through the first window there is."""
    places = Places(
        database_url=f"sqlite+aiosqlite:///{tmp_path}/desk.db", demo_path=tmp_path / "demo.db",
        drafts=tmp_path / "drafts", preferences=tmp_path / "desk.ini", data=tmp_path,
        open_database=lambda url: FixedTime.open(url, desk.clock), open_demo=None,
    )  # fmt: skip
    running = asyncio.ensure_future(Application(application(), places, Preferences(places.preferences)).main())
    start = await the(StartWindow)
    mouse.look(start, "90-start")
    mouse.press(start, "start_server")
    signing_in, server = await the(SignInWindow), make_url(postgres_url)
    mouse.click(signing_in.port)
    signing_in.port.selectAll()
    mouse.type_text(signing_in.port, str(server.port))
    mouse.write(signing_in.database, server.database)
    mouse.write(signing_in.user, "person3")
    mouse.write(signing_in.password, PASSWORD)
    mouse.look(signing_in, "91-sign-in")
    mouse.click(signing_in.enter)
    made = await the(DeskWindow)
    assert made.place.person.name == "Панов"
    made.setWindowState(Qt.WindowState.WindowNoState)  # a small screen would have it maximised
    made.resize(*SIZE)
    yield made
    made.close()
    assert await asyncio.wait_for(running, 20) == 0


async def choose_case(window, case_id):
    view = window.page.view.viewport()
    await until(lambda: view.isVisible() and case_id in [row.id for row in window.page.rows()])
    mouse.click_row(window.page.view, [row.id for row in window.page.rows()].index(case_id))
    version = (await read_card(window.place, case_id)).version
    await until(lambda: (card := window.panel.card()) and (card.id, card.version) == (case_id, version))


async def to_queue(window, title, queue):
    mouse.click_entry(window.navigation.list, title)
    await until(lambda: window.page.queue == queue)


async def back(window):
    await until(lambda: window.acts._dialog is None)
    window.activateWindow()
    await until(lambda: is_ready(window))


def verdicts(card, code):
    return [str(clock.outcome) for clock in card.clocks if clock.code == code and clock.outcome is not None]


async def return_it(window, case_id, reason):
    """By the card's button; gives what was told of the window."""
    await choose_case(window, case_id)
    returning = await mouse.act_dialog(window, "return")
    mouse.look(returning, f"92-return-{case_id}")
    words = [label.text() for label in returning.findChildren(type(returning._title)) if label.isVisible()]
    mouse.write(returning.reason, reason)
    mouse.click(returning.ok)
    await back(window)
    return next(text for text in words if text.startswith(("В срок", "Срок возврата")))


async def test_an_executors_day_at_the_server(desk, window, tmp_path):
    foreign, late, own = [await desk.routed(text=text) for text in ("Мусор на Союзной", "Лифт", "Яма на Щигровской")]
    desk.clock.move(minutes=10)
    told = await return_it(window, foreign, "Вывоз отходов ведёт комитет ЖКХ")
    assert told == "В срок — до 10:30 (п. 8); позже возврат тоже принимается, но отмечается как поздний."
    assert verdicts(await desk.card(foreign), "return") == ["met"]

    desk.clock.move(minutes=35)
    window.tick()
    told = await return_it(window, late, "Лифты ведёт жилищная инспекция")
    assert told == "Срок возврата истёк в 10:30 (п. 8): возврат примут, но отметят как поздний."
    assert verdicts(await desk.card(late), "return") == ["late"]

    # A draft left half written is there again with its photo.
    photo = tmp_path / "фото.png"
    picture = QImage(64, 48, QImage.Format.Format_RGB32)
    picture.fill(QColor("steelblue"))
    picture.save(str(photo))
    await choose_case(window, own)
    draft = await mouse.act_dialog(window, "submit")
    mouse.write(draft.editor, HASTY)
    mouse.drop(draft.editor, files=[photo])
    await until(lambda: len(draft.attached.files()) == 1)
    mouse.look(draft, "93-draft")
    mouse.click(draft.cancel)
    await back(window)
    draft = await mouse.act_dialog(window, "submit")
    assert draft.editor.toPlainText() == HASTY
    assert len(draft.attached.files()) == 1
    mouse.click(draft.ok)
    await back(window)
    card = await desk.card(own)
    assert (card.state, [file.name for file in card.draft.attachments]) == (State.APPROVAL, [photo.name])

    # Sent back with a remark, rewritten beside it.
    await casework.send_to_rework(desk.curator, own, card.version, DraftKind.ANSWER, "Назвать срок")
    await to_queue(window, "На доработке", "rework")
    await choose_case(window, own)
    draft = await mouse.act_dialog(window, "submit")
    mouse.look(draft, "94-rework")
    mouse.click(draft.editor)
    draft.editor.selectAll()
    mouse.type_text(draft.editor, ANSWER)
    mouse.click(draft.ok)
    await back(window)
    card = await desk.card(own)
    assert (card.draft.text, card.draft.version) == (ANSWER, 2)

    # п. 14: placed by the agency, with a picture of it.
    await casework.approve(desk.curator, own, card.version, DraftKind.ANSWER)
    await to_queue(window, "К размещению", "to_publish")
    await choose_case(window, own)
    publication = await mouse.act_dialog(window, "publish")
    mouse.write(publication.link, LINK)
    mouse.look(publication, "95-publication")
    mouse.click(publication.ok)
    await back(window)
    assert (await desk.card(own)).state is State.ANSWERED
    assert (await verify(desk.owner)).findings == []
