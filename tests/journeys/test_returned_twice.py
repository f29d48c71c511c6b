"""A message returned twice: the curator sends it on, the supervisor sees its story (п. 8, 9)."""

import pytest_asyncio

from app.regulation.workflow import Role, State
from app.services.regions import NewPerson, add_people, list_people, sit_down
from tests.helpers.desk import child, choose, press_ok, type_into
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import counts, open_desk

SLOW = 20.0
KEYS = {"return": "R", "reroute": "Return"}


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


async def act(window, case_id, code):
    """Open the dialog of an act on a case, as the person of the window."""
    await window.presenter.open_case(case_id)
    await until(lambda: window.panel.card() is not None and window.panel.card().id == case_id, SLOW)
    window.presenter.perform_key(KEYS[code])
    await until(lambda: is_ready(window.acts._dialog), SLOW)
    return window.acts._dialog


async def saved(window):
    press_ok(window.acts._dialog)
    await until(lambda: window.acts._dialog is None, SLOW)


async def test_the_second_return_is_raised_and_stays_with_the_curator(desk):
    region = desk.region
    await add_people(region.database, [NewPerson("Л. Львов", (Role.EXECUTOR,), agency="Администрация города Льгова")])
    lgov = await sit_down(region.database, (await list_people(region.database))[-1], region.curator.feed)
    case_id = await region.routed()
    curators, executors = await desk.sit(), await desk.sit(region.executor, queue="executors")

    # First return: the reason is mandatory, the right agency is named.
    dialog = await act(executors, case_id, "return")
    assert not dialog.ok.isEnabled()
    type_into(child(dialog, "reason"), "Светофор городской")
    choose(child(dialog, "right_agency"), "льгов")
    await saved(executors)
    card = await region.card(case_id)
    assert (card.state, card.returns) == (State.RETURNED, 1)
    assert {clock.code for clock in card.open_clocks} == {"reroute", "answer"}
    answer = next(clock for clock in card.open_clocks if clock.code == "answer")

    # The curator is offered the agency named, and sends it on; the answer goes on counting.
    dialog = await act(curators, case_id, "reroute")
    assert dialog.agency.text() == "Администрация города Льгова"
    await saved(curators)
    card = await region.card(case_id)
    assert card.agency == "Администрация г. Льгова"
    assert next(clock for clock in card.open_clocks if clock.code == "answer").started_at == answer.started_at

    # Second return, late: marked on the card; the supervisor's badge tells of it.
    bosses = await desk.sit(region.supervisor)
    assert counts(bosses)["page:returns"] == 0
    region.clock.move(minutes=31)
    theirs = await desk.sit(lgov, queue="executors")
    dialog = await act(theirs, case_id, "return")
    type_into(child(dialog, "reason"), "Светофор областной")
    await saved(theirs)
    await until(lambda: counts(bosses)["page:returns"] == 1, SLOW)
    bosses.open_page("page:returns")
    page = bosses.places.page
    await until(lambda: page.raised.rowCount() == 1 and page.pairs.rowCount() == 2, SLOW)
    (raised,) = page.raised.rows()
    assert [(step.agency, step.reason, step.sent_to, step.is_late) for step in raised.returns] == [
        ("Комитет дорожного хозяйства", "Светофор городской", "Администрация г. Льгова", False),
        ("Администрация г. Льгова", "Светофор областной", "", True),
    ]
    assert [(pair.agency, pair.meant_for, pair.count, pair.late) for pair in page.pairs.rows()] == [
        ("Администрация г. Льгова", "", 1, 1),
        ("Комитет дорожного хозяйства", "Администрация г. Льгова", 1, 0),
    ]
    page.raised_view.choose_first()
    await until(lambda: bosses.panel.card() is not None and bosses.panel.card().id == case_id, SLOW)
    card = bosses.panel.card()
    assert (card.state, card.returns, card.late_returns, card.curator) == (State.RETURNED, 2, 1, "Е. Соколова")
    marks = [pill.text() for pill in bosses.panel.head._pills if not pill.isHidden()]
    assert "1 поздний возврат" in marks

    # It is the curator's to send on: then the badge is gone, and the case stays in the list until it is closed.
    dialog = await act(curators, case_id, "reroute")
    choose(dialog.agency, "жкх")
    await saved(curators)
    await until(lambda: counts(bosses)["page:returns"] == 0, SLOW)
    await until(lambda: not page.raised.rows()[0].waits, SLOW)
