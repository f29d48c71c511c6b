"""The figures of a period told from the history alone, by other means than the program's: slow, plain, independent.

Beside the history it asks the registers what the history names by uuid (groups of topics, an agency's id, the source
of a message) and the approved texts, which lie outside the history so that they can be erased.
"""

import json
from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy import select

from app.models import Agency, Approval, Case, History, Location, Message, Person, Source, Topic
from app.regulation.shortcomings import Rule, is_formal, is_short

LEFT = ("not_processed", "no_reaction", "outside_competence", "no_reply")
AGAINST_NOBODY = ("answer", "return")


async def read_lives(place):
    """Every case as a dict of plain facts."""
    async with place.database.read() as connection:
        groups = {}
        for table in (Topic, Location):
            rows = (await connection.execute(select(table))).all()
            uuids = {row.id: row.uuid for row in rows}
            groups |= {row.uuid: row.parent_id or row.id for row in rows}
            assert len(uuids) == len(rows)
        agencies = dict((await connection.execute(select(Agency.uuid, Agency.id))).all())
        people = dict((await connection.execute(select(Person.uuid, Person.id))).all())
        sources = {
            row.uuid: (row.id, row.kind == "social")
            for row in await connection.execute(select(Message.uuid, Source.id, Source.kind).join(Source))
        }
        texts = dict((await connection.execute(select(Approval.draft_uuid, Approval.approved_text))).all())
        first_source = dict((await connection.execute(select(Case.uuid, Case.source_id))).all())
        rows = (await connection.execute(select(History).order_by(History.case_id, History.seq))).all()
    acts = defaultdict(list)
    for row in rows:
        acts[row.case_id].append((row, json.loads(row.payload)))
    kinds = dict(sources.values())
    return [
        _life(case_id, mine, groups, agencies, people, sources, texts, first_source, kinds, place)
        for case_id, mine in acts.items()
    ]


def _life(case_id, acts, groups, agencies, people, sources, texts, first_source, kinds, place):
    life = {
        "id": case_id, "uuid": acts[0][1]["case"], "topic": None, "place": None, "agency": None, "curator": None,
        "legs": {}, "clocks": {}, "repeat_of": None, "reworks": [], "returns": [], "answers": [], "interims": [],
        "noted": [], "texts": texts, "sources": sources, "kinds": kinds,
    }  # fmt: skip
    life["source"] = first_source[life["uuid"]]
    for number, (row, told) in enumerate(acts):
        life["legs"] |= {uuid: agencies[agency] for uuid, agency, _ in told.get("legs", ())}
        for key, name in (("topic", "topic"), ("location", "place")):
            if told.get(key):
                life[name] = groups[told[key]]
        if row.act in ("route", "reroute", "pass_on"):
            life["agency"] = agencies[told["legs"][0][1]]
        if row.act in ("take", "route", "reroute"):
            life["curator"] = people[row.actor]
        if row.act == "enter":
            life["curator"] = people.get(told["curator"])
        if "repeat_of" in told:
            life["repeat_of"] = told["repeat_of"]
        if row.act == "return":
            life["returns"].append((row.occurred_at, life["legs"][told["leg"]]))
            life["agency"] = None
        if row.act == "rework" and row.variant not in ("correction", "correct_interim", "correct_request"):
            life["reworks"].append((row.occurred_at, life["legs"][told["leg"]]))
        if row.act == "note_shortcoming" and row.variant in ("substance", "untrue"):
            life["noted"].append(row.occurred_at)
        if row.act in ("place", "publish") and row.variant in ("answer", "interim"):
            draft = next(t["draft"] for r, t in reversed(acts[:number]) if r.act == "approve")
            into = life["answers" if row.variant == "answer" else "interims"]
            into += [(p["message"], datetime.fromisoformat(p["at"]), draft) for p in told["publications"]]
        _clocks(life, row, told, acts[number - 1][1] if number else told, place)
    last, told = acts[-1]
    closing = [row for row, _ in acts if row.state_to in LEFT and row.state_from not in LEFT]
    life["left"] = closing[-1].occurred_at if last.state_to in LEFT else None
    life["messages"] = {uuid: datetime.fromisoformat(at) for uuid, at in told["messages"].items()}
    return life


def _clocks(life, row, told, before, place):
    """The newest word on each clock, with the leg and the binding it has."""
    key, version, revision = told["regulation"]
    profile = next(p for p in place.regulations.values() if (p.key, p.version, p.revision) == (key, version, revision))
    named = set()
    for code, run, message, _started, due, stopped, outcome, late in told["clocks"]:
        rule = profile.clocks[code]
        clock = life["clocks"].setdefault((code, run, message), {"leg": told["leg"] if rule.per == "leg" else None})
        clock |= {"code": code, "message": message, "due": due and datetime.fromisoformat(due), "late": late or 0}
        clock |= {"stopped": stopped and datetime.fromisoformat(stopped), "outcome": outcome, "rule": rule}
        named.add((code, run, message))
        if "agreed" not in clock:
            clock["agreed"] = _agreed(profile, rule, told, message)
    for clock in life["clocks"].values():
        if clock["stopped"] is None:
            clock["agreed"] = _agreed(profile, clock["rule"], told, clock["message"])


def _agreed(profile, rule, told, message):
    outside = not told["in_act"] or message in told.get("outside", ())
    readings = profile.readings
    by_source = outside and readings.outside_sources == "agreement"
    return by_source or (rule.who != "curator" and not told["bound"] and readings.outside_agencies == "agreement")


# ----- counting


