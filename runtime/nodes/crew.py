"""Tasks that stand and fall together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Crew:
    """Tasks of which the first exception cancels the others and comes out as it is, not wrapped in a group.

    Whoever fires a body thus gets NodeFailure and the engine's own signals. `asyncio.TaskGroup` will not do: of a group
    that fails while its owner waits for it, Python 3.11.7 leaves the owner's cancellation count raised.
    """

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[None], None] = {}  # in the order of their start, so that runs end alike
        self._first_error: BaseException | None = None
        self._all_ended: asyncio.Future[None] | None = None
        self._is_ending = False

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run a coroutine in a task of the crew. Members may start others."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks[task] = None
        task.add_done_callback(self._note_end)
        if self._is_ending:
            task.cancel()

    def cancel(self) -> None:
        """Ask all tasks to end, also those that members may start yet."""
        self._is_ending = True
        for task in self._tasks:
            task.cancel()

    async def wait(self) -> None:
        """Return when all tasks have ended. Raises the first exception of any of them.

        Cancelling the wait cancels the tasks, and is passed on when they have ended, whatever they raised meanwhile.
        """
        cancelled: asyncio.CancelledError | None = None
        while self._tasks:
            self._all_ended = asyncio.get_running_loop().create_future()
            try:
                await self._all_ended
            except asyncio.CancelledError as error:
                cancelled = error
                self.cancel()
        if cancelled is not None:
            raise cancelled
        if self._first_error is not None:
            raise self._first_error

    def _note_end(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if error is not None and self._first_error is None:
            self._first_error = error
            self.cancel()
        if not self._tasks and self._all_ended is not None and not self._all_ended.done():
            self._all_ended.set_result(None)
