"""Enough open files for a thousand connections."""

from __future__ import annotations

import sys
from typing import Final

WANTED: Final = 4096
"""A thousand connections and what a desktop program has open besides; macOS begins at 256, most Linux at 1,024."""


def allow_open_files() -> None:
    """Raise this process's soft limit on open files as far as it may go; Windows has none that matters."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 (POSIX only)

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
