"""Recomputing what the database says: hash chains, states, clocks and verdicts from history, case by case.

Every act's recorded facts go through the same workflow table and clock functions again, with the regulation and the
hours it was judged by; what does not fit is named. The anchor is a digest of the ends of all chains: written outside
the database it also shows a history that its owner rewrote as a whole.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import (
    Approval,
    Case,
    ClockRow,
    Draft,
    History,
    Journal,
    Leg,
    Message,
    Note,
    Person,
    Publication,
    Regulation,
    Reply,
    WorkHours,
)
from app.models.database import Database
from app.models.history import GENESIS, link_hash
from app.regulation.calendar import WorkCalendar
from app.regulation.clocks import Clock, Facts, Rules, advance
from app.regulation.profile import Importance, Profile
from app.regulation.profile_file import parse
from app.regulation.workflow import CLOSED, Act, State, find
from app.services.attachments import files_of_case
from app.services.basis import clock_of
from app.services.journal import journal_hash
from app.services.memos import altered
from app.services.retention import read_forgotten
from app.services.saving import clocks_payload, step_columns
from app.services.verifying_files import check_contents, check_files, check_publication, check_unrecorded
from app.services.verifying_governor import check_governor

PAGE = 200
_UNSAID = "?"
# Acts by which a case comes into the hands of whoever does them.
_TAKING = (Act.TAKE, Act.ROUTE, Act.REROUTE)
# The fields of a history row that its hash covers, in the order they are hashed.
_HASHED = (
    "seq", "act_id", "recorded_at", "occurred_at", "actor", "on_behalf", "act", "variant", "state_from", "state_to",
    "payload",
)  # fmt: skip
_FACTS = (
    "importance", "channel", "leg", "messages", "in_act", "bound", "agreed", "regulation", "hours", "clocks", "case",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit: where (case number, act's place in its history, if any), what was to be expected
    by recomputation, and what stands in the database."""

    code: str
    number: str
    seq: int | None
    expected: str
    found: str


@dataclass(slots=True)
class Report:
    """What a verification read and found; `anchor` is the digest (sha256, hex) of the ends of all chains.

    `forgotten` counts messages by the day (UTC) on which the journal says that it was forgotten who wrote them.
    """

    cases: int = 0
    acts: int = 0
    clocks: int = 0
    findings: list[Finding] = field(default_factory=list)
    forgotten: dict[str, int] = field(default_factory=dict)
    anchor: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.findings


async def verify(database: Database) -> Report:
    """Verify every case. Reads a page of cases at a time; nothing is written."""
    report, anchor = Report(), hashlib.sha256()
    contents: dict[str, str] = {}
    async with database.read() as connection:
        rules, forgotten = await _RuleBook.read(connection), await read_forgotten(connection)
        async for page in _pages(connection):
            for file in page:
                report.findings += _check(file, rules, forgotten)
                for message in file.messages:
                    if message.forgotten_at is not None and message.uuid in forgotten:
                        day = message.forgotten_at.date().isoformat()
                        report.forgotten[day] = report.forgotten.get(day, 0) + 1
                contents |= {row.sha256: file.case.number for row in file.files if row.sha256}
                report.cases += 1
                report.acts += len(file.history)
                report.clocks += len(file.clocks)
                end = file.history[-1] if file.history else None
                anchor.update(f"{file.case.uuid}:{end.seq if end else 0}:{end.hash if end else GENESIS}\n".encode())
        for number, code, expected, now in await check_contents(connection, contents):
            report.findings.append(Finding(code, number, None, expected, now))
        report.findings += [finding async for finding in _check_journal(connection)]
        async for code, subject, expected, now in check_governor(connection):
            report.findings.append(Finding(code, subject, None, expected, now))
        report.findings += [Finding("text_differs", uuid, None, *told) for uuid, *told in await altered(connection)]
    report.anchor = anchor.hexdigest()
    return report


