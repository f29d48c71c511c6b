"""No part of a page is a window for a moment: it would flash, and take the keyboard and the next click with it."""

from PySide6.QtWidgets import QApplication

from app.ui.pages import registry
from tests.helpers.qt import until
from tests.helpers.windows import ShownWindows, open_desk
from tests.ui.test_room import everyone, work_of_pages


async def test_pages_and_registers_open_without_a_flash(tmp_path):
    desk = await open_desk(tmp_path)
    place = await everyone(desk)
    await desk.region.reworked()
    window = await desk.sit(place)
    windows = ShownWindows()
    QApplication.instance().installEventFilter(windows)
    try:
        for kind in registry.pages_of(place.actor):
            window.open_page(f"page:{kind.code}")
            await until(lambda code=kind.code: (page := window.places.page) is not None and page.objectName() == code)
            await until(lambda: not work_of_pages())
        page = window.places.page
        assert page.objectName() == "registers"
        for code in page.registers:
            page.open_register(code)
            await until(lambda code=code: page._shown_of == code and not work_of_pages())
            page.add_entry()
    finally:
        QApplication.instance().removeEventFilter(windows)
        await desk.aclose()

    assert windows.shown == []
