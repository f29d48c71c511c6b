"""The real window over a real file: what a curator sees, presses and is told."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.database import Database
from app.regulation.workflow import Role, State
from app.services import casework, marking
from app.services.changes import Feed
from app.services.guidance import GuidanceFacts, add_guidance
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.services.regulations import regulation_text
from app.services.revisions import revise_regulation
from app.ui import theme
from app.ui.desk import panes as panes_module
from app.ui.desk.commands import commands
from app.ui.desk.keys import QUEUE
from app.ui.desk.keys_page import KeysPage, key_rows
from app.ui.desk.leaving import LeavingKind
from app.ui.desk.wording import marks
from app.ui.dialogs.act_dialog import room_for
from app.ui.widgets.labels import TextLabel
from tests.helpers.qt import application, is_ready, type_text, until
from tests.helpers.region import TEXT
from tests.helpers.windows import counts, numbers, press, reading

CONTROL = Qt.KeyboardModifier.ControlModifier


async def three_in_the_inbox(desk):
    """Detected ten minutes apart: the first has least time left."""
    made = []
    for number in range(3):
        made.append(await desk.region.message(f"Сообщение {number}: не горят фонари"))
        desk.region.clock.move(minutes=10)
    return made


# What is shown


async def test_counts_stand_beside_the_queues(desk):
    await desk.region.collected()
    await three_in_the_inbox(desk)
    await desk.region.routed("Яма во дворе")

    window = await desk.sit()
    await until(lambda: counts(window)["inbox"] == 3)

    told = counts(window)
    assert (told["stream"], told["executors"], told["returned"]) == (1, 1, 0)
    assert told[f"agency:{desk.region.agency_ids[0]}"] == 1


async def test_least_time_left_stands_first(desk):
    await three_in_the_inbox(desk)

    window = await desk.sit()

    assert [row.excerpt[:11] for row in window.page.rows()] == ["Сообщение 0", "Сообщение 1", "Сообщение 2"]
    assert window.page.title() == "Входящие"
    assert window.page.summary_words() == "3 сообщения, ближе всех срок — меньше минуты"


async def test_first_row_is_chosen_and_its_card_shown(desk):
    first, *_ = await three_in_the_inbox(desk)

    window = await desk.sit()
    await until(lambda: window.panel.card() is not None)

    assert window.page.view.chosen_id() == first
    assert window.panel.card().id == first
    assert window.page.view.hasFocus()


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        ("inbox", "Входящих нет. Новые сообщения — в Потоке."),
        ("overdue", "Просроченных нет."),
        ("stream", ("Поток пуст: ничто не ждёт просмотра.\n"
                    "Сообщения приходят из подключённых сетей, из файлов или вносятся вручную.")),
    ],
)
async def test_empty_queue_says_so_in_words(desk, queue, words):
    window = await desk.sit(queue=queue)

    assert window.page.view._empty_text == words
    assert window.page.summary_words() == ""
    assert window.panel.card() is None


async def test_marks_are_words(desk):
    case_id = await desk.region.routed()
    await marking.mark_significant(desk.region.curator, case_id, (await desk.region.card(case_id)).version)

    window = await desk.sit(queue="executors")

    column = next(c for c in window.page.view._rows.columns if c.key == "message")
    assert [words for words, _ in column.pills(window.page.rows()[0])] == ["общественно значимое"]


async def test_an_overdue_answer_is_the_first_mark_of_a_row(desk):
    await desk.region.routed()
    window = await desk.sit(queue="executors")
    now = window.place.now()
    row = replace(window.page.rows()[0], importance="high", answer_due_at=now - timedelta(minutes=1))

    assert [words for words, _ in marks(row, now)] == ["просрочен ответ", "высокая важность"]


async def test_what_was_posted_is_said_in_russian_in_the_row_and_on_the_card(desk):
    await desk.region.collected(post_kind="comment")

    window = await desk.sit(queue="stream")

    column = next(c for c in window.page.view._rows.columns if c.key == "source")
    assert column.note(window.page.rows()[0]).startswith("комментарий")
    assert any("· комментарий ·" in label.text() for label in window.panel.findChildren(TextLabel))


async def test_window_is_never_too_small_to_work_in(desk):
    window = await desk.sit(size=(400, 300))

    room = window.screen().availableSize()
    assert window.minimumWidth() == min(960, room.width())
    assert window.minimumHeight() == min(500, room.height())
    assert window.navigation.width() >= theme.current().px(190)


async def test_order_is_not_set_where_nobody_follows_the_agency_that_writes_the_draft(desk):
    await desk.region.routed()
    window = await desk.sit(queue="executors")
    press(window, Qt.Key.Key_M)
    await until(lambda: is_ready(window.acts._dialog))

    dialog = window.acts._dialog

    assert not dialog.ok.isEnabled()
    assert dialog.ok.toolTip() == "Выберите орган."
    dialog.reject()
    await until(lambda: window.acts._dialog is None)


async def test_agency_stands_in_rows_outside_the_inbox_only(desk):
    await desk.region.routed()

    window = await desk.sit()
    inbox = [column.key for column in window.page.view._rows.columns]
    press(window, Qt.Key.Key_3, CONTROL)
    await desk.settled(window, "executors")

    assert "agency" not in inbox
    assert "agency" in [column.key for column in window.page.view._rows.columns]


async def test_who_serves_one_agency_reads_whose_a_row_is_where_its_name_would_stand(desk):
    await desk.region.routed()

    window = await desk.sit(desk.region.executor, "executors")
    columns = {column.key: column for column in window.page.view._rows.columns}

    assert "agency" not in columns
    assert columns["hands"].text(window.page.rows()[0]) == "никому не поручено"


async def test_who_serves_two_agencies_reads_which_one_a_row_is_of(desk):
    await desk.region.routed()
    place = desk.region.executor
    place.person = replace(place.person, agencies=(*place.person.agencies, ("another", "Другой орган")))

    window = await desk.sit(place, "executors")

    assert "agency" in [column.key for column in window.page.view._rows.columns]


async def test_the_keys_page_calls_keys_as_keyboards_do_and_tells_how_a_rows_acts_open(desk):
    told = key_rows(desk.region.curator.actor)

    assert {key for rows in told.values() for key, _ in rows} >= {"Enter", "Ctrl+Enter", "Esc", "Пробел, D", "F5"}
    assert ("клавиша меню", "действия строки; их же открывает правая кнопка мыши") in told[QUEUE]


async def test_status_bar_counts_the_day(desk):
    await desk.region.published()
    await desk.region.message("Ещё одно сообщение")
    desk.region.clock.move(minutes=31)

    window = await desk.sit()
    await until(lambda: "размещено 1" in window.status.today_words())

    assert window.status.today_words() == "Сегодня: выявлено 2, размещено 1, в срок 100 %"
    assert window.status.overdue.text().strip() == "1 просрочено"
    assert not window.status.overdue.isHidden()
    assert window.status.soon.isHidden()


async def test_figure_of_overdue_leads_to_its_queue(desk):
    await desk.region.message()
    desk.region.clock.move(minutes=40)
    window = await desk.sit()
    await until(lambda: not window.status.overdue.isHidden())

    QTest.mouseClick(window.status.overdue, Qt.MouseButton.LeftButton)
    await desk.settled(window, "overdue")

    assert len(window.page.rows()) == 1


# Time


async def test_tick_repaints_only_visible_due_cells(desk):
    await three_in_the_inbox(desk)
    window = await desk.sit()
    view = window.page.view
    QApplication.processEvents()
    painted = Painted(view.viewport())
    desk.region.clock.move(minutes=1)

    window.page.tick(desk.region.clock.now())
    await until(lambda: painted.regions)

    due = view.columnWidth(0)
    assert all(rect.right() < due for region in painted.regions for rect in region)
    window.page.tick(desk.region.clock.now() + timedelta(seconds=1))
    QApplication.processEvents()
    painted.regions.clear()
    window.page.tick(desk.region.clock.now() + timedelta(seconds=2))
    QApplication.processEvents()
    assert painted.regions == []


class Painted(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.regions = []
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == event.Type.Paint:
            self.regions.append(list(event.region()))
        return False


async def test_time_alone_moves_a_case_to_the_overdue(desk):
    await desk.region.message()
    window = await desk.sit(queue="overdue")
    await until(lambda: window.presenter._counts_change_at is not None)
    assert window.page.rows() == []

    desk.region.clock.move(minutes=31)
    window.tick()
    await until(lambda: len(window.page.rows()) == 1)
    await until(lambda: counts(window)["overdue"] == 1)


async def test_jump_of_the_clock_reads_everything_anew(desk):
    window = await desk.sit()
    other = await Database.open(desk.region.database.url, desk.region.clock)
    colleague = await sit_down(other, desk.people[1], Feed())
    heard, window.place.feed._subscribers = window.place.feed._subscribers, []  # as deaf as a desk that slept

    await casework.detect(colleague, await desk.region.collected("Пока стол спал"), 1)
    desk.region.clock.move(hours=2)
    window.tick()

    await until(lambda: len(window.page.rows()) == 1)
    window.place.feed._subscribers = heard
    await other.close()


async def test_top_bar_tells_the_hours_of_the_desk(desk):
    window = await desk.sit()
    assert window.top_bar._hours.text() == "рабочее время до 18:00"

    desk.region.clock.move(hours=2, minutes=15)
    window.top_bar.tick(desk.region.clock.now())
    assert window.top_bar._hours.text() == "перерыв до 14:00"

    desk.region.clock.move(hours=8)
    window.top_bar.tick(desk.region.clock.now())
    assert window.top_bar._hours.text() == "нерабочее время до завтра 09:00"


# Search


async def test_filter_keeps_the_rows_with_all_words(desk):
    await three_in_the_inbox(desk)
    window = await desk.sit()

    press(window, Qt.Key.Key_F, CONTROL)
    type_text(window.top_bar.search, "ФОНАРИ сообщение 1:")
    await until(lambda: len(window.page.rows()) == 1)

    assert window.page.rows()[0].excerpt.startswith("Сообщение 1")
    assert window.page.summary_words() == "найдено: 1"


async def test_escape_empties_the_filter_and_returns_to_the_rows(desk):
    await three_in_the_inbox(desk)
    window = await desk.sit()
    press(window, Qt.Key.Key_F, CONTROL)
    type_text(window.top_bar.search, "ничего такого")
    await until(lambda: window.page.rows() == [])
    assert "ничего не найдено" in window.page.view._empty_text

    press(window, Qt.Key.Key_Escape)
    await until(lambda: len(window.page.rows()) == 3)

    assert window.top_bar.search.text() == ""
    assert window.page.view.hasFocus()


async def test_down_goes_from_the_search_field_to_what_was_found_and_what_was_typed_stays(desk):
    case_id = await desk.region.message("Яма во дворе на Запольной")
    await desk.region.message("Не горит фонарь")
    window = await desk.sit()
    await until(lambda: is_ready(window))
    press(window, Qt.Key.Key_F, CONTROL)
    type_text(window.top_bar.search, "запольной")
    press(window, Qt.Key.Key_Down)

    assert window.page.view.hasFocus()
    await until(lambda: [row.id for row in window.page.rows()] == [case_id])
    assert window.top_bar.search.text() == "запольной"


async def test_enter_searches_in_all_queues(desk):
    await desk.region.routed("Яма во дворе на Запольной")
    window = await desk.sit()
    press(window, Qt.Key.Key_F, CONTROL)
    type_text(window.top_bar.search, "запольной")
    await until(lambda: window.presenter.selection.query == "запольной" and not reading(window))
    assert window.page.rows() == []

    press(window, Qt.Key.Key_Return)
    await desk.settled(window, "everywhere")

    assert len(window.page.rows()) == 1
    assert window.navigation.list.chosen() == ""  # what is shown stands in none of the queues at the left
    assert not window.page.view.horizontalHeader().isSortIndicatorShown()

    press(window, Qt.Key.Key_Escape)
    await until(lambda: window.page.queue == window.navigation.list.chosen() == "inbox" and not reading(window))


@pytest.mark.parametrize("scheme", ["https://", ""])
async def test_pasted_link_opens_the_card_where_it_stands(desk, scheme):
    link = "https://vk.com/wall-77_5?reply=12"
    case_id = await desk.region.routed("Яма во дворе", link=link)
    window = await desk.sit()

    press(window, Qt.Key.Key_F, CONTROL)
    QApplication.clipboard().setText(f"{scheme}vk.com/wall-77_5?reply=12")
    window.top_bar.search.paste()
    await desk.settled(window, "executors")

    await until(lambda: window.panel.card() is not None and window.panel.card().id == case_id)
    assert window.page.view.chosen_id() == case_id


async def test_unknown_link_is_told(desk):
    window = await desk.sit()

    window.top_bar.search.setText("https://vk.com/wall-1_1")
    await until(lambda: not window.page.bar.isHidden())

    assert window.page.bar.text() == "Карточки с такой ссылкой нет: https://vk.com/wall-1_1"


# Changes


async def test_choice_survives_what_another_desk_does(desk):
    _, second, third = await three_in_the_inbox(desk)
    window = await desk.sit()
    window.page.view.choose(second)
    other = await Database.open(desk.region.database.url, desk.region.clock)
    colleague = await sit_down(other, desk.people[1], Feed())

    first = window.page.rows()[0]
    await casework.route(colleague, first.id, first.version, desk.region.routing())
    await until(lambda: [row.id for row in window.page.rows()] == [second, third])

    assert window.page.view.chosen_id() == second
    await until(lambda: counts(window)["inbox"] == 2)
    await other.close()


async def test_changed_card_is_read_anew(desk):
    case_id = await desk.region.message()
    window = await desk.sit()
    await until(lambda: window.panel.card() is not None)
    desk.region.clock.move(minutes=1)

    await marking.mark_significant(desk.region.curator, case_id, window.panel.card().version)

    await until(lambda: window.panel.card().significant)


async def test_second_of_two_acts_is_refused_with_the_name_of_the_first(desk):
    case_id = await desk.region.collected()
    window = await desk.sit(queue="stream")
    row = window.page.rows()[0]
    window.presenter.close()
    desk.region.clock.move(minutes=1)
    await casework.detect(desk.region.colleague, case_id, row.version)

    press(window, Qt.Key.Key_Space)
    await until(lambda: not window.page.bar.isHidden())

    assert "О. Белова: выявлено" in window.page.bar.text()
    window.presenter._leave_feed = lambda: None


# The stream


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_D])
async def test_one_key_detects(desk, key):
    case_id = await desk.region.collected()
    window = await desk.sit(queue="stream")

    press(window, key)
    await until(lambda: window.page.rows() == [])

    assert (await desk.region.card(case_id)).state is State.INBOX
    await until(lambda: counts(window)["inbox"] == 1)


async def test_card_follows_the_rows_that_are_sorted_out_one_after_another(desk):
    for number in range(4):
        await desk.region.collected(f"Сообщение {number}: не горят фонари")
        desk.region.clock.move(minutes=1)
    window = await desk.sit(queue="stream")

    for left in (3, 2, 1):
        press(window, Qt.Key.Key_Space)
        await until(lambda left=left: len(window.page.rows()) == left)
        await desk.settled(window)
        assert window.panel.card().id == window.page.view.chosen_id()


async def test_another_key_says_that_no_reaction_is_needed(desk):
    case_id = await desk.region.collected()
    window = await desk.sit(queue="stream")

    press(window, Qt.Key.Key_Delete)
    await until(lambda: window.page.rows() == [])
    window.page.undo.settle()
    await until(lambda: not reading(window))

    assert (await desk.region.card(case_id)).state is State.NO_REACTION


async def test_key_held_too_long_does_not_act_twice_on_one_message(desk):
    for number in range(3):
        await desk.region.collected(f"Сообщение {number}")
    window = await desk.sit(queue="stream")

    press(window, Qt.Key.Key_Space)
    press(window, Qt.Key.Key_Space)
    await until(lambda: len(window.page.rows()) == 2)
    await until(lambda: not reading(window))

    assert window.page.bar.isHidden()
    assert len(window.page.rows()) == 2


async def test_stream_keys_do_nothing_elsewhere(desk):
    case_id = await desk.region.message()
    window = await desk.sit()

    press(window, Qt.Key.Key_Delete)
    press(window, Qt.Key.Key_Space)

    assert reading(window) == [] or "sort out" not in reading(window)
    assert (await desk.region.card(case_id)).state is State.INBOX


# Keys, theme, seats


async def test_digits_open_the_first_queues(desk):
    window = await desk.sit()

    for number, queue in enumerate(window.navigation.queues[:9], start=1):
        press(window, Qt.Key(Qt.Key.Key_0 + number), CONTROL)
        await desk.settled(window, queue)
        assert window.navigation.list.chosen() == queue


async def test_enter_does_the_first_act_of_the_marked_row_even_before_its_card(desk):
    first, second, _ = await three_in_the_inbox(desk)
    window = await desk.sit()
    await until(lambda: window.panel.card() is not None and window.panel.card().id == first)
    asked = []

    async def perform(card, act, variant):
        asked.append((card.id, act))

    window.acts.perform = perform
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Return)
    await until(lambda: asked)

    assert asked == [(second, "route")]


async def test_key_of_an_act_works_on_the_russian_layout(desk):
    await three_in_the_inbox(desk)
    window = await desk.sit()
    await until(lambda: window.panel.card() is not None)
    asked = []

    async def perform(card, act, variant):
        asked.append(act)

    window.acts.perform = perform
    # QtTest cannot press a Cyrillic key: its shortcut is set off instead.
    shortcut = next(s for s in window.findChildren(QShortcut) if s.key() == QKeySequence("Ч"))
    shortcut.activated.emit()
    await until(lambda: asked)

    assert asked == ["exclude"]


async def test_letters_typed_into_the_search_field_are_not_acts(desk):
    await three_in_the_inbox(desk)
    window = await desk.sit()
    asked = []

    async def perform(card, act, variant):
        asked.append(act)

    window.acts.perform = perform
    press(window, Qt.Key.Key_F, CONTROL)
    QTest.keyClick(window.top_bar.search, Qt.Key.Key_X)
    await until(lambda: window.presenter.selection.query == "x" and not reading(window))

    assert asked == []


async def test_f1_lists_every_key_and_escape_closes_it(desk):
    window = await desk.sit()

    press(window, Qt.Key.Key_F1)
    await until(lambda: window.findChild(KeysPage) is not None)
    page = window.findChild(KeysPage)
    assert page.height() <= room_for(page).height()
    QTest.keyClick(page, Qt.Key.Key_Escape)

    await until(lambda: not page.isVisible())


async def test_theme_switches_at_once_and_is_remembered(desk):
    window = await desk.sit()
    try:
        press(window, Qt.Key.Key_F9)
        assert theme.current().name == "dark"
        assert window.preferences.theme == "dark"
    finally:
        theme.use(application(), theme.load("light"))


async def test_executor_sees_own_queues_and_cases_only(desk):
    await three_in_the_inbox(desk)
    mine = await desk.region.routed("Яма на дороге", agency=0)
    await desk.region.routed("Светофор во Льгове", agency=1)

    window = await desk.sit(desk.region.executor, queue="")
    await until(lambda: counts(window).get("executors") == 1)

    assert "inbox" not in counts(window)
    assert "stream" not in counts(window)
    assert [row.id for row in window.page.rows()] == [mine]
    assert [key for key in counts(window) if key.startswith("agency:")] == [f"agency:{desk.region.agency_ids[0]}"]


async def test_menu_offers_the_other_seats(desk):
    window = await desk.sit()
    menu = window.top_bar.seat_menu()
    colleague = desk.people[1]

    menu.findChild(QObject, f"seat_{colleague.uuid}").trigger()

    assert (await window.left).kind is LeavingKind.SEAT
    assert window.left.result().person == colleague


async def test_closing_asks_and_waits(desk):
    window = await desk.sit()

    assert window.close() is False

    assert window.isVisible()
    assert (await window.left).kind is LeavingKind.QUIT


# Failures


@pytest.mark.expected_log("rows: unavailable|rows failed|counts")
async def test_database_that_does_not_answer_is_told_and_tried_again(desk, monkeypatch):
    await three_in_the_inbox(desk)
    window = await desk.sit()
    real = desk.region.database.read

    def broken():
        raise OSError("сеть недоступна")

    monkeypatch.setattr(type(desk.region.database), "read", lambda self: broken())
    press(window, Qt.Key.Key_F5)
    await until(lambda: not window.page.lasting_bar.isHidden())
    assert window.status.connection_words() == "База не отвечает; написанное не пропало"
    assert len(window.page.rows()) == 3

    monkeypatch.undo()
    assert desk.region.database.read == real
    await until(lambda: not reading(window))
    window.page.lasting_bar.action_requested.emit()
    await until(lambda: "на этом компьютере" in window.status.connection_words())
    assert window.page.lasting_bar.isHidden()


@pytest.mark.expected_log("rows failed")
async def test_defect_is_shown_with_its_details(desk, monkeypatch):
    from app.ui.desk.failure_page import FailurePage

    window = await desk.sit()

    async def broken(*_, **__):
        raise ZeroDivisionError("дефект")

    monkeypatch.setattr("app.services.queries.list_queue", broken)
    window.presenter.open_queue("returned")
    await until(lambda: window.findChild(FailurePage) is not None)

    page = window.findChild(FailurePage)
    assert "ZeroDivisionError: дефект" in page.details.toPlainText()
    page.accept()


async def test_long_queue_comes_page_by_page(desk):
    from app.services.incoming import Incoming
    from app.services.queries import PAGE
    from app.services.registering import register

    many = 5 * PAGE + 10
    await register(desk.region.curator, [Incoming(f"{TEXT} № {number}", "vk") for number in range(many)])

    window = await desk.sit(queue="stream")
    await until(lambda: len(window.page.rows()) == 2 * PAGE)
    await until(lambda: window.page.summary_words() == f"{many} сообщений")
    for expected in (3 * PAGE, 4 * PAGE, 5 * PAGE, many):
        press(window, Qt.Key.Key_End)
        await until(lambda expected=expected: len(window.page.rows()) == expected)

    assert len(set(numbers(window))) == many


async def test_an_empty_queue_leaves_no_card_of_the_queue_before(desk):
    await desk.region.message()
    window = await desk.sit()
    await until(lambda: window.panel.card() is not None)

    window.presenter.open_queue("rework")
    await desk.settled(window, "rework")
    await until(lambda: window.panel.card() is None)

    assert window.panel.card() is None


async def test_where_opening_is_receipt_seeing_the_card_starts_the_agencys_clocks(desk):
    """п. 8, 11 by the reading `received = "opened"`."""
    region = desk.region
    text = regulation_text("kursk").replace('received = "delivered"', 'received = "opened"')
    await add_people(region.database, [NewPerson("А. Админ", (Role.ADMINISTRATOR,))])
    admin = (await list_people(region.database))[-1]
    await revise_regulation(await sit_down(region.database, admin, region.curator.feed), text, "Толкование")
    case_id = await region.routed()
    assert "draft" not in {clock.code for clock in (await region.card(case_id)).clocks}

    await desk.sit(region.executor, queue="executors")
    await until(lambda: desk.windows[-1].panel.card() is not None)
    await until(lambda: "draft" in {clock.code for clock in desk.windows[-1].panel.card().clocks})
    assert [entry.act for entry in (await region.card(case_id)).history][-1] == "open"


async def test_a_key_on_a_pages_button_is_the_pages_wherever_the_keyboard_is(desk):
    window = await desk.sit()
    await add_guidance(window.place, GuidanceFacts("answer", "Ремонт", "Починим"))
    window.open_page("page:guidance")
    page = window.places.page
    await until(lambda: page._shown is not None and page.edit.isVisible())
    for owner in (page.list, window.navigation.list, page.list):  # Qt takes turns among those that have a key
        owner.setFocus()
        QTest.keyClick(owner, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
        await until(page.form.isVisible)
        page.form.left.emit()
        await until(page.list.isVisible)
    assert QApplication.activeModalWidget() is None

    QTest.keyClick(page.list, Qt.Key.Key_Insert)
    await until(page.form.isVisible)
    page.form.left.emit()
    await until(page.list.isVisible)

    QTest.keyClick(page.list, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)  # a message, as everywhere
    await until(lambda: is_ready(window.acts._dialog))
    window.acts._dialog.reject()
    await until(lambda: window.acts._dialog is None)


async def test_a_low_window_leaves_the_clocks_in_sight_beneath_a_long_message(desk):
    await desk.region.message("Пишу длинно. " * 200)
    window = await desk.sit(size=(1366, 640))
    await until(lambda: window.panel.card() is not None)
    panel, area = window.panel, window.panel._area
    await until(lambda: panel.messages.rows()[0].text.height() <= 0.3 * panel.height())
    top = panel.clocks.mapTo(area.viewport(), panel.clocks.rect().topLeft()).y()
    assert top < area.viewport().height()


async def test_back_from_a_page_the_chosen_row_has_its_card(desk):
    case_id = await desk.region.message()
    window = await desk.sit()
    await until(lambda: window.panel.card() is not None)
    window.open_page("page:imports")
    await until(lambda: window.panel.card() is None)

    queues = window.navigation.list
    QTest.mouseClick(queues.viewport(), Qt.MouseButton.LeftButton, pos=queues.spot_of("inbox"))
    await until(lambda: window.panel.card() is not None and window.panel.card().id == case_id)


async def test_a_page_without_a_chosen_case_has_the_whole_width(desk):
    await desk.region.message()
    window = await desk.sit()
    await until(lambda: window.panel.card() is not None)
    window.open_page("page:returns")
    await until(lambda: window.panel.card() is None)
    assert not window.panel.isVisible()


async def test_everybodys_day_begins_where_they_have_to_do(desk):
    await add_people(desk.region.database, [NewPerson("А. Админов", (Role.ADMINISTRATOR,))])
    await desk.region.routed()
    admin = next(person for person in await list_people(desk.region.database) if person.name == "А. Админов")
    region = desk.region
    begins = (region.curator, "Входящие"), (region.executor, "В работе"), (region.supervisor, "Просроченные")
    for place, title in begins:
        window = await desk.sit(place, queue="")
        assert (window.page.title(), window.places.page) == (title, None)

    window = await desk.sit(await sit_down(region.database, admin, region.curator.feed), queue="")
    assert window.places.page.objectName() == "registers"
    assert window.navigation.list.chosen() == "page:registers"
    assert window.focusWidget() is window.places.page.view  # not the queue behind, where Ins would be nobody's


async def test_what_is_with_executors_has_another_name_for_themselves(desk):
    window = await desk.sit(desk.region.executor, queue="")
    assert window.page.view._empty_text.startswith("В работе ничего нет")
    assert "У исполнителей" not in [entry.title for entry in commands(window)]
    curator = await desk.sit(queue="executors")
    assert curator.page.title() == "У исполнителей"


async def test_with_large_type_on_a_small_screen_no_pane_lies_on_another_and_a_message_can_be_read(desk, monkeypatch):
    monkeypatch.setattr(panes_module, "NARROWEST_SCREEN", 1366)  # the offscreen one is narrower than any
    app = QApplication.instance()
    theme.use(app, theme.load("light", 1.5))
    try:
        await desk.region.routed()
        window = await desk.sit(queue="executors")
        panes = [window.panes.widget(number) for number in range(window.panes.count())]
        assert all(left.geometry().right() < right.geometry().left() for left, right in pairwise(panes))
        assert panes[-1].geometry().right() <= window.panes.width()
        view, keys = window.page.view, [key for key, _ in window.page.columns()]
        assert view.columnWidth(keys.index("message")) > theme.current().px(140)
        assert view.isColumnHidden(keys.index("agency"))
    finally:
        theme.use(app, theme.load("light"))
