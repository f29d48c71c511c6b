"""Who wrote is forgotten as many months after the closing as the region settled; everything else stays and verifies."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from app.models import (
    Author,
    Connector,
    ImportRefusal,
    ImportRun,
    KinMark,
    Message,
    MessageOrigin,
    Rendering,
    new_uuid,
)
from app.models.kin import INDEXED
from app.regulation.workflow import DraftKind
from app.services import casework, publishing
from app.services.background.jobs import Run
from app.services.background.sweeps import retention
from app.services.background.worker import seat_program
from app.services.changes import Feed
from app.services.desk_settings import DeskSettings, set_settings
from app.services.journal import read_journal
from app.services.kin_index import index_batch
from app.services.retention import anonymise, months_before
from app.services.verifying import verify
from tests.helpers.staffed import LINK

WHO = {"author_name": "Иван Петров", "author_link": "https://vk.com/id7", "author_contact": "+7 900 000-00-00"}

pytestmark = pytest.mark.program


async def closed(desk, text, **facts):
    case_id = await desk.entered(text, link=f"https://vk.com/wall-1_{len(text)}", **WHO, **facts)
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
