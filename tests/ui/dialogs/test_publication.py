"""The publication dialog with several messages, and files in the three dialogs: dropped, pasted, chosen, refused."""

from dataclasses import replace

import pytest
import pytest_asyncio
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.regulation.workflow import Act, DraftKind
from app.services import casework
from app.services.attachments import take_bytes
from app.ui.case.file_desk import FileDesk
from app.ui.case.material import Material
from app.ui.case.questions import Asker
from app.ui.dialogs.act_dialog import room_for
from app.ui.tasks import TaskScope
from app.ui.widgets.row_button import RowButton
from tests.helpers.desk import child, click, press, press_ok, type_into, until
from tests.helpers.many import MP4, add_message, png
from tests.helpers.region import ANSWER

LINK = "https://vk.com/wall-5_1?reply={}"


@pytest_asyncio.fixture
async def scope():
    failed = []
    made = TaskScope(lambda name, error: failed.append((name, error)))
    yield made
    await made.aclose()
    assert failed == []


@pytest.fixture
def opened():
    dialogs = []

    def show(dialog):
        dialogs.append(dialog)
        dialog.wishes = []
        dialog.submitted.connect(lambda: dialog.wishes.append(dialog.decision()))
        dialog.open()
        QApplication.processEvents()
        return dialog

    yield show
    for dialog in dialogs:
        dialog.close()
        dialog.deleteLater()


@pytest.fixture
def ask(region, scope, tmp_path):
    """The dialog of an act with a real file desk."""

    async def make(case_id, act, place=None):
        place = place or region.executor
        asker = Asker(place, None, FileDesk(place, scope, tmp_path / "files"))
        return asker.question(await region.card(case_id, place), act, Material(region.directories)).dialog

    return make


async def of_three(region, draft=ANSWER, count=3):
    """A card of three messages, or of so many, in one network, its draft approved."""
    case_id = await region.collected(link=LINK.format(1), author_name="Анна")
    for number in range(2, count + 1):
        await add_message(region.database, case_id, LINK.format(number), "vk", f"И у нас на Кирова, {number}")
    await casework.detect(region.curator, case_id, 1)
    await casework.route(region.curator, case_id, 2, region.routing())
    await region.submitted(draft, case_id=case_id)
    await casework.approve(region.curator, case_id, 4, DraftKind.ANSWER)
    return case_id


def said(dialog, field):
    return field.accessibleDescription()


