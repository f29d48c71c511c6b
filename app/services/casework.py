"""What people do to a case, one function per act; each names its clause and what it needs.

All go through `acting.act`: rules first, then state, clocks and history in one transaction. `version` is the
version of the card the person looked at; if somebody acted meanwhile, Refused("changed_meanwhile") names them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, true
from sqlalchemy.orm import aliased

from app.models import (
    Agency,
    Approval,
    Case,
    Draft,
    Leg,
    Location,
    Message,
    Person,
    RoleGrant,
    Topic,
    new_uuid,
)
from app.models.history import link_hash
from app.regulation import requirements
from app.regulation.errors import Refusal, Refused
from app.regulation.profile import Importance
from app.regulation.workflow import Act, DraftKind, LegKind, State
from app.services import attachments, formats
from app.services.acting import act, is_bound
from app.services.attachments import FileRef
from app.services.saving import Deed, Done, Work
from app.services.substituting import forget_loan
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Advised:
    """What was suggested to the person who decided: ids of topics and agencies, the likeliest first."""

    topics: tuple[int, ...] = ()
    agencies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Routing:
    """What a curator settles before sending a message on (п. 7); several agencies stand in order (п. 16).

    `after_parts` says that other agencies have written their parts already: one agency then is the last link.
    `advised` is kept with the act, so that it can be told how often advice was followed; it decides nothing.
    """

    topic_id: int | None
    location_id: int | None
    importance: Importance
    agency_ids: tuple[int, ...]
    place: str = ""
    after_parts: bool = False
    advised: Advised | None = None

    @property
    def first_kind(self) -> LegKind:
        """The place of the first agency in the order."""
        return _kind_of_leg(0, len(self.agency_ids), alone=not self.after_parts)

    def refusal(self) -> Refusal | None:
        """What is missing, or None."""
        return requirements.route(self.topic_id, self.location_id, self.agency_ids)


def check(refused: Refusal | None) -> None:
    """Raise what a rule refused."""
    if refused is not None:
        raise Refused(refused.code, **refused.params)


# ----- intake


async def detect(place: Workplace, case_id: int, version: int, act_id: str = "") -> Done:
    """Mark a collected message as needing reaction («выявлено», п. 7): `route` and `answer` start."""

    async def record(work: Work) -> None:
        uuids = (await work.connection.execute(select(Message.uuid).where(Message.case_id == work.case.id))).scalars()
        work.facts = replace(work.facts, messages=dict.fromkeys(uuids, work.at))
        work.writes.change(Message, {}, detected_at=work.at)
        work.case_updates |= {"detected_at": work.at, "curator_id": work.place.person.id}

    return await act(place, case_id, version, deed_of(Act.DETECT, act_id=act_id), record)


async def take(place: Workplace, case_id: int, version: int, act_id: str = "") -> Done:
    """Take a case into work: others see «в работе у …»."""

    async def record(work: Work) -> None:
        forget_loan(work)
        work.case_updates["curator_id"] = work.place.person.id

    return await act(place, case_id, version, deed_of(Act.TAKE, act_id=act_id), record)


async def exclude(
    place: Workplace,
    case_id: int,
    version: int,
    exit_state: State,
    reason: str,
    act_id: str = "",
    ground: str = "",
) -> Done:
    """An exit without an answer: not processed (п. 20), no reaction needed or outside competence (п. 1, 7).

    `exit_state` is one of workflow.EXITS; `ground` is the code of one of the regulation's grounds, which п. 20
    needs; `reason` holds the words, that ground as worded among them.
    """

    async def record(work: Work) -> None:
        grounds = [known.code for known in work.rules.profile.grounds]
        check(requirements.exit_reason(exit_state, reason, ground, grounds))
        work.payload["ground"] = ground if exit_state is State.NOT_PROCESSED else ""
        end_legs(work, "dropped")
        work.case_updates["curator_id"] = work.case.curator_id or work.place.person.id

    return await act(place, case_id, version, deed_of(Act.EXCLUDE, exit_state, note=reason, act_id=act_id), record)


async def reinstate(place: Workplace, case_id: int, version: int, reason: str, act_id: str = "") -> Done:
    """A supervisor puts an excluded message back into the inbox; `answer` counts from detection as before."""
    check(requirements.reason(reason))

    async def record(work: Work) -> None:
        if work.facts.messages:
            return
        uuids = (await work.connection.execute(select(Message.uuid).where(Message.case_id == work.case.id))).scalars()
        work.facts = replace(work.facts, messages=dict.fromkeys(uuids, work.at))
        work.writes.change(Message, {}, detected_at=work.at)
        work.case_updates["detected_at"] = work.at

    return await act(place, case_id, version, deed_of(Act.REINSTATE, note=reason, act_id=act_id), record)


# ----- routing


async def route(place: Workplace, case_id: int, version: int, routing: Routing, act_id: str = "") -> Done:
    """Send a detected message to the agency that can solve it (п. 7), or to several in order (п. 16)."""
    check(routing.refusal())
    deed = deed_of(Act.ROUTE, routing.first_kind, act_id=act_id)
    return await act(place, case_id, version, deed, _sending(routing))


async def reroute(place: Workplace, case_id: int, version: int, routing: Routing, act_id: str = "") -> Done:
    """Send a returned message to another agency (п. 9); `answer` goes on counting from detection."""
    check(routing.refusal())
    deed = deed_of(Act.REROUTE, routing.first_kind, act_id=act_id)
    return await act(place, case_id, version, deed, _sending(routing))


def _sending(routing: Routing) -> Any:
    async def record(work: Work) -> None:
        end_legs(work, "dropped")
        agencies = await active_agencies(work, routing.agency_ids)
        first = (await add_legs(work, agencies, alone=not routing.after_parts))[0]
        work.case_updates |= {
            "topic_id": routing.topic_id,
            "location_id": routing.location_id,
            "place": routing.place.strip(),
            "importance": routing.importance,
            "agency_id": first["agency_id"],
            "leg_uuid": first["uuid"],
            "draft_uuid": None,
            "curator_id": work.place.person.id,
        }
        facts = {"importance": routing.importance, "leg": first["uuid"], "agency_bound": first["bound"]}
        work.facts = replace(work.facts, **facts)
        work.payload |= await _subject(work, routing)
        work.payload |= await _advice(work, routing.advised)

    return record


async def add_legs(
    work: Work, agencies: Sequence[Any], *, first_active: bool = True, alone: bool = False
) -> list[dict[str, Any]]:
    """Append legs for rows of `active_agencies` in order; the first is active unless others are still before it.

    `alone`: no agency has written a part before these, so that one agency is no relay.
    """
    assert work.basis is not None, "a card that is there"
    position = work.basis.legs
    legs = []
    for number, agency in enumerate(agencies):
        active = first_active and number == 0
        legs.append(
            {
                "uuid": new_uuid(),
                "position": position + number + 1,
                "kind": str(_kind_of_leg(number, len(agencies), alone=alone)),
                "state": "active" if active else "waiting",
                "agency_id": agency.id,
                "bound": is_bound(agency.kind, agency.binding),
                "received_at": work.at if active else None,
            }
        )
    work.writes.add(Leg, *legs)
    pairs = zip(legs, agencies, strict=True)
    work.payload["legs"] = [[leg["uuid"], agency.uuid, leg["kind"]] for leg, agency in pairs]
    return legs


def _kind_of_leg(number: int, count: int, *, alone: bool) -> LegKind:
    if number < count - 1:
        return LegKind.LINK
    return LegKind.SINGLE if alone and count <= 1 else LegKind.LAST


async def active_agencies(work: Work, agency_ids: Sequence[int]) -> list[Any]:
    """The rows of agencies in the order given. Raises Refused("agency_inactive") with the first that takes none."""
    rows = await work.connection.execute(select(Agency).where(Agency.id.in_(agency_ids)))
    found = {row.id: row for row in rows}
    for agency_id in agency_ids:
        if agency_id not in found or not found[agency_id].active:
            raise Refused("agency_inactive", name=found[agency_id].name if agency_id in found else "")
    return [found[agency_id] for agency_id in agency_ids]


def end_legs(work: Work, state: str) -> None:
    """End the legs that are at work or wait, as `state`."""
    work.writes.change(Leg, {"state": ("active", "waiting")}, state=state, finished_at=work.at)


@cache
def _subject_query() -> Any:
    query = select().select_from(Case).where(Case.id == bindparam("case_key"))
    for table in (Topic, Location):
        entry: Any = aliased(table)
        group: Any = aliased(table)
        name = table.__tablename__
        is_on = entry.active & func.coalesce(group.active, true())
        columns = entry.uuid.label(name), entry.name.label(f"{name}_name"), is_on.label(f"{name}_on")
        query = query.add_columns(*columns).outerjoin(entry, entry.id == bindparam(f"{name}_key"))
        query = query.outerjoin(group, group.id == entry.parent_id)
    return query


async def _subject(work: Work, routing: Routing) -> dict[str, Any]:
    """Topic and location as the history names them: by their uuids.

    Raises Refused("topic_inactive") or ("location_inactive") for one switched off that the case did not have before.
    """
    keys = {"case_key": work.case.id, "topic_key": routing.topic_id, "location_key": routing.location_id}
    found = (await work.connection.execute(_subject_query(), keys)).one()
    if not found.topic_on and routing.topic_id not in (None, work.case.topic_id):
        raise Refused("topic_inactive", name=found.topic_name or "")
    if not found.location_on and routing.location_id not in (None, work.case.location_id):
        raise Refused("location_inactive", name=found.location_name or "")
    return {"topic": found.topic, "location": found.location}


async def _advice(work: Work, advised: Advised | None) -> dict[str, Any]:
    """The suggestions a person saw, by their uuids in the order shown; nothing where there were none."""
    if advised is None:
        return {}
    told = {}
    for name, table, ids in (("topics", Topic, advised.topics), ("agencies", Agency, advised.agencies)):
        rows = (await work.connection.execute(select(table.id, table.uuid).where(table.id.in_(ids)))).all()
        uuids = {row.id: row.uuid for row in rows}
        told[name] = [uuids[key] for key in ids if key in uuids]
    return {"advised": told}


async def amend(place: Workplace, case_id: int, version: int, routing: Routing, act_id: str = "") -> Done:
    """Change topic, location or importance of an open case; importance re-times `answer` and `draft` from the
    same detection [ours]. `routing.agency_ids` is not looked at."""

    async def record(work: Work) -> None:
        work.case_updates |= {
            "topic_id": routing.topic_id,
            "location_id": routing.location_id,
            "place": routing.place.strip(),
            "importance": routing.importance,
        }
        work.facts = replace(work.facts, importance=routing.importance)
        work.payload |= await _subject(work, routing)

    return await act(place, case_id, version, deed_of(Act.AMEND, act_id=act_id), record)


async def return_to_curator(
    place: Workplace,
    case_id: int,
    version: int,
    reason: str,
    right_agency_id: int | None = None,
    act_id: str = "",
    occurred_at: datetime | None = None,
) -> Done:
    """The executor returns what is not theirs (п. 8), with the reason and, if known, the right agency."""
    check(requirements.reason(reason))

    async def record(work: Work) -> None:
        _end_leg(work, "returned")
        work.case_updates |= {"returns": work.case.returns + 1, "agency_id": None, "leg_uuid": None}
        right = select(Agency.uuid).where(Agency.id == right_agency_id)
        work.payload["right_agency"] = (await work.connection.execute(right)).scalar_one_or_none()

    deed = deed_of(Act.RETURN, note=reason, act_id=act_id, occurred_at=occurred_at)
    return await act(place, case_id, version, deed, record)


# ----- drafts


async def submit(
    place: Workplace,
    case_id: int,
    version: int,
    kind: DraftKind,
    text: str,
    act_id: str = "",
    author: str | None = None,
    occurred_at: datetime | None = None,
    files: Sequence[FileRef] = (),
    asked: Sequence[str] = (),
    measures: str = "",
) -> Done:
    """Send a draft for approval (п. 11, 13): a final or interim answer, a request to the author.

    `author` is the uuid of the executor when a curator records their draft on their behalf; `files` are what
    confirms it (п. 19); `asked` names what a request asks for (requirements.MISSING). `measures` are the measures
    taken or the progress, which an answer to a repeat must tell of (п. 17): they end its text. A text that a network
    of the messages would turn away is refused.
    """
    whole = requirements.with_measures(text, measures)
    check(requirements.answer(text) or requirements.draft(whole) or requirements.asked(asked))
    await attachments.store(place.database, files)

    async def record(work: Work) -> None:
        check(requirements.measures(work.case.repeat_of is not None, kind, measures))
        check(formats.refusal(whole, kind, _networks(work)))
        parts = asked if kind is DraftKind.CLARIFICATION else ()
        await store_draft(work, kind, whole, author, measures=measures.strip(), asked=parts, files=files)
        if kind is DraftKind.INFORMATION:
            _end_leg(work, "done")

    deed = deed_of(Act.SUBMIT, kind, act_id=act_id, on_behalf=author, occurred_at=occurred_at)
    return await act(place, case_id, version, deed, record)


def _networks(work: Work) -> Sequence[str]:
    """The sources of the case's messages, by code."""
    assert work.basis is not None, "a card that is there"
    return work.basis.sources


