"""Other weights on the last month that was frozen: who would stand where, without changing any report."""

from dataclasses import replace

import pytest

from app.regulation.errors import Refused
from app.regulation.rating import Standing
from app.regulation.rating_rules import Component
from app.services.reports import freezing
from app.services.reports.reweighing import read_last_month, reweigh
from tests.helpers.reports import CAREFUL, OUTSIDE, QUICK, quick_and_careful


def with_weights(profile, **weights):
    named = {Component(name): weight for name, weight in weights.items()}
    return replace(profile, rating=replace(profile.rating, weights=dict.fromkeys(Component, 25) | named))


async def test_weights_decide_who_is_first_and_the_report_stays(desk):
    assert await read_last_month(desk.admin) is None
    made = await quick_and_careful(desk.chief)
    report_id = await freezing.freeze(desk.chief, made)

    report = await read_last_month(desk.admin)
    assert report == made
    now = desk.admin.rules().profile
    rows = reweigh(report, now, with_weights(now, quality=0))

    assert [(row.agency, row.place_before, row.place) for row in rows] == [
        (QUICK, 2, 1), (CAREFUL, 1, 2), (OUTSIDE, None, None),
    ]  # fmt: skip
    quick, careful, outside = rows
    assert quick.change > 0 > careful.change
    assert (outside.change, outside.standing) == (None, Standing.OUTSIDE)
    assert all(row.change == 0 for row in reweigh(report, now, now)[:2])
    assert await freezing.read_frozen(desk.chief, report_id) == made


async def test_only_for_who_sets_the_rules_or_reads_reports(desk):
    with pytest.raises(Refused, match="role_may_not"):
        await read_last_month(desk.executor)
