"""The test kit itself: a mess left behind fails the test that left it, and a tidy test passes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
CASES = """
import asyncio
import logging
import pytest
from PySide6.QtWidgets import QWidget
from app.ui.loop import AppEventLoop

async def test_tidy():
    assert isinstance(asyncio.get_running_loop(), AppEventLoop)
    await asyncio.sleep(0)

async def test_task_left():
    test_task_left.task = asyncio.create_task(asyncio.sleep(60))

def test_window_left():
    test_window_left.window = QWidget()
    test_window_left.window.show()

def test_window_given_to_qtbot(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()

def test_warning():
    logging.getLogger("app").warning("oops")

@pytest.mark.expected_log("oo.s")
def test_expected_warning():
    logging.getLogger("app").warning("oops")

async def test_failing_callback():
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.01)
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What pytest says of each case, by name."""
    folder = tmp_path_factory.mktemp("kit")
    (folder / "ui").mkdir()
    (folder / "ui" / "test_cases.py").write_text(CASES)
    (folder / "conftest.py").write_text((TESTS / "conftest.py").read_text() + "\nCLOSING_SECONDS = 1\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-vv", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", str(folder)],
        env=os.environ | {"PYTHONPATH": str(TESTS.parent)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    found = {}
    for line in run.stdout.splitlines():
        if "test_cases.py::" in line and "%]" in line:
            name, outcome = line.split("::")[1].split()[:2]
            found[name.split("[")[0]] = max(found.get(name.split("[")[0], ""), outcome, key=len)
        if line.startswith("ERROR ui"):
            found[line.split("::")[1].split("[")[0].split()[0]] = "ERROR"
    return found


@pytest.mark.parametrize("name", ["test_tidy", "test_window_given_to_qtbot", "test_expected_warning"])
def test_tidy_cases_pass(outcomes, name):
    assert outcomes[name] == "PASSED"


@pytest.mark.parametrize("name", ["test_task_left", "test_window_left", "test_warning", "test_failing_callback"])
def test_mess_is_an_error(outcomes, name):
    assert outcomes[name] == "ERROR"
