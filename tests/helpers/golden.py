"""Golden pictures: what was looked at and approved, compared in blocks of pixels.

Another machine's hinting moves edges by a part of a pixel, never a word: the mean of a block bears the first and shows
the second. `CUR_DESK_GOLDEN=1` writes the pictures anew; look at them before they are committed.
"""

import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

FOLDER = Path(__file__).parent.parent / "data" / "golden"
BLOCK, TOLERANCE = 12, 12


def blocks(image, size):
    """The image as the means of its blocks; `size` is that of the picture it is compared with, in pixels."""
    width, height = -(-size[0] // BLOCK), -(-size[1] // BLOCK)
    way = Qt.TransformationMode.SmoothTransformation
    small = image.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, way)
    return bytes(small.convertToFormat(QImage.Format.Format_RGB32).constBits())


def distance(one, other):
    """The largest difference of any block, of 255."""
    size = one.width(), one.height()
    return max(abs(a - b) for a, b in zip(blocks(one, size), blocks(other, size), strict=True))


def check_golden(image, name, kept, scale=1.0):
    """Hold a picture against the approved one; `kept` is where this one is left for a person to look at.

    `scale` is how small the approved one is kept: of a whole screen its half is enough.
    """
    path = FOLDER / f"{name}.png"
    if os.environ.get("CUR_DESK_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        size = round(image.width() * scale), round(image.height() * scale)
        way = Qt.TransformationMode.SmoothTransformation
        small = image.scaled(*size, Qt.AspectRatioMode.IgnoreAspectRatio, way)
        assert small.convertToFormat(QImage.Format.Format_RGB16).save(str(path))
    image.save(str(kept / path.name))
    approved = QImage(str(path))
    wanted = round(image.width() * scale), round(image.height() * scale)
    assert (approved.width(), approved.height()) == wanted, f"{path.name} is of another size: see {kept / path.name}"
    found = distance(image, approved)
    assert found <= TOLERANCE, f"{path.name} differs by {found} of 255: see {kept / path.name}"
