"""Every dialog of an act on a small screen: none larger than it, the body scrolls, no button is cut."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.ui import theme
from app.ui.dialogs import act_dialog
from app.ui.widgets.roomy import Roomy
from tests.ui.dialogs.test_dialogs import every_dialog


class Screen:
    def __init__(self, size):
        self.size = size

    def availableSize(self):
        return self.size

    def availableGeometry(self):
        return QRect(QPoint(0, 0), self.size)


@pytest.fixture(params=[(1366, 728, 1.5), (960, 500, 1.0)], ids=["1366×768 with large type", "1920×1080 at 200 %"])
def small_screen(request, monkeypatch):
    """The screen without its task bar, and the type."""
    width, height, scale = request.param
    monkeypatch.setattr(act_dialog.ActDialog, "screen", lambda _: Screen(QSize(width, height)))
    theme.use(QApplication.instance(), theme.load("light", scale))
    yield QSize(width, height) - act_dialog.FRAME
    theme.use(QApplication.instance(), theme.load("light"))


async def test_no_dialog_is_larger_than_the_screen_and_no_button_is_cut(region, small_screen):
    wrong = []
    async for dialog in every_dialog(region):
        dialog.open()
        QApplication.processEvents()
        name = dialog.objectName()
        if folder := os.environ.get("CUR_DESK_SHOTS"):
            dialog.grab().save(str(Path(folder) / f"{name}_{small_screen.width()}.png"))
        if dialog.size().expandedTo(small_screen) != small_screen:
            wrong.append(f"{name}: {dialog.width()}×{dialog.height()}")
        missing = dialog.findChild(Roomy).missing()
        if missing.width() or (missing.height() and dialog.height() < small_screen.height()):
            wrong.append(f"{name} scrolls: {missing}")
        wrong += [f"{name}: {button.text()} is cut" for button in _cut(dialog)]
        dialog.close()
        dialog.deleteLater()
    assert wrong == []


def _cut(dialog):
    """Buttons that are narrower than their words, or stand beyond the frame that holds them; the body may scroll."""
    for button in dialog.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            place = QRect(button.mapTo(dialog, QPoint(0, 0)), button.size())
            scrolls = dialog.body.isAncestorOf(button)
            is_beyond = place.right() >= dialog.width() or (not scrolls and place.bottom() >= dialog.height())
            if button.width() < button.sizeHint().width() or is_beyond:
                yield button