async def _check_journal(connection: AsyncConnection) -> AsyncIterator[Finding]:
    """The journal's chains, one a subject."""
    subject, seq, previous = "", 0, GENESIS
    for row in await connection.execute(select(Journal).order_by(Journal.subject, Journal.seq)):
        if row.subject != subject:
            subject, seq, previous = row.subject, 0, GENESIS
        seq += 1
        if row.seq != seq:
            yield Finding("entry_missing", subject, row.seq, str(seq), str(row.seq))
        computed = journal_hash(previous, row._asdict())
        if computed != row.hash:
            yield Finding("entry_broken", subject, row.seq, computed, row.hash)
        seq, previous = row.seq, row.hash


# ----- reading


@dataclass(slots=True)
class _File:
    """All rows of one case that can be recomputed from its history."""

    case: Any
    history: list[Any] = field(default_factory=list)
    clocks: list[Any] = field(default_factory=list)
    legs: dict[str, Any] = field(default_factory=dict)
    messages: list[Any] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    drafts: dict[str, Any] = field(default_factory=dict)
    approvals: dict[str, Any] = field(default_factory=dict)
    publications: dict[str, Any] = field(default_factory=dict)
    replies: dict[str, Any] = field(default_factory=dict)
    files: list[Any] = field(default_factory=list)

    @property
    def message_ids(self) -> dict[str, int]:
        """The ids of its messages by their uuids."""
        return {message.uuid: message.id for message in self.messages}

    def is_forgotten(self, forgotten: Container[str]) -> bool:
        """Whether it was forgotten who wrote one of its messages, also of those that are in another case now."""
        facts = (_payload(row) or {} for row in self.history)
        return any(uuid in forgotten for payload in facts for uuid in payload.get("messages", ()))


async def _pages(connection: AsyncConnection) -> AsyncIterator[list[_File]]:
    """Cases in the order of their uuids, which is the same in every copy of the database."""
    last = ""
    while True:
        query = select(Case, Person.uuid.label("curator")).outerjoin(Person, Person.id == Case.curator_id)
        query = query.where(Case.uuid > last).order_by(Case.uuid).limit(PAGE)
        cases = (await connection.execute(query)).all()
        if not cases:
            return
        files = {case.id: _File(case) for case in cases}
        for row in await _rows(connection, History, files, History.seq):
            files[row.case_id].history.append(row)
        for row in await _rows(connection, ClockRow, files, ClockRow.id):
            files[row.case_id].clocks.append(row)
        for row in await _rows(connection, Message, files, Message.id):
            files[row.case_id].messages.append(row)
        legs = (
            select(Leg.case_id, Leg.uuid, Leg.bound, Leg.executor_id, Person.uuid.label("executor"))
            .outerjoin(Person, Person.id == Leg.executor_id)
            .where(Leg.case_id.in_(files))
            .order_by(Leg.id)
        )
        for row in await connection.execute(legs):
            files[row.case_id].legs[row.uuid] = row
        for table, place, key in _KEYED:
            for row in await _rows(connection, table, files, getattr(table, key)):
                getattr(files[row.case_id], place)[getattr(row, key)] = row
        for row in await files_of_case(connection, list(files)):
            files[row.case_id].files.append(row)
        yield list(files.values())
        last = cases[-1].uuid


_KEYED = (
    (Note, "notes", "act_id"),
    (Draft, "drafts", "uuid"),
    (Approval, "approvals", "draft_uuid"),
    (Publication, "publications", "uuid"),
    (Reply, "replies", "uuid"),
)


async def _rows(connection: AsyncConnection, table: Any, files: Mapping[int, _File], order: Any) -> Iterable[Any]:
    return (await connection.execute(select(table).where(table.case_id.in_(files)).order_by(order))).all()


