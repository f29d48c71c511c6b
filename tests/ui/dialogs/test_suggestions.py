"""Suggestions while a card is sent: shown with reasons, taken over by a click or by one key, never by themselves."""

from dataclasses import replace

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.regulation.workflow import Act
from app.services.places.matching import FoundPlace
from app.services.suggesting.advising import Suggested, Suggestions
from app.ui.case.material import Material
from app.ui.case.questions import Asker
from app.ui.widgets.labels import TextLabel
from tests.helpers.desk import child, choose


@pytest.fixture
def opened():
    """Shows a dialog and closes it after the test."""
    dialogs = []

    def show(dialog):
        dialogs.append(dialog)
        dialog.open()
        QApplication.processEvents()
        return dialog

    yield show
    for dialog in dialogs:
        dialog.close()
        dialog.deleteLater()


@pytest_asyncio.fixture
async def suggested(region):
    """What is suggested for a fresh card: two topics, two agencies, a place with an address."""
    topics, places = region.directories.topics, region.directories.locations
    agencies = region.directories.agencies
    lgov = next(choice for choice in places if choice.name == "Льгов")
    alike = ("46-2026-000007", "Яма у школы")
    first = Suggested(topics[0].id, topics[0].name, 0.62, ("яма", "дорога"), alike)
    by_place = Suggested(agencies[2].id, agencies[2].name, 0.55, by_place=True)
    return Suggestions(
        (first, Suggested(topics[1].id, topics[1].name, 0.2)),
        (by_place, Suggested(agencies[0].id, agencies[0].name, 0.3)),
        FoundPlace(lgov.id, lgov.name, "во Льгове", "ул. Кирова, 5"),
        120,
    )


@pytest_asyncio.fixture
async def dialog(region, opened, suggested):
    case_id = await region.message()
    card = await region.card(case_id)
    material = Material(directories=region.directories, suggestions=suggested)
    return opened(Asker(region.curator, None).question(card, Act.ROUTE, material).dialog)


async def test_nothing_is_chosen_by_itself(dialog):
    assert (dialog.topic.chosen(), dialog.agency.chosen()) == ("", "")
    assert dialog.suggestions.isVisible()


async def test_one_key_takes_the_first_of_each(dialog, suggested):
    QTest.keyClick(dialog, Qt.Key.Key_F2)
    decided = dialog.decision()
    assert (decided.topic_id, decided.agency_ids) == (suggested.topics[0].id, (suggested.agencies[0].id,))
    assert (decided.location_id, decided.place) == (suggested.place.location_id, "ул. Кирова, 5")
    assert dialog.ok.isEnabled()
    assert dialog.ok.hasFocus()


async def test_what_a_person_chose_stays(dialog, suggested, region):
    other = region.directories.topics[2]
    dialog.topic.choose(str(other.id))
    dialog.place.setText("Садовая, 1")
    QTest.keyClick(dialog, Qt.Key.Key_F2)
    assert (dialog.decision().topic_id, dialog.decision().place) == (other.id, "Садовая, 1")


async def test_a_click_takes_one_and_is_marked(dialog, suggested):
    second = child(dialog, f"suggested_agency_{suggested.agencies[1].id}")
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert dialog.decision().agency_ids == (suggested.agencies[1].id,)
    assert second._mark.text() == "выбрано"
    first = child(dialog, f"suggested_agency_{suggested.agencies[0].id}")
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Space)
    assert dialog.decision().agency_ids == (suggested.agencies[0].id,)
    assert (first._mark.text(), second._mark.text()) == ("выбрано", "")


@pytest.fixture
def asked():
    """The topics and places by which agencies were asked for."""
    return []


