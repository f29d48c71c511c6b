"""Files of messages taken in on a real database: idempotent, resumable, every row accounted for."""

import asyncio
import csv
import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import event, func, select, text

from app.models import Case, ImportRun, Message
from app.regulation.errors import Refused
from app.regulation.profile_file import parse
from app.regulation.workflow import State
from app.services import queries
from app.services.intake.importing import Order, import_file, read_zone
from app.services.intake.runs import list_refused, list_runs, write_refused
from app.services.intake.tables import TableError
from app.services.regulations import regulation_text
from app.services.selection import Selection
from app.services.storage import DatabaseUnavailable
from app.texts.refusals import explain
from tests.helpers.locks import is_free
from tests.helpers.region import START, open_region

SAMPLES = Path(__file__).parents[2] / "data" / "intake"


@pytest_asyncio.fixture
async def region(tmp_path):
    region = await open_region(tmp_path)
    yield region
    await region.database.close()


def table(folder, rows, name="messages.csv", header=("id", "text", "Дата публикации")):
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


async def texts(region):
    async with region.database.read() as connection:
        return list((await connection.execute(select(Message.text).order_by(Message.id))).scalars())


async def runs(region):
    async with region.database.read() as connection:
        return (await connection.execute(select(ImportRun).order_by(ImportRun.id))).all()


async def test_a_file_lands_in_the_stream_with_what_it_suggests(region):
    report = await import_file(region.curator, Order(SAMPLES / "kursk_shape.csv"))

    rows = await queries.list_queue(region.curator, Selection("stream"))
    assert (report.read, report.new, report.known, report.refused) == (5, 4, 0, 1)
    assert len(rows) == 4
    assert {row.topic for row in rows} >= {"Неработающее наружное освещение"}
    assert report.unknown_agencies["Администрация города Курска"] >= 1
    assert [refusal.code for refusal in report.refusals] == ["empty_text"]
    (run,) = await runs(region)
    assert (run.file_name, run.rows_read, run.rows_new, run.rows_refused) == ("kursk_shape.csv", 5, 4, 1)
    assert run.person_id == region.curator.person.id


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.csv")))
async def test_the_same_file_again_brings_nothing_new(region, name):
    first = await import_file(region.curator, Order(SAMPLES / name))
    before = await texts(region)

    again = await import_file(region.curator, Order(SAMPLES / name))

    assert first.new > 0
    assert (again.new, again.known) == (0, first.new)
    assert await texts(region) == before


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
async def test_the_files_of_the_database_are_refused_and_not_even_opened(region, end):
    path = region.database.path
    with pytest.raises(TableError) as refused:
        await import_file(region.curator, Order(Path(f"{path}{end}")))

    assert refused.value.code == "file_own"
    assert not is_free(Path(f"{path}-shm"))


async def test_a_message_twice_in_one_file_is_one_case(region, tmp_path):
    file = table(tmp_path, [("7", "Яма у школы", ""), ("8", "Темно", ""), ("7", "Яма у школы", "")])

    report = await import_file(region.curator, Order(file))

    assert (report.read, report.new, report.known) == (3, 2, 1)
    assert await texts(region) == ["Яма у школы", "Темно"]


async def test_an_export_that_says_when_goes_to_the_inbox_where_asked(region):
    order = Order(SAMPLES / "incident_management.csv", as_detected=True, zone=ZoneInfo("Asia/Omsk"))

    report = await import_file(region.curator, order)

    rows = await queries.list_queue(region.curator, Selection("inbox"))
    assert report.detected == len(rows) == report.new
    async with region.database.read() as connection:
        first = (await connection.execute(select(Case.detected_at).order_by(Case.id))).scalars().first()
    assert first == datetime(2026, 9, 21, 14, 6, 2, tzinfo=UTC)  # 20:06:02 in Omsk
    assert all(row.state is State.INBOX and row.step for row in rows)


async def test_without_being_asked_it_waits_in_the_stream(region):
    report = await import_file(region.curator, Order(SAMPLES / "incident_management.csv"))

    assert (report.detected, len(await queries.list_queue(region.curator, Selection("stream")))) == (0, report.new)


