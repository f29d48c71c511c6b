"""The short form of tests.load.wall_soak: a wall that is read some hundred times keeps no more than it had."""

import gc
from datetime import timedelta

from app.ui import theme
from app.ui.wall.scene import compose
from app.ui.wall.view import WallView
from tests.helpers.qt import application
from tests.helpers.soak import in_use_mb, median_slope
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


def test_a_slope_is_that_of_most_pairs_and_one_step_does_not_bend_it():
    assert median_slope([(0, 100), (1000, 101), (2000, 102)]) == 0.001
    assert median_slope([(n, 100 + (n > 70)) for n in range(100)]) == 0


def test_memory_in_use_is_what_was_asked_for_and_not_given_back():
    before = in_use_mb()
    kept = bytearray(3 << 20)
    assert 2.9 < in_use_mb() - before < 3.5
    del kept
    assert abs(in_use_mb() - before) < 0.5