class _RuleBook:
    """The regulations and hours that acts were judged by, parsed once."""

    def __init__(self, regulations: Mapping[tuple[str, int, int], Profile], hours: Mapping[str, Any]) -> None:
        self._regulations, self._hours = regulations, hours
        self._known: dict[tuple[str, int, int, str], Rules | None] = {}

    @classmethod
    async def read(cls, connection: AsyncConnection) -> "_RuleBook":
        profiles = {
            (row.key, row.version, row.revision): replace(parse(row.text, f"{row.key}.toml"), revision=row.revision)
            for row in await connection.execute(select(Regulation))
        }
        hours = {row.version: row for row in await connection.execute(select(WorkHours))}
        return cls(profiles, hours)

    def of(self, payload: Mapping[str, Any]) -> Rules | None:
        """The rules an act names; None where the database does not hold them, or other ones under their name."""
        key, version, revision = payload["regulation"]
        name = key, version, revision, payload["hours"]
        if name not in self._known:
            self._known[name] = self._rules(*name)
        return self._known[name]

    def _rules(self, key: str, version: int, revision: int, hours_version: str) -> Rules | None:
        profile, hours = self._regulations.get((key, version, revision)), self._hours.get(hours_version)
        if profile is None or hours is None:
            return None
        boundary = profile.readings.boundary
        rules = Rules(profile, *(WorkCalendar.from_dict(json.loads(t), boundary) for t in (hours.agency, hours.duty)))
        return rules if rules.calendar_version == hours_version else None


# ----- recomputing

def _check(file: _File, rules: _RuleBook, forgotten: Container[str]) -> Iterator[Finding]:
    if not file.history:
        yield Finding("history_missing", file.case.number, None, "1", "0")
        return
    yield from _check_chain(file)
    clocks: tuple[Clock, ...] = ()
    state = State.NEW
    payload: dict[str, Any] | None = {}
    for row in file.history:
        say = partial(_finding, file.case.number, row.seq)
        payload = _payload(row)
        if payload is None:
            yield say("payload_unreadable", "JSON", row.payload[:80])
            return
        if row.state_from != state:
            yield say("state_broken", state, row.state_from)
        step = find(State(row.state_from), Act(row.act), row.variant) if _is_known(row) else None
        if step is None:
            yield say("act_unknown", "workflow", f"{row.state_from} {row.act} {row.variant}")
            return
        if row.state_to != step.to:
            yield say("state_broken", step.to, row.state_to)
        state = State(step.to)
        yield from _check_texts(file, row, payload, forgotten, say)
        leg = file.legs.get(payload["leg"])
        if leg is not None and leg.bound is not payload["bound"]:
            yield say("leg_differs", f"bound {payload['bound']}", f"bound {leg.bound}")
        counted_by = rules.of(payload)
        if counted_by is None:
            yield say("rules_missing", f"{payload['regulation']} {payload['hours']}", "")
            return
        before, clocks = clocks, advance(clocks, step.events, row.occurred_at, _facts(payload), counted_by)
        recorded, computed = payload["clocks"], json.loads(json.dumps(clocks_payload(before, clocks)))
        if recorded != computed:
            yield say("act_clocks_differ", json.dumps(computed), json.dumps(recorded))
    yield from _check_clocks(file, clocks)
    yield from _check_case(file, state, clocks, payload or {}, forgotten)
    yield from check_unrecorded(file.history, file.publications, file.files, partial(_finding, file.case.number, None))
    yield from _check_hands(file)


def _finding(number: str, seq: int | None, code: str, expected: Any, found: Any) -> Finding:
    return Finding(code, number, seq, _word(expected), _word(found))


