"""The page of rules through the real window: edits are counted before they are in force, and put in force as one."""

import pytest_asyncio
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.regulation.readings import READINGS
from app.services.regions import list_people, sit_down
from app.services.regulations import regulation_text
from app.services.reports import freezing
from app.services.revisions import revise_regulation
from app.ui.widgets.labels import TextLabel
from tests.helpers.desk import type_into, until
from tests.helpers.qt import is_ready
from tests.helpers.reports import quick_and_careful
from tests.helpers.windows import open_desk

KURSK = regulation_text("kursk")


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path, administrator="А. Админ")
    yield opened
    await opened.aclose()


async def page_of(desk, who=None):
    people = await list_people(desk.region.database)
    place = who or await sit_down(desk.region.database, people[-1], desk.region.curator.feed)
    window = await desk.sit(place)
    window.open_page("page:rules")
    page = window.places.page
    await until(lambda: page.draft.is_read)
    return page


def choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


async def counted(page):
    await until(lambda: page.draft.is_edited)
    await until(page.outcome.apply.isEnabled)


async def apply(page, why="Приказ № 5"):
    type_into(page.outcome.why, why)
    QTest.mouseClick(page.outcome.apply, Qt.MouseButton.LeftButton)
    await until(lambda: page.draft.book.changes and page.draft.book.changes[0].why == why)
    await until(lambda: not page._is_applying and not page.draft.is_edited)


async def test_a_reading_is_counted_and_put_in_force_with_its_reason(desk):
    case_id = await desk.region.message()
    desk.region.clock.move(hours=6, minutes=50)  # 17:50
    late = await desk.region.message("Другое сообщение")
    page = await page_of(desk)
    choose(page.readings.rows["plain_hours"].choice, "working")
    assert not page.outcome.apply.isEnabled()
    await counted(page)
    assert "У 1 открытой карточки изменится срок" in page.outcome.lines.text()
    assert "в рабочее время" in page.outcome.lines.text()
    assert [row.case_id for row in page.outcome.model.rows()] == [late]

    QTest.mouseClick(page.outcome.apply, Qt.MouseButton.LeftButton)  # no reason yet
    assert "почему" in page.outcome.error.text()
    assert page.draft.book.changes == ()
    await apply(page)
    assert [(c.kind, c.who) for c in page.draft.book.changes] == [("correction", "А. Админ")]
    assert page.draft.book.profile.readings.plain_hours == "working"
    due = {c.code: c.due_at for c in (await desk.region.card(late)).clocks}["route"]
    assert f"{due.astimezone(page._zone):%d %H:%M}" == "25 09:20"
    assert (await desk.region.card(case_id)).version == 2  # its regulation is the corrected one too


async def test_a_limit_counted_back_says_from_what(desk):
    page = await page_of(desk)
    shown = {rule.code: page.limits.model.columns[-1].text(rule) for rule in page.limits.model.rows()}
    assert shown["draft"] == "за 1 час до срока п. 10"
    assert shown["answer"] == "8 рабочих часов; высокая важность: 4 рабочих часа"


