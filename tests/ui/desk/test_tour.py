"""Every page of a person who has them all, there and back, between changes of colours and sweeps of what is deleted."""

import asyncio
import gc
import sys

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.regulation.workflow import Role
from app.services.changes import Feed
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.ui import theme
from app.ui.desk.failure_page import FailurePage
from app.ui.pages import registry
from tests.helpers.qt import until
from tests.helpers.windows import open_desk

ROLES = (Role.CURATOR, Role.ADMINISTRATOR, Role.SUPERVISOR)


@pytest.fixture
def raised(monkeypatch):
    """Errors out of Qt's slots: Python only prints them."""
    found = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: found.append(repr(error)))
    yield found
    theme.use(QApplication.instance(), theme.load("light"))


def sweep():
    """What nothing holds any more goes now, in whatever order: a layout or a menu that was half owned falls here."""
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def reading_of_pages():
    return [task for task in asyncio.all_tasks() if task.get_name().startswith("page")]


async def test_every_page_there_and_back(tmp_path, raised):
    desk = await open_desk(tmp_path)
    await desk.region.reworked()
    await add_people(desk.region.database, [NewPerson("Всё Умеющая", ROLES)])
    person = next(p for p in await list_people(desk.region.database) if p.name == "Всё Умеющая")
    place = await sit_down(desk.region.database, person, Feed())
    window = await desk.sit(place, size=(960, 540))
    codes = [kind.code for kind in registry.pages_of(place.actor)]
    for number, code in enumerate([*codes, *reversed(codes)]):
        window.open_page(f"page:{code}")
        await until(lambda: not reading_of_pages())
        if number % 18 == 9:
            QTest.keyClick(window, Qt.Key.Key_F9)
        if number % 6 == 0:
            window.resize(*((1366, 768) if number % 12 else (960, 540)))
        if number % 9 == 0:
            sweep()
    window.navigation.choose("inbox")
    sweep()
    window.grab()

    assert raised == []
    assert not window.findChildren(FailurePage)
    await desk.aclose()