def recount(lives, begin, end, working, zone, profile):
    """{"total": figures, "social": …, ("agency", 3): …}, the days, and the grid of places and topics."""
    parts, days, grid = defaultdict(_Count), defaultdict(Counter), Counter()
    asked = {life["repeat_of"] for life in lives if any(begin <= at < end for at in life["messages"].values())}
    for life in lives:
        little = _says_little(life, begin, end, asked, profile)
        for uuid, detected in life["messages"].items():
            network, social = life["sources"][uuid]
            keys = _keys(life, network, social, life["agency"])
            _message(life, uuid, detected, little, begin, end, working, [parts[key] for key in keys])
            final = min((at for m, at, _ in life["answers"] if m == uuid), default=None)
            if begin <= detected < end:
                days[detected.astimezone(zone).date()]["received"] += 1
                grid[life["place"], life["topic"]] += 1
            if final and begin <= final < end:
                days[final.astimezone(zone).date()]["answered"] += 1
        for name in ("returns", "reworks"):
            for at, agency in life[name]:
                if begin <= at < end:
                    for key in _keys(life, life["source"], life["kinds"][life["source"]], agency):
                        parts[key].numbers[name] += 1
        _verdicts(life, begin, end, parts, days, zone)
    return {key: part.figures() for key, part in parts.items()}, days, grid


def _keys(life, network, social, agency):
    dimensions = ("network", network), ("agency", agency), *((n, life[n]) for n in ("topic", "place", "curator"))
    return ["total", *(["social"] if social else []), *dimensions]


def _says_little(life, begin, end, asked, profile):
    if life["uuid"] in asked or any(begin <= at < end for at in life["noted"]):
        return True
    rules = profile.shortcomings
    texts = [life["texts"][draft] for _, at, draft in life["answers"] if begin <= at < end]
    return any(
        is_short(text, rules[Rule.SHORT].threshold) or is_formal(text, rules[Rule.FORMAL].threshold) for text in texts
    )


def _message(life, uuid, detected, little, begin, end, working, parts):
    final = min((at for m, at, _ in life["answers"] if m == uuid), default=None)
    interim = min((at for m, at, _ in life["interims"] if m == uuid), default=None)
    first = min(filter(None, (final, interim)), default=None)
    done = final or life["left"]
    for part in parts:
        n = part.numbers
        n["carried_in"] += detected < begin and (done is None or done >= begin)
        n["received"] += begin <= detected < end
        n["repeats"] += begin <= detected < end and life["repeat_of"] is not None
        n["carried_out"] += detected < end and (done is None or done >= end)
        is_answered = final is not None and begin <= final < end
        n["answered"] += is_answered
        n["clean"] += is_answered and not life["reworks"]
        n["complete"] += is_answered and not little
        n["closed_unanswered"] += final is None and life["left"] is not None and begin <= life["left"] < end
        n["interim"] += interim is not None and begin <= interim < end
        if first is not None and begin <= first < end:
            n["first_answered"] += 1
            part.firsts.append(working(detected, first))
        if is_answered:
            part.finals.append(working(detected, final))


def _verdicts(life, begin, end, parts, days, zone):
    late = [c for c in life["clocks"].values() if c["outcome"] == "late" and c["code"] not in AGAINST_NOBODY]
    worst = max((c for c in late if c["late"]), key=lambda c: c["late"], default=None)
    for clock in life["clocks"].values():
        stopped, due, rule = clock["stopped"], clock["due"], clock["rule"]
        verdict = clock["outcome"] in ("met", "late") and begin <= stopped < end
        running = due is not None and due < end and (stopped is None or stopped >= end) and rule.kind != "window"
        if not (verdict or running):
            continue
        network = life["sources"][clock["message"]][0] if clock["message"] else life["source"]
        agency = life["legs"].get(clock["leg"]) if clock["leg"] else life["agency"]
        for key in _keys(life, network, life["kinds"][network], agency):
            part = parts[key]
            name = "running" if not verdict else clock["outcome"]
            part.clocks[clock["code"], ("agreed_" if clock["agreed"] else "") + name] += 1
            if verdict and clock["outcome"] == "late" and not clock["agreed"]:
                part.lates[clock["code"]].append(clock["late"])
            if verdict and clock["outcome"] == "late" and clock["code"] == "answer":
                part.lost[worst["code"] if worst else ""] += 1
        if verdict and clock["code"] == "answer" and clock["outcome"] == "late" and not clock["agreed"]:
            days[stopped.astimezone(zone).date()]["late"] += 1


def _nth(values, share):
    """The smallest value that at least so many do not exceed, by counting."""
    return next((v for v in sorted(values) if sum(x <= v for x in values) >= share * len(values)), None)


class _Count:
    def __init__(self):
        self.numbers, self.firsts, self.finals = Counter(), [], []
        self.clocks, self.lates, self.lost = Counter(), defaultdict(list), Counter()

    def figures(self):
        """The cells as Figures.to_json names them; clocks and lost steps that nothing happened to are left out."""
        clocks = defaultdict(dict)
        for (code, name), count in self.clocks.items():
            clocks[code][name] = count
        for code, values in self.lates.items():
            clocks[code] |= {"late_median": _nth(values, 0.5), "late_p90": _nth(values, 0.9), "late_max": max(values)}
        spread = {
            f"{name}_{word}": _nth(values, share)
            for name, values in (("first", self.firsts), ("final", self.finals))
            for word, share in (("median", 0.5), ("p90", 0.9))
        }
        return dict(self.numbers) | spread | {"clocks": dict(clocks), "lost": dict(self.lost)}