async def test_a_limit_shows_the_acts_own_number_beside_the_one_typed(desk):
    page = await page_of(desk)
    page.tabs.setCurrentWidget(page.limits)
    page.limits.view.choose("approve")
    editor = page.limits.editor
    assert editor.amount.value() == 1
    editor.amount.setValue(2)
    await counted(page)
    assert editor.act.text() == "В акте: 1 час (п. 12)."
    assert page.outcome.lines.text().startswith("Согласовать проект: 1 час → 2 часа")
    await apply(page)
    row = next(rule for rule in page.limits.model.rows() if rule.code == "approve")
    assert page.limits.model.columns[-1].note(row) == "в акте: 1 час"

    QTest.mouseClick(editor.is_set, Qt.MouseButton.LeftButton, pos=QPoint(8, editor.is_set.height() // 2))
    await counted(page)
    assert "норма не задана" in page.outcome.lines.text()


async def test_weights_of_the_rating_show_what_they_do_before_they_are_in_force(desk):
    await freezing.freeze(desk.region.curator, await quick_and_careful(desk.region.curator))
    page = await page_of(desk)
    tab = page.rating
    page.tabs.setCurrentWidget(tab)
    assert [(row.name, row.change) for row in tab.model.rows()][:2] == [("Тщательный", 0), ("Скорый", 0)]

    for name in ("quantity", "completeness", "speed"):
        tab.fields[name].setValue(0)
    assert tab.model.rows()[0].name == "Тщательный"
    tab.fields["quality"].setValue(0)  # nothing would be left
    assert "больше нуля" in tab.sum.text()
    assert page.draft.profile.rating.weights["quality"] == 25
    tab.fields["speed"].setValue(30)
    tab.fields["quality"].setValue(0)
    tab.fields["red"].setValue(50)
    first = tab.model.rows()[0]
    assert (first.name, first.place_before, first.place) == ("Скорый", 2, 1)
    await counted(page)
    lines = page.outcome.lines.text()
    assert "Рейтинг, скорость: 25 → 30" in lines
    assert "Рейтинг, красная зона ниже: 60 → 50" in lines
    await apply(page)

    rules = page.draft.book.profile.rating
    assert (dict(rules.weights), rules.red) == ({"quantity": 0, "quality": 0, "speed": 30, "completeness": 0}, 50)
    assert page.draft.book.profile.revision == 1
    assert tab.sum.text() == "В сумме: количество 0 %, качество 0 %, скорость 100 %, полнота 0 %."


async def test_taking_edits_back_leaves_nothing(desk):
    page = await page_of(desk)
    choose(page.readings.rows["boundary"].choice, "next")
    await counted(page)
    QTest.mouseClick(page.outcome.take_back, Qt.MouseButton.LeftButton)
    assert not page.draft.is_edited
    assert page.readings.rows["boundary"].choice.currentData() == "end"
    assert page.outcome.head.text() == "Изменений нет"


async def test_hours_are_typed_as_people_write_them(desk):
    await desk.region.message()
    page = await page_of(desk)
    page.tabs.setCurrentWidget(page.hours)
    field = page.hours.agencies.fields["tue"]
    field.setText("с девяти до шести")
    field.editingFinished.emit()
    assert not page.draft.is_edited
    assert page.hours.agencies._errors["tue"].text()
    field.setText("10:00-13:00, 14.00–16:00")
    field.editingFinished.emit()
    await counted(page)
    assert not page.readings.isEnabled()  # one change at a time
    assert field.text() == "10:00–13:00, 14:00–16:00"
    assert page.outcome.model.rows()
    await apply(page)
    assert page.draft.book.changes[0].kind == "hours"
    assert page.readings.isEnabled()


async def test_an_own_day_needs_its_act_and_is_seen_in_the_calendar(desk):
    page = await page_of(desk)
    days = page.hours.days
    QTest.mouseClick(days.add, Qt.MouseButton.LeftButton)
    assert days.error.text()
    type_into(days.act, "Указ Губернатора № 1")
    QTest.mouseClick(days.add, Qt.MouseButton.LeftButton)
    await counted(page)
    assert "24.11.2026" in page.calendar.day_title.text()
    assert "Указ Губернатора № 1" in page.calendar.day_words.text()
    assert page.draft.hours.document["days_off"] == [{"day": "2026-11-24", "act": "Указ Губернатора № 1"}]


async def test_a_year_that_is_not_loaded_is_said(desk):
    page = await page_of(desk)
    page.tabs.setCurrentWidget(page.calendar)
    for _ in range(2):
        QTest.mouseClick(page.calendar.forth, Qt.MouseButton.LeftButton)
    assert page.calendar.year.text() == "2028"
    assert "не загружен" in page.calendar.day_words.text()
    QTest.mouseClick(page.calendar.back, Qt.MouseButton.LeftButton)
    assert "05.11.2027 — перенесённый выходной" in page.calendar.moves.text()
    assert "№ 1187" in page.calendar.moves.text()


async def test_a_broken_calendar_is_refused_and_the_old_one_stays(desk, tmp_path):
    page = await page_of(desk)
    path = tmp_path / "calendar.toml"
    path.write_text("[year.2028", encoding="utf-8")
    page.take_in_calendar(str(path))
    assert page.bar.isVisible()
    assert not page.draft.is_edited
    page.take_in_calendar(str(tmp_path / "none.toml"))
    assert "none.toml" in page.bar.text()


async def test_a_new_version_from_the_text_in_force(desk):
    page = await page_of(desk)
    page._ask_version()
    dialog = None

    def shown():
        nonlocal dialog
        dialog = page.window().findChild(object, "new_version_dialog")
        return is_ready(dialog)

    await until(shown)
    dialog.press_ok()
    assert dialog.why.accessibleDescription()
    type_into(dialog.why, "Постановление № 9")
    dialog.press_ok()
    await until(lambda: page.draft.book.changes and page.draft.book.changes[0].kind == "version")
    assert [version.version for version in page.draft.book.versions] == [2, 1]


async def test_a_broken_version_file_is_named_in_the_dialog(desk, tmp_path):
    page = await page_of(desk)
    page._ask_version()
    await until(lambda: is_ready(page.window().findChild(object, "new_version_dialog")))
    dialog = page.window().findChild(object, "new_version_dialog")
    path = tmp_path / "new.toml"
    path.write_text(KURSK.replace("8 working h", "8 weeks"), encoding="utf-8")
    dialog.file.setChecked(True)
    dialog.path.setText(str(path))
    type_into(dialog.why, "Проба")
    dialog.press_ok()
    assert "new.toml" in dialog.bar.text()
    assert "8 weeks" in dialog.bar.text()
    dialog.path.setText(str(tmp_path / "none.toml"))
    dialog.press_ok()
    assert "none.toml" in dialog.path.accessibleDescription()
    dialog.reject()
    await until(lambda: page.window().findChild(object, "new_version_dialog") is None)


async def test_a_change_made_elsewhere_is_told_and_nothing_is_overwritten(desk):
    page = await page_of(desk)
    choose(page.readings.rows["boundary"].choice, "next")
    await counted(page)
    page.heard = lambda _change: None  # the change has not come to this desk yet
    other = await sit_down(desk.region.database, (await list_people(desk.region.database))[-1])
    await revise_regulation(other, KURSK.replace('boundary = "end"', 'boundary = "end" '), "Раньше", based_on=0)
    type_into(page.outcome.why, "Позже")
    QTest.mouseClick(page.outcome.apply, Qt.MouseButton.LeftButton)
    await until(page.bar.isVisible)
    assert "изменил кто-то другой" in page.bar.text()


async def test_others_read_and_change_nothing(desk):
    page = await page_of(desk, desk.region.supervisor)
    assert not any(page.readings.rows[key].choice.isEnabled() for key in READINGS)
    assert not page.limits.editor.is_set.isEnabled()
    assert page.readings.rows["boundary"].choice.property("as_text")  # words to read, not a greyed box
    assert all(label.isEnabled() for label in page.hours.duty.findChildren(TextLabel))  # no greyed weekdays
    assert not page.desk.save.isVisibleTo(page.desk)
    assert not page.versions.new.isVisible()
    assert "только администратор" in page.outcome.lines.text()


async def test_the_text_is_written_to_a_file_and_read_back(desk, tmp_path):
    page = await page_of(desk)
    path = tmp_path / "kursk.toml"
    page.save_text(str(path))
    await until(path.exists)
    await until(lambda: path.read_text(encoding="utf-8") == page.draft.text())


async def test_how_early_a_limit_is_soon_over_is_settled_for_every_desk(desk, monkeypatch):
    monkeypatch.setattr("app.texts.countdown._soon_seconds", 15 * 60)  # restored afterwards: it holds for a program
    curator = await desk.sit(desk.region.colleague)
    case_id = await desk.region.message()  # half an hour to send it on
    await until(lambda: curator.navigation.counts is not None and case_id)
    page = await page_of(desk)
    tab = page.desk
    await until(lambda: tab._settled is not None)
    assert (tab.soon.value(), tab.limit.value(), tab.save.isEnabled()) == (15, 20, False)
    tab.soon.setValue(40)
    tab.save.click()
    await until(lambda: tab._settled.soon_minutes == 40)

    assert not tab.save.isEnabled()
    await until(lambda: curator.status.soon.accessibleName() == "1 истекает за 40 мин")


async def test_nothing_can_be_edited_before_the_rules_were_read(desk):
    people = await list_people(desk.region.database)
    window = await desk.sit(await sit_down(desk.region.database, people[-1], desk.region.curator.feed))
    window.open_page("page:rules")
    page = window.places.page
    editable = (page.readings, page.limits, page.rating, page.hours)
    assert not page.draft.is_read
    assert not any(tab.isEnabled() for tab in editable)

    await until(lambda: page.draft.is_read and all(tab.isEnabled() for tab in editable))
