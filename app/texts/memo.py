"""Shortcomings and memos in words (п. 22): what happened, by how much, whose it was, and the draft of a memo."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from app.regulation.clocks import Rules
from app.regulation.shortcomings import Rule
from app.services.shortcomings import Found
from app.texts import mark, tr, trn
from app.texts.moments import day, duration
from app.texts.words import clock_code_name, clock_name, shortcoming_name

_STATES = {
    "draft": mark("memo draft"),
    "sent": mark("memo sent"),
    "received": mark("memo received"),
    "closed": mark("memo closed"),
}
_WHY = {"press": mark("press and mass information"), "oversees": mark("oversees the question")}
_QUOTED = 160


def memo_state(state: str) -> str:
    return tr(_STATES[state])


def why_words(why: str) -> str:
    """Why an official is told: for press, or for what they oversee; what was written in by hand stays as it is."""
    return tr(_WHY[why]) if why in _WHY else why


def clause_of(found: Found) -> str:
    """"п. 10", "по договорённости", or "" where the act names no clause."""
    if found.by_agreement:
        return tr("by agreement")
    return tr("cl. {clause}", clause=found.clause) if found.clause else ""


def held_against(found: Found) -> str:
    """The agency, or the curators where the step was their own."""
    return found.agency or tr("Curators")


def shortcoming_words(found: Found, rules: Rules) -> str:
    """What happened, in one line: "нарушен срок «Ответ размещён» на 2 ч 15 мин, потеряно на шаге …"."""
    if found.rule is Rule.LATE:
        return "; ".join(_late_words(found, rules))
    if found.rule is Rule.RETURNED:
        return trn("returned {n} time", "returned {n} times", found.count)
    if found.rule is Rule.REWORKED:
        return trn("reworked {n} time", "reworked {n} times", found.count)
    name = shortcoming_name(found.rule)
    return f"{name}: {_quoted(found.remark)}" if found.remark else name


def _late_words(found: Found, rules: Rules) -> Iterable[str]:
    name = _clock(found.clock, rules)
    if found.late_seconds is None:
        yield tr("limit “{clock}” not kept", clock=name)
    else:
        by_less = tr("limit “{clock}” not kept by less than a minute", clock=name)
        by_time = tr("limit “{clock}” not kept by {time}", clock=name, time=duration(found.late_seconds))
        yield by_less if found.late_seconds < 60 else by_time
    if found.is_running:
        yield tr("still running")
    if found.clock == "answer":
        if found.lost_step:
            step, time = _clock(found.lost_step, rules), duration(found.lost_seconds)
            yield tr("lost at the step “{step}”, {time}", step=step, time=time)
        else:
            yield tr("no step overran its own limit")


def _clock(code: str, rules: Rules) -> str:
    rule = rules.profile.clocks.get(code)
    return clock_name(rule) if rule else clock_code_name(code)


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED].rstrip()}…"


def memo_title() -> str:
    return tr("On shortcomings in the work with messages from open sources")


def memo_text(found: Sequence[Found], begin: date, end: date, rules: Rules) -> str:
    """The draft of a memo: how many and over which days, each agency with its cases, and what is asked for."""
    cases = len({each.case_id for each in found})
    lines = [
        tr(
            "From {begin} to {end}, shortcomings were found in the work of agencies with messages from open sources: "
            "{count}, in {cases}.",
            begin=day(begin),
            end=day(end),
            count=trn("{n} shortcoming", "{n} shortcomings", len(found)),
            cases=trn("{n} case", "{n} cases", cases),
        )
    ]
    for agency, theirs in by_agency(found).items():
        lines += ["", f"{agency}: {trn('{n} shortcoming', '{n} shortcomings', len(theirs))}."]
        lines += [f"{number}. {_entry(each, rules)}" for number, each in enumerate(theirs, start=1)]
    clause = rules.profile.clause("shortcomings")
    ask = tr("Please have the shortcomings mended and tell of the measures taken.")
    ground = tr("Sent under cl. {clause} of {act}.", clause=clause, act=rules.profile.short_act) if clause else ""
    return "\n".join([*lines, "", *(part for part in (ask, ground) if part)])


def by_agency(found: Iterable[Found]) -> Mapping[str, list[Found]]:
    """Shortcomings by whose they are, the most first."""
    groups: dict[str, list[Found]] = {}
    for each in sorted(found, key=lambda each: each.at):
        groups.setdefault(held_against(each), []).append(each)
    return dict(sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])))


def _entry(found: Found, rules: Rules) -> str:
    about = ", ".join(part for part in (found.topic, found.location) if part)
    head = f"{found.number} ({about})" if about else found.number
    clause = clause_of(found)
    what = shortcoming_words(found, rules)
    return f"{head}: {what} ({clause})." if clause else f"{head}: {what}."
