"""The queue keeps a person's place, ticks cheaply, and is walked by keyboard."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.widgets import wrapping
from app.ui.widgets.countdown import CountdownLook, CountdownState
from app.ui.widgets.queue_view import QueueView, _for_words
from app.ui.widgets.row_delegate import row_height
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.wrapping import kept_together, wrapped
from tests.helpers.samples import NOW, line, rows_model


@pytest.fixture
def view(qtbot):
    model = rows_model()
    made = QueueView(model)
    made.rows = model
    qtbot.addWidget(made)
    made.resize(800, 26 + 4 * row_height(theme.current()))
    made.show()
    return made


@pytest.fixture
def heard(view):
    chosen = []
    view.row_chosen.connect(chosen.append)
    return chosen


def lines(*numbers):
    return [line(number) for number in numbers]


def top_id(view):
    return view.rows.row_id(view.indexAt(QPoint(0, 0)))


def painted_rects(view, monkeypatch):
    rects = []
    viewport = view.viewport()
    monkeypatch.setattr(view, "viewport", lambda: Spy(viewport, rects))
    return rects


class Spy:
    def __init__(self, viewport, rects):
        self._viewport, self._rects = viewport, rects

    def height(self):
        return self._viewport.height()

    def update(self, rect):
        self._rects.append(QRect(rect))


def test_rows_have_one_fixed_height_for_two_lines_and_a_note(view):
    view.rows.show(lines(*range(100)))

    assert view.rowHeight(0) == view.rowHeight(99) == row_height(theme.current())
    assert 56 <= view.rowHeight(0) <= 66


def test_tick_repaints_only_countdowns_that_changed(view, monkeypatch):
    view.rows.show(lines(11, 12, 13, 14, 15, 16))
    view.tick(NOW)
    rects = painted_rects(view, monkeypatch)

    view.tick(NOW)
    assert rects == []

    view.tick(NOW + timedelta(minutes=1))
    assert [rect.left() for rect in rects] == [0, 0, 0, 0]
    assert {rect.width() for rect in rects} == {view.columnWidth(0)}


def test_tick_leaves_rows_out_of_sight_alone(view, monkeypatch):
    view.rows.show(lines(*range(1000)))
    view.tick(NOW)
    calls = []
    monkeypatch.setattr(view.rows, "look", lambda index: calls.append(index.row()))

    view.tick(NOW + timedelta(minutes=1))

    assert calls == [0, 1, 2, 3]


def test_choice_is_reported_once(view, heard):
    view.rows.show(lines(1, 2, 3))

    assert view.choose(2)
    assert view.choose(2)
    assert not view.choose(9)

    assert heard == [2]
    assert view.chosen().id == view.chosen_id() == 2


def test_choice_survives_a_new_order_and_is_not_reported_again(view, heard):
    view.rows.show(lines(1, 2, 3))
    view.choose(2)

    view.rows.show(lines(4, 3, 2, 1))

    assert view.chosen_id() == 2
    assert [index.row() for index in view.selectionModel().selectedRows()] == [2]
    assert heard == [2]


@pytest.mark.parametrize(("gone", "next_chosen"), [(1, 2), (2, 3), (3, 2)])
def test_next_row_takes_the_place_of_the_chosen_one_that_left(view, heard, gone, next_chosen):
    view.rows.show(lines(1, 2, 3))
    view.choose(gone)

    view.rows.show([row for row in lines(1, 2, 3) if row.id != gone])

    assert heard == [gone, next_chosen]
    assert len(view.selectionModel().selectedRows()) == 1


def test_row_that_comes_in_the_place_of_the_chosen_one_is_chosen_and_none_in_between(view, heard):
    view.rows.show(lines(1, 2, 3))
    view.choose(2)

    view.rows.show(lines(1, 9, 3))

    assert heard == [2, 9]


def test_last_row_leaves_and_none_is_chosen(view, heard):
    view.rows.show(lines(1))
    view.choose(1)

    view.rows.show([])

    assert heard == [1, None]
    assert view.chosen() is None


def test_rows_that_come_above_do_not_push_away_what_is_read(view):
    view.rows.show(lines(*range(10, 40)))
    QApplication.processEvents()
    view.verticalScrollBar().setValue(5 * view.rowHeight(0) + 7)
    assert top_id(view) == 15

    view.rows.show(lines(1, 2, 3, *range(10, 40)))

    assert top_id(view) == 15
    assert view.verticalScrollBar().value() == 8 * view.rowHeight(0) + 7


def test_place_at_the_end_survives_many_rows_that_come_above(view):
    view.rows.show(lines(*range(100, 130)))
    QApplication.processEvents()
    view.scrollToBottom()
    top = top_id(view)

    view.rows.show(lines(*range(130)))

    assert top_id(view) == top


def test_at_the_top_the_most_urgent_comes_into_sight(view):
    view.rows.show(lines(*range(10, 40)))

    view.rows.show(lines(1, *range(10, 40)))

    assert top_id(view) == 1


def test_keyboard_walks_and_opens(view, heard, qtbot):
    view.rows.show(lines(1, 2, 3))
    opened = []
    view.row_activated.connect(opened.append)
    view.choose(1)

    for key in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
    qtbot.keyClick(view, Qt.Key.Key_Return)

    assert heard == [1, 2, 3, 1]
    assert opened == [1]


def test_letters_belong_to_the_acts(view, heard, qtbot):
    view.rows.show([line(1, text="альфа"), line(2, text="рыба")])
    view.choose(1)

    view.keyboardSearch("р")

    assert heard == [1]


def test_focus_chooses_the_most_urgent_row_whole(view, heard):
    view.clearFocus()
    view.rows.show(lines(1, 2))

    view.setFocus()
    QApplication.processEvents()

    assert heard == [1]
    assert len(view.selectionModel().selectedRows()) == 1


def test_header_sorts_where_a_key_is(view, qtbot):
    view.rows.show([line(1, place="Льгов"), line(2, place="Курск")])
    header = view.horizontalHeader()

    for column in (1, 2):
        at = QPoint(header.sectionPosition(column) + 20, 10)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert [row.id for row in view.rows.rows()] == [2, 1]


def test_empty_queue_says_so(view):
    blank = view.grab().toImage()

    view.set_empty_text("Здесь пусто")

    assert view.grab().toImage() != blank


def test_stretching_column_takes_the_room_left(view):
    view.resize(1200, 300)

    assert sum(view.columnWidth(number) for number in range(4)) == view.viewport().width()


def test_text_wraps_and_the_last_line_ends_in_an_ellipsis(qapp):
    font = theme.current().font("body")

    lines_of = wrapped("Вторую неделю не вывозят мусор с площадки у дома " * 50, font, 200, 2)

    assert len(lines_of) == 2
    assert lines_of[0].startswith("Вторую неделю")
    assert lines_of[1].endswith("…")
    assert wrapped("Коротко", font, 200, 2) == ("Коротко",)
    assert wrapped("", font, 200, 2) == ()


@pytest.mark.parametrize(
    ("words", "together"),
    [
        ("запас до срока ответа: 5 ч 33 мин", "5 ч 33 мин"), ("slack to the limit: 4 h 12 min", "4 h 12 min"),
        ("рабочее время 10:45–13:00, 02.12 09:00–10:45", "02.12 09:00–10:45"), ("до завтра 10:45", "завтра 10:45"),
        ("Telegram · вчера 16:39", "вчера 16:39"), ("с 01.12.2026 11:40", "01.12.2026 11:40"),
        ("срок п. 12 · 7 дн", "п. 12"),
    ],
)  # fmt: skip
def test_what_belongs_together_is_not_parted_by_a_lines_end(words, together):
    kept = kept_together(words)

    assert len(kept) == len(words)
    assert " " not in kept[words.index(together) : words.index(together) + len(together)]


def test_what_is_wider_than_a_line_together_is_parted_rather_than_cut(qapp):
    font = theme.current().font("body")
    width = QFontMetrics(font).horizontalAdvance("yesterday 1")

    assert wrapped("yesterday 16:47", font, width, 2) == ("yesterday", "16:47")
    assert wrapped("yesterday 16:47", font, 2 * width, 2) == ("yesterday 16:47",)


def test_a_word_is_never_broken_over_two_lines(qapp):
    font = theme.current().font("body")
    width = QFontMetrics(font).horizontalAdvance("Газораспределен…")

    assert wrapped("Газораспределение Курск", font, width, 2) == ("Газораспределен…", "Курск")


def test_huge_message_costs_no_more_than_its_first_lines(qapp):
    font = theme.current().font("body")
    wrapped("яма " * 300_000, font, 200, 2)

    assert max(len(wrapped("ям" * 600_000, font, width, 2)[0]) for width in (200, 300)) <= wrapping.MAX_CHARACTERS


# several at once


def marked(view):
    return [row.id for row in view.marked()]


def test_several_rows_are_marked_only_where_that_is_allowed(view, qtbot):
    view.rows.show(lines(1, 2, 3))
    view.choose_first()
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert marked(view) == [1]

    view.allow_many()
    qtbot.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)

    assert marked(view) == [1, 2, 3]


def test_the_chosen_row_that_leaves_takes_no_marks_with_it(view):
    view.allow_many()
    view.rows.show(lines(1, 2, 3, 4))
    view.choose(1)
    view.selectAll()

    view.rows.show(lines(2, 3, 4))

    assert marked(view) == [2, 3, 4]
    assert view.chosen_id() == 2


def test_a_row_that_comes_between_marked_ones_is_not_marked(view):
    view.allow_many()
    view.rows.show(lines(1, 3))
    view.selectAll()

    view.rows.show(lines(1, 2, 3))

    assert marked(view) == [1, 3]


def test_on_a_large_screen_the_narrow_columns_take_what_the_text_cannot_use(view):
    now = theme.current()
    soft = [n for n, column in enumerate(view.rows.columns) if column.width and not column.look]
    rest = next(n for n, column in enumerate(view.rows.columns) if not column.width)
    designed = [now.px(view.rows.columns[n].width) for n in soft]
    view.resize(1000, 400)
    assert [view.columnWidth(n) for n in soft] == designed
    view.resize(2600, 400)
    assert all(view.columnWidth(n) > width for n, width in zip(soft, designed, strict=True))
    assert view.columnWidth(rest) >= 760


def table(qtbot, width, **name):
    columns = [
        Column(key="box", title="", width=52, text=lambda row: "☐"),
        Column(key="left", title="Осталось", width=176, wide=248, text=lambda row: row,
               look=lambda row, now: CountdownLook(CountdownState.PLAIN, "0:11")),
        Column(key="name", title="Орган", text=lambda row: row, **name),
        Column(key="kind", title="Вид", width=150, text=lambda row: row),
    ]  # fmt: skip
    made = QueueView(RowsModel(columns, lambda row: row))
    qtbot.addWidget(made)
    made.resize(width, 200)
    made.show()
    QApplication.processEvents()
    return made


@pytest.mark.parametrize(("width", "left"), [(700, 176), (780, 218), (1000, 248), (2600, 248)])
def test_a_countdown_takes_room_for_its_longest_words_once_the_text_can_be_read(qtbot, width, left):
    made = table(qtbot, width)
    assert abs(made.columnWidth(1) - left) < 3
    assert made.columnWidth(0) == 52


def test_a_column_of_names_has_enough_with_less_and_the_others_take_the_rest(qtbot):
    assert table(qtbot, 1200).columnWidth(3) == 150
    made = table(qtbot, 1200, enough=400)
    assert made.columnWidth(3) > 400
    assert made.columnWidth(2) >= 400


def test_figures_stand_at_the_right_beneath_their_title(qtbot):
    columns = [
        Column(key="name", title="Показатель", text=lambda row: row),
        Column(key="now", title="Сейчас", width=120, text=lambda row: "111", lines=1, is_figure=True),
    ]
    model = RowsModel(columns, lambda row: row)
    made = QueueView(model, lines=1, has_note=False)
    qtbot.addWidget(made)
    model.show(["Поступило"])
    made.resize(500, 120)
    made.show()
    QApplication.processEvents()
    cell = made.visualRect(model.index(0, 1))
    picture = made.viewport().grab(cell.adjusted(0, 2, 0, -2)).toImage()
    ground = picture.pixelColor(3, picture.height() // 2).lightness()
    inked = [x for x in range(picture.width()) for y in range(picture.height())
             if abs(picture.pixelColor(x, y).lightness() - ground) > 80]  # fmt: skip
    assert min(inked) > picture.width() // 2
    assert model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole) & int(
        Qt.AlignmentFlag.AlignRight
    )


def test_a_narrow_table_leaves_out_its_spare_columns_before_the_text_has_no_room(qtbot):
    view = table(qtbot, 1000)
    view.set_spare("kind")
    assert not view.isColumnHidden(3)
    view.resize(560, 200)
    assert view.isColumnHidden(3)
    assert view.columnWidth(2) >= 240
    view.resize(1000, 200)
    assert not view.isColumnHidden(3)


def test_what_is_said_of_no_rows_leaves_no_word_alone_in_a_line(qtbot):
    view = table(qtbot, 700)
    words = "Писем ещё не было. Каждый выбирает почту на странице «Предупреждения», «Как сообщать мне»."
    picture = QPixmap(10, 10)
    painter = QPainter(picture)
    painter.setFont(theme.current().font("body"))
    flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    place = _for_words(QRect(0, 0, 620, 400), painter, flags, words)
    whole = QRect(24, 24, 572, 352)
    needed = [painter.boundingRect(each, flags, words).height() for each in (place, whole)]
    painter.end()
    view.close()
    assert place.width() < 480, "two lines of about the same length"
    assert needed[0] == needed[1], "and no third one"