def mime(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(widget, data):
    """What Qt sends when a file is dragged onto a widget and let go there."""
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QDragEnterEvent(QPoint(5, 5), copy, data, left, none))
    event = QDropEvent(QPointF(5, 5), copy, data, left, none)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def paste(widget, data):
    QGuiApplication.clipboard().setMimeData(data)
    press(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def picture(width=640, height=400):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    return image


# ----- several messages


@pytest.mark.parametrize(("count", "is_whole"), [(6, True), (9, False)])
async def test_a_list_of_messages_is_whole_or_shows_that_it_goes_on(region, opened, ask, count, is_whole):
    area = child(opened(await ask(await of_three(region, count=count), Act.PUBLISH)), "messages")
    QApplication.processEvents()
    assert (area.widget().height() <= area.viewport().height()) == is_whole
    cut = [row for row in area.widget().children() if isinstance(row, RowButton)
           and row.y() < area.viewport().height() < row.y() + row.height()]  # fmt: skip
    assert bool(cut) != is_whole


async def test_messages_are_filled_in_any_order_and_recorded_together(region, opened, ask):
    dialog = opened(await ask(await of_three(region), Act.PUBLISH))
    assert [row.text()[:2] for row in dialog.rows] == ["1.", "2.", "3."]
    assert "И у нас на Кирова, 2" in dialog.rows[1].text()
    type_into(dialog.link, LINK.format(11))
    click(dialog, "message_3")
    assert dialog.link.hasFocus()
    type_into(dialog.link, LINK.format(33))

    press_ok(dialog)

    assert [[(record.message_id, record.link) for record in wish] for wish in dialog.wishes] == [
        [(dialog.forms[0].message.id, LINK.format(11)), (dialog.forms[2].message.id, LINK.format(33))]
    ]


async def test_a_wrong_link_of_another_message_is_shown_before_anything_is_saved(region, opened, ask):
    dialog = opened(await ask(await of_three(region), Act.PUBLISH))
    type_into(dialog.link, LINK.format(11))
    press(dialog.link, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    type_into(dialog.link, LINK.format(11))
    assert said(dialog, dialog.link).startswith("Эта ссылка уже подтверждает ответ под другим сообщением")
    press(dialog.link, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)

    dialog.link.setText("https://t.me/kursk/5")
    click(dialog, "message_2")
    dialog.link.setText(LINK.format(22))
    press_ok(dialog)

    assert dialog.form is dialog.forms[0]
    assert said(dialog, dialog.link).startswith("Ссылка ведёт в Telegram, а сообщение размещено в ВКонтакте")
    assert dialog.wishes == []


async def test_with_a_part_recorded_it_asks_for_the_rest(region, opened, ask):
    case_id = await of_three(region)
    dialog = opened(await ask(case_id, Act.PUBLISH))
    type_into(dialog.forms[1].link, LINK.format(22))
    click(dialog, "message_2")
    card = dialog._context.card
    placed = replace(card.messages[1])
    publication = type("Placed", (), {"message_id": placed.id, "draft_uuid": card.draft.uuid,
                                      "link": LINK.format(22), "same_page": True})()  # fmt: skip

    dialog.goes_on(replace(card, publications=(publication,)))

    assert dialog.form is dialog.forms[0]
    assert dialog.rows[1].accessibleName().endswith(": размещено")
    assert not dialog.forms[1].isEnabled()
    type_into(dialog.link, LINK.format(22))
    assert said(dialog, dialog.link).startswith("Эта ссылка уже подтверждает")


async def test_one_message_has_no_list(region, opened, ask):
    dialog = opened(await ask(await region.approved(), Act.PUBLISH))
    assert dialog.rows == []
    assert dialog.link.hasFocus()
    assert dialog.height() <= room_for(dialog).height()


# ----- proofs


async def test_a_picture_is_pasted_into_the_link_and_proves_the_answer(region, opened, ask):
    dialog = opened(await ask(await region.approved(), Act.PUBLISH))
    data = QMimeData()
    data.setImageData(picture())

    paste(dialog.link, data)
    await until(lambda: dialog.form.proof.files())

    (proof,) = dialog.form.proof.files()
    assert (proof.name, proof.media_type) == ("Снимок.png", "image/png")
    shown = QImage.fromData(proof.preview)
    assert (shown.width(), shown.height()) == (192, 120)
    type_into(dialog.link, LINK.format(9))
    press_ok(dialog)
    assert dialog.wishes[0][0].proof == proof


async def test_a_text_is_pasted_as_a_text_even_with_a_picture_beside_it(region, opened, ask):
    dialog = opened(await ask(await region.approved(), Act.PUBLISH))
    data = QMimeData()
    data.setImageData(picture())
    data.setText(LINK.format(9))

    paste(dialog.link, data)

    assert dialog.link.text() == LINK.format(9)
    assert not dialog.form.proof.is_taking()


async def test_a_second_picture_replaces_the_first(region, opened, ask, tmp_path):
    dialog = opened(await ask(await region.approved(), Act.PUBLISH))
    for number in (1, 2):
        path = tmp_path / f"снимок {number}.png"
        path.write_bytes(png(shade=number))
        assert drop(dialog.form.proof, mime(path))
        await until(lambda name=path.name: [f.name for f in dialog.form.proof.files()] == [name])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("фото.png", b"\x89PNG\r\n\x1a\n" + b"rubbish" * 20, "не открывается как снимок"),
        ("фото.jpg", b"<html>", "не фото, не видео и не документ"),
        ("пусто.png", b"", "пуст."),
    ],
)
async def test_what_is_no_picture_is_refused_beside_the_button(region, opened, ask, tmp_path, name, content, words):
    dialog = opened(await ask(await region.approved(), Act.PUBLISH))
    path = tmp_path / name
    path.write_bytes(content)
    drop(dialog.form.proof, mime(path))
    await until(lambda: not dialog.form.proof.is_taking())
    assert words in dialog.form.proof.error.text()
    assert dialog.form.proof.files() == ()


