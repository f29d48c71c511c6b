"""A chosen file is asked about in one place: what is none is named, the database's own is not even opened."""

import asyncio
import errno
import os
import shutil
from pathlib import Path

import pytest
import pytest_asyncio

from app.models.database import Database
from app.regulation.errors import Refused
from app.services import attachments, chosen_file
from app.services.documents import fill
from app.services.intake.importing import Order, import_file
from app.services.intake.previewing import preview
from app.services.intake.reading import Unread
from app.services.intake.refused_rows import RefusedRows
from app.services.intake.rows import RowRefusal
from app.services.intake.sheets import TableError
from app.services.open_export import export_region
from app.services.past_rows import read_rows
from app.services.places.taking import plan_places
from app.services.registers.exchange import preview_branches, write_accounts, write_branches
from app.services.reports.day import read_day
from app.services.reports.saving import save_day
from app.services.reports.tables import TableData, save_table
from app.services.safekeeping import back_up, restore
from app.texts.intake import explain_table_error
from app.texts.refusals import explain
from tests.helpers.locks import is_free
from tests.helpers.staffed import Desk

READ = {
    "import": lambda region, path: import_file(region.curator, Order(path)),
    "preview": lambda region, path: _preview(region, path),
    "attachment": lambda region, path: asyncio.to_thread(attachments.take_in, path, path.parent / "files", 10**9),
    "topics": lambda region, path: preview_branches(region.admin, "topic", path),
    "addresses": lambda region, path: plan_places(region.admin, path),
    "text": lambda _region, path: asyncio.to_thread(chosen_file.read_text, path),
    "bytes": lambda _region, path: asyncio.to_thread(chosen_file.read_bytes, path),
    "template": lambda _region, path: asyncio.to_thread(fill, path, {}),
    "past rows": lambda _region, path: asyncio.to_thread(lambda: list(read_rows(path))),
    "backup": lambda region, path: restore(path, f"sqlite+aiosqlite:///{path.parent / 'restored.sqlite3'}"),
}
TABLE = TableData("Очередь", "", [("Слово", 20, "text")], [("яма",)], "Europe/Moscow")


async def _refused_rows(region, path):
    rows = RefusedRows(path, Path("other.csv"), [["text"]])
    try:
        rows.add(RowRefusal(2, "", "empty_text", {}, ""), {"text": "яма"})
    finally:
        rows.close()


WRITE = {
    "report of the day": lambda region, path: _day(region, path),
    "table": lambda _region, path: save_table(TABLE, path),
    "bytes": lambda _region, path: chosen_file.save(path, b"new"),
    "refused rows": _refused_rows,
    "export": lambda region, path: export_region(region.database, path),
    "backup": lambda region, path: back_up(region.database, path),
}


async def _preview(region, path):
    async with preview(region.curator, path) as parts:
        async for part in parts:
            if isinstance(part, Unread):
                raise part.error()


@pytest_asyncio.fixture
async def region(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("base") / "desk.db"
    shutil.copy(sqlite_template, path)
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    async with database.read():  # the files beside it are there from now on
        yield await Desk.at(database, ("Соколова", "Админ"))
    await database.close()


async def _day(region, path):
    await save_day(await read_day(region.curator), path)


async def refusal_of(awaitable):
    with pytest.raises((Refused, TableError)) as error:
        await awaitable
    if isinstance(error.value, TableError):
        return error.value.code, explain_table_error(error.value)
    return error.value.refusal.code, explain(error.value.refusal)


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
@pytest.mark.parametrize("way", READ)
async def test_a_file_of_the_database_is_refused_and_not_even_opened(region, way, end):
    path = Path(f"{region.database.path}{end}")

    code, words = await refusal_of(READ[way](region, path))

    assert (code, words) == ("file_own", f"«{path.name}» — файл базы самой программы: он не открывается.")
    assert not is_free(Path(f"{region.database.path}-shm"))


@pytest.mark.parametrize("make", [os.symlink, os.link])
async def test_it_is_known_by_any_name(region, tmp_path, make):
    make(region.database.path, tmp_path / "сообщения.csv")

    assert (await refusal_of(READ["text"](region, tmp_path / "сообщения.csv")))[0] == "file_own"
    assert not is_free(Path(f"{region.database.path}-shm"))


@pytest.mark.parametrize("way", READ)
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.mkdir(), "«выгрузка.csv» — папка: выберите файл в ней."),
        (os.mkfifo, "«выгрузка.csv» — не файл, а устройство или канал: выберите файл."),
        (lambda path: path.touch(), "Файл «выгрузка.csv» пуст."),
        (lambda path: None, "Файла {path} нет."),
    ],
    ids=["folder", "pipe", "empty", "gone"],
)
async def test_what_is_no_file_to_read_is_said_the_same_way_everywhere(region, tmp_path, way, make, words):
    path = tmp_path / "выгрузка.csv"
    make(path)

    assert (await refusal_of(READ[way](region, path)))[1] == words.format(path=path)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (PermissionError(errno.EACCES, "denied"), "держит другая программа или вам нельзя его читать"),
        (OSError(errno.EIO, "I/O error"), "не читается: диск не отвечает"),
    ],
)
def test_what_the_system_refuses_is_said(tmp_path, monkeypatch, fault, words):
    path = tmp_path / "a.toml"
    path.write_text("a", encoding="utf-8")

    def refuse(*_, **__):
        raise fault

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Refused) as refused:
        chosen_file.read_text(path)

    assert words in explain(refused.value.refusal)