async def test_a_message_from_the_future_is_refused_and_the_others_come_in(region, tmp_path):
    tomorrow = START + timedelta(days=1)
    file = table(tmp_path, [("1", "Позже", tomorrow.isoformat()), ("2", "Вовремя", START.isoformat())])

    report = await import_file(region.curator, Order(file))

    assert [(refusal.row_number, refusal.code) for refusal in report.refusals] == [(2, "future_date")]
    assert await texts(region) == ["Вовремя"]


async def test_emoji_alone_is_a_message_and_no_text_is_none(region, tmp_path):
    file = table(tmp_path, [("1", "😡😡😡", ""), ("2", "  ", ""), ("3", "", "")])

    report = await import_file(region.curator, Order(file))

    assert await texts(region) == ["😡😡😡"]
    assert report.repairs["no_words"] == 1
    assert [refusal.code for refusal in report.refusals] == ["empty_text", "empty_text"]


async def test_a_text_of_a_megabyte_is_refused_with_its_size(region, tmp_path):
    file = table(tmp_path, [("1", "я" * 1_000_000, ""), ("2", "Коротко", "")])

    report = await import_file(region.curator, Order(file))

    assert [(refusal.code, refusal.params["size"]) for refusal in report.refusals] == [("text_too_long", 1_000_000)]
    assert await texts(region) == ["Коротко"]


async def test_refused_rows_are_mended_in_their_file_and_taken_in(region, tmp_path):
    file = table(tmp_path, [("1", "Яма", "вчера"), ("2", "=СУММ(A1)", "32.01.2026"), ("3", "Хорошо", "")])
    refused = tmp_path / "refused.csv"

    await import_file(region.curator, Order(file, refused_path=refused))
    written = refused.read_text(encoding="utf-8-sig")
    mended = written.replace("вчера", "20.11.2026 10:00").replace("32.01.2026", "21.11.2026 10:00")
    refused.write_text(mended, encoding="utf-8-sig")
    report = await import_file(region.curator, Order(refused))

    assert "; =СУММ(A1);" in written  # no formula for Excel, the same text for the reader
    assert "не дата" in written
    assert (report.read, report.new, report.refused) == (2, 2, 0)
    assert await texts(region) == ["Хорошо", "Яма", "=СУММ(A1)"]
    assert (await import_file(region.curator, Order(file))).known == 1  # the rows mended are refused as before


async def test_a_good_file_leaves_no_file_of_refused_rows(region, tmp_path):
    file = table(tmp_path, [("1", "Яма", "")])

    await import_file(region.curator, Order(file, refused_path=tmp_path / "refused.csv"))

    assert not (tmp_path / "refused.csv").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is of Linux")
def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


async def test_a_full_disk_is_told_and_the_messages_are_in(region, tmp_path, monkeypatch):
    file = tmp_path / "export.csv"
    file.write_text("id;Текст\n1;Яма\n2;\n", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused) as refused:
        await import_file(region.curator, Order(file, refused_path=tmp_path / "refused.csv"))
    assert refused.value.refusal.code == "file_unwritable"
    assert (await import_file(region.curator, Order(file))).known == 1
    run = (await list_runs(region.curator))[0]
    with pytest.raises(Refused, match="file_unwritable"):
        write_refused(tmp_path / "refused.csv", await list_refused(region.curator, run.id))
    assert [each.name for each in tmp_path.iterdir() if "refused" in each.name or each.suffix == ".part"] == []


async def test_rows_that_cannot_be_written_down_are_told_before_a_message_is_taken_in(region, tmp_path):
    file = table(tmp_path, [("1", "Яма у школы", "")])

    with pytest.raises(Refused, match="file_is_device"):
        await import_file(region.curator, Order(file, refused_path=Path("/dev/full")))

    assert (await import_file(region.curator, Order(file))).new == 1


async def test_refused_rows_never_replace_the_file_being_read(region, tmp_path):
    file = table(tmp_path, [("1", "Яма", "вчера")])

    with pytest.raises(Refused, match="refused_over_source"):
        await import_file(region.curator, Order(file, refused_path=file))

    assert "Яма" in file.read_text(encoding="utf-8")


async def test_stopped_midway_nothing_is_lost_and_a_second_run_completes(region, tmp_path):
    file = table(tmp_path, [(str(number), f"Сообщение {number}", "") for number in range(35)])
    seen = []

    report = await import_file(region.curator, Order(file, batch=10), seen.append, lambda: len(seen) == 2)

    assert (report.stopped, report.new) == (True, 20)
    assert len(await texts(region)) == 20
    again = await import_file(region.curator, Order(file))
    assert (again.new, again.known, again.stopped) == (15, 20, False)
    assert await texts(region) == [f"Сообщение {number}" for number in range(35)]


