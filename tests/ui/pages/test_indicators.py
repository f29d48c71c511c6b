"""The page «Показатели»: its pictures say the measures, a part leads to its cases, a picture becomes a file."""

import subprocess
import sys
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from app.regulation.workflow import Role
from app.services.measuring import read_book
from app.services.today import read_today
from app.ui import theme
from app.ui.charts.files import picture_of
from app.ui.pages.registry import PAGES
from tests.helpers.desk import click
from tests.helpers.qt import application, is_ready, until
from tests.helpers.windows import open_desk

PATIENCE = 20.0


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


async def opened(desk):
    window = await desk.sit(desk.region.supervisor)
    navigation = window.navigation.list
    index = navigation.model().index_of("page:indicators")
    navigation.scrollTo(index)
    QTest.mouseClick(
        navigation.viewport(), Qt.MouseButton.LeftButton, pos=navigation.visualRect(index).center()
    )
    await until(lambda: window.places.page is not None and window.places.page.objectName() == "indicators", PATIENCE)
    page = window.places.page
    await until(lambda: page.indicators is not None, PATIENCE)
    return window, page


def click_part(chart, part):
    plot = chart.plot
    number = next(n for n, place in enumerate(plot.places) if place.part == part)
    spot = plot.point_of(number).toPoint()
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=spot)


async def test_the_pictures_say_what_the_measures_and_the_status_bar_say(desk):
    region = desk.region
    await region.published()
    await region.message("Ещё одна яма")
    _, page = await opened(desk)

    today = region.clock.now().date()
    total = (await read_book(region.supervisor, today, today)).total
    now = await read_today(region.supervisor)
    bars = page.pictures.days.bars()
    assert bars[-1].label == "24.11"
    assert bars[-1].length == total.received == now.detected == 2
    assert page.note.text() == "поступило 2 сообщения, отвечено 1"
    assert {bar.label: bar.figure for bar in page.pictures.clocks.bars()} == {
        "п. 7 · Направить в орган": "100 % (1 из 1)",
        "п. 10 · Ответ размещён": "100 % (1 из 1)",
        "п. 11 · Проект ответа куратору": "100 % (1 из 1)",
        "п. 12 · Согласовать проект": "100 % (1 из 1)",
        "п. 14 · Разместить ответ": "100 % (1 из 1)",
    }
    assert [bar.label for bar in page.pictures.agencies.bars()] == ["Комитет дорожного хозяйства"]
    assert sum(cell.count for cell in page.pictures.grid.cells()) == 2


async def test_a_click_on_a_bar_leads_to_its_cases_and_on_to_the_queue(desk):
    region = desk.region
    case_id = await region.routed()
    await region.message("Ещё одна яма")
    window, page = await opened(desk)
    click_part(page.pictures.agencies, ("agency", region.agency_ids[0]))

    await until(lambda: [row.id for row in page.behind.rows()] == [case_id], PATIENCE)
    assert page.behind_view.isVisible()
    assert page.behind_words.text() == "Комитет дорожного хозяйства: 1 сообщение · 1 карточка"
    page.behind_view.choose(case_id)
    QTest.keyClick(page.behind_view, Qt.Key.Key_Return)
    await until(lambda: window.places.page is None and window.page.queue == "executors", PATIENCE)


async def test_arrows_and_enter_do_what_the_mouse_does_and_escape_closes(desk):
    await desk.region.message()
    window, page = await opened(desk)
    plot = page.pictures.hours.plot
    plot.setFocus()
    number = next(n for n, place in enumerate(plot.places) if place.part == ("hour", 11))
    while plot.current != number:
        QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.accessibleDescription() == "11:00–12:00: 1 сообщение"
    QTest.keyClick(plot, Qt.Key.Key_Return)
    await until(lambda: len(page.behind.rows()) == 1, PATIENCE)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not page.behind_view.isVisible()


