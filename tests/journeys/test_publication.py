"""From a draft with a photo to an answer under every message, through the real window, closed half-way."""

import pytest_asyncio
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtTest import QTest

from app.regulation.workflow import State
from app.services import casework
from app.services.verifying import verify
from tests.helpers.desk import click, press, press_ok, type_into, until
from tests.helpers.many import add_message, png
from tests.helpers.qt import is_ready
from tests.helpers.windows import open_desk
from tests.journeys.test_main_job import click_row, dialog_of, go_to, saved

LINK = "https://vk.com/wall-5_1?reply={}"


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


def paste(widget, data):
    QGuiApplication.clipboard().setMimeData(data)
    press(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def screenshot():
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.lightGray)
    data = QMimeData()
    data.setImageData(image)
    return data


async def test_an_answer_with_a_photo_under_two_messages(desk, tmp_path, monkeypatch):
    region = desk.region
    case_id = await region.collected(link=LINK.format(1), author_name="Анна")
    await add_message(region.database, case_id, LINK.format(2), "vk", "И у нас на Кирова")
    await casework.detect(region.curator, case_id, 1)
    await casework.route(region.curator, case_id, 2, region.routing())
    executor = await desk.sit(region.executor, queue="executors")

    # The draft with a photo; cancelled, opened again: text and photo are there.
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "submit")
    (tmp_path / "двор.png").write_bytes(png())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "двор.png"))])
    paste(dialog.editor, data)
    await until(lambda: dialog.attached.files())
    (tmp_path / "двор.png").unlink()
    type_into(dialog.editor, "Светофор включили сегодня, фото прилагаем.")
    click(dialog, "cancel")
    await until(lambda: executor.acts._dialog is None)
    dialog = await dialog_of(executor, "submit")
    assert [file.name for file in dialog.attached.files()] == ["двор.png"]
    press_ok(dialog)
    await saved(desk, executor, case_id, State.APPROVAL)

    # The curator sees the photo and opens it.
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    curator = await desk.sit(queue="approval")
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "approve")
    QTest.mouseClick(dialog.attached._tiles[0].button, Qt.MouseButton.LeftButton)
    await until(lambda: opened)
    with open(opened[0], "rb") as copy:
        assert copy.read() == png()
    press_ok(dialog)
    await saved(desk, curator, case_id, State.TO_PUBLISH)

    # One message is answered, then the dialog is closed: what is recorded stays, nothing is closed.
    region.clock.move(minutes=10)
    await go_to(executor, "to_publish")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "publish")
    type_into(dialog.link, LINK.format(11))
    press_ok(dialog)
    await until(lambda: len(dialog._missing()) == 1)
    assert is_ready(dialog)
    click(dialog, "cancel")
    await saved(desk, executor, case_id, State.TO_PUBLISH)
    half = await region.card(case_id)
    assert [p.link for p in half.publications] == [LINK.format(11)]

    # The rest, with a screenshot as its proof.
    await until(lambda: executor.panel.card() and executor.panel.card().version == half.version)
    dialog = await dialog_of(executor, "publish")
    assert dialog.form is dialog.forms[1]
    paste(dialog.link, screenshot())
    await until(lambda: dialog.form.proof.files())
    type_into(dialog.link, LINK.format(22))
    press_ok(dialog)
    await saved(desk, executor, case_id, State.ANSWERED)

    card = await region.card(case_id)
    assert {c.message: str(c.outcome) for c in card.clocks if c.code == "answer"} == {
        message.uuid: "met" for message in card.messages
    }
    assert [bool(p.proof) for p in card.publications] == [False, True]
    await go_to(curator, "finished")
    await click_row(curator, case_id)
    rows = curator.panel.publications.rows()
    QTest.mouseClick(rows[1].proof._tiles[0].button, Qt.MouseButton.LeftButton)
    await until(lambda: len(opened) == 2)
    assert (await verify(region.database)).findings == []