async def store_draft(
    work: Work,
    kind: DraftKind,
    text: str,
    author: str | None,
    *,
    measures: str = "",
    asked: Sequence[str] = (),
    files: Sequence[FileRef] = (),
) -> None:
    """Add the next version; on somebody's behalf its author is that person, where named."""
    assert work.basis is not None, "a card that is there"
    draft = {
        "uuid": new_uuid(),
        "leg_uuid": work.case.leg_uuid,
        "kind": str(kind),
        "version": work.basis.drafts + 1,
        "text": text,
        "measures": measures,
        "asked": ",".join(asked),
        "author_id": work.place.person.id if work.on_behalf is None else await _executor_id(work, author),
        "recorded_by_id": work.place.person.id,
        "submitted_at": work.at,
    }
    work.writes.add(Draft, draft)
    if files:
        work.payload["files"] = await attachments.attach(work, files, draft_uuid=draft["uuid"])
    work.case_updates["draft_uuid"] = draft["uuid"]
    work.payload["draft"] = [draft["uuid"], draft["kind"], draft["version"], _digest(draft["uuid"], text)]
    if measures:
        work.payload["measures"] = _digest(draft["uuid"], measures)


async def _executor_id(work: Work, uuid: str | None) -> int | None:
    """The executor whose draft a curator records; None when only their agency is known."""
    if uuid is None:
        return None
    mine = select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
    mine = mine.where(Person.uuid == uuid, RoleGrant.agency_id == work.case.agency_id)
    found = (await work.connection.execute(mine.limit(1))).scalar_one_or_none()
    if found is None:
        raise Refused("not_of_the_agency")
    return found


