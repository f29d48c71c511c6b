"""The open export holds every row and file of a region, losslessly, and no secret."""

import hashlib
import json
import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.models import Base
from app.models.base import new_uuid
from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind
from app.services import attachments, casework
from app.services.open_export import LEFT_OUT, SECRETS, export_region
from app.services.verifying import verify
from tests.helpers.many import png

FIELD = re.compile(r'("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n)')


def rows_of(path):
    """The rows of a table: None where nothing stands between two commas."""
    rows, row = [], []
    for value, end in FIELD.findall(path.read_bytes().decode()):
        row.append(value[1:-1].replace('""', '"') if value.startswith('"') else (None, value)[bool(value)])
        if end == "\r\n":
            rows.append(row)
            row = []
    return rows


def said(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    return None if value is None else str(value)


async def test_every_row_comes_out_as_it_is(desk, tmp_path):
    await desk.answered()
    await desk.entered('«Кавычки», "прямые"; запятая,\r\nи вторая строка')
    file = attachments.take_bytes(png(), "снимок.png", tmp_path / "kept", 10**7)
    case_id = await desk.routed(text="Вторая яма")
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем", files=(file,))

    made = await export_region(desk.database, tmp_path / "out")

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["anchor"], manifest["cases"]) == ((await verify(desk.database)).anchor, 3)
    total = 0
    async with desk.database.read() as connection:
        for table in Base.metadata.sorted_tables:
            path = tmp_path / "out" / "tables" / f"{table.name}.csv"
            assert path.exists() is (table.name not in LEFT_OUT), table.name
            if table.name in LEFT_OUT:
                continue
            head, *found = rows_of(path)
            told = manifest["tables"][table.name]
            assert hashlib.sha256(path.read_bytes()).hexdigest() == told["sha256"]
            assert head == list(told["columns"])
            assert not {(table.name, name) for name in head} & SECRETS
            query = select(*(table.columns[name] for name in head)).order_by(*table.primary_key.columns)
            expected = [[said(value) for value in row] for row in await connection.execute(query)]
            assert found == expected, table.name
            total += told["rows"]
    assert (made.rows, made.files) == (total, 1)
    assert [path.name for path in (tmp_path / "out" / "files").iterdir()] == [file.sha256]
    assert (tmp_path / "out" / "files" / file.sha256).read_bytes() == png()


async def test_nothing_is_written_over(desk, tmp_path):
    folder = tmp_path / new_uuid()
    folder.mkdir()
    with pytest.raises(Refused, match="file_there"):
        await export_region(desk.database, folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="file_unwritable"):
        await export_region(desk.database, tmp_path / "file" / "out")
