"""Returns (п. 8, 9): how often a case came back and with what story, and who returned what that was meant for whom."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Agency, Case, ClockRow, History, Leg, Note, Person
from app.regulation.clocks import Outcome
from app.regulation.duties import Duty
from app.regulation.shortcomings import Rule
from app.regulation.workflow import OPEN, Act, State
from app.services.journal import check_duty
from app.services.shortcomings import day_bounds, rows_of
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class ReturnView:
    """One return: when, by which agency, why, whose it is by their word, to whom it went then ("" while nowhere).

    `is_late`: after the window of п. 8.
    """

    at: datetime
    agency: str
    reason: str
    named: str
    sent_to: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class RaisedCase:
    """An open case that was returned so often that the supervisor is told, with the story of its returns."""

    id: int
    number: str
    state: State
    excerpt: str
    curator: str
    agency: str
    returns: tuple[ReturnView, ...]

    @property
    def waits(self) -> bool:
        """Whether it lies with the curator to be sent on (п. 9)."""
        return self.state is State.RETURNED


@dataclass(frozen=True, slots=True)
class ReturnPair:
    """What one agency returned that went to another afterwards (or is named by it; "" while nobody knows)."""

    agency: str
    meant_for: str
    count: int
    late: int
    cases: tuple[int, ...]


def threshold(place: Workplace) -> int:
    """From how many returns of a case on the supervisor is told: the rule of п. 22, twice where it is off."""
    rule = place.rules().profile.shortcomings.get(Rule.RETURNED)
    return rule.threshold if rule else 2


def count_raised(place: Workplace) -> Select[Any]:
    """How many cases returned that often lie with a curator now."""
    query = select(func.count()).select_from(Case)
    least = bindparam("threshold", threshold(place), Integer())
    return query.where(Case.state == State.RETURNED, Case.returns >= least)


async def list_raised(place: Workplace) -> list[RaisedCase]:
    """Open cases returned as often as the threshold says, those that wait first. Raises Refused("role_may_not")."""
    check_duty(place, Duty.READ_SHORTCOMINGS)
    query = (
        select(Case.id, Case.number, Case.state, Case.excerpt)
        .add_columns(Person.name.label("curator"), Agency.short_name.label("agency"))
        .outerjoin(Person, Person.id == Case.curator_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .where(Case.state.in_(OPEN), Case.returns >= threshold(place))
    )
    async with place.database.read() as connection:
        cases = (await connection.execute(query)).all()
        stories = await _stories(connection, [case.id for case in cases])
    raised = [
        RaisedCase(
            case.id, case.number, State(case.state), case.excerpt, case.curator or "", case.agency or "",
            tuple(stories[case.id]),
        )
        for case in cases
    ]  # fmt: skip
    return sorted(raised, key=lambda case: (not case.waits, case.returns[-1].at if case.returns else None))


async def count_pairs(place: Workplace, begin: date, end: date) -> list[ReturnPair]:
    """Who returned what that was meant for whom, from the day `begin` to `end`, the most first.

    Raises Refused("role_may_not").
    """
    check_duty(place, Duty.READ_SHORTCOMINGS)
    first, beyond = day_bounds(place.rules().agency.zone, begin, end)
    returned = select(History.case_id).where(History.act == Act.RETURN)
    returned = returned.where(History.occurred_at >= first, History.occurred_at < beyond).distinct()
    async with place.database.read() as connection:
        stories = await _stories(connection, list((await connection.execute(returned)).scalars()))
    pairs: dict[tuple[str, str], list[tuple[int, bool]]] = defaultdict(list)
    for case_id, story in stories.items():
        for each in story:
            if first <= each.at < beyond:
                pairs[each.agency, each.sent_to or each.named].append((case_id, each.is_late))
    made = [
        ReturnPair(agency, meant, len(hits), sum(late for _, late in hits), tuple(dict.fromkeys(i for i, _ in hits)))
        for (agency, meant), hits in pairs.items()
    ]
    return sorted(made, key=lambda pair: (-pair.count, pair.agency, pair.meant_for))


async def _stories(connection: AsyncConnection, case_ids: list[int]) -> dict[int, list[ReturnView]]:
    """The returns of cases, each in order, by case id."""
    query = (
        select(History.case_id, History.seq, History.act, History.occurred_at, History.payload, Note.text)
        .outerjoin(Note, Note.act_id == History.act_id)
        .where(History.act.in_((Act.RETURN, Act.REROUTE, Act.ROUTE)))
        .order_by(History.case_id, History.seq)
    )
    acts = await rows_of(connection, query, History.case_id, case_ids)
    legs = await rows_of(connection, select(Leg).order_by(Leg.position), Leg.case_id, case_ids)
    late = await _late_legs(connection, case_ids)
    agencies = await connection.execute(select(Agency.uuid, Agency.id, Agency.short_name))
    names = {row.uuid: row for row in agencies}
    by_id = {row.id: row.short_name for row in names.values()}
    returned: dict[int, list[Any]] = defaultdict(list)
    for leg in legs:
        if leg.state == "returned":
            returned[leg.case_id].append(leg)
    stories: dict[int, list[ReturnView]] = defaultdict(list)
    for act in acts:
        story, payload = stories[act.case_id], json.loads(act.payload)
        if act.act != Act.RETURN:  # the first routing has no return before it; after an exit a route sends it on
            sent_to = _first_agency(payload, names)
            story[-1:] = [_sent_on(each, sent_to) for each in story[-1:]]
            continue
        leg = returned[act.case_id][len(story)] if len(story) < len(returned[act.case_id]) else None
        named = names.get(payload.get("right_agency") or "")
        story.append(
            ReturnView(
                act.occurred_at, by_id.get(leg.agency_id, "") if leg else "", act.text or "",
                named.short_name if named else "", "", leg is not None and leg.uuid in late,
            )
        )  # fmt: skip
    return stories


async def _late_legs(connection: AsyncConnection, case_ids: list[int]) -> set[str]:
    query = select(ClockRow.leg).where(ClockRow.code == "return", ClockRow.outcome == Outcome.LATE)
    return {row.leg for row in await rows_of(connection, query, ClockRow.case_id, case_ids)}


def _first_agency(payload: dict[str, Any], names: dict[str, Any]) -> str:
    legs = payload.get("legs") or [["", "", ""]]
    found = names.get(legs[0][1])
    return found.short_name if found else ""


def _sent_on(view: ReturnView, agency: str) -> ReturnView:
    return ReturnView(view.at, view.agency, view.reason, view.named, agency, view.is_late)
