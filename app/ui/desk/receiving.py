"""What is pasted or dropped on the desk: a table is looked at, a link, a text or a picture becomes a message."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from app.regulation.duties import Duty, duty_refusal
from app.regulation.permission import Actor
from app.services.file_kinds import SEEN_SUFFIXES
from app.texts import tr
from app.ui.desk.presenter import DeskPresenter


def can_receive(data: QMimeData) -> bool:
    """Whether there is anything here that could be received."""
    return data.hasText() or data.hasUrls() or data.hasImage()


def letting_go_words(actor: Actor) -> str:
    """What comes of something that is dragged over the desk: who takes in no messages finds a card by its link."""
    if duty_refusal(Duty.IMPORT, actor) is None:
        return tr("Let go: it is taken in as a message or a table of them")
    return tr("Let go: the card of this link is looked for")


def clipboard() -> QMimeData:
    """What is there to be pasted; empty where the system tells nothing."""
    return QGuiApplication.clipboard().mimeData() or QMimeData()


def receive(data: QMimeData, presenter: DeskPresenter, take_in: Callable[[str], None]) -> None:
    """Take the data as what they are; files that are no pictures are tables of messages. A browser gives a picture
    together with its address: what was dragged is the picture."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if pictures := [file for file in files if file.suffix.lower() in SEEN_SUFFIXES]:
        presenter.receive_pictures(pictures)
    elif files:
        take_in("\n".join(map(str, files)))
    elif data.hasImage() and data.text().strip() in ("", *(url.toString() for url in data.urls())):
        presenter.receive_pictures([QImage(data.imageData())])
    elif data.hasText() or data.hasUrls():
        presenter.receive(data.text() or data.urls()[0].toString())
