"""Rows are brought up to date by id: selection survives, signals are few, the order is the one given."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.ui.widgets.rows_model import ROW_ROLE, RowsModel
from tests.helpers.samples import COLUMNS, NOW, line, rows_model

ORDERS = st.lists(st.integers(0, 12), unique=True, max_size=12)


@pytest.fixture
def model(qapp):
    made = rows_model()
    made.tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    return made


def ids(model):
    return [row.id for row in model.rows()]


def lines(*numbers):
    return [line(number) for number in numbers]


@given(ORDERS, ORDERS)
def test_any_change_leads_to_the_rows_given_and_persistent_indexes_follow(before, after):
    model = rows_model()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.show(lines(*before))
    kept = {number: QPersistentModelIndex(model.index_of(number)) for number in before}

    model.show(lines(*after))

    assert ids(model) == after
    assert [model.index(row, 0).data(ROW_ROLE).id for row in range(model.rowCount())] == after
    for number, index in kept.items():
        assert (model.row_id(index) == number) if number in after else not index.isValid()
    assert all(model.index_of(number).row() == after.index(number) for number in after)


def test_changed_rows_are_announced_in_runs_and_others_not(model):
    model.show(lines(1, 2, 3, 4, 5))
    changed = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))

    model.show([line(1), line(2, text="a"), line(3, text="b"), line(4), line(5, text="c")])

    assert changed == [(1, 2), (4, 4)]


def test_nothing_new_says_nothing(model):
    model.show(lines(1, 2))
    heard = []
    for signal in (model.dataChanged, model.rowsInserted, model.rowsRemoved, model.layoutChanged, model.modelReset):
        signal.connect(lambda *args: heard.append(args))

    model.show(lines(1, 2))

    assert heard == []


def test_two_rows_of_one_id_are_a_defect(model):
    with pytest.raises(ValueError, match="one id"):
        model.show(lines(1, 1))


def test_more_is_asked_for_once_until_the_page_comes(qapp):
    model = rows_model()
    asked = []
    model.more_needed.connect(lambda: asked.append(1))
    model.show(lines(1, 2), has_more=True)

    for _ in range(3):
        model.fetchMore()
    assert asked == [1]

    model.append(lines(3), has_more=True)
    assert model.canFetchMore()
    model.fetchMore()
    model.append(lines(4))

    assert ids(model) == [1, 2, 3, 4]
    assert asked == [1, 1]
    assert not model.canFetchMore()


def test_page_updates_rows_that_are_here_already(model):
    model.show(lines(1, 2))

    model.append([line(2, text="новее"), line(3)])

    assert ids(model) == [1, 2, 3]
    assert model.rows()[1].text == "новее"


def test_sorted_by_a_column_and_so_it_stays(model):
    model.show([line(1, place="Льгов"), line(2, place="Курск")])

    model.sort(2)
    assert ids(model) == [2, 1]

    model.show([line(1, place="Льгов"), line(2, place="Курск"), line(3, place="Курчатов")])
    assert ids(model) == [2, 3, 1]

    model.sort(2, Qt.SortOrder.DescendingOrder)
    assert ids(model) == [1, 3, 2]

    model.sort(-1)
    model.show(lines(1, 2, 3))
    assert ids(model) == [1, 2, 3]


def test_column_without_a_key_does_not_sort(model):
    model.show(lines(2, 1))

    model.sort(1)

    assert ids(model) == [2, 1]


def test_cells_say_text_tooltip_and_spoken_words(model):
    model.show([line(1, 4, "Яма", place="Льгов", topic="Дороги")])

    left, text, place = (model.index(0, column) for column in range(3))
    assert left.data() == "0:04"
    assert left.data(Qt.ItemDataRole.AccessibleTextRole) == "0:04, п. 7 · до 11:07"
    assert text.data(Qt.ItemDataRole.ToolTipRole) == "Яма"
    assert place.data(Qt.ItemDataRole.AccessibleTextRole) == "Льгов, Дороги"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Осталось"


def test_countdown_waits_for_the_first_tick(qapp):
    model = RowsModel(COLUMNS, lambda row: row.id)
    model.show(lines(1))

    assert model.look(model.index(0, 0)) is None

    model.now = NOW
    assert model.look(model.index(0, 0)).figure == "0:01"


def test_unknown_id_has_no_index(model):
    model.show(lines(1))

    assert not model.index_of(9).isValid()
    assert model.row(model.index_of(9)) is None
    assert model.row_id(model.index_of(1)) == 1


def test_rows_are_compared_whole(model):
    model.show(lines(1))

    model.show([replace(line(1), source="Telegram")])

    assert model.rows()[0].source == "Telegram"