@pytest.mark.parametrize("suffix", [".png", ".svg"])
async def test_a_picture_is_saved_with_its_title_and_period(desk, tmp_path, suffix):
    await desk.region.message()
    _, page = await opened(desk)
    path = tmp_path / f"дни{suffix}"
    click(page, "days_save")
    await until(lambda: is_ready(page.findChild(QFileDialog, "save_picture")), PATIENCE)
    chooser = page.findChild(QFileDialog, "save_picture")
    chooser.findChild(QLineEdit, "fileNameEdit").setText(str(path))
    chooser.accept()
    await until(lambda: path.exists() and page.bar.isVisible(), PATIENCE)
    if suffix == ".png":
        image = QImage(str(path))
        assert image.width() > 2 * page.pictures.days.plot.width()
        assert len({image.pixel(x, image.height() * 2 // 3) for x in range(image.width())}) > 2
    else:
        written = path.read_text(encoding="utf-8")
        assert QSvgRenderer(QByteArray(written.encode())).isValid()
        assert "Поступление по дням" in written
        assert "Курская область · 26.10.2026–24.11.2026" in written


async def test_a_file_of_another_kind_is_refused_in_words(desk, tmp_path):
    _, page = await opened(desk)
    page.do("save", page._write(page.pictures.days, tmp_path / "дни.pdf"))
    await until(lambda: "не как .pdf" in page.bar.accessibleName(), PATIENCE)


async def test_an_empty_period_says_so_and_is_saved_too(desk):
    _, page = await opened(desk)
    assert page.pictures.promises.bars() == page.pictures.days.bars() == []
    assert all(picture_of(chart, ".png", "") for chart in page.pictures.all)


async def test_acts_of_the_desk_are_taken_up_once_a_minute(desk):
    region = desk.region
    _, page = await opened(desk)
    await region.message()
    page.heard(None)
    page.tick(region.clock.now())
    assert page.pictures.days.bars() == []
    region.clock.move(minutes=1)
    page.tick(region.clock.now())
    await until(lambda: (bars := page.pictures.days.bars()) and bars[-1].length == 1, PATIENCE)


def test_whose_the_page_is():
    (kind,) = [kind for kind in PAGES if kind.code == "indicators"]
    assert kind.roles == {Role.CURATOR, Role.SUPERVISOR, Role.ORGANISER}


def test_the_desk_starts_without_what_draws_the_pictures():
    words = "import sys, app.ui.application; print('pyqtgraph' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parent.parent.parent.parent,
    )  # fmt: skip
    assert done.stdout.split() == ["False", "False"]


def test_a_name_beside_a_lying_bar_is_whole_where_there_is_room():
    application()
    from app.ui.charts.bars import Bar, BarChart, Piece

    chart = BarChart("load", "", lying=True)
    chart.plot.resize(1600, 200)
    name = "Департамент пассажирского транспорта города Курска"
    chart.show_bars([Bar(name, (Piece("a", 3, "progress", ""),), figure="3")])
    metrics = QFontMetrics(theme.current().font("small"))
    assert chart.plot.getAxis("left").fixedWidth >= metrics.horizontalAdvance(name)
    chart.plot.resize(700, 200)
    chart.fit()
    assert chart.plot.getAxis("left").fixedWidth == theme.current().px(210)
    chart.deleteLater()


@pytest.mark.parametrize("width", [330, 900])
def test_numbers_beside_lying_bars_are_whole_however_narrow_it_is(width):
    application()
    from app.ui.charts.bars import Bar, BarChart, Piece  # numpy comes with it

    chart = BarChart("clocks", "", lying=True)
    chart.plot.resize(width, 200)
    piece = Piece("a", 1572, "progress", "")
    chart.show_bars([Bar("п. 7 · Направить в орган", (piece,), figure="85 % (1334 из 1572)")])

    names, most = chart.plot.getAxis("left").width(), chart.plot.viewRange()[0][1]
    ends = names + (width - names) * 1572 / most
    whole = QFontMetrics(theme.current().font("small")).horizontalAdvance("85 % (1334 из 1572)")
    assert ends + whole <= width
    assert ends - names >= 40  # and a bar is left to see
    chart.deleteLater()
