"""Which programs are alive that have futures in flight: each holds a lock, which the system frees when it ends."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Owner:
    """A mark of life: as long as it is not closed and its process runs, `is_alive` says so to every process.

    No process ids: those are given out again, and differ between containers that share a folder.
    """

    def __init__(self, folder: Path) -> None:
        """Raises OSError if nothing can be written there."""
        self.name = secrets.token_hex(8)
        self._path = _path_of(folder, self.name)
        folder.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        _lock(self._descriptor)

    def close(self) -> None:
        """It no longer owns anything."""
        os.close(self._descriptor)
        with contextlib.suppress(OSError):
            self._path.unlink()


def is_alive(folder: Path, name: str) -> bool:
    """Whether the owner of that name still runs. Clears away what a dead one has left."""
    path = _path_of(folder, name)
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        _lock(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    with contextlib.suppress(OSError):
        path.unlink()
    return False


def _path_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.lock"
