"""Quiet suggestions in the rows of the inbox: told when they are known, never in the way of a row."""

import asyncio

from app.services.suggesting.advising import Suggested, Suggestions
from app.services.views import Choice, Directories
from app.ui.desk.hints import NO_HINT, _hint
from tests.helpers.desk import until
from tests.helpers.journeys import desk  # noqa: F401

NOBODY = Directories((), (), (), ())


def cell(window, number, column="place"):
    keys = [each.key for each in window.page.view.model().columns]
    return window.page.view.model().columns[keys.index(column)], window.page.rows()[number]


async def test_a_row_without_a_place_tells_the_likely_one_and_why(desk):  # noqa: F811
    await desk.region.message("На улице Кирова, 5 во Льгове яма")
    await desk.region.message("Яма опять", place="Рыльск, Мира")
    window = await desk.sit(queue="inbox")
    await until(lambda: any(window.hints.of(row) != NO_HINT for row in window.page.rows()))
    column, row = next((c, r) for c, r in (cell(window, n) for n in range(2)) if "Кирова" in r.excerpt)
    assert column.text(row).startswith("похоже: ")
    assert "ул. Кирова, 5" in column.text(row)
    assert "решаете вы" in column.tooltip(row)
    assert column.ink(row) == "ink_third"

    column, row = next((c, r) for c, r in (cell(window, n) for n in range(2)) if "опять" in r.excerpt)
    assert column.text(row) == "Рыльск, Мира"


async def test_rows_behind_a_page_are_looked_at_when_they_are_seen_again(desk):  # noqa: F811
    window = await desk.sit(queue="inbox")
    window.open_page("page:imports")
    await desk.region.message("На улице Кирова, 5 во Льгове яма")
    await until(lambda: window.page.rows())
    assert "hints" not in [task.get_name() for task in asyncio.all_tasks()]
    window.presenter.open_queue("inbox")
    await until(lambda: any(window.hints.of(row) != NO_HINT for row in window.page.rows()))


def test_topic_and_agency_are_told_in_short_with_their_reasons():
    directories = Directories((), (), (Choice(7, "Комитет дорог", short_name="ДОР"),), ())
    found = Suggestions((Suggested(1, "Ямы", 0.62, ("яма",)),), (Suggested(7, "Комитет дорог", 0.5),))
    hint = _hint(found, directories)
    assert hint.topic == "Ямы · ДОР"
    assert "Ямы: 62 из 100; слова: яма" in hint.why
    doubted = Suggestions((Suggested(1, "Ямы", 0.35, ("яма",)),), (Suggested(7, "Комитет дорог", 0.49),))
    assert _hint(doubted, directories) == NO_HINT  # likelier wrong than right: no word in a row
    assert _hint(Suggestions(), NOBODY) == NO_HINT
