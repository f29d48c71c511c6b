"""What routing would start is what routing starts; and the warning comes when nobody can keep the limit."""

from datetime import timedelta

import pytest

from app.regulation.preview import chain_is_too_long, clocks_after_sending
from app.regulation.profile import Importance
from app.regulation.workflow import Act
from app.services import casework
from tests.helpers.region import open_region


@pytest.mark.parametrize("importance", list(Importance))
@pytest.mark.parametrize("agency", [0, 1])
async def test_the_preview_is_what_happens(tmp_path, importance, agency):
    region = await open_region(tmp_path)
    case_id = await region.message()
    region.clock.move(minutes=7)
    card = await region.card(case_id)
    rules = region.curator.rules(card.regulation_id)
    foreseen = clocks_after_sending(
        card.clocks, card.facts, rules, card.state, Act.ROUTE, importance, agency == 0, region.clock.at
    )

    await casework.route(region.curator, case_id, card.version, region.routing(agency, importance))
    made = (await region.card(case_id)).open_clocks
    await region.database.close()

    def plain(clocks):
        return {(c.code, c.due_at, c.by_agreement) for c in clocks}

    assert plain(foreseen) == plain(made)


async def test_too_long_a_chain(tmp_path):
    region = await open_region(tmp_path)
    card = await region.card(await region.message())
    rules = region.curator.rules(card.regulation_id)
    answer = next(clock for clock in card.clocks if clock.code == "answer").due_at
    latest = answer - timedelta(hours=2)  # approval and publication take an hour each
    await region.database.close()

    def too_long(at):
        after = clocks_after_sending(
            card.clocks, card.facts, rules, card.state, Act.ROUTE, Importance.NORMAL, True, at
        )
        return chain_is_too_long(after, rules, card.facts, at)

    assert not too_long(latest - timedelta(seconds=1))
    assert too_long(latest)
