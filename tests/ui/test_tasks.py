"""A window's work has an owner, a dialog is awaited without a nested loop, a failure finds its place."""

import asyncio
import logging

import pytest
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget
from shiboken6 import isValid

from app.ui.tasks import Failures, TaskScope, ask, decide
from tests.helpers.qt import top_level_windows, until


@pytest.fixture
def errors():
    return []


@pytest.fixture
def scope(errors):
    return TaskScope(lambda name, error: errors.append((name, error)))


async def fail(error):
    raise error


async def test_failure_reaches_its_owner_by_name(scope, errors):
    oops = ValueError("oops")

    await asyncio.wait([scope.start("route", fail(oops))])
    await until(lambda: errors)

    assert errors == [("route", oops)]


async def test_newer_read_supersedes_the_older_silently(scope, errors):
    older = scope.latest("search", asyncio.sleep(60))
    newer = scope.latest("search", asyncio.sleep(0, "found"))

    assert await newer == "found"
    assert older.cancelled()
    assert errors == []


async def test_closing_cancels_reads_and_lets_a_write_finish(scope):
    gate = asyncio.Event()
    read = scope.latest("rows", asyncio.sleep(60))
    write = scope.start("approve", gate.wait())
    closing = asyncio.create_task(scope.aclose())
    await until(read.cancelled)

    assert not write.done()
    gate.set()
    await closing

    assert write.result() is True


async def test_closing_cancels_a_write_that_hangs(scope):
    write = scope.start("approve", asyncio.sleep(60))

    await scope.aclose(grace_seconds=0.01)

    assert write.cancelled()


@pytest.mark.expected_log("stubborn ignored its cancellation")
async def test_closing_says_what_ignored_its_cancellation(scope):
    release = asyncio.Event()

    async def stubborn():
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    task = scope.start("stubborn", stubborn())
    await asyncio.sleep(0)
    await scope.aclose(grace_seconds=0.01)

    release.set()
    await task


async def test_closed_scope_takes_no_work(scope):
    await scope.aclose()

    with pytest.raises(RuntimeError, match="no owner"):
        scope.start("late", asyncio.sleep(0))


async def test_work_that_would_go_on_in_a_closed_scope_ends_with_it(scope, errors):
    release = asyncio.Event()

    async def going_on():
        await release.wait()
        scope.latest("more", asyncio.sleep(0))

    scope.start("act", going_on())
    closing = asyncio.ensure_future(scope.aclose())
    await asyncio.sleep(0)
    release.set()
    await closing

    assert errors == []


async def test_other_tasks_run_while_a_dialog_waits():
    box = QMessageBox(QMessageBox.Icon.Question, "", "?", QMessageBox.StandardButton.Yes)
    asking = asyncio.create_task(ask(box))
    await until(box.isVisible)

    assert await asyncio.to_thread(lambda: 5) == 5
    box.button(QMessageBox.StandardButton.Yes).click()

    assert await asking == QMessageBox.StandardButton.Yes
    await until(lambda: not isValid(box))


async def test_cancelling_the_question_closes_and_frees_the_dialog():
    dialog = QDialog()
    asking = asyncio.create_task(ask(dialog))
    await until(dialog.isVisible)

    asking.cancel()
    await asyncio.wait([asking])

    await until(lambda: not isValid(dialog))


async def test_dialog_that_dies_with_its_window_counts_as_rejected():
    window = QWidget()
    dialog = QDialog(window)
    asking = asyncio.create_task(ask(dialog))
    await until(dialog.isVisible)

    window.deleteLater()

    assert await asking == QDialog.DialogCode.Rejected


class Choice(QDialog):
    def decision(self):
        return "agency"


@pytest.mark.parametrize(("end", "value"), [(Choice.accept, "agency"), (Choice.reject, None)])
async def test_decide_gives_the_value_only_when_accepted(end, value):
    dialog = Choice()
    deciding = asyncio.create_task(decide(dialog))
    await until(dialog.isVisible)

    end(dialog)

    assert await deciding == value
    await until(lambda: dialog not in top_level_windows())


class RefusedError(Exception):
    pass


@pytest.mark.expected_log("draft failed")
@pytest.mark.parametrize(
    ("error", "place"),
    [
        (RefusedError(), "refused"),
        (ConnectionError(), "unavailable"),
        (TimeoutError(), "unavailable"),
        (KeyError(), "defect"),
    ],
)
def test_failure_finds_its_place(error, place):
    heard = []
    failures = Failures(
        refused=lambda *args: heard.append(("refused", *args)),
        unavailable=lambda *args: heard.append(("unavailable", *args)),
        unexpected=lambda *args: heard.append(("defect", *args)),
        refused_types=(RefusedError,),
    )

    failures("draft", error)

    assert heard == [(place, "draft", error)]


@pytest.mark.expected_log("draft failed")
def test_only_a_defect_is_logged_as_an_error(caplog):
    quiet = Failures(refused=print, unavailable=print, unexpected=print, refused_types=(RefusedError,))

    for error in (RefusedError(), OSError(), KeyError("x")):
        quiet("draft", error)

    assert [r.exc_info[0] for r in caplog.records if r.levelno >= logging.ERROR] == [KeyError]


def test_work_asked_for_while_the_loop_stands_still_is_done_when_it_runs_again(scope, errors):
    loop = asyncio.new_event_loop()

    async def begin():
        await scope.start("first", asyncio.sleep(0))

    loop.run_until_complete(begin())
    task = scope.start("tick", asyncio.sleep(0, "done"))

    assert loop.run_until_complete(task) == "done"
    loop.close()
    assert errors == []
