"""The command `worker`: works until it is told to stop, gives the lease up, and tells how things stand."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from app.cli import main

ROOT = Path(__file__).parent.parent.parent


def test_it_works_until_sigterm_and_gives_the_lease_up(sqlite_url, capsys):
    words = [sys.executable, "-m", "app", "worker", "--database", sqlite_url]
    with subprocess.Popen(words, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True) as worker:
        assert "номер срока 1" in worker.stdout.readline()
        assert main(["worker", "status", "--database", sqlite_url]) == 0
        assert "Фоновая работа идёт" in capsys.readouterr().out
        worker.send_signal(signal.SIGTERM)
        assert "остановлен" in worker.stdout.read()
    assert worker.returncode == 0

    assert main(["worker", "status", "--json", "--database", sqlite_url]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["working"] is False
    assert told["worker"]["fence"] == 1


def test_without_a_region_it_says_so(tmp_path, capsys):
    assert main(["worker", "--database", str(tmp_path / "none.db")]) == 2
    assert "none.db" in capsys.readouterr().err
