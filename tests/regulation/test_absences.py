"""Who is away and who has their work then (п. 6): substitutes followed, arrangements refused with who else there is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.absences import Away, Staff, Worker
from app.regulation.workflow import Role

MONDAY = date(2026, 6, 1)
ROADS, HOUSING = {7: ("u7", "ДОР")}, {8: ("u8", "ЖКХ")}


def day(number):
    return MONDAY + timedelta(days=number)


def executor(key, name, agencies=ROADS, *roles):
    return Worker(key, f"u{key}", name, frozenset(roles or (Role.EXECUTOR,)), agencies)


PANOV, LVOV, SYCHEV = executor(1, "Панов"), executor(2, "Львов"), executor(3, "Сычёв")
STRANGER = executor(4, "Чужой", HOUSING)
ANNA, OLGA = (executor(key, name, {}, Role.CURATOR) for key, name in ((5, "Анна"), (6, "Ольга")))
BOTH = executor(9, "Двое", ROADS, Role.CURATOR, Role.EXECUTOR)
CHIEF = executor(10, "Шеф", {}, Role.SUPERVISOR)
WORKERS = {worker.id: worker for worker in (PANOV, LVOV, SYCHEV, STRANGER, ANNA, OLGA, BOTH, CHIEF)}


def staff(*absences):
    return Staff(WORKERS, tuple(replace(away, id=number) for number, away in enumerate(absences, start=1)))


def away(person, first, last, substitute=None):
    return Away(person.id, day(first), day(last), substitute.id if substitute else None)


def test_days_are_inclusive_and_a_chain_of_substitutes_is_followed():
    there = staff(away(PANOV, 1, 5, LVOV), away(LVOV, 3, 3, SYCHEV))

    assert [there.holder(PANOV.id, day(n)) for n in (0, 1, 2, 3, 4, 5, 6)] == [1, 2, 2, 3, 2, 2, 1]


def test_nobody_has_the_work_where_the_chain_ends_or_runs_in_a_ring():
    assert staff(away(PANOV, 0, 0)).holder(PANOV.id, day(0)) is None
    ring = staff(away(PANOV, 0, 1, LVOV), away(LVOV, 0, 1, PANOV))
    assert ring.holder(PANOV.id, day(1)) is None
    assert ring.holder(PANOV.id, day(2)) == PANOV.id


def test_a_person_who_no_longer_works_here_has_nothing():
    assert staff().holder(99, day(0)) is None


def test_each_hat_needs_a_substitute_who_wears_it():
    there = staff(away(BOTH, 0, 0, ANNA))

    assert there.curator_of(BOTH.id, day(0)) == ANNA.id
    assert there.executor_of(BOTH.id, 7, day(0)) is None


@pytest.mark.parametrize(
    ("plan", "others", "code"),
    [
        (away(PANOV, 0, 3, LVOV), (), None),
        (away(PANOV, -2, 0), (), None),
        (away(PANOV, 3, 1), (), "absence_reversed"),
        (away(PANOV, -3, -1), (), "absence_past"),
        (away(PANOV, 2, 6), (away(PANOV, 5, 9),), "absence_overlaps"),
        (away(PANOV, 2, 4), (away(PANOV, 5, 9),), None),
        (away(PANOV, 2, 4, PANOV), (), "substitute_self"),
        (away(PANOV, 2, 4, STRANGER), (), "substitute_elsewhere"),
        (away(PANOV, 2, 4, ANNA), (), "substitute_elsewhere"),
        (away(ANNA, 2, 4, PANOV), (), "substitute_elsewhere"),
        (away(ANNA, 2, 4, OLGA), (), None),
        (away(ANNA, 2, 4, BOTH), (), None),
        (away(PANOV, 2, 4, LVOV), (away(LVOV, 4, 8),), "substitute_away"),
        (away(PANOV, -2, 4, LVOV), (away(LVOV, 5, 8),), None),
        (Away(99, day(0), day(1)), (), "absence_without_work"),
    ],
)
def test_arrangements_that_are_refused(plan, others, code):
    refused = staff(*others).refusal(plan, day(0))

    assert (refused.code if refused else None) == code


def test_a_substitute_who_is_away_is_refused_with_who_else_is_there():
    refused = staff(away(LVOV, 4, 8)).refusal(away(PANOV, 2, 4, LVOV), day(0))

    assert refused.params == {"name": "Львов", "first": day(4), "last": day(8), "others": "Двое, Сычёв"}


def test_an_absence_is_not_compared_with_itself():
    there = staff(away(PANOV, 0, 3))

    assert there.refusal(Away(PANOV.id, day(0), day(9), None, 1), day(0)) is None


plans = st.lists(
    st.tuples(st.sampled_from([PANOV, LVOV, SYCHEV]), st.integers(0, 9), st.integers(0, 4),
              st.sampled_from([None, PANOV, LVOV, SYCHEV])), max_size=12,
)  # fmt: skip


@given(plans)
def test_whatever_was_arranged_work_is_with_one_person_who_is_there_and_comes_back(tried):
    there = staff()
    for person, first, length, substitute in tried:
        plan = away(person, first, first + length, substitute)
        if there.refusal(plan, day(0)) is None:
            there = staff(*there.absences, plan)

    for number in range(16):
        for worker in (PANOV, LVOV, SYCHEV):
            holder = there.holder(worker.id, day(number))
            assert holder is None or there.away(holder, day(number)) is None
            if there.away(worker.id, day(number)) is None:
                assert holder == worker.id
