"""A person's way through the real window: a queue, a row, an act; import `desk` beside them."""

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.services.cards import read_card
from tests.helpers.desk import until
from tests.helpers.qt import is_ready
from tests.helpers.windows import open_desk


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


async def go_to(window, queue):
    """Choose a queue at the left with the mouse, and wait for its first card."""
    view = window.navigation.list
    model = view.model()
    index = next(
        model.index(n, 0)
        for n in range(model.rowCount())
        if getattr(model.index(n, 0).data(Qt.ItemDataRole.UserRole), "key", "") == queue
    )
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    await until(lambda: window.page.queue == queue and window.page.rows())


async def click_row(window, case_id):
    """Choose a message in the table with the mouse, and wait for its card as it is now."""
    await until(lambda: case_id in [row.id for row in window.page.rows()])
    number = [row.id for row in window.page.rows()].index(case_id)
    view = window.page.view
    rect = view.visualRect(view.model().index(number, 1))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    version = (await read_card(window.place, case_id)).version
    await until(lambda: (card := window.panel.card()) and (card.id, card.version) == (case_id, version))


async def dialog_of(window, act):
    """Click an act on the card and give its dialog."""
    await until(lambda: window.panel.acts.button(act).isEnabled())
    QTest.mouseClick(window.panel.acts.button(act), Qt.MouseButton.LeftButton)
    await until(lambda: is_ready(window.acts._dialog))
    return window.acts._dialog


async def saved(desk, window, case_id, state):
    """Wait until the dialog is gone and the case stands where it should."""
    await until(lambda: window.acts._dialog is None)
    assert (await desk.region.card(case_id)).state is state