def _end_leg(work: Work, state: str) -> None:
    work.writes.change(Leg, {"uuid": work.case.leg_uuid}, state=state, finished_at=work.at)


def _digest(salt: str, text: str) -> str:
    return link_hash(salt, [text])


async def approve(
    place: Workplace, case_id: int, version: int, kind: DraftKind, agreed: date | None = None, act_id: str = ""
) -> Done:
    """Approve the draft under review (п. 12): its text is frozen byte for byte, and so is what would stand on the
    agency's own page (п. 14). An interim answer needs the agreed date of the final one (п. 15)."""

    async def record(work: Work) -> None:
        if kind is DraftKind.INTERIM:
            final = next((clock for clock in reversed(work.clocks) if clock.code == "final"), None)
            before = work.facts.agreed_date is not None
            check(requirements.agreed_date(agreed, work.at, work.rules, final, before=before))
        text, measures = await _draft_text(work)
        check(requirements.measures(work.case.repeat_of is not None, kind, measures))
        given = agreed if kind is DraftKind.INTERIM else None
        _decide(work, "approved", text, given)
        days = [day for day in (work.facts.agreed_date, given) if day]
        work.facts = replace(work.facts, agreed_date=min(days, default=None))
        work.case_updates["promised_on"] = work.facts.agreed_date
        work.payload |= {"draft": work.case.draft_uuid, "text": _digest(work.case.draft_uuid, text)}
        from app.services.outbox.rendering import freeze  # not needed to start

        if frozen := await freeze(work, text):
            work.payload["renderings"] = frozen

    return await act(place, case_id, version, deed_of(Act.APPROVE, kind, act_id=act_id), record)


