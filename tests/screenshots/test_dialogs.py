"""Pictures of every dialog and of the card in both themes: set CUR_DESK_SHOTS to a folder to keep them."""

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.case.panel import CardPanel
from tests.helpers.qt import application
from tests.helpers.region import region  # noqa: F401
from tests.ui.dialogs.test_dialogs import every_dialog


@pytest.fixture(params=theme.NAMES)
def dressed(request):
    app = application()
    theme.use(app, theme.load(request.param))
    yield request.param
    theme.use(app, theme.load("light"))


def shoot(widget, folder, name, ground):
    """Take the picture; its corner must have the theme's ground, or the widget forgot to fill it."""
    QApplication.processEvents()
    image = widget.grab().toImage()
    assert image.save(str(folder / f"{name}.png"))
    assert image.pixelColor(image.width() - 3, 3).name() == theme.current().hex(ground).lower(), name


async def test_dialogs(region, dressed, tmp_path):  # noqa: F811
    folder = Path(os.environ.get("CUR_DESK_SHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    async for dialog in every_dialog(region):
        number += 1
        dialog.open()
        shoot(dialog, folder, f"{dialog.objectName()}_{number}_{dressed}", "panel")
        dialog.close()
        dialog.deleteLater()
    assert number == 10


@pytest.mark.parametrize("bring", ["message", "reworked", "published"])
async def test_card(region, dressed, tmp_path, bring):  # noqa: F811
    folder = Path(os.environ.get("CUR_DESK_SHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    card = await region.card(await getattr(region, bring)())
    panel = CardPanel()
    panel.resize(440, 860)
    panel.show()
    place = region.curator
    panel.show_card(card, place.rules(card.regulation_id), place.actor, place.now())
    QApplication.processEvents()
    image = panel.grab().toImage()
    assert image.save(str(folder / f"card_{bring}_{dressed}.png"))
    assert image.pixelColor(3, 3).name() == theme.current().hex("panel").lower()
    panel.close()
    panel.deleteLater()