def test_a_file_too_large_and_one_that_is_no_text_are_said(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xff\xfe" * (3 * 1024 * 1024 // 2))

    with pytest.raises(Refused) as large:
        chosen_file.read_text(path, 1024 * 1024)
    with pytest.raises(Refused, match="file_not_text"):
        chosen_file.read_text(path)

    assert "«a.toml» слишком велик: 3 МБ, можно не больше 1 МБ" in explain(large.value.refusal)


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("way", WRITE)
async def test_nothing_is_written_over_the_database(region, way, end):
    path = Path(f"{region.database.path}{end}")

    code, _ = await refusal_of(WRITE[way](region, path))

    assert code == ("file_there" if way == "backup" and path.exists() else "file_is_database")
    assert not is_free(Path(f"{region.database.path}-shm"))
    assert not list(path.parent.glob(".*"))


async def test_nothing_is_written_over_a_database_that_nobody_has_open(region, tmp_path):
    copy = tmp_path / "копия.sqlite3"
    await back_up(region.database, copy)
    whole = copy.read_bytes()

    code, words = await refusal_of(chosen_file.save(copy, b"report"))

    assert (code, copy.read_bytes() == whole) == ("file_is_database", True)
    assert words == "«копия.sqlite3» — файл базы данных: поверх него ничего не пишется. Выберите другое имя."


async def test_a_database_that_was_closed_is_still_none_to_write_over(tmp_path):
    path = tmp_path / "desk.sqlite3"
    await (await Database.open(f"sqlite+aiosqlite:///{path}")).close()

    assert (await refusal_of(chosen_file.save(path, b"diagnostics")))[0] == "file_is_database"


@pytest.mark.parametrize("way", [way for way in WRITE if way != "backup"])
async def test_a_full_disk_leaves_what_was_there(region, tmp_path, way, monkeypatch):
    """Where the disk is full is seen when what was written is settled; reports do that in a process of their own."""
    path = tmp_path / "отчёт.xlsx"
    if way != "export":
        path.write_bytes(b"the old one")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(Path, "rename", full)
    monkeypatch.setattr("app.services.reports.saving.in_process", here)
    monkeypatch.setattr("app.services.reports.tables.in_process", here)
    code, words = await refusal_of(WRITE[way](region, path))

    assert (code, words) == ("file_unwritable", f"Файл {path} не записать: на диске нет места.")
    assert [each.name for each in tmp_path.glob("*")] == ([] if way == "export" else ["отчёт.xlsx"])
    assert way == "export" or path.read_bytes() == b"the old one"


async def here(work, *arguments):
    work(*arguments)


async def test_a_folder_a_line_break_and_a_read_only_file_are_refused(tmp_path):
    (tmp_path / "папка").mkdir()
    old = tmp_path / "старый.txt"
    old.write_text("old", encoding="utf-8")
    old.chmod(0o444)
    os.mkfifo(tmp_path / "pipe")

    assert "это папка" in (await refusal_of(chosen_file.save(tmp_path / "папка", b"new")))[1]
    assert "В имени «две�строки.txt»" in (await refusal_of(chosen_file.save(tmp_path / "две\nстроки.txt", b"new")))[1]
    assert (await refusal_of(chosen_file.save(tmp_path / "pipe", b"new")))[0] == "file_is_device"
    assert (await refusal_of(chosen_file.save(tmp_path / "no" / "such.txt", b"new")))[0] == "file_unwritable"
    if os.geteuid():  # root may write everything
        assert "нет прав доступа" in (await refusal_of(chosen_file.save(old, b"new")))[1]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["pipe", "папка", "старый.txt"]


async def test_what_is_written_takes_the_place_of_the_old_one_with_its_rights_and_behind_its_link(tmp_path):
    real, link = tmp_path / "настоящий.txt", tmp_path / "ссылка.txt"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)

    await chosen_file.save(link, b"new")

    assert link.is_symlink()
    assert (real.read_bytes(), real.stat().st_mode & 0o777) == (b"new", 0o640)


async def test_an_export_that_breaks_off_leaves_no_folder(region, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr("app.services.open_export._write_rows", broken)
    code, _ = await refusal_of(export_region(region.database, tmp_path / "выгрузка"))

    assert (code, list(tmp_path.iterdir())) == ("file_unwritable", [])


@pytest.mark.parametrize("name", ["темы.csv", "темы.xlsx"])
async def test_a_register_is_not_written_over_a_database(region, tmp_path, name):
    path = tmp_path / name
    await back_up(region.database, path)
    whole = path.read_bytes()

    assert (await refusal_of(write_branches(region.admin, "topic", path)))[0] == "file_is_database"
    assert path.read_bytes() == whole


async def test_accounts_are_not_written_over_a_database(region, tmp_path):
    path = tmp_path / "аккаунты.html"
    await back_up(region.database, path)

    assert (await refusal_of(write_accounts(region.admin, path)))[0] == "file_is_database"
