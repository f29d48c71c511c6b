"""Whatever is tampered with behind the services' back is named; a life of every kind is clean."""

import pytest
from sqlalchemy import select, text

from app.models import Case, History
from app.models.history import GENESIS, link_hash
from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.verifying import _HASHED, verify


async def lives(desk):
    """A case answered late after a rework and a remark, one open and re-timed, and one in the stream."""
    case_id = await desk.routed()
    desk.clock.move(minutes=40)
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    await desk.act(casework.send_to_rework, desk.curator, case_id, DraftKind.ANSWER, "Когда?")
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем 5 июня")
    desk.clock.move(days=2)
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    await desk.publish(case_id)
    other = await desk.routed("Льгов", text="Нет света")
    await desk.act(casework.amend, desk.curator, other, desk.routing(importance=Importance.HIGH))
    await register(desk.curator, [Incoming("Спасибо", "vk")])
    return case_id, other


async def tamper(database, statement, **values):
    """As somebody with the database's password would: guards off first."""
    async with database.write() as connection:
        if database.is_sqlite:
            for verb in ("update", "delete", "replace"):
                await connection.execute(text(f"DROP TRIGGER history_no_{verb}"))
            await connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        else:
            await connection.execute(text("DROP TRIGGER history_append_only ON history"))
        done = await connection.execute(text(statement), values)
        assert done.rowcount >= 1, "the test must change something"


async def test_honest_lives_are_clean_and_counted(desk):
    await lives(desk)

    report = await verify(desk.database)

    assert report.findings == []
    assert (report.is_clean, report.cases, report.acts) == (True, 3, 11)
    assert len(report.anchor) == 64
    assert report.anchor == (await verify(desk.database)).anchor


