"""Changes of files as they happen: the system's notices, gathered in a thread of its own for each watch."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from watchfiles import watch

from .seen_files import FileChange, SeenFiles

_QUIET_MS: Final = 50
_LONGEST_MS: Final = 1600
"""Changes are told when none came for the first time, at the latest after the second."""
_LOOK_MS: Final = 1000
"""So often it is looked whether what is watched is still there: a folder that goes away gives no notice."""


_Told = list[tuple[Path, FileChange]] | Exception | None
"""Changes, or that the watch has ended, by an error or without."""


async def file_changes(watched: Path, seen: SeenFiles) -> AsyncGenerator[tuple[Path, FileChange], None]:
    """Each change of a file, or of the files in a folder, until it is no longer what it was: file or folder.

    `watched` or the folder that it is in must be there. Raises OSError. When it is closed its thread has ended.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[_Told] = asyncio.Queue()
    ended = asyncio.Event()
    stop = threading.Event()

    def tell(what: _Told) -> None:
        loop.call_soon_threadsafe(told.put_nowait, what)

    def work() -> None:
        error: Exception | None = None
        try:
            _watch(watched, seen, stop, tell)
        except Exception as failure:  # noqa: BLE001 (it is raised on the loop, where somebody waits)
            error = failure
        tell(error)
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=work, name=f"watch {watched}", daemon=True).start()
    try:
        while isinstance(what := await told.get(), list):
            for change in what:
                yield change
        if what is not None:
            raise what
    finally:
        stop.set()
        await ended.wait()


def _watch(watched: Path, seen: SeenFiles, stop: threading.Event, tell: Callable[[_Told], None]) -> None:
    is_folder = watched.is_dir()
    folder = watched if is_folder else watched.parent
    notices = watch(
        folder,
        watch_filter=lambda _change, path: seen.is_meant(Path(path)),
        debounce=_LONGEST_MS,
        step=_QUIET_MS,
        stop_event=stop,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        recursive=is_folder,
        ignore_permission_denied=True,
    )
    looks_at_all = True  # at first, for what was changed before the system began to watch was not noticed
    with closing(notices):
        for noticed in notices:
            is_gone = not folder.is_dir() or folder.resolve() != folder or watched.is_dir() != is_folder
            changes = seen.look(None if looks_at_all or is_gone else {Path(path) for _, path in noticed})
            if changes:
                tell(changes)
            if is_gone:
                return
            looks_at_all = False
