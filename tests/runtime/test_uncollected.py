"""Work without the garbage collector: it is off inside, and afterwards as it was."""

from __future__ import annotations

import gc
from threading import Event, Thread

from runtime.uncollected import uncollected


def test_the_collector_is_off_inside_and_on_again_afterwards() -> None:
    assert gc.isenabled()
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_inside_leaves_it_on() -> None:
    try:
        with uncollected():
            raise ValueError
    except ValueError:
        assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_it_is_off_until_the_last_of_several_threads_has_ended_its_work() -> None:
    inside, may_end = Event(), Event()

    def work() -> None:
        with uncollected():
            inside.set()
            may_end.wait()

    thread = Thread(target=work)
    with uncollected():
        thread.start()
        inside.wait()
    assert not gc.isenabled()
    may_end.set()
    thread.join()
    assert gc.isenabled()