async def test_cancelled_midway_whole_batches_are_kept(region, tmp_path):
    file = table(tmp_path, [(str(number), f"Сообщение {number}", "") for number in range(35)])
    heard = asyncio.Event()
    task = asyncio.ensure_future(import_file(region.curator, Order(file, batch=10), lambda report: heard.set()))
    await heard.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    kept = await texts(region)
    assert len(kept) % 10 == 0
    assert 10 <= len(kept) < 35
    assert (await import_file(region.curator, Order(file))).known == len(kept)
    assert len(await texts(region)) == 35


async def test_a_file_that_breaks_off_gives_what_was_read_and_says_where(region, tmp_path):
    file = tmp_path / "broken.csv"
    file.write_text('id,text\n1,Яма\n2,Темно\n3,"Кавычка не закрыта\n4,Ещё\n', encoding="utf-8")

    report = await import_file(region.curator, Order(file))

    assert report.unread.code == "unclosed_quote"
    assert report.unread.params["file"] == "broken.csv"
    assert await texts(region) == ["Яма", "Темно"]
    assert (await runs(region))[0].rows_new == 2


async def test_a_file_that_is_no_table_leaves_no_trace(region, tmp_path):
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

    with pytest.raises(TableError):
        await import_file(region.curator, Order(picture))

    assert await runs(region) == []


async def test_only_a_curator_takes_in(region, tmp_path):
    with pytest.raises(Refused, match="role_may_not"):
        await import_file(region.executor, Order(table(tmp_path, [("1", "Яма", "")])))

    async with region.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(Case))).scalar_one() == 0


async def test_long_numbers_do_not_make_different_messages_one(region, tmp_path):
    number = "9" * 120
    file = table(tmp_path, [(number, "Яма", ""), (number, "Темно", "")])

    assert (await import_file(region.curator, Order(file))).new == 2


async def test_agencies_of_the_directory_are_not_reported_as_unknown(region, tmp_path):
    header = ("text", "agency")
    file = table(tmp_path, [("Яма", "администрация  города Льгова"), ("Темно", "Горсвет")], header=header)

    report = await import_file(region.curator, Order(file))

    assert dict(report.unknown_agencies) == {"Горсвет": 1}


def test_a_zone_that_nobody_knows_is_refused():
    with pytest.raises(Refused, match="zone_unknown"):
        read_zone("Europe/Mars")


@pytest.mark.parametrize(
    ("reading", "state", "detected"),
    [
        ("taken", State.COLLECTED, None),
        ("imported", State.INBOX, START),
        ("export date", State.INBOX, START - timedelta(hours=2)),
    ],
)
async def test_when_an_imported_message_is_detected_is_a_reading(region, tmp_path, reading, state, detected):
    text = regulation_text("kursk").replace('detected_by = "taken"', f'detected_by = "{reading}"')
    region.curator.regulations = {key: parse(text, "kursk.toml") for key in region.curator.regulations}
    path = table(tmp_path, [("1", "Яма на дороге", "24.11.2026 09:00")])
    await import_file(region.curator, Order(path, zone=ZoneInfo("Europe/Moscow")))
    async with region.database.read() as connection:
        case = (await connection.execute(select(Case))).one()

    assert (case.state, case.detected_at) == (state, detected)


async def test_a_disk_that_fills_up_is_told_with_what_was_stored_before(region, tmp_path):
    rows = [(str(number), f"Яма {number} у школы", "20.11.2025") for number in range(3000)]
    async with region.database.read() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()

    def be_small(connection, *_):
        connection.execute(f"PRAGMA max_page_count={pages + 150}")

    event.listen(region.database.engine.sync_engine, "checkout", be_small)
    with pytest.raises(DatabaseUnavailable) as caught:
        await import_file(region.curator, Order(table(tmp_path, rows), batch=20))

    stored = len(await texts(region))
    assert 0 < stored < 3000
    assert caught.value.refusal.code == "import_disk_full"
    assert f"сохранено сообщений: {stored}, остальные — нет" in explain(caught.value.refusal)
