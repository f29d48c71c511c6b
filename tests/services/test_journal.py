"""The journal: entries in order, refused to be changed, and a chain that shows what was."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.models import new_uuid
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.journal import check_duty, note_down, read_journal
from app.services.verifying import verify


async def written(desk, *entries):
    subject = new_uuid()
    async with desk.database.write() as connection:
        for entry in entries:
            await note_down(connection, desk.admin, subject, entry, {"of": entry})
    return subject


async def test_entries_are_read_in_order_with_who_and_when(desk):
    subject = await written(desk, "made", "changed")

    entries = await read_journal(desk.admin, subject)

    assert [(entry.who, entry.entry, entry.payload) for entry in entries] == [
        ("Админ", "made", {"of": "made"}),
        ("Админ", "changed", {"of": "changed"}),
    ]
    assert entries[0].recorded_at == desk.clock.now()
    assert (await verify(desk.database)).is_clean


@pytest.mark.parametrize("statement", ["UPDATE journal SET actor = 'x'", "DELETE FROM journal"])
async def test_journal_refuses_to_be_changed(desk, statement):
    await written(desk, "made")

    with pytest.raises(DBAPIError, match="append-only"):
        async with desk.database.write() as connection:
            await connection.execute(text(statement))


async def test_an_entry_changed_behind_the_guards_is_named(desk):
    subject = await written(desk, "made", "changed", "ended")
    async with desk.database.write() as connection:
        if desk.database.is_sqlite:
            await connection.execute(text("DROP TRIGGER journal_no_UPDATE"))
            await connection.execute(text("DROP TRIGGER journal_no_DELETE"))
        else:
            await connection.execute(text("DROP TRIGGER journal_append_only ON journal"))
        await connection.execute(text("UPDATE journal SET payload = '{}' WHERE seq = 1"))
        await connection.execute(text("DELETE FROM journal WHERE seq = 2"))

    findings = (await verify(desk.database)).findings

    assert [(finding.code, finding.number, finding.seq) for finding in findings] == [
        ("entry_broken", subject, 1),
        ("entry_missing", subject, 3),
        ("entry_broken", subject, 3),
    ]


async def test_a_duty_of_others_is_refused_with_whose_it_is(desk):
    with pytest.raises(Refused) as refused:
        check_duty(desk.curator, Duty.SET_RULES)
    assert refused.value.refusal.code == "role_may_not"
