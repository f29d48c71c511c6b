"""No part of a page is a window for a moment: it would flash, and take the keyboard and the next click with it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.pages import registry
from tests.helpers.qt import until
from tests.helpers.windows import open_desk
from tests.ui.test_room import everyone, work_of_pages


class Windows(QObject):
    """Notes what is shown as a window of its own."""

    def __init__(self):
        super().__init__()
        self.shown = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


async def test_pages_and_registers_open_without_a_flash(tmp_path):
    desk = await open_desk(tmp_path)
    place = await everyone(desk)
    await desk.region.reworked()
    window = await desk.sit(place)
    windows = Windows()
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
