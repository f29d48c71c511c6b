"""The page of registers in the real window: found by words, changed by keys, nothing typed is ever lost."""

import asyncio
import csv
from datetime import timedelta

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.regulation.workflow import Role
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.services.registers.agencies import AgencyFacts, change_agency, list_agencies
from app.services.registers.branches import list_branches
from tests.helpers.desk import choose, press, press_ok, type_into, until
from tests.helpers.focus import faults
from tests.helpers.qt import is_ready
from tests.helpers.windows import counts, open_desk


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    people = [NewPerson("Админ", (Role.ADMINISTRATOR,)), NewPerson("Организатор", (Role.ORGANISER,))]
    await add_people(opened.region.database, people)
    yield opened
    await opened.aclose()


async def seat(desk, name):
    people = {person.name: person for person in await list_people(desk.region.database)}
    return await sit_down(desk.region.database, people[name], desk.region.curator.feed)


async def opened(desk, code="agencies", name="Админ"):
    """The page at a register, in a window of this person, with everything read."""
    window = await desk.sit(await seat(desk, name))
    window.open_page("page:registers")
    page = window.places.page
    await until(lambda: page.rows)
    if page.register.code != code:
        page.open_register(code)
        await until(lambda: page._shown_of == code)
    await until(lambda: not_reading())
    await until(window.isActiveWindow)
    return page


def not_reading():
    names = ("page registers", "past of an entry", "save entry")
    return not [task for task in asyncio.all_tasks() if task.get_name() in names]


def names(page):
    return [row.facts.name for row in page.model.rows()]


async def saved(page):
    await until(lambda: page.form.bar.isVisible() and page.form.bar.text() == "Сохранено.")
    await until(not_reading)


async def test_registers_are_an_administrators_and_an_organisers(desk):
    window = await desk.sit()
    assert "page:registers" not in counts(window)
    for name in ("Админ", "Организатор"):
        assert "page:registers" in counts(await desk.sit(await seat(desk, name)))


async def test_words_find_entries(desk):
    page = await opened(desk)
    type_into(page.search, "льгов")
    await until(lambda: names(page) == ["Администрация города Льгова"])
    assert page.note.text() == "1 из 3"
    type_into(page.search, "ххх")
    await until(lambda: names(page) == [])


