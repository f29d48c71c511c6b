"""Who wrote is forgotten as many months after the closing as the region settled; everything else stays and verifies."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.engine import make_url

from app.models import (
    Author,
    Connector,
    ImportRefusal,
    ImportRun,
    KinMark,
    Message,
    MessageOrigin,
    Publication,
    Rendering,
    Reply,
    new_uuid,
)
from app.models.database import Database
from app.models.kin import INDEXED
from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind
from app.services import casework, publishing
from app.services.background.jobs import Run
from app.services.background.sweeps import retention
from app.services.background.worker import seat_program
from app.services.changes import Feed
from app.services.desk_settings import DeskSettings, set_settings
from app.services.incoming import Incoming
from app.services.journal import read_journal
from app.services.kin_index import index_batch
from app.services.registering import enter, register
from app.services.replies import ReplyRecord, record_reply
from app.services.retention import anonymise, months_before
from app.services.verifying import verify
from tests.helpers.staffed import LINK, Desk, MovableClock

KEY, POST, REPLY = "vk:-1_777", "https://vk.com/wall-1_777?reply=778", "https://vk.com/wall-1_777?reply=780"
WHO = {"author_name": "Иван Петров", "author_link": "https://vk.com/id7", "author_contact": "+7 900 000-00-00"}

pytestmark = pytest.mark.program


async def closed(desk, words, **facts):
    case_id = await desk.entered(words, link=f"https://vk.com/wall-1_{len(words)}", **WHO, **facts)
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    record = publishing.PublicationRecord(LINK, desk.clock.now())
    await desk.act(publishing.publish, desk.executor, case_id, DraftKind.ANSWER, record)
    return case_id


async def who_wrote(desk, case_id):
    (message,) = (await desk.card(case_id)).messages
    return message.author, message.author_link, message.author_contact, message.link


async def test_only_who_wrote_long_ago_is_forgotten_and_the_journal_tells(desk):
    old = await closed(desk, "Яма на Щигровской")
    still_open = await desk.entered("Открытая яма", **WHO)
    desk.clock.move(days=100)
    young = await closed(desk, "Яма на улице Ленина")
    while await index_batch(await seat_program(desk.database, Feed())):
        pass
    program = await seat_program(desk.database, Feed())
    assert await anonymise(program) == 0  # nothing is settled

    await set_settings(desk.admin, DeskSettings(retention_months=3))
    assert await anonymise(program) == 1
    assert await anonymise(program) == 0
    assert await who_wrote(desk, old) == ("", "", "", "")
    assert (await desk.card(old)).messages[0].text == "Яма на Щигровской"
    for case_id in (young, still_open):
        assert (await who_wrote(desk, case_id))[:3] == tuple(WHO.values())
    entry = (await read_journal(desk.admin, desk.database.meta["epoch"]))[-1]
    assert (entry.entry, entry.payload["messages"]) == ("anonymised", 1)
    assert (await verify(desk.database)).findings == []
    async with desk.database.read() as connection:
        message = (await connection.execute(select(Message.id).where(Message.case_id == old))).scalar_one()
        marks = select(KinMark).where(KinMark.message_id == message, KinMark.mark != INDEXED)
        assert (await connection.execute(marks)).all() == []
        names = (await connection.execute(select(Author.name))).scalars().all()
    assert sorted(names) == ["", "Иван Петров", "Иван Петров"]


async def test_nothing_else_tells_who_wrote(desk):
    """The text for the agency's own page, where the message stands in its network, and rows that an import refused."""
    case_id = await closed(desk, "Яма на Щигровской")
    now = desk.clock.now()
    async with desk.database.write() as connection:
        message = (await connection.execute(select(Message.id).where(Message.case_id == case_id))).scalar_one()
        facts = {"network": "vk", "name": "Сообщество", "uuid": new_uuid()}
        connector = (await connection.execute(insert(Connector).values(**facts).returning(Connector.id))).scalar_one()
        await connection.execute(insert(MessageOrigin).values(message_id=message, connector_id=connector, target="{}"))
        rendered = {"draft_uuid": new_uuid(), "message_id": message, "text": "[id7|Иван Петров], ответ", "digest": "x"}
        rendered["salt"] = new_uuid()
        await connection.execute(insert(Rendering).values(**rendered))
        run = {"uuid": new_uuid(), "file_name": "выгрузка.xlsx", "started_at": now, "changed_at": now}
        run_id = (await connection.execute(insert(ImportRun).values(**run).returning(ImportRun.id))).scalar_one()
        refused = {"run_id": run_id, "row_number": 2, "code": "future_date", "cells": '[["Автор", "Иван Петров"]]'}
        await connection.execute(insert(ImportRefusal).values(**refused))
    await set_settings(desk.admin, DeskSettings(retention_months=3))
    program = await seat_program(desk.database, Feed())
    assert await anonymise(program) == 0
    desk.clock.move(days=100)

    assert await anonymise(program) == 1
    async with desk.database.read() as connection:
        assert (await connection.execute(select(Rendering.text))).scalars().unique().all() == [""]
        for table in (MessageOrigin, ImportRefusal):
            assert (await connection.execute(select(table))).all() == []


