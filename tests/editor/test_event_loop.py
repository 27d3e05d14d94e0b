"""The editor's event loop keeps asyncio's promises on top of Qt's loop."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import signal
import threading
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from editor.event_loop import PASS_SECONDS, EditorEventLoop


def editor_loop() -> EditorEventLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, EditorEventLoop)
    return loop


async def spin(turns: list[int] | None = None) -> None:
    """Keep the loop busy until cancelled."""
    while True:
        if turns is not None:
            turns.append(1)
        await asyncio.sleep(0)


def test_cancelled_timeouts_leave_no_timer(drive):
    async def main():
        before = editor_loop().timer_count()
        for _ in range(1000):
            await asyncio.wait_for(asyncio.sleep(0), 600)
        assert editor_loop().timer_count() == before

    drive(main())


def test_cancelled_timers_among_live_ones_are_compacted(drive):
    async def main():
        loop = editor_loop()
        base = loop.timer_count()
        live = [loop.call_later(600, print) for _ in range(100)]
        for _ in range(10_000):
            loop.call_later(500, print).cancel()
        assert loop.timer_count() - base <= 2 * len(live) + 1
        for handle in live:
            handle.cancel()
        assert loop.timer_count() <= base + 1

    drive(main())


@pytest.mark.parametrize("delay", [0.0, 0.0005, 0.001, 0.0173, 0.05])
def test_no_timer_fires_early(drive, delay):
    async def main():
        loop = editor_loop()
        fired: asyncio.Future[float] = loop.create_future()
        handle = loop.call_later(delay, lambda: fired.set_result(loop.time()))
        assert await fired >= handle.when()

    drive(main())


def test_no_timer_fires_early_in_the_wake_of_another(drive):
    async def main():
        loop = editor_loop()
        done = asyncio.Event()
        early: list[float] = []

        def fire(when: float) -> None:
            if loop.time() < when:
                early.append(when - loop.time())

        start = loop.time()
        for number in range(200):
            when = start + 0.005 + number * 0.00025
            loop.call_at(when, fire, when)
        loop.call_at(start + 0.06, done.set)
        await done.wait()
        assert not early

    drive(main())


def test_timers_fire_in_the_order_of_their_times(drive):
    async def main():
        loop = editor_loop()
        fired: list[int] = []
        done = asyncio.Event()
        now = loop.time()
        for place in (3, 1, 2, 0):
            loop.call_at(now + place * 0.002, fired.append, place)
        loop.call_at(now + 0.008, done.set)
        await done.wait()
        assert fired == [0, 1, 2, 3]

    drive(main())


def test_an_earlier_timer_is_served_before_one_that_waits_already(drive):
    async def main():
        late = editor_loop().call_later(600, print)
        await asyncio.sleep(0.001)
        late.cancel()

    drive(main())


def test_what_becomes_ready_in_a_pass_waits_for_the_next(drive):
    async def main():
        order: list[str] = []
        loop = editor_loop()
        done = asyncio.Event()

        def first() -> None:
            order.append("first")
            loop.call_soon(order.append, "added")
            loop.call_soon(done.set)

        loop.call_soon(first)
        loop.call_soon(order.append, "second")
        await done.wait()
        assert order == ["first", "second", "added"]

    drive(main())


def test_a_busy_loop_lets_qt_work(drive):
    async def main():
        turned = asyncio.Event()
        QTimer.singleShot(0, turned.set)
        busy = asyncio.create_task(spin())
        await turned.wait()
        busy.cancel()
        await asyncio.wait([busy])

    drive(main())


def test_a_long_queue_lets_qt_work_in_between(drive):
    async def main():
        loop = editor_loop()
        order: list[object] = []
        done = asyncio.Event()

        def work(number: int) -> None:
            order.append(number)
            until = loop.time() + PASS_SECONDS / 4
            while loop.time() < until:
                pass

        for number in range(20):
            loop.call_soon(work, number)
        loop.call_soon(done.set)
        turning = QTimer(interval=0)
        turning.timeout.connect(lambda: order.append("Qt"))
        turning.start()
        await done.wait()
        turning.stop()
        assert "Qt" in order[order.index(0) : order.index(19)]
        assert [entry for entry in order if entry != "Qt"] == list(range(20))

    drive(main())


def test_threads_reach_the_loop(drive):
    async def main():
        loop = editor_loop()
        here = threading.current_thread()
        arrived: asyncio.Future[threading.Thread] = loop.create_future()
        mark = contextvars.ContextVar("mark", default="")
        context = contextvars.copy_context()
        context.run(mark.set, "carried")
        seen: list[str] = []

        def arrive() -> None:
            seen.append(mark.get())
            arrived.set_result(threading.current_thread())

        threading.Thread(target=lambda: loop.call_soon_threadsafe(arrive, context=context)).start()
        assert await arrived is here
        assert seen == ["carried"]

    drive(main())


def test_a_call_from_a_thread_can_be_cancelled(drive):
    async def main():
        loop = editor_loop()
        called: list[bool] = []
        loop.call_soon_threadsafe(called.append, True).cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not called

    drive(main())


def test_work_in_threads_ends_with_the_runner(drive):
    async def main():
        return await asyncio.to_thread(threading.current_thread)

    thread = drive(main())
    assert not thread.is_alive()


def test_async_generators_are_finalised(drive):
    closed = asyncio.Event()

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(10):
                await asyncio.sleep(0)
                yield number
        finally:
            await asyncio.sleep(0)
            closed.set()

    async def main():
        async for _number in numbers():
            break
        await closed.wait()

    drive(main())


@pytest.mark.skipif(os.name != "posix", reason="loop.add_signal_handler is POSIX only")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_arrive_while_the_loop_is_idle(drive, number):
    async def main():
        arrived = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(number, arrived.set)
        threading.Timer(0.05, os.kill, (os.getpid(), number)).start()
        await arrived.wait()

    drive(main())


def test_a_nested_qt_loop_stops_asyncio_but_loses_nothing(drive, surprises):
    async def main():
        turns: list[int] = []
        other = asyncio.create_task(spin(turns))
        await asyncio.sleep(0)
        nested = QEventLoop()
        QTimer.singleShot(10, nested.quit)
        before = len(turns)
        nested.exec()
        assert len(turns) == before
        await asyncio.sleep(0.005)
        assert len(turns) > before
        other.cancel()
        await asyncio.wait([other])

    drive(main())
    surprises.expect("NestedLoopError")


def test_process_events_in_a_task_is_reported(drive, surprises):
    async def main():
        QCoreApplication.processEvents()

    drive(main())
    surprises.expect("NestedLoopError")


def test_exit_in_a_callback_ends_the_program(drive):
    async def main():
        asyncio.get_running_loop().call_soon(exit_now)
        await asyncio.Event().wait()

    def exit_now() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit) as ended:
        drive(main())
    assert ended.value.code == 3


def test_errors_in_callbacks_reach_the_handler(drive, surprises):
    async def main():
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    drive(main())
    surprises.expect("ZeroDivisionError")


def test_a_closed_loop_refuses_work(qapp):
    loop = EditorEventLoop()
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon(print)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_later(1, print)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon_threadsafe(print)


def test_an_exit_in_the_main_task_leaves_a_loop_that_works(qapp, surprises):
    async def leave() -> None:
        raise SystemExit(3)

    loop = EditorEventLoop()
    with pytest.raises(SystemExit):
        loop.run_until_complete(leave())
    assert loop.run_until_complete(asyncio.sleep(0.001, "works")) == "works"
    loop.close()
    gc.collect()  # the task must not complain that nobody looked at its exception


def test_a_loop_that_was_stopped_before_its_run_does_what_is_ready_and_ends(qapp):
    loop = EditorEventLoop()
    done: list[str] = []
    loop.call_soon(done.append, "ready")
    loop.stop()
    loop.call_later(5, loop.stop)
    loop.run_forever()
    assert done == ["ready"]
    assert loop.timer_count() == 1
    assert loop.run_until_complete(asyncio.sleep(0, "runs again")) == "runs again"
    loop.close()


def test_the_exception_handler_can_be_asked_for(qapp):
    loop = EditorEventLoop()
    assert loop.get_exception_handler() is None
    loop.set_exception_handler(print)
    assert loop.get_exception_handler() is print
    loop.close()
