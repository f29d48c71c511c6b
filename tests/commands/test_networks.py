"""The command `networks`: a token from standard input, a run that says what failed, how things stand."""

import io
import json

import pytest

from app.cli import main
from app.services.networks import opening
from tests.helpers.connected import connection, networks_at
from tests.helpers.network_server import NetworkServer


@pytest.fixture
def run(sqlite_url, capsys):
    def go(*words):
        code = main(["--database", sqlite_url, "networks", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return go


async def connected(url, folder):
    from app.models.database import Database
    from tests.helpers.staffed import Desk

    database = await Database.open(url)
    async with NetworkServer() as server:
        desk = await Desk.at(database)
        await connection(desk.admin, networks_at(server, folder), "telegram")
    await database.close()


def test_a_token_is_kept_and_a_run_says_what_failed(run, sqlite_url, tmp_path, monkeypatch):
    import asyncio

    asyncio.run(connected(sqlite_url, tmp_path))
    monkeypatch.setattr("app.commands.networks.networks_of", lambda database: networks_at(NoServer(), tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO("NEW-TOKEN\n"))

    assert run("token", "Подключение telegram", "bot_token")[:2] == (0, "Сохранено.\n")
    assert "NEW-TOKEN" in (tmp_path / "tokens.json").read_text()
    assert run("token", "Другое", "bot_token")[0] == 2
    assert run("token", "Подключение telegram", "other_token")[0] == 2

    code, out, _ = run("collect")
    assert code == 1
    assert "не отвечает" in out
    code, out, _ = run("status", "--json")
    assert (code, json.loads(out)["connections"][0]["last"]["fault"]) == (0, "not_reached")
    assert run("publish")[0] == 0


class NoServer:
    """An address where nobody listens."""

    origin = "http://127.0.0.1:9"


def test_the_file_of_tokens_lies_beside_the_database(tmp_path):
    class Place:
        path = tmp_path / "cur-desk.sqlite3"

    assert opening.networks_of(Place()).secrets._file == tmp_path / "tokens.json"
