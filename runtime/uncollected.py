"""Work that makes much and leaves little garbage, done without the collector, which would walk over it again and again.

With a large flow open one full collection takes 150 to 600 ms, in which no thread moves.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_holders = 0
_was_enabled = False


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection inside; may be entered again there, and by several threads at once."""
    global _holders, _was_enabled  # noqa: PLW0603 (the collector is one for the whole process)
    with _lock:
        if _holders == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _holders += 1
    try:
        yield
    finally:
        with _lock:
            _holders -= 1
            if _holders == 0 and _was_enabled:
                gc.enable()
