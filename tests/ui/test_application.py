"""The program from window to window over real files: first start, changing seats and language, leaving."""

import asyncio
import sys

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.bootstrap import open_demo
from app.models.database import Database
from app.services.regions import is_set_up, list_people
from app.texts import use_language
from app.ui import theme
from app.ui.application import Application, Places
from app.ui.desk.failure_page import FailurePage
from app.ui.desk.help_window import HelpWindow
from app.ui.desk.window import DeskWindow
from app.ui.dialogs.leaving import LeavingDialog
from app.ui.preferences import Preferences
from app.ui.start.window import StartWindow
from tests.helpers.qt import application, is_ready, until
from tests.helpers.region import open_region


@pytest_asyncio.fixture
async def program(tmp_path):
    """Starts the program on <tmp_path>/desk.db; whatever is still open is closed in the end."""
    tasks = []

    def start():
        places = Places(
            database_url=f"sqlite+aiosqlite:///{tmp_path}/desk.db",
            demo_path=tmp_path / "demo.db",
            drafts=tmp_path / "drafts",
            preferences=tmp_path / "desk.ini",
            data=tmp_path,
            open_database=Database.open,
            open_demo=open_demo,
        )
        tasks.append(asyncio.ensure_future(Application(application(), places, Preferences(places.preferences)).main()))
        return tasks[-1]

    yield start
    for task in tasks:
        for window in (shown(DeskWindow), shown(StartWindow)):
            if window is not None:
                window.close()
        assert await asyncio.wait_for(task, 5) == 0
    use_language("ru")


def shown(kind):
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found[-1] if found else None


async def the(kind):
    await until(lambda: shown(kind) is not None)
    return shown(kind)


async def test_first_start_sets_up_a_region_and_sits_down(program, tmp_path):
    program()
    start = await the(StartWindow)

    QTest.mouseClick(start.findChild(object, "start_own"), Qt.MouseButton.LeftButton)
    start.form.found.click()
    assert [error.error.text() for error in start.form._checks.values()] == [
        "Укажите куратора, который первым сядет за стол.",
        (
            "Укажите орган куратора (п. 5): Центр управления регионом Курской области; "
            "Комитет информации и печати Курской области."
        ),
    ]
    start.form.regulation.setCurrentIndex(start.form.regulation.findData("kuzbass"))
    start.form.curator.setText("Е. Соколова")
    assert start.form.body.text() == "ЦУР Кузбасса"  # п. 6: nobody else
    start.form.agencies.setPlainText("Министерство транспорта\nАдминистрация города Кемерово; Кемерово\n\n")
    start.form.found.click()
    window = await the(DeskWindow)

    assert window.place.person.name == "Е. Соколова"
    assert window.place.rules().profile.key == "kuzbass"


async def test_closing_the_first_start_leaves_nothing_set_up(program, tmp_path):
    running = program()
    (await the(StartWindow)).close()

    assert await asyncio.wait_for(running, 5) == 0
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/desk.db")
    assert not await is_set_up(database)
    await database.close()


async def test_another_seat_is_another_window_and_is_remembered(program, tmp_path):
    region = await open_region(tmp_path)
    people = await list_people(region.database)
    await region.database.close()
    program()
    first = await the(DeskWindow)
    assert first.place.person.name == "Е. Соколова"

    first.top_bar.seat_requested.emit(people[2])
    await until(lambda: shown(DeskWindow) not in (None, first))

    assert shown(DeskWindow).place.person.name == "И. Панов"
    assert Preferences(tmp_path / "desk.ini").seat == people[2].uuid


async def test_language_changes_the_whole_window(program, tmp_path):
    region = await open_region(tmp_path)
    await region.database.close()
    program()
    first = await the(DeskWindow)
    await until(lambda: first.page.title() == "Входящие")

    first.top_bar.language_requested.emit("en")
    await until(lambda: shown(DeskWindow) not in (None, first))
    window = shown(DeskWindow)
    await until(lambda: window.page.title() == "Inbox")

    assert window.top_bar.search.placeholderText() == "Find, or paste a link"


async def test_type_of_another_size_comes_at_once_in_the_same_place_and_is_kept_for_the_person(program, tmp_path):
    region = await open_region(tmp_path)
    people = await list_people(region.database)
    await region.database.close()
    program()
    first = await the(DeskWindow)
    first.open_page("page:governor")
    usual = first.places.page.title.font().pixelSize()
    try:
        await until(lambda: is_ready(first))
        QTest.keyClick(first, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: shown(DeskWindow) not in (None, first))
        larger = shown(DeskWindow)

        assert larger.places.page.objectName() == "governor"
        assert larger.places.page.title.font().pixelSize() == round(usual * 1.1)
        assert Preferences(tmp_path / "desk.ini").type_size(first.place.person.uuid) == 110

        larger.top_bar.seat_requested.emit(people[2])
        await until(lambda: shown(DeskWindow) not in (None, larger))

        assert theme.current().scale == 1  # the colleague's own
    finally:
        theme.use(application(), theme.load("light"))


async def test_a_timer_of_a_window_that_is_left_is_no_failure(program, tmp_path):
    region = await open_region(tmp_path)
    await region.database.close()
    program()
    window = await the(DeskWindow)
    window.scope._closed = True  # as from the moment it is left

    sys.excepthook(*raised(lambda: window.presenter.filter("фонари")))
    window.scope._closed = False

    assert not window.findChildren(FailurePage)


def raised(work):
    try:
        work()
    except Exception as error:
        return type(error), error, error.__traceback__
    raise AssertionError("nothing was raised")


async def test_the_demo_is_started_over_and_ended_only_after_a_question_and_nothing_of_it_stays(program, tmp_path):
    program()
    first = await the(StartWindow)
    first.findChild(QPushButton, "start_demo").click()
    window = await the(DeskWindow)
    await until(lambda: is_ready(window))
    demo = tmp_path / "demo.db"

    window.demo_bar.findChild(QPushButton, "demo_restart").click()
    dialog = await asked(window)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)  # the keyboard is on staying
    await until(lambda: not window.findChildren(LeavingDialog))
    assert not window.left.done()

    window.demo_bar.findChild(QPushButton, "demo_end").click()
    QTest.keyClick(await asked(window), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await the(StartWindow)
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(demo.name)] == []


async def asked(window):
    await until(lambda: [d for d in window.findChildren(LeavingDialog) if is_ready(d)])
    return window.findChildren(LeavingDialog)[-1]


async def test_f1_at_the_first_start_tells_what_the_desk_is(program):
    program()
    first = await the(StartWindow)
    await until(lambda: is_ready(first))

    QTest.keyClick(first.focusWidget(), Qt.Key.Key_F1)

    await until(lambda: (shown := first.findChild(HelpWindow)) is not None and is_ready(shown))
    shown = first.findChild(HelpWindow)
    assert shown.text.toPlainText().startswith("С чего начать")
    shown.close()
