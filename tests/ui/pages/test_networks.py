"""The pages of networks and of the outbox in the real window, over a network on this machine."""

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.networks import opening
from app.services.networks.collecting import collect
from app.services.networks.kinds import CONNECTABLE, KINDS
from app.services.outbox.ordering import Order, order
from app.services.outbox.sending import publish_due
from app.services.regions import list_people, sit_down
from app.texts.networks import token_note
from app.ui.widgets.labels import TextLabel
from tests.helpers.connected import connection, networks_at
from tests.helpers.desk import click, until
from tests.helpers.network_server import NetworkServer, Reply, case, said
from tests.helpers.qt import is_ready
from tests.helpers.windows import counts, open_desk

LINK = "https://vk.com/wall-214000001_8801?reply=8816"


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path, administrator="Админ")
    yield opened
    await opened.aclose()


@pytest_asyncio.fixture
async def server(tmp_path, monkeypatch):
    """Stands for every network, also for the background work of the windows."""
    async with NetworkServer() as made:
        monkeypatch.setattr(opening, "networks_of", lambda _database: networks_at(made, tmp_path))
        yield made


async def administrator(desk):
    people = {person.name: person for person in await list_people(desk.region.database)}
    return await sit_down(desk.region.database, people["Админ"], desk.region.curator.feed)


async def opened(desk, place, code):
    window = await desk.sit(place)
    window.open_page(f"page:{code}")
    page = window.places.page
    await until(window.isActiveWindow)
    return page


def fill(page, **values):
    for code, value in values.items():
        page.form._sets[code](value)


async def test_a_bot_is_connected_tested_and_read(desk, server, tmp_path):
    server.on("/botTOKEN/getMe", said({"ok": True, "result": {"username": "kursk_bot"}}))
    server.on("/botTOKEN/getUpdates", Reply("<html>Вход</html>"))
    admin = await administrator(desk)
    page = await opened(desk, admin, "networks")
    await until(lambda: "Подключений пока нет" in page.view._empty_text)

    page.add_connection("telegram")
    await page.read()  # as behind somebody else's act
    assert page.form.isVisible(), "a form that nothing is typed into yet stays"
    fill(page, name="Бот ЦУР", bot_token="TOKEN", every_minutes="часто")
    page.save()
    await until(lambda: "часто — не целое число" in page.form._errors["number_unreadable"][0].text())
    fill(page, every_minutes="1")
    page.save()
    await until(lambda: page.form.bar.text() == "Сохранено.")

    assert page._row.mode == "automatic"
    assert page.form.values()["bot_token"] == "", "a token is never shown again"
    click(page, "test_connector")
    await until(lambda: "@kursk_bot" in page.form.bar.text())
    assert "режим приватности" in page.form.bar.text()
    click(page, "collect_now")
    await until(lambda: "страница входа" in page.form.bar.text())


async def test_a_gap_is_shown_and_acknowledged(desk, server, tmp_path):
    networks = networks_at(server, tmp_path)
    server.on("/botTOKEN/getUpdates", *(case("telegram_getUpdates", n) for n in ("first_batch", "gap_and_kick")))
    admin = await administrator(desk)
    connector = await connection(admin, networks, "telegram")
    for _ in range(2):
        await collect(admin, networks, connector)
        desk.region.clock.move(hours=1)

    page = await opened(desk, admin, "networks")
    await until(lambda: "сообщения могли не прийти" in page.form.warning.text())
    click(page, "gaps_seen")
    await until(lambda: "сообщения могли не прийти" not in page.form.warning.text())


async def test_a_withdrawn_token_is_told_to_those_who_wait_for_messages_until_it_is_mended(desk, server, tmp_path):
    networks = networks_at(server, tmp_path)
    answers = [case("telegram_getUpdates", name) for name in ("first_batch", "unauthorized_401", "first_batch")]
    server.on("/botTOKEN/getUpdates", *answers)
    admin = await administrator(desk)
    connector = await connection(admin, networks, "telegram")
    await collect(admin, networks, connector)
    curator, keeper = await desk.sit(), await desk.sit(admin, "inbox")
    executor = await desk.sit(desk.region.executor, "executors")
    await until(lambda: curator.silence._read_at is not None)
    assert not curator.silence.isVisible()

    desk.region.clock.move(hours=1)
    await collect(admin, networks, connector)
    desk.region.clock.move(minutes=1)
    for window in (curator, keeper, executor):
        window.tick()
    await until(lambda: curator.silence.isVisible() and keeper.silence.isVisible())
    told = "подключение не работает, новых сообщений нет с 11:00. Скажите администратору"
    assert told in curator.silence.text()
    assert not executor.silence.isVisible()
    click(keeper.silence, "info_bar_action")
    await until(lambda: keeper.places.page is not None and keeper.places.page.objectName() == "networks")

    click(curator.silence, "info_bar_close")
    desk.region.clock.move(minutes=2)
    curator.tick()
    await desk.settled(curator)
    assert not curator.silence.isVisible()

    await collect(admin, networks, connector)
    desk.region.clock.move(minutes=1)
    keeper.tick()
    await until(lambda: not keeper.silence.isVisible())


async def test_only_an_administrator_connects_and_people_of_cases_see_the_outbox(desk):
    assert "page:networks" in counts(await desk.sit(await administrator(desk)))
    for place in (desk.region.curator, desk.region.executor):
        shown = counts(await desk.sit(place))
        assert "page:networks" not in shown
        assert "page:outbox" in shown


