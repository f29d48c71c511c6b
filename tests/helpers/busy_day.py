"""A busy day of a region, made with a fixed seed: messages, the steps of each and how long they took, as rows."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from app.models import FAR_FUTURE, Case, ClockRow, Leg, Person, Source, new_uuid
from app.regulation.clocks import Facts, due_time
from app.regulation.profile import Importance

STEPS = ("route", "draft", "approve", "publish")
# Assumed: the share of high importance; how much of a step's time people take (the median, and how far it spreads);
# and the share of those warned who then make it in time, without which nobody would need to be warned.
HIGH_SHARE = 0.08
PACE, SPREAD = 0.4, 0.55
HEED = 0.6


@dataclass
class Run:
    """One clock of a message."""

    code: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime


def steps_of(rules, detected_at, importance, chance):
    """The clocks of one message from its detection to its publication."""
    facts = Facts(importance=importance, messages={"m": detected_at})
    clocks = rules.profile.clocks
    answer = due_time(rules, clocks["answer"], detected_at, facts)
    at, runs = detected_at, []
    for code in STEPS:
        base = answer if clocks[code].before else None
        due = due_time(rules, clocks[code], at, facts, base_due=base)
        # people work in working time, each at a pace of their own
        allowed = max(rules.agency.between(at, due), 900) if due > at else 900
        took = int(allowed * PACE * chance.lognormvariate(0, SPREAD))
        if took > allowed and chance.random() < HEED:
            took = allowed - 60
        stopped = rules.agency.add(at, max(took, 30))
        runs.append(Run(code, at, max(due, at), stopped))
        at = stopped
    return [*runs, Run("answer", detected_at, answer, at)]


async def make_busy_day(place, day, messages, curators, agencies, seed=20261013):
    """Cases with their clocks in the database, handed out to `curators` and executors of `agencies` (ids)."""
    chance, rules = random.Random(seed), place.rules()
    begin = datetime(day.year, day.month, day.day, tzinfo=rules.agency.zone).astimezone(UTC)
    cases, legs, clocks = [], [], []
    async with place.database.read() as connection:
        source = (await connection.execute(select(Source.id).limit(1))).scalar_one()
        people = dict((await connection.execute(select(Person.name, Person.id))).all())
    version = place.hours_version
    for number in range(1, messages + 1):
        # the morning brings what the night wrote, the rest comes over the day
        minute = 540 + (chance.random() ** 2) * 480
        detected_at = (begin + timedelta(minutes=minute)).replace(microsecond=0)
        importance = Importance.HIGH if chance.random() < HIGH_SHARE else Importance.NORMAL
        agency, executor = chance.choice(agencies)
        leg = new_uuid()
        runs = steps_of(rules, detected_at, importance, chance)
        cases.append({
            "id": number, "uuid": new_uuid(), "number": f"46-2026-{number:06}", "state": "answered", "version": 1,
            "regulation_id": place.current_regulation_id, "importance": str(importance), "source_id": source,
            "curator_id": people[chance.choice(curators)], "agency_id": agency, "leg_uuid": leg,
            "executor_id": people[executor], "excerpt": "Яма", "folded": "яма", "collected_at": detected_at,
            "detected_at": detected_at, "changed_at": runs[-1].stopped_at, "closed_at": runs[-1].stopped_at,
            "step_due_at": FAR_FUTURE, "answer_due_at": FAR_FUTURE,
        })  # fmt: skip
        legs.append({
            "uuid": leg, "case_id": number, "position": 1, "kind": "single", "state": "done", "agency_id": agency,
            "bound": True, "executor_id": people[executor],
        })  # fmt: skip
        for run in runs:
            late = max(0, int((run.stopped_at - run.due_at).total_seconds()))
            clocks.append({
                "case_id": number, "code": run.code, "round": 1, "leg": leg, "kind": "limit",
                "regulation_id": place.current_regulation_id, "hours_version": version, "started_at": run.started_at,
                "due_at": run.due_at, "stopped_at": run.stopped_at, "outcome": "late" if late else "met",
                "late_seconds": late,
            })  # fmt: skip
    async with place.database.write() as connection:
        for table, rows in ((Case, cases), (Leg, legs), (ClockRow, clocks)):
            await connection.execute(insert(table), rows)