async def whole_life(desk):
    """A message that a network brought, asked back, replied to and answered on the agency's own page."""
    collected = Incoming("Яма у дома", "vk", key=KEY, post_kind="comment", link=POST, **WHO)
    [case_id] = (await register(desk.curator, [collected], detect_now=True)).case_ids
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.CLARIFICATION, "Где это?", asked=("where",))
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.CLARIFICATION)
    await desk.publish(case_id, DraftKind.CLARIFICATION, link="https://vk.com/wall-1_777?reply=779")
    desk.clock.move(minutes=1)
    await desk.act(record_reply, desk.curator, case_id, ReplyRecord("У дома 5", REPLY))
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    record = publishing.PublicationRecord(
        "https://vk.com/wall-9_1", desk.clock.now(), same_page=False, reason="Обсуждение закрыто",
        author_link=WHO["author_link"],
    )  # fmt: skip
    await desk.act(publishing.publish, desk.executor, case_id, DraftKind.ANSWER, record)
    while await index_batch(await seat_program(desk.database, Feed())):
        pass
    return case_id, collected


async def dump(database):
    """Every row of every table as text, those of indexes too, with what is told of cells that hold bytes."""
    listed = "SELECT name FROM sqlite_master WHERE type = 'table'" if database.is_sqlite else (
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'guard')"
    )  # fmt: skip
    told = []
    async with database.read() as connection:
        for name in (await connection.execute(text(listed))).scalars().all():
            quoted = f'"{name}"' if database.is_sqlite else name
            for row in await connection.execute(text(f"SELECT * FROM {quoted}")):
                told += [f"{name} {bytes(c).decode('utf-8', 'replace') if isinstance(c, bytes) else c}" for c in row]
    return told


def traces(told):
    """What of the dump leads to the author: itself, or an unsalted digest of it that a guess could be tried with."""
    words = [*WHO.values(), "id7", "Петров", "петров", POST, KEY, "wall-1_777", "1_777", REPLY, "wall-9_1"]
    digests = [hashlib.sha256(word.encode()).hexdigest() for word in words]
    return [cell for cell in told if any(word in cell for word in (*words, *digests))]


async def test_after_forgetting_nothing_in_the_database_leads_to_the_author(desk):
    case_id, collected = await whole_life(desk)
    before = {cell.split()[0].removeprefix("public.") for cell in traces(await dump(desk.database))}
    assert before >= {"author", "message", "publication", "reply", "rendering"}, "the dump would show it"
    await set_settings(desk.admin, DeskSettings(retention_months=3))
    desk.clock.move(days=100)

    assert await anonymise(await seat_program(desk.database, Feed())) == 1
    assert traces(await dump(desk.database)) == []
    report = await verify(desk.database)
    assert (report.findings, list(report.forgotten.values())) == ([], [1])

    other = replace(collected, text="Иное", key="", link="")
    again = [collected, replace(collected, key="another program's number 5"), other]
    assert (await register(desk.curator, again)).known == [0, 1]
    number = (await desk.card(case_id)).number
    with pytest.raises(Refused) as known:
        await enter(desk.curator, replace(collected, key="", text="Яма у дома"))
    assert (known.value.refusal.code, known.value.refusal.params["number"]) == ("message_known", number)


async def test_the_file_itself_holds_no_trace_in_pages_that_are_free(sqlite_url):
    desk = await Desk.at(await Database.open(sqlite_url, MovableClock()))
    await whole_life(desk)
    await set_settings(desk.admin, DeskSettings(retention_months=3))
    desk.clock.move(days=100)
    await anonymise(await seat_program(desk.database, Feed()))
    await desk.database.close()

    folder = Path(make_url(sqlite_url).database).parent
    stored = b"".join(path.read_bytes() for path in folder.glob("desk.db*"))
    assert [word for word in (*WHO.values(), POST, KEY, REPLY) if word.encode() in stored] == []


async def test_erasing_that_the_journal_does_not_tell_of_is_found(desk):
    await whole_life(desk)
    async with desk.database.write() as connection:
        await connection.execute(update(Publication).values(link="", author_link="", salt=""))
        await connection.execute(update(Reply).values(link="", salt=""))
        await connection.execute(update(Message).values(forgotten_at=desk.clock.now()))
    codes = [finding.code for finding in (await verify(desk.database)).findings]
    assert sorted(codes) == ["forgetting_unrecorded", "text_differs", "text_differs", "text_differs"]


async def test_a_changed_link_is_found_while_its_author_is_known(desk):
    await whole_life(desk)
    async with desk.database.write() as connection:
        await connection.execute(update(Reply).values(link="https://vk.com/wall-1_1"))
    assert [finding.code for finding in (await verify(desk.database)).findings] == ["text_differs"]


async def test_the_program_does_it_as_a_job(desk):
    await closed(desk, "Яма на Щигровской")
    await set_settings(desk.admin, DeskSettings(retention_months=1))
    desk.clock.move(days=40)

    place = await seat_program(desk.database, Feed())
    await retention(place)(Run(place, "retention", "2026-07-11"))
    assert [entry.entry for entry in await read_journal(desk.admin, desk.database.meta["epoch"])][-1] == "anonymised"


@pytest.mark.parametrize(
    ("at", "months", "expected"), [((2026, 3, 31), 1, (2026, 2, 28)), ((2024, 3, 31), 1, (2024, 2, 29)),
                                   ((2026, 1, 15), 13, (2024, 12, 15)), ((2026, 12, 1), 12, (2025, 12, 1))]
)  # fmt: skip
def test_months_are_those_of_the_calendar(at, months, expected):
    assert months_before(datetime(*at, tzinfo=UTC), months) == datetime(*expected, tzinfo=UTC)
