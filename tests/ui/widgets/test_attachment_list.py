"""The list of attached files: what it takes in leaves nothing behind."""

import asyncio
import gc
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from app.services.attachments import take_bytes
from app.ui import theme
from app.ui.case.file_desk import FileDesk, Intake
from app.ui.tasks import TaskScope
from app.ui.widgets.attachment_list import AttachmentList, FileTile
from tests.helpers.locks import is_free
from tests.helpers.many import png
from tests.helpers.qt import until
from tests.helpers.region import open_region


@pytest.fixture
async def region(tmp_path):
    opened = await open_region(tmp_path)
    yield opened
    await opened.database.close()


def intakes():
    gc.collect()
    return sum(isinstance(thing, Intake) for thing in gc.get_objects())


async def test_a_file_taken_in_keeps_neither_its_intake_nor_the_list(region, tmp_path):
    before = intakes()
    scope = TaskScope(lambda name, error: pytest.fail(f"{name}: {error!r}"))
    attached = AttachmentList(FileDesk(region.curator, scope, tmp_path / "files"))
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    attached.take(picture)
    await until(lambda: len(attached.files()) == 1)

    attached.deleteLater()
    await asyncio.sleep(0)
    QApplication.processEvents()
    await scope.aclose()

    assert intakes() == before


async def test_the_files_of_the_database_are_refused_and_not_even_opened(region, tmp_path):
    scope = TaskScope(lambda name, error: pytest.fail(f"{name}: {error!r}"))
    attached = AttachmentList(FileDesk(region.curator, scope, tmp_path / "files"))
    shared = Path(f"{region.database.path}-shm")
    attached.take(shared)
    await until(lambda: attached.error.text())
    held = not is_free(shared)
    await scope.aclose()
    attached.deleteLater()

    assert held
    assert shared.name in attached.error.text()
    assert not attached.files()


@pytest.mark.parametrize(("width", "tile"), [(150, 216), (360, 360), (430, 400), (460, 216), (900, 216)])
def test_a_file_alone_in_its_line_takes_more_of_it(qtbot, tmp_path, width, tile):
    attached = AttachmentList()
    qtbot.addWidget(attached)
    attached.resize(width, 200)
    attached.show_files([take_bytes(png(), "Снимок двора", tmp_path, 10**6)])
    assert attached.findChild(FileTile).width() == theme.current().px(tile)