async def send_to_rework(
    place: Workplace, case_id: int, version: int, kind: DraftKind, remark: str, act_id: str = ""
) -> Done:
    """Send the draft back with a remark bound to its version (п. 12); `rework` starts (п. 13)."""
    check(requirements.reason(remark))

    async def record(work: Work) -> None:
        _decide(work, "rework", "", None)
        work.case_updates["reworks"] = work.case.reworks + 1
        work.payload["draft"] = work.case.draft_uuid

    return await act(place, case_id, version, deed_of(Act.REWORK, kind, note=remark, act_id=act_id), record)


async def _draft_text(work: Work) -> tuple[str, str]:
    """The whole text under review, and the measures taken that it ends with."""
    query = select(Draft.text, Draft.measures).where(Draft.uuid == work.case.draft_uuid)
    text, measures = (await work.connection.execute(query)).one()
    return text, measures


def _decide(work: Work, verdict: str, text: str, agreed: date | None) -> None:
    decision = {
        "draft_uuid": work.case.draft_uuid,
        "verdict": verdict,
        "approved_text": text,
        "agreed_date": agreed,
        "curator_id": work.place.person.id,
        "decided_at": work.at,
    }
    work.writes.add(Approval, decision)


def deed_of(
    act_: Act,
    variant: str = "",
    *,
    note: str = "",
    act_id: str = "",
    on_behalf: str | None = None,
    occurred_at: datetime | None = None,
) -> Deed:
    """A deed with the client's act id, or a new one."""
    return Deed(act_, variant, note=note, on_behalf=on_behalf, occurred_at=occurred_at, act_id=act_id or new_uuid())
