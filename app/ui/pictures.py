"""Small pictures of files: made off the window's thread, and shown from their bytes."""

from dataclasses import replace

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPixmap

from app.regulation.errors import Refused
from app.services.attachments import FileRef

PREVIEW = QSize(192, 128)
QUALITY = 80


def with_preview(file: FileRef) -> FileRef:
    """The file with its preview; a picture that Qt knows and cannot read is none. To be called in a thread.

    Raises Refused("picture_broken").
    """
    if not file.is_picture or file.path is None:
        return file
    reader = QImageReader(str(file.path))
    reader.setDecideFormatFromContent(True)
    if not reader.canRead():
        known = [bytes(kind.data()).decode() for kind in QImageReader.supportedImageFormats()]
        if file.media_type.split("/")[1] in known:
            raise Refused("picture_broken", name=file.name)
        return file  # a kind that this computer does not show, such as HEIC: kept as it is
    reader.setAutoTransform(True)
    whole = reader.size()
    if whole.isValid() and (whole.width() > PREVIEW.width() or whole.height() > PREVIEW.height()):
        reader.setScaledSize(whole.scaled(PREVIEW, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        raise Refused("picture_broken", name=file.name)
    return replace(file, preview=_bytes(_on_white(image), "JPEG", QUALITY))


def png_of(image: QImage) -> bytes:
    """A picture of the clipboard as a PNG file. To be called in a thread."""
    return _bytes(image, "PNG", -1)


def pixmap_of(preview: bytes) -> QPixmap:
    """The picture to show; null where there is none."""
    pixmap = QPixmap()
    if preview:
        pixmap.loadFromData(preview)
    return pixmap


def _on_white(image: QImage) -> QImage:
    """JPEG knows no transparency and would show it black."""
    if not image.hasAlphaChannel():
        return image
    white = QImage(image.size(), QImage.Format.Format_RGB32)
    white.fill(Qt.GlobalColor.white)
    painter = QPainter(white)
    painter.drawImage(0, 0, image)
    painter.end()
    return white


def _bytes(image: QImage, kind: str, quality: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind, quality)  # type: ignore[call-overload]  # takes a device, the stubs do not know
    return bytes(buffer.data().data())
