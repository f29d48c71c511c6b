"""Golden pictures of the countdown cell and of the card; the wall's are with its scene."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.case.panel import CardPanel
from app.ui.widgets.countdown import CountdownLook, CountdownState, countdown_height, paint_countdown
from tests.helpers.golden import TOLERANCE, check_golden, distance
from tests.helpers.qt import application
from tests.helpers.region import region  # noqa: F401

WIDTH, MARGIN, GAP = 168, 12, 14
LOOKS = (
    CountdownLook(CountdownState.PLAIN, "3 ч 41 мин", "п. 10 · до 18:00", 0.54),
    CountdownLook(CountdownState.SOON, "0:04:12", "п. 7 · до 11:30", 0.86),
    CountdownLook(CountdownState.LATE, "−0:06:40", "п. 14 · до 11:00", 1.0),
    CountdownLook(CountdownState.PENDING, "ждёт", "п. 8 · после п. 7"),
    CountdownLook(CountdownState.PAUSED, "стоит", "п. 11 · ждём автора"),
    CountdownLook(CountdownState.STOPWATCH, "17 мин", "норма не задана"),
    CountdownLook(CountdownState.NOT_COMPUTABLE, "не посчитать", "нет календаря 2031"),
    CountdownLook(CountdownState.WINDOW_CLOSED, "прошло", "п. 8 · до 11:05"),
    CountdownLook(CountdownState.DONE, "в срок", "п. 9 · за 12 мин", 0.4),
)


@pytest.fixture(params=theme.NAMES)
def dressed(request):
    app = application()
    theme.use(app, theme.load(request.param))
    yield theme.current()
    theme.use(app, theme.load("light"))


def cells(look, shown=LOOKS):
    """The countdown cells under one another, as a row of the table paints them."""
    height = countdown_height(look) + GAP
    image = QImage(WIDTH + 2 * MARGIN, height * len(shown) + GAP, QImage.Format.Format_RGB32)
    image.fill(look.color("card"))
    painter = QPainter(image)
    for number, each in enumerate(shown):
        paint_countdown(painter, QRect(MARGIN, GAP // 2 + height * number, WIDTH, height), each, look)
    painter.end()
    return image


def test_the_countdown_cell_looks_as_it_was_approved(dressed, tmp_path):
    check_golden(cells(dressed), f"countdown_{dressed.name}", tmp_path)


def test_another_figure_or_mark_is_noticed(dressed):
    whole = cells(dressed)
    other_figure = replace(LOOKS[0], figure="13 мин")
    other_mark = replace(LOOKS[1], state=CountdownState.LATE)

    assert distance(whole, cells(dressed)) == 0
    assert distance(whole, cells(dressed, (other_figure, *LOOKS[1:]))) > TOLERANCE
    assert distance(whole, cells(dressed, (LOOKS[0], other_mark, *LOOKS[2:]))) > TOLERANCE


def test_edges_that_move_by_less_than_a_pixel_are_borne(dressed):
    whole = cells(dressed)
    moved = QImage(whole.size(), whole.format())
    moved.fill(dressed.color("card"))
    painter = QPainter(moved)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QPointF(0.5, 0.3), whole)
    painter.end()

    assert 0 < distance(whole, moved) <= TOLERANCE


async def test_the_card_looks_as_it_was_approved(region, dressed, tmp_path):  # noqa: F811
    card = await region.card(await region.reworked())
    place, panel = region.curator, CardPanel()
    panel.resize(440, 1040)
    panel.show()
    panel.show_card(card, place.rules(card.regulation_id), place.actor, place.now())
    QApplication.processEvents()
    image = panel.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    panel.close()
    panel.deleteLater()

    check_golden(image, f"card_{dressed.name}", tmp_path)
