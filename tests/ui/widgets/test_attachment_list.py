"""The list of attached files: what it takes in leaves nothing behind."""

import asyncio
import gc

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from app.ui.case.file_desk import FileDesk, Intake
from app.ui.tasks import TaskScope
from app.ui.widgets.attachment_list import AttachmentList
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