async def test_an_agency_is_added_by_keys_alone(desk):
    page = await opened(desk)
    press(page.view, Qt.Key.Key_Insert)
    name = page.form.fields["name"]
    await until(name.hasFocus)
    type_into(name, "Комитет образования")
    press(name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await saved(page)

    assert "Комитет образования" in names(page)
    assert page.form.heading.text() == "Комитет образования"
    assert page.view.chosen().facts.short_name == "Комитет образования"


async def test_an_empty_form_that_was_asked_for_stays_whatever_others_do(desk):
    page = await opened(desk, "agencies")
    page.add_entry()
    await page.read()  # as behind somebody else's act
    assert page.entry is None, "what is typed next would change another agency"
    assert page.form.isVisible()


async def test_every_register_opens_and_shows_an_entry_or_an_empty_form(desk):
    page = await opened(desk, "people")
    for code in page.registers:
        page.open_register(code)
        await until(lambda code=code: page._shown_of == code)
        await until(not_reading)
        assert not page.form.is_edited(), code
        assert page.form.heading.text(), code


async def test_a_new_entry_asked_for_before_its_register_is_read_is_begun_then(desk):
    window = await desk.sit(await seat(desk, "Админ"))
    window.open_page("page:registers")
    await until(lambda: window.places.page is not None)
    page = window.places.page
    for code in (page.register.code, "topic"):
        if code != page.register.code:
            page.open_register(code)
        QTest.mouseClick(page.add, Qt.MouseButton.LeftButton)
        assert page._shown_of != code
        await until(lambda code=code: page._shown_of == code)
        await until(not_reading)

        assert page.entry is None
        assert page.form.isVisible()


async def test_a_refusal_stands_beside_its_field_and_what_was_typed_stays(desk):
    page = await opened(desk, "accounts")
    choose(page.form.fields["agency"], "дорожного")
    type_into(page.form.fields["link"], "https://vk.com/wall-1_2")
    page.save()
    error, _ = page.form._errors["account_is_no_page"]
    await until(error.isVisible)
    assert page.form.fields["link"].text() == "https://vk.com/wall-1_2"
    assert page.rows == []


async def test_another_entry_is_not_opened_over_unsaved_words(desk):
    page = await opened(desk)
    first = page.entry
    type_into(page.form.fields["name"], "!")
    page.view.choose(page.model.rows()[1].id)
    page.open_register("people")
    assert (page.entry, page.register.code) == (first, "agencies")
    assert page.form.bar.isVisible()

    press(page.form.fields["name"], Qt.Key.Key_Backspace)
    await until(page.form.bar.isHidden)  # taken back by hand: nothing is to be saved first
    type_into(page.form.fields["name"], "!")
    page.open_register("people")
    assert page.form.bar.isVisible()
    press(page.form.fields["name"], Qt.Key.Key_Escape)
    assert not page.form.is_edited()
    page.open_register("people")
    await until(lambda: page._shown_of == "people")
    await until(not_reading)


async def test_who_is_second_sees_what_the_first_changed_and_keeps_what_they_typed(desk):
    page = await opened(desk)
    agency = page.entry
    type_into(page.form.fields["short_name"], "!")
    other = await seat(desk, "Админ")
    facts = AgencyFacts("Новое имя", agency.facts.short_name, agency.facts.kind, "act")
    await change_agency(other, agency.id, agency.version, facts)

    page.save()
    await until(lambda: page.form.bar.isVisible() and "Админ" in page.form.bar.text())
    assert page.form.fields["name"].text() == "Новое имя"
    assert page.form.fields["short_name"].text() == f"!{agency.facts.short_name}"
    page.save()
    await saved(page)

    now = next(found for found in await list_agencies(other) if found.id == agency.id)
    assert (now.facts.name, now.facts.binding) == ("Новое имя", "act")
    assert now.facts.short_name == f"!{agency.facts.short_name}"
    assert now.version == 3


async def test_switching_an_agency_off_says_what_waits(desk):
    await desk.region.routed(agency=0)
    page = await opened(desk)
    page.view.choose(desk.region.agency_ids[0])
    await until(lambda: page.entry.id == desk.region.agency_ids[0])
    page.form.fields["active"].click()
    assert "Останется доработать: 1" in page.form.warning.text()


async def test_a_person_with_two_hats_by_the_form(desk):
    page = await opened(desk, "people")
    page.add_entry()
    type_into(page.form.fields["name"], "Новиков")
    grants = page.form.fields["grants"]
    choose(grants.rows[0].role, "исполнитель")
    choose(grants.rows[0].agency, "дорожного")
    grants.more.click()
    choose(grants.rows[1].role, "ответственный")
    choose(grants.rows[1].agency, "дорожного")
    await until(lambda: is_ready(page.window()))
    assert faults(page.form) == []  # Tab goes from the name over the roles to saving
    page.save()
    error, _ = page.form._errors["post_level_missing"]
    await until(error.isVisible)
    choose(grants.rows[1].level, "заместитель")
    page.save()
    await saved(page)

    people = {person.name: person for person in await list_people(desk.region.database)}
    assert people["Новиков"].roles == {Role.EXECUTOR, Role.RESPONSIBLE}


async def test_two_topics_are_merged_in_a_dialog(desk):
    page = await opened(desk, "topic")
    gone = next(row for row in page.rows if row.facts.name == "Светофоры")
    page.view.choose(gone.id)
    await until(lambda: page.entry.id == gone.id)
    page._entry_buttons["merge"].click()
    dialog = await shown(page, "merge_dialog")
    choose(dialog.into, "ямы")
    press_ok(dialog)
    await until(lambda: "Светофоры" not in names(page))
    await until(not_reading)


async def test_a_table_of_topics_is_previewed_and_taken_in(desk, tmp_path):
    path = tmp_path / "topics.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["Группа", "Тема"], ["Дороги", "Разметка"]])
    page = await opened(desk, "topic")
    page._command("take_in")
    dialog = await shown(page, "register_in")
    type_into(dialog.path, str(path))
    press_ok(dialog)
    await until(lambda: dialog.preview is not None)
    assert "новая — Дороги: Разметка" in dialog.lines.toPlainText()
    assert "Разметка" not in [branch.facts.name for branch in await list_branches(page.place, "topic")]
    await until(dialog.ok.isEnabled)
    press_ok(dialog)
    await until(lambda: dialog.is_done)
    await until(dialog.ok.isEnabled)
    press_ok(dialog)
    await until(lambda: ("Дороги", "Разметка") in [(row.group, row.facts.name) for row in page.model.rows()])
    await until(not_reading)


async def test_places_of_an_address_register_are_looked_at_and_added(desk, tmp_path):
    path = tmp_path / "gar.csv"
    rows = "1;;Рыльский;р-н;3\n2;1;Рыльск;г;5\n3;2;Урицкого;ул;8\n4;3;5;д;10\n"
    path.write_text("OBJECTID;PARENTOBJID;NAME;TYPENAME;LEVEL\n" + rows, encoding="utf-8")
    page = await opened(desk, "location")
    page._command("take_in")
    dialog = await shown(page, "register_in")
    type_into(dialog.path, str(path))
    press_ok(dialog)
    await until(lambda: dialog.plan is not None)
    assert "Прочитано строк: 4; не понадобились" in dialog.told.text()
    await until(dialog.ok.isEnabled)
    press_ok(dialog)
    await until(lambda: dialog.is_done)
    assert "улиц 1" in dialog.told.text()
    await until(dialog.ok.isEnabled)
    press_ok(dialog)
    await until(lambda: ("Рыльский район", "город Рыльск") in [(r.group, r.facts.name) for r in page.model.rows()])
    await until(not_reading)


async def test_what_takes_long_is_stopped_by_the_key_that_else_leaves(desk):
    page = await opened(desk, "location")
    page._command("take_in")
    dialog = await shown(page, "register_in")
    dialog.set_busy(True)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.is_stopped(), "what is saved in one piece is not stopped"

    dialog.let_stop()
    assert dialog.cancel.text() == "Остановить"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert (dialog.is_stopped(), dialog.isVisible()) == (True, True)

    dialog.set_busy(False)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: not dialog.isVisible())
    await until(not_reading)