CASE = "WHERE number LIKE '%000001'"
FIRST = f'(SELECT id FROM "case" {CASE})'
TAMPERED = [
    # what, statement, code, seq, part of what was found
    ("who acted", f"UPDATE history SET actor = 'x' WHERE case_id = {FIRST} AND seq = 2", "hash_broken", 2, ""),
    ("when", f"UPDATE history SET recorded_at = '2026-06-01 07:00:01' WHERE case_id = {FIRST} AND seq = 3",
     "hash_broken", 3, ""),
    ("an act taken out", f"DELETE FROM history WHERE case_id = {FIRST} AND seq = 4", "act_missing", 5, "5"),
    ("the whole history", f"DELETE FROM history WHERE case_id = {FIRST}", "history_missing", None, "0"),
    ("the act's end", f"UPDATE history SET state_to = 'approval' WHERE case_id = {FIRST} AND seq = 2", "state_broken",
     2, "approval"),
    ("another act", f"UPDATE history SET act = 'publish' WHERE case_id = {FIRST} AND seq = 2", "act_unknown", 2,
     "publish"),
    ("an unknown act", f"UPDATE history SET act = 'wish' WHERE case_id = {FIRST} AND seq = 2", "act_unknown", 2,
     "wish"),
    ("no document", f"UPDATE history SET payload = '[' WHERE case_id = {FIRST} AND seq = 2", "payload_unreadable", 2,
     "["),
    ("a due time", f"UPDATE clock SET due_at = '2026-06-09 07:00:00' WHERE case_id = {FIRST} AND code = 'answer'",
     "clock_differs", None, "answer 1 due_at 2026-06-09T07:00:00+00:00"),
    ("a verdict", f"UPDATE clock SET outcome = 'met', late_seconds = 0 WHERE case_id = {FIRST} AND outcome = 'late'",
     "clock_differs", None, "approve 2 outcome met"),
    ("lateness", f"UPDATE clock SET late_seconds = 5 WHERE case_id = {FIRST} AND outcome = 'late'", "clock_differs",
     None, "late_seconds 5"),
    ("a stop", f"UPDATE clock SET stopped_at = '2026-06-01 07:00:00' WHERE case_id = {FIRST} AND code = 'publish'",
     "clock_differs", None, "publish 1 stopped_at"),
    ("a start", f"UPDATE clock SET started_at = '2026-06-01 07:00:07' WHERE case_id = {FIRST} AND code = 'rework'",
     "clock_differs", None, "rework 1 started_at"),
    ("a clock taken out", f"DELETE FROM clock WHERE case_id = {FIRST} AND code = 'draft'", "clock_missing", None, ""),
    ("a clock renamed", f"UPDATE clock SET code = 'final' WHERE case_id = {FIRST} AND code = 'draft'", "clock_extra",
     None, "final 1"),
    ("the state", f"UPDATE \"case\" SET state = 'inbox' {CASE}", "case_differs", None, "state inbox"),
    ("the version", f'UPDATE "case" SET version = 3 {CASE}', "case_differs", None, "version 3"),
    ("the step shown", f"UPDATE \"case\" SET step_code = 'route' {CASE}", "case_differs", None, "step_code route"),
    ("the step's time", f"UPDATE \"case\" SET step_due_at = '2026-06-09 07:00:00' {CASE}", "case_differs", None,
     "step_due_at 2026-06-09"),
    ("the answer's time", f"UPDATE \"case\" SET answer_due_at = '2026-06-09 07:00:00' {CASE}", "case_differs", None,
     "answer_due_at 2026-06-09"),
    ("the close", f"UPDATE \"case\" SET closed_at = '2026-06-01 07:00:00' {CASE}", "case_differs", None, "closed_at"),
    ("the importance", f"UPDATE \"case\" SET importance = 'high' {CASE}", "case_differs", None, "importance high"),
    ("the detection", f"UPDATE message SET detected_at = '2026-06-01 09:00:00' WHERE case_id = {FIRST}",
     "message_differs", None, "2026-06-01T09:00:00"),
    ("a remark", "UPDATE note SET text = 'Хорошо'", "text_differs", 4, "note"),
    ("a draft", "UPDATE draft SET text = 'Заделаем в 2030 году' WHERE version = 1", "text_differs", 3, "draft"),
    ("the approved text", "UPDATE approval SET approved_text = 'Иначе' WHERE verdict = 'approved'", "text_differs", 6,
     "approval"),
    ("the link", "UPDATE publication SET link = 'https://example.org'", "text_differs", 7, "publication"),
    ("the hours", "UPDATE work_hours SET agency = replace(agency, '18:00', '19:00')", "rules_missing", 1, ""),
    ("the hours' name", "UPDATE work_hours SET version = 'x'", "rules_missing", 1, ""),
    ("a limit", "UPDATE regulation SET text = replace(text, '8 working h', '9 working h')", "act_clocks_differ", 1, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "code", "seq", "found"), [row[1:] for row in TAMPERED], ids=[row[0] for row in TAMPERED]
)
async def test_what_was_tampered_with_is_named(desk, statement, code, seq, found):
    await lives(desk)
    number = (await desk.card(1)).number
    await tamper(desk.database, statement)

    report = await verify(desk.database)

    named = [finding for finding in report.findings if (finding.code, finding.seq) == (code, seq)]
    assert any(finding.number == number and found in finding.found for finding in named), report.findings


async def test_an_erased_text_is_no_finding(desk):
    await lives(desk)
    await tamper(desk.database, "DELETE FROM note")
    await tamper_again(desk.database, "DELETE FROM draft")

    assert (await verify(desk.database)).findings == []


async def tamper_again(database, statement):
    async with database.write() as connection:
        await connection.execute(text(statement))


async def test_a_history_rewritten_as_a_whole_shows_by_the_anchor_kept_outside(desk):
    await lives(desk)
    before = (await verify(desk.database)).anchor

    await tamper(desk.database, f"UPDATE history SET actor = 'x' WHERE case_id = {FIRST} AND seq = 3")
    previous = GENESIS
    async with desk.database.write() as connection:
        query = select(History).join(Case, Case.id == History.case_id).where(Case.number.endswith("000001"))
        for row in (await connection.execute(query.order_by(History.seq))).all():
            previous = link_hash(previous, (getattr(row, name) for name in _HASHED))
            values = {"hash": previous, "id": row.id}
            await connection.execute(text("UPDATE history SET hash = :hash WHERE id = :id"), values)

    report = await verify(desk.database)
    assert report.findings == []
    assert report.anchor != before


async def test_many_cases_are_read_page_by_page(desk, monkeypatch):
    monkeypatch.setattr("app.services.verifying.PAGE", 3)
    await register(desk.curator, [Incoming(f"Сообщение {number}", "vk") for number in range(10)])
    await lives(desk)

    report = await verify(desk.database)

    assert (report.cases, report.findings) == (13, [])
