"""What the network thread asks of the whole process while it runs: open files, thread switching, garbage collection."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

OPEN_FILES: Final = 4096
"""A thousand connections and what a desktop program has open besides; macOS begins at 256, most Linux at 1,024."""
SWITCH_INTERVAL_S: Final = 0.0005
"""At Python's 5 ms a busy network thread keeps the window waiting for the GIL: at 1,000 streams its loop lagged by 82
to 139 ms (p99), at this figure by 6 to 24 ms (pitfall C33)."""
GC_THRESHOLDS: Final = (2000, 1, 300)
"""A thousand requests in flight are 200,000 objects, and each full collection over them stops both threads for 50 to
250 ms: at Python's (700, 10, 10) there were three to four while 1,000 streams started, which was the whole of the
window's worst lag (measured by tests/benchmarks/completions.py). Here a full one comes after 1,200,000 new objects. One
of the middle generation comes at every second turn: at every tenth they took up to 40 ms, and found nothing."""


@contextmanager
def settings_for_many_requests() -> Iterator[None]:
    """Hold these settings for the length of the block; the limit on open files stays raised."""
    _allow_open_files()
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(*GC_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(interval)


def _allow_open_files() -> None:
    """Raise this process's soft limit as far as it may go; Windows has none that matters."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 (POSIX only)

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
