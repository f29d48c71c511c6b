"""The administrator's page of mail, by hand: the server is tried and saved, alerts are settled, a letter sent again."""

from dataclasses import replace

import keyring
import pytest
import pytest_asyncio
from keyring.backends import fail
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import update

from app.models import Mail
from app.services.alerts.raising import sweep_alerts
from app.services.alerts.settings import NoticeChoice, read_alarm_rules, set_choice
from app.services.background.worker import seat_program
from app.services.mail.settings import find_password, read_server
from app.services.mail.writing import write_letters
from app.services.regions import list_people, sit_down
from app.ui.desk.leaving import LeavingKind
from tests.helpers.desk import until
from tests.helpers.smtp import post_office
from tests.helpers.windows import open_desk


@pytest.fixture(autouse=True)
def no_keyring():
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path, administrator="А. Админ")
    yield opened
    await opened.aclose()


async def page_of(desk):
    person = next(person for person in await list_people(desk.region.database) if person.name == "А. Админ")
    window = await desk.sit(await sit_down(desk.region.database, person, desk.region.curator.feed), "overdue")
    window.open_page("page:mail")
    page = window.places.page
    await until(lambda: page._is_filled)
    return page


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_a_server_is_tried_then_saved_with_its_password_outside_the_database(desk):
    page = await page_of(desk)
    async with post_office() as (post, server):
        page.host.setText("mail.kursk.test")
        page.tls.setCurrentIndex(page.tls.findData("none"))
        page.mail_sender.setText("cur@kursk.test")
        page.trial.setText("admin@kursk.test")
        click(page.attempt)
        await until(lambda: "без шифрования" in page._errors["host"].text().lower())
        page.host.setText(server.host)
        page.port.setValue(server.port)
        click(page.attempt)
        await until(lambda: "принял письмо" in page.bar.text())
        assert len(post.letters) == 1
        page.login.setText("desk")
        page.password.setText("тайна")
        click(page.save)
        await until(lambda: "файле" in page.bar.text())
    database = desk.region.database
    assert read_server(database) == replace(server, login="desk")
    assert find_password(database, read_server(database)) == "тайна"
    assert page.password.text() == ""


async def test_how_alerts_come_is_settled_and_what_cannot_be_is_said_beside(desk):
    page = await page_of(desk)
    page.rates["low"].setValue(5)
    click(page.keep)
    await until(lambda: page._rules_error.text() != "")
    page.rates["low"].setValue(1)
    page.leads["step_minutes"].setValue(10)
    click(page.keep)
    await until(lambda: "с этой минуты" in page.bar.text())
    alarms = read_alarm_rules(desk.region.database)
    assert (alarms.step_minutes, alarms.low) == (10, 1)
    assert page._rules_error.text() == ""


async def test_a_letter_of_which_nothing_is_known_is_sent_again_by_hand(desk):
    region = desk.region
    await set_choice(region.curator, NoticeChoice(email="s@kursk.test", mail="at_once"))
    await region.message()
    region.clock.move(minutes=21)
    program = await seat_program(region.database)
    await sweep_alerts(program)
    await write_letters(program)
    async with region.database.write() as connection:
        await connection.execute(update(Mail).values(state="unknown", last_error="Connection lost"))
    page = await page_of(desk)
    await until(lambda: page._model.rowCount() == 1)
    assert not page.again.isEnabled()
    page.view.choose_first()
    await until(page.again.isEnabled)
    click(page.again)
    await until(lambda: page._model.rows()[0].state == "waiting")


async def test_what_is_typed_and_not_saved_keeps_the_window_until_it_is_saved_or_taken_back(desk):
    page = await page_of(desk)
    window = page.window()
    assert page.password.placeholderText() == ""  # none is kept yet
    page.host.setText("mail.kursk.test")
    window.navigation.choose("overdue")
    window.look.size_type(1)
    window.look.speak("en")
    window.look.give_seat(desk.people[0])
    assert not window.left.done()
    assert window.places.page is page
    assert page.bar.text().startswith("Сначала сохраните правки")

    page.host.clear()
    await until(page.bar.isHidden)
    window.look.size_type(1)
    assert window.left.result().kind is LeavingKind.TYPE_SIZE
