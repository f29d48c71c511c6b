"""The strip of one's nearest deadlines: above other programs, true to the second, where it was put."""

from types import SimpleNamespace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget

from app.services import casework
from app.ui import theme
from app.ui.desk.nearest_strip import COUNTDOWN_WIDTH, NearestStrip
from app.ui.preferences import Preferences
from app.ui.widgets.countdown import CountdownLook, CountdownState
from tests.helpers.qt import is_ready, until
from tests.helpers.samples import NOW
from tests.helpers.windows import press


async def shown(window):
    """Ask for it by its key and go over to another program."""
    await until(lambda: is_ready(window))
    press(window, Qt.Key.Key_F8)
    await gone_over(window)
    return window.nearest.strip


async def gone_over(window):
    other = QWidget()  # once it is closed, the platform without a screen has none of our windows in front
    other.show()
    other.activateWindow()
    await until(lambda: is_ready(other))
    other.close()
    await until(lambda: QGuiApplication.focusWindow() is None)

    def is_shown():
        window.tick()
        return window.nearest.strip is not None and window.nearest.strip.isVisible()

    await until(is_shown)


def words(strip):
    return [line.words() for line in strip.lines()]


async def test_each_deadline_stands_with_its_clause_and_a_click_opens_the_card(desk):
    first = await desk.region.message("Первое: не горят фонари")
    desk.region.clock.move(minutes=5)
    second = await desk.region.message("Второе: яма")
    window = await desk.sit()
    strip = await shown(window)

    numbers = [(await desk.region.card(case_id)).number for case_id in (first, second)]
    where = "Во входящих"
    assert words(strip) == [(numbers[0], where, "п. 7 · до 11:30"), (numbers[1], where, "п. 7 · до 11:35")]
    assert strip.windowFlags() & Qt.WindowType.WindowStaysOnTopHint

    QTest.mouseClick(strip.lines()[1], Qt.MouseButton.LeftButton)
    await until(lambda: window.panel.card() is not None and window.panel.card().id == second)
    assert window.nearest.strip.isHidden()


async def test_while_a_window_of_the_program_is_in_front_it_is_out_of_the_way(desk):
    await desk.region.message("Первое: не горят фонари")
    window = await desk.sit()
    await until(lambda: is_ready(window))
    press(window, Qt.Key.Key_F8)
    window.tick()
    await until(lambda: window.page.bar.isVisible())
    assert "перейдёте" in window.page.bar.text()
    assert window.nearest.strip.isHidden()

    await gone_over(window)
    await desk.region.message("Второе: яма")
    await until(lambda: len(window.nearest.strip.rows()) == 2)

    window.activateWindow()
    await until(lambda: window.nearest.strip.isHidden())
    window.tick()
    dialog = QDialog(window)
    dialog.open()
    await until(lambda: is_ready(dialog))
    window.tick()
    assert window.nearest.strip.isHidden()
    dialog.close()


async def test_what_was_done_leaves_the_strip(desk):
    case_id = await desk.region.message()
    window = await desk.sit()
    strip = await shown(window)

    version = (await desk.region.card(case_id)).version
    await casework.route(desk.region.curator, case_id, version, desk.region.routing())

    await until(lambda: words(strip) == [])
    assert strip._empty.isVisible()


async def test_it_comes_back_where_it_was_put_until_it_is_closed(desk):
    window = await desk.sit()
    strip = await shown(window)
    strip.put(QPoint(40, 60))
    start = QPoint(20, 10)
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(strip, start + QPoint(30, 20))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=start)
    preferences = Preferences(desk.folder / "desk.ini")
    assert preferences.strip_shown
    put = strip.pos()
    assert preferences.strip_place == put

    await window.aclose()
    desk.windows.remove(window)
    again = await desk.sit()
    await until(lambda: again.nearest.strip is not None)
    await gone_over(again)
    assert again.nearest.strip.pos() == put

    again.nearest.toggle()
    assert again.nearest.strip is None
    assert not Preferences(desk.folder / "desk.ini").strip_shown


async def test_a_place_that_no_screen_shows_any_more_is_brought_back(desk):
    window = await desk.sit()
    strip = await shown(window)

    strip.put(QPoint(50_000, 50_000))

    assert strip.screen().availableGeometry().contains(strip.geometry())


def test_the_strip_is_as_wide_as_its_longest_clause(qtbot):
    notes = ["п. 7 · до 11:30"]
    strip = NearestStrip(lambda row, now: CountdownLook(CountdownState.PLAIN, "0:11", notes[0]))
    qtbot.addWidget(strip)
    row = SimpleNamespace(id=1, number="46-2026-000001", agency="Администрация Льгова", state="inbox", excerpt="Яма")
    strip.show_rows([row], NOW)
    narrow = strip.width()

    notes[0] = "срок вчера 18:01 · по договорённости"
    strip.tick(NOW)
    needed = QFontMetrics(theme.current().font("small")).horizontalAdvance(notes[0])
    assert strip.lines()[0].countdown_width >= needed
    assert strip.width() - narrow == strip.lines()[0].countdown_width - theme.current().px(COUNTDOWN_WIDTH)
