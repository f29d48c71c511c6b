"""Alerts at the desk: the bar, the system's notice, the page, setting aside, and how a person wants to be told."""

import sys
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from app.services import casework
from app.services.alerts.raising import sweep_alerts
from app.services.alerts.reading import list_alerts
from app.services.alerts.settings import NoticeChoice, read_choice
from app.services.background.worker import seat_program
from app.ui.desk import notifier
from app.ui.desk.notifier import Notifier
from app.ui.dialogs.alerts import NoticeDialog, ShelfDialog
from tests.helpers.desk import press_ok, type_into, until
from tests.helpers.qt import is_ready


@pytest.fixture
def notified(monkeypatch):
    """What the system was asked to tell."""
    told = []
    notify = "app.ui.desk.notifier.Notifier.notify"
    monkeypatch.setattr(notify, lambda self, lines, choice, about: told.append(tuple(lines)))
    return told


async def swept(desk, window, **later):
    """Time goes on, the worker sweeps, and the window's clock ticks."""
    desk.region.clock.move(**later)
    await sweep_alerts(await seat_program(desk.region.database, desk.region.curator.feed))
    window.tick()


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def dialog_of(window, kind):
    await until(lambda: any(is_ready(found) for found in window.findChildren(kind)))
    return next(found for found in window.findChildren(kind) if is_ready(found))


async def test_a_limit_that_runs_out_is_told_with_its_clause_and_the_act_and_ends_with_it(desk, notified):
    case_id = await desk.region.message()
    window = await desk.sit()
    await swept(desk, window, minutes=21)
    await until(window.alerts.isVisible)
    (alert,) = window.alerts.shown()
    words = window.alerts.text()
    assert alert.number in words
    assert words.endswith("Направить в орган, п. 7: осталось 9 мин, до 11:30.")
    assert [len(lines) for lines in notified] == [1]

    desk.region.clock.move(minutes=1)
    window.tick()
    assert "8 мин" in window.alerts.text()
    card = await desk.region.card(case_id)
    await casework.route(desk.region.curator, case_id, card.version, desk.region.routing())
    window.tick()
    await until(window.alerts.isHidden)


async def test_after_a_restart_the_bar_stands_again_without_a_sound(desk, notified):
    await desk.region.message()
    window = await desk.sit()
    await swept(desk, window, minutes=21)
    await until(window.alerts.isVisible)
    again = await desk.sit()
    again.tick()
    await until(again.alerts.isVisible)
    assert len(notified) == 1


async def test_closing_the_bar_is_taking_notice(desk, notified):
    await desk.region.message()
    window = await desk.sit()
    await swept(desk, window, minutes=21)
    await until(window.alerts.isVisible)
    click(window.alerts.findChild(object, "info_bar_close"))

    async def seen():
        return (await list_alerts(window.place))[0].acknowledged_by

    while not await seen():
        pass
    await swept(desk, window, minutes=1)
    await desk.settled(window)
    assert window.alerts.isHidden()
    assert len(notified) == 1


async def test_beyond_the_measure_they_fold_into_one_line_that_leads_to_the_list(desk, notified):
    for number in range(5):
        await desk.region.message(f"Яма номер {number}")
    window = await desk.sit()
    await swept(desk, window, minutes=21)
    await until(window.alerts.isVisible)
    assert "Ещё 4 предупреждения." in window.alerts.text()
    assert [len(lines) for lines in notified] == [2]
    click(window.alerts.findChild(object, "info_bar_action"))
    await until(lambda: window.places.page is not None and window.places.page.model.rowCount() == 5)


