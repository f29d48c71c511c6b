"""A generated year (or month) of work, written in bulk.

Acts are drawn by chance from a fixed seed and go through the real workflow table and the real `advance`; rows are laid
out as the services lay them out, so that `verifying.verify` recomputes every one of them and finds nothing.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from app.models import (
    Agency,
    Approval,
    Case,
    CaseCounter,
    ClockRow,
    Draft,
    History,
    Leg,
    Location,
    Message,
    Person,
    Publication,
    Source,
    Topic,
    new_uuid,
)
from app.models.history import GENESIS, link_hash
from app.regulation.clocks import Facts, advance
from app.regulation.profile import Importance
from app.regulation.workflow import CLOSED, Act, DraftKind, State, find
from app.services.acting import is_bound
from app.services.publishing import links_digest
from app.services.saving import (
    Deed,
    clock_values,
    clocks_payload,
    facts_payload,
    history_values,
    judged_by,
    payload_text,
    step_columns,
)

AT_ONCE = 2000
FULL = "Яму на Щигровской заделали сегодня утром, бригада работала до полудня; фото сделанного в этом комментарии."
SHORT = "Заделаем."
FORMAL = "Здравствуйте! Ваше обращение направлено в администрацию города."


@dataclass
class Region:
    """The directories that the generated work refers to."""

    agencies: list
    topics: list
    places: list
    sources: list
    curators: list
    executor: object

    @classmethod
    async def read(cls, connection):
        people = (await connection.execute(select(Person).order_by(Person.id))).all()
        return cls(
            agencies=(await connection.execute(select(Agency).order_by(Agency.id))).all(),
            topics=(await connection.execute(select(Topic).where(Topic.parent_id.is_not(None)))).all(),
            places=(await connection.execute(select(Location).order_by(Location.id))).all(),
            sources=(await connection.execute(select(Source).order_by(Source.id))).all(),
            curators=people[:2],
            executor=people[2],
        )


@dataclass
class Rows:
    """Rows by table, written when there are enough of them."""

    connection: object
    by_table: dict = field(default_factory=dict)

    def add(self, table, row):
        self.by_table.setdefault(table, []).append(row)

    async def flush(self):
        for table in (Case, Message, Leg, Draft, Approval, Publication, ClockRow, History):
            rows = self.by_table.pop(table, [])
            if rows:
                await self.connection.execute(insert(table), rows)


class Life:
    """One case from its detection on; `do` is one act, as `acting.save` stores it."""

    def __init__(self, place, region, number, ids, chance, at):
        self.place, self.region, self.chance, self.rules = place, region, chance, place.rules()
        self.case_id, self.message_id = ids
        self.source = chance.choice(region.sources)
        self.curator = chance.choice(region.curators)
        self.message_uuid = new_uuid()
        self.at, self.state, self.clocks, self.hash, self.seq = at, State.NEW, (), GENESIS, 0
        self.facts = Facts(channel=self.source.kind, source_in_act=self.source.in_act)
        self.rows, self.leg, self.legs, self.drafts, self.draft = [], None, [], 0, None
        self.case = {
            "id": self.case_id, "uuid": new_uuid(), "number": number, "source_id": self.source.id,
            "regulation_id": place.current_regulation_id, "excerpt": "Яма на Щигровской", "folded": "яма",
            "collected_at": at, "detected_at": at, "curator_id": self.curator.id, "returns": 0, "reworks": 0,
            "importance": "normal", "topic_id": None, "location_id": None, "agency_id": None, "leg_uuid": None,
            "draft_uuid": None, "repeat_of": None, "promised_on": None, "closed_at": None,
        }  # fmt: skip

    def wait(self, minutes, working=True):
        """Let working time (or plain time) pass, spread as waiting is: mostly short, sometimes long."""
        seconds = int(60 * minutes * self.chance.lognormvariate(0, 0.7)) + 1
        calendar = self.rules.agency
        self.at = calendar.add(self.at, seconds) if working else self.at + timedelta(seconds=seconds)

    def do(self, act, variant="", actor=None, **payload):
        row = find(self.state, act, variant)
        assert row is not None, (self.state, act, variant)
        before, self.clocks = self.clocks, advance(self.clocks, row.events, self.at, self.facts, self.rules)
        told = payload | {"case": self.case["uuid"], **facts_payload(self.facts, self.rules)}
        told["clocks"] = clocks_payload(before, self.clocks)
        self.seq += 1
        values = history_values(
            previous_hash=self.hash, seq=self.seq, case_id=self.case_id, deed=Deed(act, variant, act_id=new_uuid()),
            actor=(actor or self.curator).uuid, on_behalf=None, recorded_at=self.at, occurred_at=self.at, row=row,
            payload=payload_text(told),
        )  # fmt: skip
        self.hash, self.state = values["hash"], row.to
        self.rows.append((History, values))
        if row.to in CLOSED:
            self.case["closed_at"] = self.case["closed_at"] or self.at
        self.facts = replace(self.facts, placed={})

    # ----- acts

    def enter(self):
        self.facts = replace(self.facts, messages={self.message_uuid: self.at})
        self.do(Act.ENTER, curator=self.curator.uuid)

    def mark_repeat(self, uuid):
        self.case["repeat_of"] = uuid
        self.do(Act.MARK_REPEAT, repeat_of=uuid)

    def route(self, act=Act.ROUTE):
        agency, topic = self.chance.choice(self.region.agencies), self.chance.choice(self.region.topics)
        location = self.chance.choice(self.region.places)
        high = self.chance.random() < 0.1
        self.leg = {
            "uuid": new_uuid(), "case_id": self.case_id, "position": len(self.legs) + 1, "kind": "single",
            "state": "active", "agency_id": agency.id, "bound": is_bound(agency.kind, agency.binding),
            "received_at": self.at, "finished_at": None,
        }  # fmt: skip
        self.legs.append(self.leg)
        self.case |= {
            "topic_id": topic.id, "location_id": location.id, "agency_id": agency.id, "leg_uuid": self.leg["uuid"],
            "importance": "high" if high else "normal", "draft_uuid": None,
        }  # fmt: skip
        self.facts = replace(
            self.facts, importance=Importance(self.case["importance"]), leg=self.leg["uuid"],
            agency_bound=self.leg["bound"],
        )  # fmt: skip
        legs = [[self.leg["uuid"], agency.uuid, "single"]]
        self.do(act, "single", topic=topic.uuid, location=location.uuid, legs=legs)

    def give_back(self):
        self.leg |= {"state": "returned", "finished_at": self.at}
        self.do(Act.RETURN, actor=self.region.executor, right_agency=None)
        self.case |= {"agency_id": None, "leg_uuid": None, "returns": self.case["returns"] + 1}
        self.facts = replace(self.facts, leg=None, agency_bound=True)

    def submit(self, kind, text):
        self.drafts += 1
        self.draft = {
            "uuid": new_uuid(), "case_id": self.case_id, "leg_uuid": self.leg["uuid"], "kind": str(kind),
            "version": self.drafts, "text": text, "author_id": self.region.executor.id,
            "recorded_by_id": self.region.executor.id, "submitted_at": self.at,
        }  # fmt: skip
        self.case["draft_uuid"] = self.draft["uuid"]
        self.rows.append((Draft, self.draft))
        told = [self.draft["uuid"], str(kind), self.drafts, link_hash(self.draft["uuid"], [text])]
        self.do(Act.SUBMIT, kind, self.region.executor, draft=told)

    def decide(self, verdict, agreed=None):
        kind, uuid, text = self.draft["kind"], self.draft["uuid"], self.draft["text"]
        approved = verdict == "approved"
        self.rows.append(
            (Approval, {
                "draft_uuid": uuid, "case_id": self.case_id, "verdict": verdict,
                "approved_text": text if approved else "", "agreed_date": agreed, "curator_id": self.curator.id,
                "decided_at": self.at,
            })
        )  # fmt: skip
        if approved:
            self.facts = replace(
                self.facts, agreed_date=min(filter(None, (self.facts.agreed_date, agreed)), default=None)
            )
            self.case["promised_on"] = self.facts.agreed_date
            self.do(Act.APPROVE, kind, draft=uuid, text=link_hash(uuid, [text]))
        else:
            self.case["reworks"] += 1
            self.do(Act.REWORK, kind, draft=uuid)

    def publish(self):
        kind, uuid = self.draft["kind"], new_uuid()
        link = f"https://vk.com/wall-1_{self.message_id}?reply={self.seq}"
        self.rows.append(
            (Publication, {
                "uuid": uuid, "case_id": self.case_id, "message_id": self.message_id, "draft_uuid": self.draft["uuid"],
                "same_page": True, "link": link, "salt": uuid, "published_at": self.at, "recorded_at": self.at,
            })
        )  # fmt: skip
        self.facts = replace(self.facts, placed={self.message_uuid: self.at})
        if kind == DraftKind.ANSWER:
            self.leg |= {"state": "done", "finished_at": self.at}
        entry = {
            "uuid": uuid, "message": self.message_uuid, "same_page": True, "at": self.at.isoformat(),
            "digest": link_hash(uuid, [""]), "links": links_digest(uuid, link, ""), "files": [],
        }  # fmt: skip
        self.do(Act.PUBLISH, kind, self.region.executor, publications=[entry])

    # ----- one life

    def live(self, until, answered):
        """Acts until the case is closed or `until` comes."""
        for step in self._story(answered):
            if self.at >= until:
                return
            step()

    def _story(self, answered):
        yield self.enter
        if answered and self.chance.random() < 0.06:
            self.wait(2)
            yield lambda: self.mark_repeat(self.chance.choice(answered))
        self.wait(12)
        if self.chance.random() < 0.07:
            exit_state = self.chance.choice(("no_reaction", "outside_competence", "not_processed"))
            yield lambda: self.do(Act.EXCLUDE, exit_state, ground="harm" if exit_state == "not_processed" else "")
            return
        yield self.route
        if self.chance.random() < 0.1:
            self.wait(15)
            yield self.give_back
            self.wait(15)
            yield lambda: self.route(Act.REROUTE)
        if self.chance.random() < 0.03:
            return  # nobody ever answers
        self.wait(200)
        if self.chance.random() < 0.12:
            yield from self._round(DraftKind.INTERIM, "Ответим до конца недели, работы начаты, спасибо за сигнал.")
            self.wait(60 * 30)
        yield from self._round(DraftKind.ANSWER, self.chance.choices((FULL, SHORT, FORMAL), (90, 5, 5))[0])

    def _round(self, kind, text):
        yield lambda: self.submit(kind, text)
        while self.chance.random() < 0.15:
            self.wait(30, working=False)
            yield lambda: self.decide("rework")
            self.wait(30)
            yield lambda: self.submit(kind, text)
        self.wait(25, working=False)
        agreed = self._day(4) if kind is DraftKind.INTERIM else None
        yield lambda: self.decide("approved", agreed)
        self.wait(25)
        yield self.publish

    def _day(self, days):
        calendar = self.rules.agency
        return calendar.add_working_days(self.at, days).astimezone(calendar.zone).date()

    def save(self, rows):
        judged = judged_by(self.case["regulation_id"], self.rules)
        rows.add(
            Case,
            {
                **self.case, **step_columns(self.clocks), "state": str(self.state), "version": self.seq,
                "changed_at": self.rows[-1][1]["recorded_at"],
            },
        )  # fmt: skip
        rows.add(
            Message,
            {
                "id": self.message_id, "uuid": self.message_uuid, "case_id": self.case_id,
                "source_id": self.source.id, "in_act": self.source.in_act, "intake_key": self.message_uuid,
                "text": "Яма на Щигровской", "collected_at": self.case["detected_at"],
                "detected_at": self.case["detected_at"],
            },
        )  # fmt: skip
        for leg in self.legs:
            rows.add(Leg, leg)
        for clock in self.clocks:
            rows.add(ClockRow, {"case_id": self.case_id, **clock_values(clock), **judged})
        for table, row in sorted(self.rows, key=lambda entry: entry[0] is History):
            rows.add(table, row)


async def write_year(place, cases, first, last, seed=1, begin_id=1):
    """So many cases detected on the days `first` to `last`, in working hours."""
    chance, calendar = random.Random(seed), place.rules().agency
    begin = datetime.combine(first, datetime.min.time(), calendar.zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), calendar.zone).astimezone(UTC)
    whole = calendar.between(begin, end)
    moments = sorted(calendar.add(begin, chance.randrange(whole)) for _ in range(cases))
    answered = []
    async with place.database.write() as connection:
        region, rows = await Region.read(connection), Rows(connection)
        for number, at in enumerate(moments, start=begin_id):
            life = Life(place, region, f"46-{at.year}-{number:06}", (number, number), chance, at)
            life.live(place.now(), answered)
            life.save(rows)
            if life.state is State.ANSWERED and len(answered) < 500:
                answered.append(life.case["uuid"])
            if number % AT_ONCE == 0:
                await rows.flush()
        await rows.flush()
        for year in {first.year, last.year}:
            counter = place.database.insert(CaseCounter).values(year=year, last=begin_id + cases)
            await connection.execute(counter.on_conflict_do_nothing())
