"""What is sent to support, and what stays in the log, names nobody and quotes nobody."""

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import bootstrap
from app.models import Person
from app.services.diagnostics import as_text, collect, log_in_use
from app.services.log_words import without_personal
from tests.helpers.staffed import PEOPLE

WORDS = "Иван Петров живёт на Щигровской, 12, телефон +7 (910) 123-45-67, почта ivan@mail.ru"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2026-11-24 11:03:20,123 ERROR app.ui: rows failed", "2026-11-24 11:03:20,123 ERROR app.ui: rows failed"),
        ("Refused('no_room', name='Иван Петров')", "Refused('no_room', name='…')"),
        ("GET https://api.vk.com/method/wall.get?access_token=abc&owner_id=1", "GET https://api.vk.com/…"),
        ("postgresql+asyncpg://sokolova:тайна@db.kursk.ru/desk failed", "postgresql+asyncpg://db.kursk.ru/… failed"),
        ("password=hunter2, host=db", "password=…, host=db"),
        ("write to ivan.petrov@mail.ru or 8 910 123 45 67", "write to …@… or …"),
        ("[parameters: ('Яма', 'x')]\nmore", "[parameters: …]"),
        ("UniqueViolation\nDETAIL:  Key (link)=(x) exists.\nnext", "UniqueViolation\nDETAIL: …\nnext"),
        ('File "/home/petrov/.venv/a.py", line 3', 'File "~/.venv/a.py", line 3'),
    ],
)
def test_a_line_of_the_log_keeps_what_happened_alone(written, kept, tmp_path):
    from pathlib import Path

    assert without_personal(written, Path("/home/petrov")) == kept


@pytest.fixture
def own_log(tmp_path):
    logger = logging.getLogger("app")
    before = list(logger.handlers)
    bootstrap.keep_log(tmp_path)
    yield tmp_path / "desk.log"
    for handler in [each for each in logger.handlers if each not in before]:
        logger.removeHandler(handler)
        handler.close()


@pytest.mark.expected_log("failed")
async def test_what_is_written_and_what_is_sent_names_nobody(desk, own_log):
    await desk.entered(WORDS)
    try:
        async with desk.database.write() as connection:
            row = {"uuid": (await connection.execute(text("SELECT uuid FROM person"))).scalars().first(), "name": WORDS}
            await connection.execute(Person.__table__.insert().values(**row, post=WORDS, body=""))
    except DBAPIError as error:
        logging.getLogger("app.ui").error("entering failed", exc_info=error)
    assert log_in_use() == own_log

    sent = as_text(await collect(desk.database, own_log, {"Qt": "6"}))

    for told in (own_log.read_text(encoding="utf-8"), sent):
        for word in ("Иван", "Петров", "Щигровск", "123-45", "ivan@", *(person.name for person in PEOPLE)):
            assert word not in told, word
        assert "entering failed" in told
        assert "Error" in told
    assert "regulation: kursk" in sent
    assert "message: 1" in sent or not desk.database.is_sqlite
    assert ": -1" not in sent  # what a server says of a table that it has not looked at
    assert "roles: administrator 1, curator 3" in sent