async def test_on_the_page_an_alert_is_set_aside_and_taken_back(desk, notified):
    await desk.region.message()
    window = await desk.sit()
    await swept(desk, window, minutes=21)
    window.open_page("page:alerts")
    page = window.places.page
    await until(lambda: page.model.rowCount() == 1)
    page.view.choose_first()
    await until(lambda: page.shelf.isEnabled() and window.panel.isVisible())
    click(page.shelf)
    dialog = await dialog_of(page, ShelfDialog)
    assert [dialog.times.id(button) for button in dialog.times.buttons()] == [5, 0]  # nine minutes are left
    type_into(dialog.reason, "жду звонка из комитета")
    press_ok(dialog)
    await until(lambda: page.model.rows()[0].shelved_until is not None)
    assert page._status(page.model.rows()[0]) == ("отложено до 11:26", "Е. Соколова: жду звонка из комитета")
    await until(lambda: page.shelf.text() == "Вернуть" and not page.findChildren(ShelfDialog))
    click(page.shelf)
    await until(lambda: page.model.rows()[0].shelved_until is None)


async def test_a_person_says_how_to_be_told(desk):
    window = await desk.sit()
    window.open_page("page:alerts")
    page = window.places.page
    click(page.options)
    dialog = await dialog_of(page, NoticeDialog)
    dialog.sound.click()
    dialog.modes["digest"].click()
    assert dialog.refusal().code == "email_missing"
    type_into(dialog.email, "sokolova@kursk.ru")
    press_ok(dialog)
    await until(lambda: not page.findChildren(NoticeDialog))
    choice = await read_choice(window.place)
    assert (choice.sound, choice.notices, choice.mail, choice.email) == (False, True, "digest", "sokolova@kursk.ru")


async def test_a_supervisor_sees_the_regions_alerts_and_answers_none(desk, notified):
    await desk.region.message()
    window = await desk.sit(desk.region.supervisor)
    await swept(desk, window, minutes=21)
    window.open_page("page:alerts")
    page = window.places.page
    await until(lambda: page.model.rowCount() == 1)
    assert page.seen.isHidden()
    assert page.shelf.isHidden()
    assert window.alerts.isHidden()
    assert notified == []


def test_a_notice_says_how_many_more_there_are(qapp, monkeypatch):
    told = []
    tray = SimpleNamespace(showMessage=lambda title, text, *_: told.append(text))
    monkeypatch.setattr(Notifier, "_tray_icon", lambda self: tray)
    window = QWidget()
    Notifier(window).notify(["первая", "вторая", "третья", "четвёртая", "пятая"], NoticeChoice(sound=False))
    assert told[0].split("\n") == ["первая", "вторая", "третья", "и ещё 2"]
    window.deleteLater()


class Tray(QObject):
    """A tray of a system that has one."""

    MessageIcon = QSystemTrayIcon.MessageIcon
    messageClicked, activated = Signal(), Signal(object)  # noqa: N815  Qt's names, here and below
    isSystemTrayAvailable = staticmethod(lambda: True)  # noqa: N815

    def __init__(self, _icon, parent):
        super().__init__(parent)

    setToolTip = show = hide = showMessage = lambda *_: None  # noqa: N815


async def test_a_click_on_a_notice_opens_the_case_it_told_of(desk, monkeypatch):
    """Of several, the page of all alerts."""
    monkeypatch.setattr(notifier, "QSystemTrayIcon", Tray)
    case_id = await desk.region.message()
    window = await desk.sit(queue="finished")
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    await swept(desk, window, minutes=21)
    await until(window.alerts.isVisible)
    tray = window.notifier.findChild(Tray)

    tray.messageClicked.emit()
    await until(lambda: window.page.queue == "inbox")
    await until(lambda: (card := window.panel.card()) is not None and card.id == case_id)

    tray.activated.emit(None)
    await until(lambda: window.places.page is not None and window.places.page.objectName() == "alerts")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt shows the mark itself")
def test_the_mark_of_the_taskbar_is_told_when_it_changes(qapp, monkeypatch):
    told = []
    monkeypatch.setattr(notifier, "_tell_launchers", lambda name, count: told.append(count))
    window = QWidget()
    marks = Notifier(window)
    for count in (0, 2, 2, 3):
        marks.show_count(count)
    marks.close()
    assert told == [2, 3, 0]
    window.deleteLater()
