"""What is pasted or dropped on the desk, and quick entry: a known link opens its card, anything else an entry."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.regulation.workflow import State
from app.services.file_reading import read_file
from tests.helpers.desk import child, choose, press_ok, type_into
from tests.helpers.journeys import desk  # noqa: F401
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import press

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

LEFT = "Файлы принимаются по одному. Ещё не приняты: за июнь.csv, за июль.csv."


async def entry_of(window):
    await until(lambda: "acts" in vars(window) and is_ready(window.acts._dialog))
    return window.acts._dialog


def paste(window, text):
    QApplication.clipboard().setText(text)
    press(window, Qt.Key.Key_V, CONTROL)


async def left(window, dialog):
    press(dialog, Qt.Key.Key_Escape)
    await until(lambda: window.acts._dialog is None)


async def test_a_known_link_opens_its_card_however_it_is_written(desk):  # noqa: F811
    case_id = await desk.region.message("Яма на Кирова", link="https://vk.com/wall-7_8?reply=9")
    window = await desk.sit(queue="stream")
    await until(lambda: is_ready(window))

    paste(window, "https://m.vk.com/feed?w=wall-7_8_r9")
    await until(lambda: (card := window.panel.card()) and card.id == case_id)


async def test_an_unknown_link_begins_an_entry_and_its_routing_is_offered(desk):  # noqa: F811
    window = await desk.sit()
    await until(lambda: is_ready(window))
    paste(window, "Смотрите: https://vk.ru/wall-7_8?reply=9 опять яма")
    dialog = await entry_of(window)
    assert (dialog.link.text(), dialog.source.chosen()) == ("https://vk.ru/wall-7_8?reply=9", "vk")
    assert child(dialog, "link_told").text() == "ВКонтакте · https://vk.com/wall-7_8?reply=9"

    press_ok(dialog)
    await until(lambda: window.acts._dialog is not dialog and is_ready(window.acts._dialog))
    assert window.acts._dialog.objectName() == "routing_dialog"
    assert window.panel.card().messages[0].link == "https://vk.ru/wall-7_8?reply=9"
    await left(window, window.acts._dialog)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://127.0.0.1/admin", "127.0.0.1"),
        ("https://user:secret@vk.com/wall-1_2", "vk.com"),
    ],
)
async def test_a_link_nobody_should_open_is_told(desk, text, said):  # noqa: F811
    window = await desk.sit()
    await until(lambda: is_ready(window))
    paste(window, text)
    await until(lambda: said in window.page.bar.text())
    assert "acts" not in vars(window) or window.acts._dialog is None


async def test_a_call_is_entered_by_keyboard_with_a_contact_and_a_topic(desk):  # noqa: F811
    window = await desk.sit()
    await until(lambda: is_ready(window))
    press(window, Qt.Key.Key_N, CONTROL | SHIFT)
    dialog = await entry_of(window)
    assert not dialog.link.isVisible()
    assert dialog.contact.isVisible()
    press(dialog, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    type_into(dialog.text, "Просят включить свет на Мира")
    type_into(dialog.author, "Пётр Ильин")
    type_into(dialog.contact, "+7 900 000-00-00")
    choose(dialog.topic, "светофоры")
    press_ok(dialog)
    await until(lambda: window.acts._dialog is not dialog and is_ready(window.acts._dialog))

    routing = window.acts._dialog
    card = window.panel.card()
    message = card.messages[0]
    assert (card.state, message.source_code, message.post_kind) == (State.INBOX, "phone", "visit")
    assert (message.author, message.author_contact) == ("Пётр Ильин", "+7 900 000-00-00")
    assert card.suggested_topic == "Светофоры"
    assert routing.objectName() == "routing_dialog"
    await left(window, routing)


async def test_what_is_typed_is_suggested_about_and_only_a_key_takes_it(desk):  # noqa: F811
    window = await desk.sit()
    await until(lambda: is_ready(window))
    press(window, Qt.Key.Key_N, CONTROL | SHIFT)
    dialog = await entry_of(window)
    type_into(dialog.text, "На улице Кирова, 5 во Льгове нет света")
    await until(dialog.hints.isVisible)
    button = child(dialog, "entry_hint_place")
    assert button.text() == "похоже, место: Льгов, ул. Кирова, 5"
    assert dialog.place.text() == "", "nothing acts by itself"
    press(dialog, Qt.Key.Key_F2)
    assert dialog.place.text() == "Льгов, ул. Кирова, 5"
    dialog.place.setText("Мира, 3")
    press(dialog, Qt.Key.Key_F2)
    assert dialog.place.text() == "Мира, 3"
    dialog.text.setPlainText("нет")
    assert dialog.hints.isHidden()
    await left(window, dialog)


async def test_what_is_dropped_on_the_desk_is_taken_as_what_it_is(desk, tmp_path):  # noqa: F811
    window = await desk.sit()
    drop(window, text="Во дворе темно")
    dialog = await entry_of(window)
    assert (dialog.text.toPlainText(), dialog.link.text()) == ("Во дворе темно", "")
    await left(window, dialog)

    table = tmp_path / "messages.csv"
    table.write_text("id,text\n1,Яма\n", encoding="utf-8")
    drop(window, url=QUrl.fromLocalFile(str(table)))
    await until(lambda: (page := window.places.page) and page.panes.currentWidget() is page.look)
    await until(lambda: window.places.page.look.progress.isHidden())
    assert window.places.page.bar.isHidden()


async def test_of_several_tables_one_is_taken_and_the_others_are_named(desk, tmp_path):  # noqa: F811
    window = await desk.sit()
    await until(lambda: is_ready(window))
    files = [tmp_path / f"{name}.csv" for name in ("за май", "за июнь", "за июль")]
    for file in files:
        file.write_text("id,text\n1,Яма\n", encoding="utf-8")
    drop(window, url=files)
    await until(lambda: (page := window.places.page) and page.bar.isVisible())
    page = window.places.page
    assert page.path == files[0]
    assert page.bar.text() == LEFT
    await until(page.look.progress.isHidden)
    page.take_in()
    await until(lambda: page.panes.currentWidget() is page.past)
    assert page.bar.text() == f"за май.csv: прочитано 1, новых 1, уже известно 0, не принято 0. {LEFT}"


async def test_a_picture_begins_an_entry_that_has_it_and_stands_on_the_card(desk, tmp_path):  # noqa: F811
    window = await desk.sit()
    await until(lambda: is_ready(window))
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkGreen)
    file = tmp_path / "яма.png"
    picture.save(str(file))
    drop(window, url=QUrl.fromLocalFile(str(file)))
    dialog = await entry_of(window)
    await until(lambda: len(dialog.attached.files()) == 1)
    assert dialog.decision().text == "(без слов: яма.png)"
    type_into(dialog.text, "Яма на фото")
    choose(dialog.source, "вконтакте")
    press_ok(dialog)
    await until(lambda: window.acts._dialog is not dialog and is_ready(window.acts._dialog))

    await left(window, window.acts._dialog)
    message = window.panel.card().messages[0]
    [kept] = message.attachments
    assert (message.text, kept.name, kept.size_bytes) == ("Яма на фото", "яма.png", file.stat().st_size)
    assert await read_file(window.place, kept.uuid) == file.read_bytes()
    await until(lambda: window.panel.messages.rows()[0].kept.files() != ())

    drop(window, image=picture)
    dialog = await entry_of(window)
    await until(lambda: len(dialog.attached.files()) == 1)
    await left(window, dialog)


def drop(window, text="", url=None, image=None):
    data = QMimeData()
    if image is not None:
        data.setImageData(image)
        data.setUrls([url] if url else [])
    elif url is not None:
        data.setUrls([QUrl.fromLocalFile(str(each)) for each in url] if isinstance(url, list) else [url])
    else:
        data.setText(text)
    action, left_button, no_key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(300, 300), action, data, left_button, no_key)
    entering.ignore()
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    assert window.drop_note.isVisible()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), action, data, left_button, no_key))
    assert window.drop_note.isHidden()


async def test_whoever_takes_in_no_messages_is_promised_the_card_of_a_link(desk):  # noqa: F811
    window = await desk.sit(desk.region.executor, queue="executors")
    [words] = window.drop_note.findChildren(QLabel)
    assert words.text() == "Отпустите: найдём карточку по этой ссылке"


async def test_a_picture_dragged_out_of_a_browser_is_the_picture_not_its_address(desk):  # noqa: F811
    window = await desk.sit()
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkGreen)
    drop(window, url=QUrl("https://sun9-1.userapi.com/x.jpg"), image=picture)
    dialog = await entry_of(window)
    await until(lambda: len(dialog.attached.files()) == 1)
    assert dialog.link.text() == ""
    await left(window, dialog)


async def back_at(window):
    window.activateWindow()  # as a window manager does when a dialog closes
    await until(lambda: is_ready(window))


async def test_an_entry_left_by_escape_is_whole_again_and_never_mixes_with_what_is_pasted(desk):  # noqa: F811
    window = await desk.sit()
    await until(lambda: is_ready(window))
    press(window, Qt.Key.Key_N, CONTROL)
    dialog = await entry_of(window)
    type_into(dialog.text, "Не горит фонарь")
    type_into(dialog.author, "Анна П.")
    await left(window, dialog)

    await back_at(window)
    paste(window, "Яма у школы https://vk.com/wall-7_8")
    dialog = await entry_of(window)
    assert (dialog.text.toPlainText(), dialog.author.text()) == ("Яма у школы", "")
    press_ok(dialog)
    await until(lambda: window.acts._dialog is not dialog and is_ready(window.acts._dialog))
    await left(window, window.acts._dialog)

    await back_at(window)
    press(window, Qt.Key.Key_N, CONTROL)
    dialog = await entry_of(window)
    assert (dialog.text.toPlainText(), dialog.author.text()) == ("Не горит фонарь", "Анна П.")
    assert not dialog.bar.isHidden()
    await left(window, dialog)


async def test_the_mouse_alone_enters_a_message_and_pastes_one_and_an_executor_is_not_asked(desk):  # noqa: F811
    window = await desk.sit()
    await until(lambda: is_ready(window))
    choose_by_mouse(window, "take_in_enter")
    await left(window, await entry_of(window))

    await back_at(window)
    QApplication.clipboard().setText("Во дворе темно")
    choose_by_mouse(window, "take_in_paste")
    dialog = await entry_of(window)
    assert dialog.text.toPlainText() == "Во дворе темно"
    await left(window, dialog)

    executor = await desk.sit(desk.region.executor, queue="executors")
    assert executor.taking_in.button.isHidden()


def choose_by_mouse(window, name):
    menu = window.taking_in.menu
    assert window.taking_in.button.isVisible()
    menu.popup(window.taking_in.button.mapToGlobal(QPoint(0, 0)))
    action = menu.findChild(QAction, name)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