async def approved(desk, server, tmp_path):
    """A case whose answer is approved, in a region connected to VK."""
    networks = networks_at(server, tmp_path)
    await connection(await administrator(desk), networks, "vk", group_id="214000001")
    region = desk.region
    case_id = await region.routed(link=LINK)
    await region.submitted(case_id=case_id)
    await casework.approve(region.curator, case_id, (await region.card(case_id)).version, DraftKind.ANSWER)
    region.clock.move(minutes=1)
    return case_id, networks


async def test_the_program_sends_what_an_executor_orders_in_the_publication(desk, server, tmp_path, monkeypatch):
    server.on("/method/wall.createComment", said({"response": {"comment_id": 8810, "parents_stack": []}}))
    case_id, networks = await approved(desk, server, tmp_path)
    executor = desk.region.executor
    window = await desk.sit(executor, queue="to_publish")
    card = await desk.region.card(case_id, executor)
    task = window.scope.start("act", window.acts.perform(card, "publish"))
    await until(lambda: is_ready(window.acts._dialog))
    dialog = window.acts._dialog
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toString()))

    click(dialog, "open_page")
    assert (asked, QGuiApplication.clipboard().text()) == ([LINK], card.draft.text)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return, both)
    await task

    window.open_page("page:outbox")
    page = window.places.page
    page.open_only.setChecked(False)
    await until(lambda: page.model.rowCount() == 1)
    await publish_due(desk.region.curator, networks)  # where the window has not done it in the background yet
    await until(lambda: page.view.chosen() is not None and page.view.chosen().state == "done")
    published = (await desk.region.card(case_id)).publications[0]
    assert published.link == "https://vk.com/wall-214000001_8801?reply=8810"


async def test_what_needs_a_person_says_why_and_is_done_from_the_page(desk, server, tmp_path, monkeypatch):
    server.on("/method/wall.createComment", case("vk_errors", "error_14"))
    case_id, networks = await approved(desk, server, tmp_path)
    await order(desk.region.executor, case_id, [Order((await desk.region.card(case_id)).messages[0].id)])
    await publish_due(desk.region.curator, networks)
    page = await opened(desk, desk.region.executor, "outbox")
    await until(lambda: page.view.chosen() is not None)
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toString()))

    assert "капчу" in page.what.text()
    click(page, "place_by_hand")
    await until(lambda: asked == [LINK])
    assert QGuiApplication.clipboard().text() == (await desk.region.card(case_id)).draft.text
    await until(lambda: page.again.isEnabled())
    click(page, "send_again")
    await until(lambda: page.view.chosen().state == "waiting")
    click(page, "take_back")
    await until(lambda: page.model.rowCount() == 0)


async def test_every_networks_form_fits_its_pane_and_begins_at_its_top(desk):
    page = await opened(desk, await administrator(desk), "networks")
    page.window().resize(1366, 768)
    for network in CONNECTABLE:
        page.add_connection(network)
        area = page.form.findChild(QScrollArea)
        await until(lambda area=area: area.widget().width() <= area.viewport().width() > 0)
        bar = area.verticalScrollBar()
        await until(lambda bar=bar: bar.maximum() > 0)
        assert bar.value() == 0, network
        bar.setValue(bar.maximum())


async def test_the_form_of_a_network_says_where_its_key_is_had_from(desk):
    page = await opened(desk, await administrator(desk), "networks")
    for network in (each for each in CONNECTABLE if KINDS[each].secrets):
        page.add_connection(network)
        said = [label.text() for label in page.form.findChildren(TextLabel)]
        notes = [note for name in KINDS[network].secrets if (note := token_note(network, name))]
        assert set(notes) <= set(said), network
        assert notes, network
    assert ["BotFather" in token_note(network, "bot_token") for network in ("telegram", "max", "ok")] == [1, 0, 0]
    page.add_connection("vk")
    assert any("Работа с API" in label.text() for label in page.form.findChildren(TextLabel))


async def test_a_new_connection_that_is_given_up_holds_nothing_back(desk):
    page = await opened(desk, await administrator(desk), "networks")
    page.add_connection("ok")
    fill(page, name="Группа", group_id="abc")
    page.save()
    await until(lambda: "ok.ru/group/" in page.form._errors["connector_id_malformed"][0].text())

    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Escape)

    await until(lambda: page.form.isHidden())
    assert not page.is_edited(), "the window may be left"
    page.add_connection("telegram")
    assert page.form.isVisible()
    assert page.form.values()["name"] == ""


async def test_an_empty_connection_is_told_what_is_missing(desk, server):
    page = await opened(desk, await administrator(desk), "networks")
    page.add_connection("telegram")

    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    await until(lambda: page.form._errors["name_missing"][0].text() != "")


async def test_a_form_given_up_leaves_the_keyboard_in_the_table(desk):
    page = await opened(desk, await administrator(desk), "networks")
    await until(lambda: is_ready(page.window()))
    page.add_connection("vk")
    field = page.window().focusWidget()
    assert page.form.isAncestorOf(field)

    QTest.keyClick(field, Qt.Key.Key_Escape)

    assert page.form.isHidden()
    assert page.window().focusWidget() is page.view
