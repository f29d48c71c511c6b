"""Files at a person's desk: taken in off the window's thread, kept until they are saved, opened as copies."""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage

from app.regulation.errors import Refused
from app.services import attachments
from app.services.attachments import FileRef
from app.services.file_reading import read_file
from app.services.storage import DatabaseUnavailable
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.disk import reason_of
from app.texts.refusals import explain
from app.ui.pictures import png_of, with_preview
from app.ui.tasks import TaskScope

Taken = Callable[[FileRef], None]
Said = Callable[[str], None]


class Intake(QObject):
    """One file on its way in. Signals: progressed(share of 1.0), taken(Intake, FileRef), refused(Intake, words).

    They carry the intake itself: a receiver that had to remember it in a closure would keep it, and itself, for ever.
    """

    progressed = Signal(float)
    taken = Signal(object, object)
    refused = Signal(object, str)


class FileDesk:
    """Takes files in and opens them, for one window; `folder` keeps contents that no act has saved yet."""

    def __init__(self, place: Workplace, scope: TaskScope, folder: Path) -> None:
        self._place, self._scope, self.folder = place, scope, folder

    def take(self, source: Path | QImage) -> Intake:
        """Begin to take a file or a picture of the clipboard in; what comes of it is told by the signals."""
        intake = Intake()
        self._scope.start("take a file in", self._take(source, intake))
        return intake

    async def _take(self, source: Path | QImage, intake: Intake) -> None:
        try:
            # Told from the thread: a queued signal brings it to the window's.
            file = await asyncio.to_thread(self._taken, source, intake.progressed.emit)
        except Refused as error:
            intake.refused.emit(intake, explain(error.refusal))
            return
        intake.taken.emit(intake, file)

    def _taken(self, source: Path | QImage, progress: Callable[[float], None]) -> FileRef:
        limit = attachments.limit_bytes(self._place.database)
        if isinstance(source, QImage):
            return with_preview(attachments.take_bytes(png_of(source), tr("Picture"), self.folder, limit))
        return with_preview(attachments.take_in(source, self.folder, limit, progress))

    def open(self, file: FileRef, say: Said) -> None:
        """Open a copy of a file with the system's own program for it; `say` is told what went wrong."""
        self._scope.start("open a file", self._open(file, say))

    async def _open(self, file: FileRef, say: Said) -> None:
        try:
            path = await self._copy_of(file)
        except (Refused, DatabaseUnavailable) as error:
            say(explain(error.refusal))
            return
        except OSError as error:
            say(explain(Refused("file_unreadable", path=file.name, detail=reason_of(error)).refusal))
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            say(explain(Refused("file_not_opened", name=file.name, path=str(path)).refusal))

    async def _copy_of(self, file: FileRef) -> Path:
        """A copy in a folder of this start of the program, under a name without folders."""
        path = _temporary() / file.sha256[:12] / Path(file.name).name
        if not path.exists():
            if file.path is not None:
                data = await asyncio.to_thread(file.path.read_bytes)
            else:
                data = await read_file(self._place, file.uuid)
            await asyncio.to_thread(_write, path, data)
        return path


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


@cache
def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cur-desk-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