def _word(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _check_chain(file: _File) -> Iterator[Finding]:
    previous, last = GENESIS, None
    for place, row in enumerate(file.history, start=1):
        say = partial(_finding, file.case.number, row.seq)
        if row.seq != place:
            yield say("act_missing", place, row.seq)
        computed = link_hash(previous, (getattr(row, name) for name in _HASHED))
        if computed != row.hash:
            yield say("hash_broken", computed, row.hash)
        if last is not None and row.recorded_at < last:
            yield say("time_backwards", last, row.recorded_at)
        if row.occurred_at > row.recorded_at:
            yield say("time_backwards", row.recorded_at, row.occurred_at)
        previous, last = row.hash, row.recorded_at


def _payload(row: Any) -> dict[str, Any] | None:
    try:
        payload = json.loads(row.payload)
    except ValueError:
        return None
    return payload if isinstance(payload, dict) and payload.keys() >= set(_FACTS) else None


def _is_known(row: Any) -> bool:
    return row.state_from in list(State) and row.act in list(Act)


def _facts(payload: Mapping[str, Any]) -> Facts:
    return Facts(
        importance=Importance(payload["importance"]),
        channel=payload["channel"],
        leg=payload["leg"],
        messages={uuid: datetime.fromisoformat(at) for uuid, at in payload["messages"].items()},
        source_in_act=payload["in_act"],
        agency_bound=payload["bound"],
        agreed_date=date.fromisoformat(payload["agreed"]) if payload["agreed"] else None,
        placed={uuid: datetime.fromisoformat(at) for uuid, at in payload.get("placed", {}).items()},
        outside=frozenset(payload.get("outside", ())),
        is_last=payload.get("last", False),
    )


def _check_clocks(file: _File, clocks: tuple[Clock, ...]) -> Iterator[Finding]:
    stored = {(row.code, row.round, row.message): clock_of(row) for row in file.clocks}
    computed = {clock.key: clock for clock in clocks}
    for key in computed.keys() - stored.keys():
        yield _finding(file.case.number, None, "clock_missing", f"{key[0]} {key[1]}", "")
    for key in stored.keys() - computed.keys():
        yield _finding(file.case.number, None, "clock_extra", "", f"{key[0]} {key[1]}")
    for key in computed.keys() & stored.keys():
        for part in fields(Clock):
            expected, found = getattr(computed[key], part.name), getattr(stored[key], part.name)
            if expected != found:
                name = f"{key[0]} {key[1]} {part.name}"
                yield _finding(
                    file.case.number, None, "clock_differs", f"{name} {_word(expected)}", f"{name} {_word(found)}"
                )


def _check_case(
    file: _File, state: State, clocks: tuple[Clock, ...], payload: Mapping[str, Any], forgotten: Container[str]
) -> Iterator[Finding]:
    """The case's own columns against the end of its history."""
    last, case = file.history[-1], file.case
    closing = [row for row in file.history if row.state_to in CLOSED and row.state_from not in CLOSED]
    expected = {
        "state": state,
        "version": len(file.history),
        "changed_at": last.recorded_at,
        "closed_at": closing[-1].occurred_at if closing and state in CLOSED else None,
        "importance": payload["importance"],
        "uuid": payload["case"],
        "repeat_of": _last_of(file, "repeat_of"),
        "merged_into": _last_of(file, "to") if state is State.MERGED else None,
        "promised_on": date.fromisoformat(payload["agreed"]) if payload["agreed"] else None,
        "significant": _is_significant(file),
        "corrections": _corrections(file),
        **step_columns(clocks),
    }
    for name, value in expected.items():
        if value != (found := getattr(case, name)):
            yield _finding(case.number, None, "case_differs", f"{name} {_word(value)}", f"{name} {_word(found)}")
    for gone in payload["messages"].keys() - {message.uuid for message in file.messages}:
        yield _finding(case.number, None, "message_differs", f"message {gone}", "")
    for message in file.messages:
        if message.forgotten_at is not None and message.uuid not in forgotten:
            yield _finding(case.number, None, "forgetting_unrecorded", "", f"message {message.uuid}")
        value, found = payload["messages"].get(message.uuid), message.detected_at
        if value != (found.isoformat() if found else None):
            expected_at, found_at = f"detected_at {value}", f"detected_at {_word(found)}"
            yield _finding(case.number, None, "message_differs", expected_at, found_at)
        named = payload["in_act"] and message.uuid not in payload.get("outside", ())
        if message.in_act is not named:
            yield _finding(case.number, None, "message_differs", f"in_act {named}", f"in_act {message.in_act}")


def _corrections(file: _File) -> int:
    """Those opened, without those that were withdrawn or that the author's reply made needless."""
    opened: int = sum(row.act == Act.CORRECT for row in file.history)
    ends = (Act.WITHDRAW_CORRECTION, Act.REPLY_RECEIVED)
    ended: int = sum(row.act in ends and row.state_from == State.CORRECTING for row in file.history)
    return opened - ended


def _is_significant(file: _File) -> bool:
    """Whether the mark of п. 24 was set last, not taken back."""
    marks = [row.act for row in file.history if row.act in (Act.MARK_SIGNIFICANT, Act.UNMARK_SIGNIFICANT)]
    return bool(marks) and marks[-1] == Act.MARK_SIGNIFICANT


def _check_hands(file: _File) -> Iterator[Finding]:
    """In whose hands the case and its legs are, as the acts that say so left them."""
    curator: str | None = _UNSAID
    executors: dict[str, str | None] = {}
    for row in file.history:
        _, to, leg = (_payload(row) or {}).get("handed") or (None, None, "")
        if row.act in _TAKING:
            curator = row.actor
        elif row.act == Act.ENTER:  # an export may say when it was detected, but not who has it in work
            curator = (_payload(row) or {}).get("curator")
        elif row.act == Act.HAND_OVER:
            curator = to
        elif row.act == Act.ASSIGN:
            executors[leg] = to
    if curator != _UNSAID and curator != file.case.curator:
        yield _finding(file.case.number, None, "case_differs", f"curator {curator}", f"curator {file.case.curator}")
    for leg in file.legs.values():
        if (expected := executors.get(leg.uuid)) != leg.executor:
            words = f"executor {expected}", f"executor {leg.executor}"
            yield _finding(file.case.number, None, "case_differs", *words)
    turn = file.legs.get(file.case.leg_uuid)
    if file.case.executor_id != (in_hand := turn.executor_id if turn else None):
        words = f"executor_id {in_hand}", f"executor_id {file.case.executor_id}"
        yield _finding(file.case.number, None, "case_differs", *words)


def _last_of(file: _File, key: str) -> Any:
    """What the last act that says `key` said of it."""
    said = [payload for row in file.history if (payload := _payload(row)) is not None and key in payload]
    return said[-1][key] if said else None


# ----- texts, by their salted digests; an erased text is no finding


def _check_texts(
    file: _File, row: Any, payload: Mapping[str, Any], forgotten: Container[str], say: Any
) -> Iterator[Finding]:
    note = file.notes.get(row.act_id)
    if note is not None and link_hash(note.salt, [note.text]) != payload.get("note"):
        yield say("text_differs", payload.get("note", ""), f"note {row.act_id}")
    draft: Any = payload.get("draft")
    if isinstance(draft, list):
        uuid, _, _, digest = draft
        written = file.drafts.get(uuid)
        if written is not None and link_hash(uuid, [written.text]) != digest:
            yield say("text_differs", digest, f"draft {uuid}")
        expected = payload.get("measures", "")
        if written is not None and (link_hash(uuid, [written.measures]) if written.measures else "") != expected:
            yield say("text_differs", expected, f"measures {uuid}")
    approval = file.approvals.get(draft) if row.act == Act.APPROVE else None
    if approval is not None and link_hash(approval.draft_uuid, [approval.approved_text]) != payload.get("text"):
        yield say("text_differs", payload.get("text", ""), f"approval {draft}")
    draft_uuid = draft[0] if isinstance(draft, list) else ""
    yield from check_files("draft", draft_uuid, payload.get("files", ()), file.files, say)
    if "reply" in payload:
        uuid, at, digest, link_digest = payload["reply"]
        reply = file.replies.get(uuid)
        if reply is not None and link_hash(uuid, [reply.text]) != digest:
            yield say("text_differs", digest, f"reply {uuid}")
        is_erased = reply is not None and not (reply.salt or reply.link) and file.is_forgotten(forgotten)
        if reply is not None and not is_erased and link_hash(reply.salt, [reply.link]) != link_digest:
            yield say("text_differs", link_digest, f"reply {uuid}")
        if reply is not None and reply.replied_at.isoformat() != at:
            yield say("text_differs", at, f"reply {uuid} {reply.replied_at.isoformat()}")
    for entry in payload.get("publications", ()):
        yield from check_publication(entry, file.publications.get(entry["uuid"]), file.message_ids, row, forgotten, say)
        yield from check_files("publication", entry["uuid"], entry["files"], file.files, say)
