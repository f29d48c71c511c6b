"""The wall at work over a real database: it shows, waits for a lost line, takes it up again, is set up and left."""

import asyncio
import gc
from datetime import timedelta

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QListWidget

from app.models.database import Database
from app.ui import theme
from app.ui.wall.program import WallPlaces, show
from app.ui.wall.reading import LONGEST_PAUSE_SECONDS, WallLine
from app.ui.wall.settings import WallSettings, WallStore
from app.ui.wall.window import WallWindow
from tests.helpers.desk import click
from tests.helpers.qt import application, is_ready, until
from tests.helpers.region import region  # noqa: F401

PATIENCE = 20.0


class Wall:
    """The program `wall` in a test's hands: its database may go away and come back."""

    def __init__(self, region, folder):  # noqa: F811
        self.region, self.folder = region, folder
        self.is_there = True
        self.store = WallStore(folder / "wall.ini", "1")
        self.task = None

    async def open_database(self):
        if not self.is_there:
            raise OSError("the server was switched off")
        return await Database.open_to_read(self.region.database.url, self.region.clock)

    def start(self, **given):
        places = WallPlaces(self.folder / "wall.ini", "1", self.open_database)
        settings = self.store.load(given)
        self.task = asyncio.ensure_future(show(application(), places, self.store, settings))

    @property
    def window(self):
        found = [w for w in QApplication.topLevelWidgets() if isinstance(w, WallWindow) and w.isVisible()]
        return found[0] if found else None

    def text(self, key):
        piece = self.window.view.picture.get(key) if self.window else None
        return piece.text if piece else None

    async def shows(self, key, words):
        await until(lambda: self.text(key) == words, PATIENCE)

    async def end(self):
        if self.window is not None:
            self.window.close()
        assert await asyncio.wait_for(self.task, PATIENCE) == 0


@pytest_asyncio.fixture
async def wall(region, tmp_path):  # noqa: F811
    made = Wall(region, tmp_path)
    yield made
    await made.end()
    theme.use(application(), theme.load("light"))


async def press(window, key):
    await until(lambda: is_ready(window), PATIENCE)
    QTest.keyClick(window, key)


async def test_a_wall_fills_its_screen_and_follows_what_is_done_at_the_desk(wall, region):  # noqa: F811
    await region.message()
    wall.start()
    await wall.shows("foot/detected/value", "1")
    window = wall.window
    assert window.isFullScreen()
    assert window.cursor().shape() is Qt.CursorShape.BlankCursor
    assert wall.text("now/figure") == "0:30"
    assert wall.text("now/case") == "п. 7 · 46-2026-000001 · до 11:30"
    assert wall.text("foot/stamp") == "Данные на 11:00:00"

    await region.message("Ещё одна яма на Кирова")
    region.clock.move(minutes=31)
    await press(window, Qt.Key.Key_F5)
    await wall.shows("foot/detected/value", "2")
    assert wall.text("now/figure") == "−0:01"
    assert wall.text("foot/late/value") == "2"
    assert window.view.picture["now/alarm"].role == "late_ground"


async def test_limits_run_between_two_readings(wall, region):  # noqa: F811
    await region.message()
    wall.start(refresh_seconds=60)
    await wall.shows("now/figure", "0:30")
    region.clock.move(minutes=10, seconds=5)
    wall.window.tick()
    assert wall.text("now/figure") == "0:19"
    assert wall.text("foot/stamp") == "Данные на 11:00:00"


async def test_a_lost_line_is_said_after_two_misses_and_taken_up_again(wall, region):  # noqa: F811
    await region.message()
    wall.start(refresh_seconds=60)
    await wall.shows("foot/detected/value", "1")
    line = wall.window.line
    wall.is_there = False
    await line._let_go()
    await press(wall.window, Qt.Key.Key_F5)
    await until(lambda: line.line.misses == 1, PATIENCE)
    assert wall.text("strip/words") is None
    await press(wall.window, Qt.Key.Key_F5)
    await until(lambda: line.line.misses == 2, PATIENCE)
    assert wall.text("strip/words").startswith("Нет связи: здесь данные на 11:00:00.")
    assert wall.text("now/figure") == "0:30"

    wall.is_there = True
    region.clock.move(minutes=1)
    await press(wall.window, Qt.Key.Key_F5)
    await wall.shows("foot/stamp", "Данные на 11:01:00")
    assert wall.text("strip/words") is None


async def test_a_wall_started_before_its_database_waits_for_it(wall, region):  # noqa: F811
    wall.is_there = False
    wall.start(refresh_seconds=60)
    await until(lambda: wall.text("waiting") == "Табло ждёт данные", PATIENCE)
    await press(wall.window, Qt.Key.Key_F5)
    await until(lambda: (wall.text("strip/words") or "").startswith("Данных ещё нет."), PATIENCE)
    wall.is_there = True
    await press(wall.window, Qt.Key.Key_F5)
    await wall.shows("queues/none", "Открытых сообщений нет")


