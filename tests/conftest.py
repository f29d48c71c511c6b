"""Shared by all tests: the offscreen platform, the Qt loop for the desk's tests, and no quiet mess left behind.

A test fails on a log record of WARNING or above that it did not announce with `@pytest.mark.expected_log("regex")`;
a test of the desk also fails on tasks and top-level windows that outlive it.
"""

import asyncio
import functools
import gc
import inspect
import logging
import os
import re
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["FONTCONFIG_FILE"] = str(Path(__file__).parent / "data" / "fonts.conf")

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

# The same examples in every run, however busy the machine; `--hypothesis-profile=default` looks for others.
settings.register_profile(
    "desk", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("desk")

pytest_plugins = ["tests.helpers.databases", "tests.helpers.intruder"]

HERE = Path(__file__).parent
# Longer than any test takes, less than pytest-timeout, which ends the whole process.
LONGEST_SECONDS = 300
# So long only where a task is left for good: a busy machine closes a connection late.
CLOSING_SECONDS = 30
QT_ROOMS = {"ui", "journeys", "screenshots"}
MEMORY, ROOM_BYTES = Path("/dev/shm"), 3 << 30


def pytest_configure(config):
    work_in_memory()
    config.addinivalue_line("markers", "program: what only the program does, by the owner's sign-in on PostgreSQL")
    config.addinivalue_line("markers", "expected_log(regex): a WARNING or worse that this test is meant to provoke")


def work_in_memory():
    """Where there is room: each test has files of its own, and a database of PostgreSQL is seven hundred of them."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None  # somebody has asked before


def pytest_collection_modifyitems(items):
    """A coroutine that waits for what never comes fails as a test, with its own line in the traceback."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = _in_time(item.obj)


def _in_time(test):
    @functools.wraps(test)
    async def bounded(*args, **kwargs):
        async with asyncio.timeout(LONGEST_SECONDS):
            await test(*args, **kwargs)

    return bounded


def is_of_the_desk(item):
    return item.path.is_relative_to(HERE) and item.path.relative_to(HERE).parts[0] in QT_ROOMS


def qt_loop():
    from app.ui.loop import AppEventLoop
    from tests.helpers.qt import application

    return AppEventLoop(application())


def pytest_asyncio_loop_factories(config, item):
    return {"qt": qt_loop} if is_of_the_desk(item) else {"asyncio": asyncio.new_event_loop}


@pytest.fixture(autouse=True)
def no_unexpected_logs(request, caplog):
    """Fail on what the program complained about and the test did not expect."""
    yield
    expected = [mark.args[0] for mark in request.node.iter_markers("expected_log")]
    unexpected = [
        f"{record.name}: {record.getMessage()}"
        for record in caplog.get_records("setup") + caplog.get_records("call")
        if record.levelno >= logging.WARNING and not any(re.search(regex, record.getMessage()) for regex in expected)
    ]
    assert unexpected == []


@pytest.fixture(autouse=True)
def nothing_left_behind(request):
    """Fail a test of the desk that leaves a task or a window; tests elsewhere do not even load Qt."""
    if not is_of_the_desk(request.node):
        yield
        return
    if inspect.iscoroutinefunction(request.function):
        request.getfixturevalue("no_tasks_left")
    from tests.helpers.qt import application, top_level_windows

    application()
    before = top_level_windows()
    yield
    empty_clipboard()
    gc.unfreeze()  # a program that was started freezes what it found; garbage hanging on that would never be freed
    assert [repr(window) for window in top_level_windows() - before] == []


def empty_clipboard():
    """What a test copied: Qt would free a test's own `QMimeData` only after the interpreter, and the process crash."""
    from PySide6.QtGui import QGuiApplication

    QGuiApplication.clipboard().clear()


@pytest_asyncio.fixture
async def no_tasks_left():
    yield
    leftovers = asyncio.all_tasks() - {asyncio.current_task()}
    if leftovers:  # a connection is closed by a task of its own, a moment after the reading that was cancelled
        _, leftovers = await asyncio.wait(leftovers, timeout=CLOSING_SECONDS)
    assert [task.get_name() for task in leftovers] == []


@pytest.fixture(autouse=True)
def russian_again():
    """A test that speaks another language leaves the program speaking Russian."""
    yield
    from app.texts import use_language

    use_language("ru")