async def test_an_organiser_reads_and_changes_nothing(desk):
    page = await opened(desk, "agencies", "Организатор")
    assert not page.add.isVisible()
    assert not page.form.save.isVisible()
    assert not page.form.fields["name"].isEnabled()
    page.add_entry()
    page.save()
    assert page.entry is not None


async def shown(page, name):
    """The dialog of this name, once it takes keys."""
    from PySide6.QtWidgets import QDialog

    def found():
        return next((d for d in page.window().findChildren(QDialog) if d.objectName() == name), None)

    await until(lambda: is_ready(found()))
    return found()


@pytest.mark.parametrize("code", ["people", "sources"])
async def test_enter_on_a_row_goes_into_the_form(desk, code):
    page = await opened(desk, code)
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    await until(page.form.fields["name"].hasFocus)


async def test_residents_of_a_municipality_are_entered_for_the_report(desk):
    page = await opened(desk, "location")
    type_into(page.form.fields["residents"], "много")
    page.save()
    error, _ = page.form._errors["residents_unclear"]
    await until(error.isVisible)

    page.form.fields["residents"].clear()
    type_into(page.form.fields["residents"], "440 000")
    page.save()
    await saved(page)

    assert page.view.chosen().facts.residents == 440_000
    assert page.form.fields["residents"].text() == "440\u202f000"


async def test_a_day_begins_with_the_regions_today_not_the_computers(desk):
    desk.region.clock.at = desk.region.clock.at.replace(hour=21, minute=30)  # in Moscow it is the next day
    page = await opened(desk)
    page.open_register("officials")
    await until(lambda: page._shown_of == "officials")
    page.add_entry()
    box = page.form.fields["to_day"]

    box.none.setChecked(False)

    assert box.value() == desk.region.clock.at.date() + timedelta(days=1)


async def test_in_a_narrow_window_names_and_titles_of_registers_are_whole(desk):
    page = await opened(desk, "sources")
    page.window().resize(960, 640)
    await until(lambda: page.view.width() < 420)
    columns = {column.key: number for number, column in enumerate(page.model.columns)}
    await until(lambda: page.view.isColumnHidden(columns["mode"]))
    assert page.view.columnWidth(columns["name"]) >= 220
    metrics = page.tabs.fontMetrics()
    for number in range(page.tabs.count()):
        assert page.tabs.tabRect(number).right() <= page.tabs.width(), "no tab is out of sight"
        assert page.tabs.tabRect(number).width() >= metrics.horizontalAdvance(page.tabs.tabText(number)), number
