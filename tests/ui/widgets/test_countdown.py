"""A clock is told by shape, word and colour, and redrawn only when it says something else."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui import theme
from app.ui.widgets.countdown import (
    ClockLine,
    CountdownLabel,
    CountdownLook,
    CountdownState,
    countdown_height,
    paint_countdown,
)
from tests.helpers.qt import application


def drawn(look, width=160):
    application()
    light = theme.load("light")
    image = QImage(width, countdown_height(light), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_countdown(painter, image.rect(), look, light)
    painter.end()
    return image


def colors(image, rect=None):
    rect = rect or image.rect()
    return {
        image.pixelColor(x, y).name().upper()
        for x in range(rect.left(), rect.right() + 1)
        for y in range(rect.top(), rect.bottom() + 1)
    }


@pytest.mark.parametrize(
    ("state", "role", "foreign"),
    [(CountdownState.LATE, "late", "soon"), (CountdownState.SOON, "soon", "late")],
)
def test_alarm_has_its_colour_and_no_other(state, role, foreign):
    found = colors(drawn(CountdownLook(state, "0:04", "п. 7", 0.9)))

    assert theme.load("light").hex(role).upper() in found
    assert theme.load("light").hex(foreign).upper() not in found


@pytest.mark.parametrize("state", [CountdownState.STOPWATCH, CountdownState.PLAIN, CountdownState.NOT_COMPUTABLE])
def test_without_a_breach_nothing_is_red_or_amber(state):
    found = colors(drawn(CountdownLook(state, "9:99", "п. 24", 1.0)))

    assert found.isdisjoint({theme.load("light").hex("late").upper(), theme.load("light").hex("soon").upper()})


def test_states_differ_in_shape_and_not_by_colour_alone():
    icons = [state.icon for state in CountdownState]

    assert len(set(icons)) == len(icons)


def test_bar_is_as_long_as_the_time_gone():
    track, gone = (QColor(theme.load("light").hex(role)).name().upper() for role in ("track", "progress"))
    bar = QRect(2, countdown_height(theme.load("light")) - 2, 116, 1)

    half = drawn(CountdownLook(CountdownState.PLAIN, "0:15", "", 0.5))
    count = sum(half.pixelColor(x, bar.top()).name().upper() == gone for x in range(bar.left(), bar.right()))

    assert 52 <= count <= 62
    assert track in colors(half, bar)
    assert track not in colors(drawn(CountdownLook(CountdownState.STOPWATCH, "0:15", "", None)), bar)


@pytest.mark.parametrize("progress", [-1.0, 0.0, 7.5])
def test_progress_outside_its_bounds_stays_in_the_bar(progress):
    image = drawn(CountdownLook(CountdownState.LATE, "−9:00", "", progress), width=200)

    assert colors(image, QRect(121, image.height() - 3, 79, 3)) == {"#FFFFFF"}


def test_long_figure_stays_within_its_cell():
    look = CountdownLook(
        CountdownState.LATE, "просрочено на двадцать пять рабочих часов", "п. 10 · до вторника 12:05", 1
    )
    wide, narrow = drawn(look, 400), drawn(look, 100)

    assert colors(wide, QRect(200, 0, 200, 15)) != {"#FFFFFF"}
    assert narrow.width() == 100


def test_spoken_words_win_over_the_figure():
    assert CountdownLook(CountdownState.PLAIN, "0:04", "п. 7").accessible_text == "0:04, п. 7"
    assert (
        CountdownLook(CountdownState.PLAIN, "0:04", spoken="осталось 4 минуты").accessible_text == "осталось 4 минуты"
    )


def test_label_repaints_only_when_the_look_changes(qtbot, monkeypatch):
    painted = []
    label = CountdownLabel()
    qtbot.addWidget(label)
    monkeypatch.setattr(label, "update", lambda: painted.append(1))

    label.show_look(CountdownLook(CountdownState.PLAIN, "0:11"))
    label.show_look(CountdownLook(CountdownState.PLAIN, "0:11"))
    label.show_look(CountdownLook(CountdownState.PLAIN, "0:10"))

    assert len(painted) == 2
    assert label.accessibleName() == "0:10"


def test_label_is_wide_enough_for_its_words(qtbot):
    label = CountdownLabel()
    qtbot.addWidget(label)
    label.show_look(CountdownLook(CountdownState.LATE, "просрочено на 25 мин", "п. 10"))

    assert label.sizeHint().width() > 200


def test_clock_line_speaks_title_and_what_is_left(qtbot):
    clock = ClockLine()
    qtbot.addWidget(clock)

    clock.show_clock("Направить в орган", CountdownLook(CountdownState.SOON, "0:04", "п. 7 · до 14:07"))

    assert clock.accessibleName() == "Направить в орган: 0:04, п. 7 · до 14:07"


def test_a_note_without_room_leaves_out_its_last_part_instead_of_half_a_word():
    late = {"state": CountdownState.LATE, "figure": "−0:42"}
    whole = CountdownLook(note="срок завтра 10:58 · по договорённости", **late)
    short = CountdownLook(note="срок завтра 10:58", **late)
    assert drawn(whole, 150) == drawn(short, 150)
    assert drawn(whole, 300) != drawn(short, 300)
