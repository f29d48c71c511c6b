"""Filters and columns that a person keeps on this computer."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.services import narrowing as counting
from app.services.narrowing import Narrowing
from app.services.selection import Selection
from app.services.sorting import Sorting
from app.ui.desk.commands import commands
from app.ui.preferences import Preferences
from app.ui.widgets.palette import Palette
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import numbers, press

LAMPS = Selection("inbox", "фонари")


async def with_two(desk):
    await desk.region.message("Не горят фонари на Кирова")
    await desk.region.message("Яма у школы")
    return await desk.sit()


async def show(window, which):
    window.filters.choose(which)
    await until(lambda: (window.page.queue, window.page.shown.query) == (which.queue, which.query))


def menu_of(window):
    window.filters.menu.aboutToShow.emit()
    return {action.text(): action for action in window.filters.menu.actions() if action.text()}


async def test_what_is_looked_for_is_kept_and_found_again_after_a_new_start(desk):
    window = await with_two(desk)
    assert not menu_of(window)["Запомнить отбор"].isEnabled()
    window.top_bar.search.setText("фонари")
    await until(lambda: window.page.shown.query == "фонари" and len(window.page.rows()) == 1)
    menu_of(window)["Запомнить отбор «фонари»"].trigger()
    await window.aclose()
    desk.windows.remove(window)

    again = await desk.sit(queue="overdue")
    menu_of(again)["фонари · Входящие"].trigger()
    await until(lambda: again.page.queue == "inbox" and again.page.shown.query == "фонари")
    await desk.settled(again)

    assert again.top_bar.search.text() == "фонари"
    assert len(numbers(again)) == 1
    assert "фонари · Входящие" in [entry.title for entry in commands(again)]


async def test_the_button_tells_the_key_that_opens_its_menu(desk):
    window = await desk.sit()

    assert window.filters.button.toolTip() == "Отборы и столбцы (Ctrl+Shift+F)"


async def test_a_filter_is_kept_once_and_forgotten_by_its_menu(desk):
    window = await with_two(desk)
    await show(window, LAMPS)
    window.filters.keep()
    window.filters.keep()
    assert window.filters.saved() == [LAMPS]

    window.filters.forget(LAMPS)
    assert window.filters.saved() == []


async def test_a_column_that_is_left_out_stays_out_of_its_queue_alone(desk):
    window = await with_two(desk)
    window.resize(1600, 800)
    places = [key for key, _ in window.page.columns()]
    source = places.index("source")
    assert not window.page.view.isColumnHidden(source)

    menu_of(window)["Источник"].setChecked(False)
    assert window.page.view.isColumnHidden(source)
    assert "Сообщение" not in menu_of(window)

    window.presenter.open_queue("executors")
    await desk.settled(window)
    assert not window.page.view.isColumnHidden([key for key, _ in window.page.columns()].index("source"))
    window.presenter.open_queue("inbox")
    await desk.settled(window)
    assert window.page.view.isColumnHidden(source)


async def test_a_wanted_column_without_room_is_told_so_in_the_menu(desk):
    window = await with_two(desk)
    window.resize(1000, 700)
    await until(lambda: window.page.is_squeezed_out("source"))
    assert "Источник: сейчас нет места" in menu_of(window)

    window.resize(1600, 800)
    await until(lambda: not window.page.is_squeezed_out("source"))
    assert "Источник" in menu_of(window)


async def test_another_person_has_filters_of_their_own_and_a_broken_file_has_none(desk):
    preferences = Preferences(desk.folder / "desk.ini")
    preferences.keep_filters("a", [LAMPS])
    assert preferences.filters("a") == [LAMPS]
    assert preferences.filters("b") == []

    preferences._settings.setValue("filters/a", "{broken")
    assert preferences.filters("a") == []


async def narrowed(window, typed):
    """Open the list by its key, type and press Enter."""
    window.activateWindow()  # the platform without a screen does not give it back
    await until(lambda: is_ready(window))
    press(window, Qt.Key.Key_F3)
    found = []
    await until(lambda: found.extend(p for p in window.findChildren(Palette) if is_ready(p)) or found)
    found[0].field.setText(typed)
    press(found[0], Qt.Key.Key_Return)
    return found[0]


async def test_a_name_of_no_topic_and_no_agency_is_told_so(desk):
    await desk.region.routed("Яма на Кирова")
    window = await desk.sit(queue="executors")
    palette = await narrowed(window, "ъъъ")
    await until(lambda: not palette.titles())
    assert "Нет ни темы, ни органа с таким названием" in seen(palette)
    palette.reject()


async def test_a_queue_without_topics_and_agencies_says_that_it_has_none(desk):
    window = await with_two(desk)
    palette = await narrowed(window, "")
    assert "Ни у одного сообщения этой очереди ещё нет ни темы, ни органа" in seen(palette)
    palette.reject()


def seen(palette):
    return {label.text() for label in palette.findChildren(QLabel) if label.isVisible()}


async def test_a_queue_is_narrowed_to_an_agency_by_keyboard_kept_and_shown_whole_again(desk):
    await desk.region.routed("Яма на Кирова")
    await desk.region.routed("Яма на Ленина", agency=1)
    window = await desk.sit(queue="executors")
    agency = window.page.rows()[0].agency

    await narrowed(window, agency)
    await until(lambda: window.page.shown.only.agency_name == agency)
    assert [row.agency for row in window.page.rows()] == [agency]
    assert window.page.narrowing.isVisible()
    assert agency in window.page.narrowing.agency.text()
    assert not window.page.narrowing.topic.isVisible()

    menu_of(window)[f"Запомнить отбор «{agency}»"].trigger()
    kept = Preferences(desk.folder / "desk.ini").filters(window.place.person.uuid)
    assert kept == [Selection("executors", "", window.page.shown.only)]
    assert kept[0].only.agency_name == agency

    window.presenter.open_queue("inbox")
    await desk.settled(window)
    assert f"«{agency}»" in window.page.view._empty_text

    QTest.mouseClick(window.page.narrowing.agency, Qt.MouseButton.LeftButton)
    await until(lambda: not window.page.shown.only)
    assert window.page.narrowing.isHidden()

    window.filters.choose(kept[0])
    await until(lambda: window.page.shown.only == kept[0].only and len(window.page.rows()) == 1)
    await narrowed(window, "вся очередь")
    await until(lambda: not window.page.shown.only and len(window.page.rows()) == 2)


async def test_of_a_long_queue_the_list_says_how_much_of_it_was_counted(desk, monkeypatch):
    monkeypatch.setattr(counting, "MOST_COUNTED", 1)
    await desk.region.routed("Яма на Кирова")
    await desk.region.routed("Яма на Ленина", agency=1)
    window = await desk.sit(queue="executors")
    agencies = [row.agency for row in window.page.rows()]

    palette = await narrowed(window, agencies[1])

    assert palette.windowTitle().endswith("; счёт по первым 1")
    kinds = {entry.title: entry.kind for _, entry in palette._entries}
    assert [kinds[agency] for agency in agencies] == ["орган · 1", "орган"]
    await until(lambda: [row.agency for row in window.page.rows()] == agencies[1:])


async def test_going_to_a_case_shows_the_whole_queue(desk):
    first, second = await desk.region.routed("Яма на Кирова"), await desk.region.routed("Яма на Ленина", agency=1)
    window = await desk.sit(queue="executors")
    window.presenter.narrow(Narrowing(agency=(await desk.region.card(first)).agency_id, agency_name="Первый"))
    await until(lambda: [row.id for row in window.page.rows()] == [first])
    window.ways.go_to_case(second)
    await until(lambda: {row.id for row in window.page.rows()} == {first, second})
    assert window.page.narrowing.isHidden()


def click_head(window, key):
    header = window.page.view.horizontalHeader()
    number = [column for column, _ in window.page.columns()].index(key)
    middle = header.sectionViewportPosition(number) + header.sectionSize(number) // 2
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(middle, header.height() // 2))


async def test_a_head_sorts_a_queue_and_its_own_order_is_one_click_away_and_comes_back_by_itself(desk):
    for number, agency in enumerate((1, 0, 1)):
        desk.region.clock.move(minutes=number)
        await desk.region.routed(f"Яма {number}", agency=agency)
    window = await desk.sit(queue="executors")
    view, own = window.page.view, numbers(window)
    left = [key for key, _ in window.page.columns()].index("left")
    assert view.horizontalHeader().sortIndicatorSection() == left

    def agencies():
        return [row.agency for row in window.page.rows()]

    for asked in (Sorting("agency"), Sorting("agency", descending=True)):
        click_head(window, "agency")
        await until(lambda asked=asked: window.page.shown.sorting == asked)
        assert agencies() == sorted(agencies(), reverse=asked.descending)
    assert len(set(agencies())) == 2
    assert window.page.narrowing.isVisible()
    assert window.page.narrowing.order.text() == "по органу, от Я до А"
    menu_of(window)["Запомнить отбор «по органу, от Я до А»"].trigger()
    [kept] = Preferences(desk.folder / "desk.ini").filters(window.place.person.uuid)
    assert kept == Selection("executors", "", sorting=Sorting("agency", descending=True))

    await desk.region.routed("Яма последняя", agency=0)  # what comes in takes its place in this order too
    await until(lambda: len(window.page.rows()) == 4)
    assert agencies() == sorted(agencies(), reverse=True)

    click_head(window, "agency")
    await until(lambda: window.page.shown.sorting is None)
    assert numbers(window)[:3] == own
    assert window.page.narrowing.isHidden()

    window.filters.choose(kept)
    await until(lambda: window.page.shown.sorting == kept.sorting)
    QTest.mouseClick(window.page.narrowing.order, Qt.MouseButton.LeftButton)
    await until(lambda: window.page.shown.sorting is None)

    menu_of(window)["по теме"].trigger()
    await until(lambda: window.page.shown.sorting == Sorting("topic"))
    window.presenter.open_queue("finished")
    await desk.settled(window)
    assert window.page.shown.sorting is None
    assert "по органу" not in menu_of(window)
    click_head(window, "agency")
    await desk.settled(window)
    assert window.page.shown.sorting is None


async def test_a_head_clicked_while_another_queue_is_being_read_does_not_sort_that_one(desk):
    await desk.region.routed()
    window = await desk.sit(queue="executors")

    window.presenter.open_queue("excluded")  # closed cases have one order
    assert window.page.queue == "executors"
    window.page.sorting_asked.emit(Sorting("agency"))
    await desk.settled(window, "excluded")

    assert window.presenter.selection.sorting is None


async def test_long_names_of_a_narrowing_are_cut_at_their_end_and_keep_their_cross(desk):
    window = await with_two(desk)
    strip = window.page.narrowing
    topic, agency = "Протечки с кровли и проблемы с водостоком", "Комитет дорожного хозяйства города Курска"
    for width, is_cut in ((700, True), (1600, False)):
        window.resize(width, 700)
        strip.show_narrowing(Narrowing(topic=1, topic_name=topic, agency=1, agency_name=agency))
        chips = (strip.topic, strip.agency)
        await until(lambda: all(chip.width() >= chip.sizeHint().width() for chip in chips))  # noqa: B023  awaited here
        assert strip.agency.geometry().right() <= strip.width()
        for chip, name in zip(chips, (topic, agency), strict=True):
            assert chip.text().endswith("…") is is_cut
            assert (name in chip.toolTip()) is is_cut
            assert name in chip.accessibleName()
