"""The demo day: from a file to a published answer and a report, through the real window in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtGui import QImage

ROOT = Path(__file__).parents[2]
STEPS = 13


def test_the_day_is_played_to_its_end_with_a_picture_of_each_step(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for screen in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(screen, None)

    played = subprocess.run(
        [sys.executable, "-m", "app", "desk"],  # without a screen the desk plays the day
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip

    assert played.stderr == ""
    assert played.returncode == 0
    folder = tmp_path / "demo-day"
    pictures = sorted(folder.glob("*.png"))
    lines = played.stdout.splitlines()
    assert lines[0].startswith("Экрана нет")
    assert [line.split(". ")[0].strip() for line in lines[2:-1]] == [str(number + 1) for number in range(STEPS)]
    assert lines[-1].endswith(str(folder))
    assert len(pictures) == STEPS
    assert all(QImage(str(picture)).width() == 1440 for picture in pictures)
    summary = {row[0].value: row[1].value for row in load_workbook(folder / "report.xlsx")["День"].iter_rows()}
    assert summary["Размещено ответов"] == 2  # one was published that morning already


def test_a_step_that_fails_ends_the_play_with_its_error(tmp_path):
    program = (
        "import sys; from app import cli, demo_day\n"
        "demo_day.PATIENCE_SECONDS = 0.001  # the desk cannot stand by then\n"
        "sys.exit(cli.main(['demo-day', 'pictures']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    played = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert played.returncode == 1
    assert "TimeoutError" in played.stderr
    assert list(tmp_path.rglob("*.png")) == []