async def test_a_screen_is_set_up_by_f2_and_keeps_it(wall, region):  # noqa: F811
    await region.routed()
    await region.message("Ещё одна яма")
    wall.start(refresh_seconds=60)
    await wall.shows("foot/detected/value", "2")
    await press(wall.window, Qt.Key.Key_F2)
    await until(lambda: is_ready(QApplication.activeModalWidget()), PATIENCE)
    dialog = QApplication.activeModalWidget()
    names = dialog.findChild(QListWidget, "agencies")
    roads = next(item for item in map(names.item, range(names.count())) if item.text() == "Комитет дорожного хозяйства")
    roads.setCheckState(Qt.CheckState.Checked)
    dialog.findChild(QComboBox, "theme").setCurrentIndex(1)
    dialog.findChild(QComboBox, "scale").setCurrentIndex(4)
    dialog.findChild(QCheckBox, "sound").setChecked(True)
    click(dialog, "ok")

    await wall.shows("foot/detected/value", "1")
    assert theme.current().name == "light"
    assert wall.text("heads/bar") is None  # of a larger size there is no room for it
    kept = WallStore(wall.folder / "wall.ini", "1").load()
    assert kept == WallSettings(
        agencies=("Комитет дорожного хозяйства",), scale=1.3, refresh_seconds=60, sound=True, theme="light"
    )
    assert WallStore(wall.folder / "wall.ini", "2").load() == WallSettings()


async def test_an_agency_nobody_knows_is_named_and_nothing_else_shown(wall, region):  # noqa: F811
    await region.routed()
    wall.start(agencies=("Комитет чудес",), refresh_seconds=60)
    await until(lambda: (wall.text("strip/words") or "").startswith("Таких органов нет: Комитет чудес."), PATIENCE)
    await wall.shows("foot/detected/value", "0")


async def test_escape_leaves_the_wall(wall):
    wall.start()
    await until(lambda: wall.text("queues/none") is not None, PATIENCE)
    await press(wall.window, Qt.Key.Key_Escape)
    assert await asyncio.wait_for(wall.task, PATIENCE) == 0


async def test_a_new_breach_is_heard_once_where_sound_is_on(wall, region, monkeypatch):  # noqa: F811
    heard = []
    monkeypatch.setattr(QApplication, "beep", staticmethod(lambda: heard.append(region.clock.now())))
    await region.message()
    await region.message("Ещё одна яма")
    wall.start(refresh_seconds=60, sound=True)
    await wall.shows("now/figure", "0:30")

    async def read_at(minutes):
        region.clock.move(minutes=minutes)
        before = wall.window.line.line.state
        await press(wall.window, Qt.Key.Key_F5)
        await until(lambda: wall.window.line.line.state is not before, PATIENCE)

    await read_at(31)
    await read_at(5)
    assert len(heard) == 1


async def test_a_hundred_readings_leave_nothing_behind(wall, region):  # noqa: F811
    for number in range(3):
        await region.message(f"Яма {number}")
    wall.start(refresh_seconds=60)
    await wall.shows("foot/detected/value", "3")
    line = wall.window.line

    async def read(times):
        for _ in range(times):
            region.clock.move(seconds=20)
            await line.read_once()
        gc.collect()
        return len(gc.get_objects())

    await read(60)
    grown, before = [], await read(50)
    # what leaks does so in every hundred; a connection made anew, or a cache that fills, does once
    while len(grown) < 4 and not (grown and grown[-1] < 60):
        after = await read(100)
        grown.append(after - before)
        before = after
    assert grown[-1] < 60, grown


def test_pauses_grow_while_the_server_is_away_and_never_beyond_half_a_minute():
    async def nowhere():
        raise OSError

    line = WallLine(nowhere, lambda: None, 5)
    pauses = []
    for misses in range(12):
        line.line.misses = misses
        pauses.append(line.pause_seconds())
    assert pauses[:5] == [5, 5, 5, 10, 20]
    assert set(pauses[5:]) == {LONGEST_PAUSE_SECONDS}


def test_settings_that_make_no_sense_read_as_the_default(tmp_path):
    (tmp_path / "wall.ini").write_text("[wall-1]\nscale=9\npage_seconds=often\ntheme=pink\nscreen=2\n")
    assert WallStore(tmp_path / "wall.ini", "1").load() == WallSettings(screen=2)
    given = {"scale": 1.3, "sound": None}
    assert WallStore(tmp_path / "wall.ini", "1").load(given) == WallSettings(screen=2, scale=1.3)


def test_pages_turn_by_their_seconds():
    from app.ui.wall.scene import turn_at

    assert [turn_at(timedelta(seconds=s), 15) for s in (0, 14, 15, 44)] == [0, 0, 1, 2]
    assert turn_at(timedelta(hours=1), 0) == 0
