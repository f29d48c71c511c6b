"""The event loop: exact timers, no leaks, and no lost wake-ups under a nested Qt loop."""

import asyncio
import gc
import threading

import pytest
from PySide6.QtCore import QEventLoop, QTimer

from app.ui import loop as loops
from app.ui.loop import AppEventLoop
from tests.helpers.qt import application, signal, until


def nested(milliseconds):
    """Spin a Qt loop inside the running step, as a context menu or exec() does."""
    inner = QEventLoop()
    QTimer.singleShot(milliseconds, inner.quit)
    inner.exec()


async def test_tests_of_the_desk_run_on_its_own_loop():
    assert isinstance(asyncio.get_running_loop(), AppEventLoop)


async def test_timer_never_fires_early():
    loop = asyncio.get_running_loop()
    errors = []
    for milliseconds in (1, 7, 20, 33):
        due = loop.time() + milliseconds / 1000
        await asyncio.sleep(milliseconds / 1000)
        errors.append(loop.time() - due)

    assert min(errors) >= 0


async def test_timers_fire_in_order_of_their_deadlines():
    loop, order = asyncio.get_running_loop(), []
    for delay in (0.012, 0.004, 0.008):
        loop.call_later(delay, order.append, delay)

    await until(lambda: len(order) == 3)

    assert order == [0.004, 0.008, 0.012]


async def test_call_later_tells_its_deadline():
    loop = asyncio.get_running_loop()

    handle = loop.call_later(60, print)

    assert handle.when() == pytest.approx(loop.time() + 60, abs=0.5)
    handle.cancel()


async def test_cancelled_timers_are_forgotten_before_their_deadline():
    loop = asyncio.get_running_loop()

    for _ in range(2000):
        loop.call_later(3600, print).cancel()

    assert len(loop._timers) <= 2 * loops._COMPACT_AFTER


async def test_cancelled_call_does_not_run():
    ran = []
    asyncio.get_running_loop().call_soon(ran.append, 1).cancel()
    asyncio.get_running_loop().call_later(0, ran.append, 2).cancel()

    await asyncio.sleep(0.005)

    assert ran == []


async def test_nested_qt_loop_inside_a_task_loses_no_wake_up():
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await until(lambda: ticks > 0)

    nested(30)
    before = ticks

    await until(lambda: ticks > before + 2)
    ticking.cancel()
    await asyncio.wait([ticking])


async def test_future_resolved_inside_a_nested_qt_loop_wakes_its_task_afterwards():
    answer = asyncio.get_running_loop().create_future()

    async def wait():
        return await answer

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    QTimer.singleShot(1, lambda: answer.set_result("yes"))

    nested(30)

    assert await asyncio.wait_for(waiting, 1) == "yes"


async def test_nested_qt_loop_inside_a_plain_callback_runs_others_and_survives():
    loop, ran = asyncio.get_running_loop(), []
    for callback in (lambda: nested(20), lambda: ran.append("next"), lambda: ran.append("last")):
        loop.call_soon(callback)

    await until(lambda: ran == ["next", "last"])


async def test_other_threads_wake_the_loop():
    loop, arrived = asyncio.get_running_loop(), []
    threads = [threading.Thread(target=loop.call_soon_threadsafe, args=(arrived.append, i)) for i in range(20)]
    for thread in threads:
        thread.start()

    await until(lambda: len(arrived) == 20)

    assert sorted(arrived) == list(range(20))
    assert await asyncio.to_thread(lambda: 7) == 7


async def test_long_batch_lets_qt_breathe(monkeypatch):
    monkeypatch.setattr(loops, "SLICE_SECONDS", 0)
    loop, order = asyncio.get_running_loop(), []
    loop.call_soon(QTimer.singleShot, 0, lambda: order.append("qt"))
    for number in range(50):
        loop.call_soon(order.append, number)

    await until(lambda: len(order) == 51)

    assert order.index("qt") < 50


async def test_qt_signal_can_be_awaited():
    timer = QTimer(singleShot=True)
    timer.start(1)

    assert await signal(timer.timeout) == ()


def test_run_gives_the_exit_code_and_outlives_the_last_window():
    app = application()

    async def main():
        await asyncio.sleep(0)
        return 3

    assert loops.run(main(), app) == 3
    assert not app.quitOnLastWindowClosed()


def test_closed_loop_refuses_work_and_leaves_no_timer():
    loop = AppEventLoop(application())
    loop.call_later(3600, print)
    loop.close()
    loop.close()

    with pytest.raises(RuntimeError):
        loop.call_soon(print)
    assert not loop._pump._due.isActive()


def test_loops_are_freed():
    for _ in range(20):
        with asyncio.Runner(loop_factory=lambda: AppEventLoop(application())) as runner:
            runner.run(asyncio.sleep(0))
    gc.collect()

    assert sum(isinstance(thing, AppEventLoop) for thing in gc.get_objects()) <= 1
