"""The short form of tests.load.wall_soak: a wall that is read some hundred times keeps no more than it had."""

import gc
from datetime import timedelta

from app.ui import theme
from app.ui.wall.scene import compose
from app.ui.wall.view import WallView
from tests.helpers.qt import application
from tests.helpers.soak import slope_mb_per_hour
from tests.helpers.wall import NOW, STATES, shown


def test_pictures_of_an_hour_leave_nothing_behind():
    """Counted in objects, which a busy machine cannot change."""
    application()
    view = WallView()
    view.resize(1366, 768)

    def hour():
        for second in range(0, 3600, 150):
            at = NOW + timedelta(seconds=second)
            for state in STATES:
                view.show_picture(compose(shown(state, now=at, turn=second), theme.current(), 1366, 768))
            view.grab()
        gc.collect()
        return len(gc.get_objects())

    hour()
    before = hour()
    after = hour()
    view.deleteLater()
    assert after - before < 50


def test_a_slope_is_that_of_the_line():
    assert round(slope_mb_per_hour([(0, 100), (1800, 101), (3600, 102)]), 6) == 2
    assert round(slope_mb_per_hour([(0, 100), (10, 101), (20, 99), (30, 100)]), 3) == -72.0
