"""The run history: keeps a recording of every run of a session, and knows those of sessions before it."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from ..engine.events import Event, RunFinished, RunStarted
from ..errors import message_of
from ..ids import RunId
from ..recording.reading import Recording, load_recording
from ..recording.writing import RECORDING_SUFFIX
from ..session import Session
from .files import sizes_of, superfluous
from .live import LiveRun
from .summary import RunSummary, read_summaries, summary_of

T = TypeVar("T")
_log = logging.getLogger(__name__)

FLUSH_S: Final = 0.1
"""What a crash of the program can cost of a run's recording."""


class RunHistory:
    """Listens to a session. To be used on the session's loop; files are read and written in a thread.

    The recordings stand in a folder, one file a run, with all that its futures and the flows it called told. The oldest
    ones go when there are too many (`MOST_RUNS` and its neighbours in files.py).

    Attributes:
        problem: why something is missing, for people; "" if nothing is.
    """

    def __init__(self, session: Session, folder: Path) -> None:
        """Keep every run from now on in the folder, which need not be there yet. `load` finds older runs."""
        self._session = session
        self._folder = folder
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, "futureflow-history")
        self._runs: dict[RunId, RunSummary] = {}
        self._live: dict[RunId, LiveRun] = {}
        self._listeners: list[Callable[[], None]] = []
        self._flush_call: asyncio.TimerHandle | None = None
        self._unsubscribe = session.subscribe(self._take)
        self.problem = ""

    @property
    def runs(self) -> list[RunSummary]:
        """All runs, the latest first."""
        return sorted(self._runs.values(), key=lambda run: (run.started, run.run_id), reverse=True)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` whenever `runs` or `problem` has changed, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def load(self) -> None:
        """Find the runs of earlier sessions."""
        found = await self._in_thread(partial(read_summaries, self._folder))
        self._runs = {run.run_id: run for run in found} | self._runs
        self._tidy()
        self._tell()

    async def recording(self, run_id: RunId) -> Recording:
        """What is recorded of a run so far. Raises RecordingError; KeyError for an unknown run."""
        return await self._read(run_id, load_recording)

    async def save(self, run_id: RunId, path: Path) -> None:
        """Copy a run's recording. Raises OSError; KeyError for an unknown run."""
        await self._read(run_id, lambda file: shutil.copyfile(file, path))

    async def delete(self, run_ids: Collection[RunId]) -> None:
        """Forget runs and delete their recordings; those under way stay. Raises OSError."""
        runs = [run for run in self._runs.values() if run.run_id in run_ids and run.status != "running"]
        self._forget([run.run_id for run in runs])
        await self._in_thread(lambda: _unlink(run.file for run in runs))

    async def close(self) -> None:
        """Write what is left, and end the thread. Nothing is kept afterwards."""
        self._unsubscribe()
        self._flush()
        for live in set(self._live.values()):
            self._end(live)
        await self._in_thread(lambda: None)
        self._thread.shutdown()

    # -- what the session tells

    def _take(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._begin(event)
        live = self._live.get(event.run_id) if event.run_id is not None else None
        if live is None:
            return
        live.take(event)
        if isinstance(event, RunFinished) and event.run_id == live.started.run_id:
            self._runs[event.run_id] = summary_of(live.started, live.path, event, "interrupted")
            self._tell()
        if live.is_over:
            self._end(live)
            self._tidy()
        elif self._flush_call is None:
            self._flush_call = self._loop.call_later(FLUSH_S, self._flush)

    def _begin(self, event: RunStarted) -> None:
        if event.parent_run_id is not None:
            if (caller := self._live.get(event.parent_run_id)) is not None:
                self._live[event.run_id] = caller
            return
        flow = next((run.flow for run in self._session.runs if run.run_id == event.run_id), None)
        if flow is None:
            return
        live = LiveRun(event, self._folder / f"{event.run_id}{RECORDING_SUFFIX}")
        self._live[event.run_id] = live
        self._runs[event.run_id] = summary_of(event, live.path, None, "running")
        self._write(partial(live.file.begin, flow, self._session.registry, self._session.providers.hidden))
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    # -- files

    def _flush(self) -> None:
        if self._flush_call is not None:
            self._flush_call.cancel()
            self._flush_call = None
        for live in set(self._live.values()):
            self._flush_run(live)

    def _flush_run(self, live: LiveRun) -> None:
        if (write := live.next_write(self._session.providers.hidden)) is not None:
            self._write(write)

    def _end(self, live: LiveRun) -> None:
        live.end_digest()
        self._flush_run(live)
        self._write(live.file.close)
        self._live = {run_id: other for run_id, other in self._live.items() if other is not live}

    def _write(self, write: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                write()
            except Exception as error:  # noqa: BLE001 (a history that cannot be written must not hurt what runs)
                self._loop.call_soon_threadsafe(self._note, error)

        self._thread.submit(guarded)

    def _note(self, error: Exception) -> None:
        if not self.problem:
            _log.error("the run history cannot be written", exc_info=error)
            reason = error.strerror if isinstance(error, OSError) else message_of(error)
            self.problem = f"The run history in {self._folder} is not complete ({reason}): free some space there."
            self._tell()

    async def _read(self, run_id: RunId, read: Callable[[Path], T]) -> T:
        file = self._runs[run_id].file
        self._flush()
        return await self._in_thread(partial(read, file))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self._thread.submit(work))

    # -- retention

    def _tidy(self) -> None:
        """Delete what is too much."""
        self._write(partial(self._tidy_files, self.runs[::-1]))

    def _tidy_files(self, runs: list[RunSummary]) -> None:
        """On the history's thread."""
        doomed = superfluous(runs, sizes_of(run.file for run in runs))
        _unlink(run.file for run in doomed)
        if doomed:
            self._loop.call_soon_threadsafe(self._forget, [run.run_id for run in doomed])

    def _forget(self, run_ids: Iterable[RunId]) -> None:
        for run_id in run_ids:
            self._runs.pop(run_id, None)
        self._tell()


def _unlink(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
