"""Fields that only tell: what they tell can be seen."""

import pytest
from PySide6.QtWidgets import QCheckBox

from app.ui import theme
from app.ui.widgets.plain_fields import show_as_text
from tests.helpers.qt import application

BOX_PX = 20


def _tones(box):
    """The lightness of what is painted in the place of the box itself, from the darkest to the lightest."""
    picture = box.grab().toImage()
    return sorted(picture.pixelColor(x, y).lightness() for x in range(4, 14) for y in range(6, BOX_PX - 4))


@pytest.mark.parametrize("look", theme.NAMES)
def test_a_box_that_cannot_be_changed_still_shows_whether_it_is_checked(look):
    app = application()
    before = theme.current().name
    theme.use(app, theme.load(look))
    box = QCheckBox("срок задан")
    show_as_text(box)
    box.setChecked(True)
    box.resize(box.sizeHint())
    checked = _tones(box)
    box.setChecked(False)
    unchecked = _tones(box)
    theme.use(app, theme.load(before))
    assert checked[-1] - checked[0] > 60, "the mark stands out"
    assert unchecked[-1] - unchecked[0] < 60, "an empty box has none"