async def test_a_video_is_no_proof(region, opened, ask, tmp_path):
    dialog = opened(await ask(await region.approved(), Act.PUBLISH))
    (tmp_path / "a.mp4").write_bytes(MP4)
    drop(dialog.form.proof, mime(tmp_path / "a.mp4"))
    await until(lambda: dialog.form.proof.files())
    type_into(dialog.link, LINK.format(9))
    press_ok(dialog)
    assert said(dialog, dialog.form.proof).startswith("«a.mp4» — не снимок")
    assert dialog.wishes == []


# ----- drafts


async def test_files_of_a_draft_are_dropped_pasted_and_taken_away(region, opened, ask, tmp_path):
    dialog = opened(await ask(await region.routed(), Act.SUBMIT))
    told = []
    dialog.typed.connect(lambda kind, text: told.append([f.name for f in dialog.attached.files()]))
    (tmp_path / "двор.png").write_bytes(png())
    assert drop(dialog.editor.viewport(), mime(tmp_path / "двор.png"))
    await until(lambda: len(dialog.attached.files()) == 1)
    assert dialog.editor.toPlainText() == ""
    assert told[-1] == ["двор.png"]
    data = QMimeData()
    data.setImageData(picture())
    paste(dialog.editor, data)
    await until(lambda: len(dialog.attached.files()) == 2)

    type_into(dialog.editor, "Готово")
    press_ok(dialog)
    assert [file.name for file in dialog.wishes[0].files] == ["двор.png", "Снимок.png"]
    assert dialog.wishes[0].text == "Готово"

    tiles = dialog.attached._tiles
    QTest.mouseClick(child(tiles[0], "remove_file"), Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    press(tiles[-1].button, Qt.Key.Key_Delete)
    assert dialog.attached.files() == ()


async def test_a_returned_draft_brings_its_files_along(region, opened, ask, tmp_path):
    case_id = await region.routed()
    file = take_bytes(png(), "двор", tmp_path, 10**6)
    version = (await region.card(case_id)).version
    await casework.submit(region.executor, case_id, version, DraftKind.ANSWER, "Сделали", files=[file])
    await casework.send_to_rework(region.curator, case_id, version + 1, DraftKind.ANSWER, "Когда?")

    dialog = opened(await ask(case_id, Act.SUBMIT))

    assert [(f.name, f.sha256) for f in dialog.decision().files] == [("двор.png", file.sha256)]


async def test_the_counter_tells_every_network(region, opened, ask):
    case_id = await region.collected()
    await add_message(region.database, case_id, LINK.format(2), "vk")
    await add_message(region.database, case_id, "https://t.me/kursk/5?comment=7", "telegram")
    await casework.detect(region.curator, case_id, 1)
    await casework.route(region.curator, case_id, 2, region.routing())
    dialog = opened(await ask(case_id, Act.SUBMIT))
    type_into(dialog.editor, "Уточните")
    assert child(dialog, "counter").text() == "8 из 4096 · ВКонтакте   8 из 4096 · Telegram"

    dialog.editor.setPlainText("я" * 4097)
    press_ok(dialog)
    assert said(dialog, dialog.editor) == "Telegram не примет текст в 4097 знаков: не больше 4096. Сократите его."
    assert dialog.wishes == []


# ----- approval


async def test_approval_shows_what_confirms_the_answer(region, opened, ask, tmp_path):
    case_id = await region.routed()
    file = take_bytes(png(), "двор", tmp_path, 10**6)
    version = (await region.card(case_id)).version
    await casework.submit(region.executor, case_id, version, DraftKind.ANSWER, ANSWER, files=[file])
    dialog = opened(await ask(case_id, Act.APPROVE, region.curator))
    asked = []
    dialog.file_requested.connect(asked.append)

    (tile,) = dialog.attached._tiles
    QTest.mouseClick(tile.button, Qt.MouseButton.LeftButton)

    assert [file.name for file in asked] == ["двор.png"]
    assert asked[0].uuid == (await region.card(case_id)).draft.attachments[0].uuid
    assert not dialog.attached.add.isVisible()
    words = [label.text() for label in child(dialog, "advice_evidence").findChildren(type(dialog._title))]
    assert words == ["приложено 1 фото или видео"]


async def test_approval_asks_for_a_photo_that_the_text_speaks_of(region, opened, ask):
    dialog = opened(await ask(await region.submitted(), Act.APPROVE, region.curator))
    assert child(dialog, "advice_evidence_missing").isVisible()
    assert child(dialog, "advice_substance").isVisible()
    assert not dialog.attached.isVisible()
