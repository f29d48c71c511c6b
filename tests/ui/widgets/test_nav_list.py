"""Places with live counts: the keyboard walks over places, a change of counts keeps the place."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from app.ui.widgets.nav_list import NavItem, NavList, NavSection, is_cut

DESK = NavSection("Стол", [NavItem("inbox", "Входящие", 7), NavItem("late", "Просроченные", 3, alarming=True)])
AGENCIES = NavSection("Очереди органов", [NavItem("roads", "Комитет дорожного хозяйства", 12)])


@pytest.fixture
def nav(qtbot):
    made = NavList()
    qtbot.addWidget(made)
    made.tester = QAbstractItemModelTester(made.model(), QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.resize(220, 400)
    made.show_sections([DESK, AGENCIES])
    made.show()
    return made


@pytest.fixture
def heard(nav):
    keys = []
    nav.item_chosen.connect(keys.append)
    return keys


def titles(nav):
    return [nav.model().index(row, 0).data() for row in range(nav.model().rowCount())]


def test_sections_and_places_in_order(nav):
    assert titles(nav) == ["Стол", "Входящие", "Просроченные", "Очереди органов", "Комитет дорожного хозяйства"]


def test_the_chosen_place_stays_in_sight_when_the_list_grows_shorter(nav):
    nav.choose("roads")
    nav.resize(220, 90)

    assert nav.viewport().rect().contains(nav.visualRect(nav.currentIndex()))


def test_arrows_walk_over_places_only(nav, heard, qtbot):
    nav.choose("inbox")

    qtbot.keyClick(nav, Qt.Key.Key_Down)
    qtbot.keyClick(nav, Qt.Key.Key_Down)
    qtbot.keyClick(nav, Qt.Key.Key_Down)
    qtbot.keyClick(nav, Qt.Key.Key_Up)

    assert heard == ["late", "roads", "late"]


def test_click_chooses(nav, heard, qtbot):
    rect = nav.visualRect(nav.model().index(2, 0))

    qtbot.mouseClick(nav.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())

    assert heard == ["late"]
    assert nav.chosen() == "late"


def test_click_on_a_section_chooses_nothing(nav, heard, qtbot):
    nav.choose("inbox")

    rect = nav.visualRect(nav.model().index(3, 0))
    qtbot.mouseClick(nav.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())

    assert heard == []
    assert nav.chosen() == "inbox"


def test_choosing_from_the_program_is_silent(nav, heard):
    nav.choose("roads")
    nav.choose("nowhere")

    assert heard == []
    assert nav.chosen() == "roads"


def test_new_counts_keep_the_place_and_touch_only_what_changed(nav, heard):
    nav.choose("late")
    changed = []
    nav.model().dataChanged.connect(lambda first, last, roles: changed.append((first.row(), last.row())))

    nav.set_counts({"inbox": 8, "late": 3, "unknown": 1})
    nav.show_sections([NavSection("Стол", [NavItem("inbox", "Входящие", 8), DESK.items[1]]), AGENCIES])

    assert changed == [(1, 1)]
    assert nav.chosen() == "late"
    assert heard == []


def test_places_that_come_keep_the_chosen_one(nav, heard):
    nav.choose("roads")

    nav.show_sections(
        [DESK, NavSection("Очереди органов", [NavItem("health", "Комитет здравоохранения"), *AGENCIES.items])]
    )

    assert nav.chosen() == "roads"
    assert heard == []


def test_count_is_spoken_with_the_place(nav):
    assert nav.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Входящие, 7"


def test_long_title_takes_two_lines_and_only_then_is_cut(nav):
    short, long = NavItem("a", "Комитет дорожного хозяйства", 12), NavItem("b", "Комитет дорожного хозяйства " * 4, 12)

    assert not is_cut(short, 220)
    assert is_cut(long, 220)
    heights = [nav.sizeHintForIndex(nav.model().index(row, 0)).height() for row in (1, 4)]
    assert heights[1] > heights[0]


def test_rows_never_overlap_when_a_count_takes_room_from_a_title(nav):
    nav.resize(220, 400)
    nav.show_sections([NavSection("Стол", [NavItem("with", "У всех исполнителей"), NavItem("late", "Просроченные")])])
    QApplication.processEvents()

    nav.set_counts({"with": 10**9})

    QApplication.processEvents()
    rows = [nav.model().index(row, 0) for row in range(3)]
    assert nav.visualRect(rows[1]).height() == nav.sizeHintForIndex(rows[1]).height() > 30
    assert nav.visualRect(rows[2]).top() > nav.visualRect(rows[1]).bottom()


def test_rows_never_overlap_when_the_list_gets_narrower(nav):
    QApplication.processEvents()

    nav.resize(150, 400)

    QApplication.processEvents()
    rows = [nav.model().index(row, 0) for row in range(nav.model().rowCount())]
    assert [nav.visualRect(row).height() for row in rows] == [nav.sizeHintForIndex(row).height() for row in rows]
    assert nav.visualRect(rows[4]).height() > nav.visualRect(rows[1]).height()


def test_alarming_count_is_red(nav):
    from app.ui import theme

    image = nav.grab(nav.visualRect(nav.model().index(2, 0))).toImage()

    colors = {image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())}
    assert theme.current().hex("late") in colors