@pytest_asyncio.fixture
async def advised(region, opened, suggested, asked):
    """The dialog, where each topic has an agency of its own to suggest: the one at its place in the list."""
    topics, agencies = region.directories.topics, region.directories.agencies

    def agencies_for(topic_id, spot):
        asked.append((topic_id, spot))
        agency = agencies[[topic.id for topic in topics].index(topic_id) + 1]
        return (Suggested(agency.id, agency.name, 0.8, of_topic=(8, 9)),)

    card = await region.card(await region.message())
    material = Material(directories=region.directories, suggestions=suggested, agencies_for=agencies_for)
    return opened(Asker(region.curator, None).question(card, Act.ROUTE, material).dialog)


async def test_a_chosen_topic_suggests_its_agency_with_the_reason(advised, region, asked):
    topic, agency = region.directories.topics[1], region.directories.agencies[2]
    choose(advised.topic, topic.name)
    choose(advised.location, region.directories.locations[1].name)
    assert asked[-1] == (topic.id, region.directories.locations[1].name)
    QApplication.processEvents()  # a row that was laid out is shown with the next turn of the loop
    row = child(advised, f"suggested_agency_{agency.id}")
    assert row.isVisible()
    assert row.accessibleName().endswith("80 из 100. из карточек этой темы сюда: 8 из 9")
    assert [offer.value for offer in advised.suggestions.offers if offer.field == "agency"] == [str(agency.id)]
    QTest.keyClick(advised, Qt.Key.Key_F2)
    assert advised.decision().agency_ids == (agency.id,)
    assert advised.decision().advised.agencies == (agency.id,)


async def test_an_agency_that_a_person_chose_is_not_advised_against(advised, region, suggested, asked):
    choose(advised.agency, region.directories.agencies[0].name)
    choose(advised.topic, region.directories.topics[1].name)
    assert not asked
    assert advised.decision().advised.agencies == tuple(one.id for one in suggested.agencies)
    advised.agency._take(None)
    choose(advised.topic, region.directories.topics[0].name)
    assert [topic for topic, _ in asked] == [region.directories.topics[0].id]


async def test_every_suggestion_says_why(dialog, suggested):
    row = child(dialog, f"suggested_topic_{suggested.topics[0].id}")
    assert row.accessibleName().endswith("62 из 100. слова: яма, дорога; похоже на 46-2026-000007: «Яма у школы»")
    by_place = child(dialog, f"suggested_agency_{suggested.agencies[0].id}")
    assert "место в тексте" in by_place.accessibleName()
    plain = child(dialog, f"suggested_topic_{suggested.topics[1].id}")
    assert "часто выбирают" in plain.accessibleName()


async def test_the_decision_tells_what_was_suggested(dialog, suggested):
    told = dialog.decision().advised
    assert told.topics == tuple(one.id for one in suggested.topics)
    assert told.agencies == tuple(one.id for one in suggested.agencies)


async def test_without_an_opinion_nothing_is_shown(region, opened):
    card = await region.card(await region.message())
    dialog = opened(
        Asker(region.curator, None).question(card, Act.ROUTE, Material(directories=region.directories)).dialog
    )
    assert not dialog.suggestions.isVisible()
    assert dialog.decision().advised is None


async def test_a_change_of_the_topic_is_asked_without_agencies(region, opened, suggested):
    card = replace(await region.card(await region.message()))
    material = Material(directories=region.directories, suggestions=suggested)
    dialog = opened(Asker(region.curator, None).question(card, Act.AMEND, material).dialog)
    assert not [offer for offer in dialog.suggestions.offers if offer.field == "agency"]


async def test_registers_without_entries_are_told_from_the_start_with_who_adds_them(region, opened):
    card = await region.card(await region.message())
    bare = replace(region.directories, topics=(), locations=())
    dialog = opened(Asker(region.curator, None).question(card, Act.ROUTE, Material(directories=bare)).dialog)

    said = " ".join(label.text() for label in dialog.body.findChildren(TextLabel) if label.isVisible())
    assert "ещё нет тем. Их добавляет администратор: «Справочники» → «Темы»" in said
    assert "ещё нет мест" in said
    assert dialog.refusal().code == "topic_register_bare"
