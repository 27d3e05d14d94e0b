"""Errors that nobody expected: each is logged with its traceback and shown once, however often it repeats."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final

from runtime.errors import FutureflowError, message_of

_log = logging.getLogger(__name__)

REPEAT_SECONDS: Final = 5.0
"""An error from the same line is logged again only after this long: one in a paint comes 60 times a second."""


class UnexpectedErrors:
    """Catches what slots, paints, callbacks and background tasks raise, so that the window lives on and says so."""

    def __init__(self, show: Callable[[str], object]) -> None:
        """`show(text)` puts a message before the person's eyes."""
        self._show = show
        self._last: dict[tuple[type[BaseException], str], float] = {}

    def install(self, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
        """Catch from now on, until the returned function is called."""
        before = sys.excepthook
        sys.excepthook = self._from_slot
        loop.set_exception_handler(self._from_loop)

        def uninstall() -> None:
            sys.excepthook = before
            loop.set_exception_handler(None)

        return uninstall

    def report(self, doing: str, error: BaseException) -> None:
        """An error while `doing` something, as in `save the flow`."""
        if isinstance(error, FutureflowError | OSError):
            self._show(f"Could not {doing}: {message_of(error)}")
            return
        self._record(f"Could not {doing}", error)

    def _from_slot(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._record("Something went wrong inside Futureflow", error)

    def _from_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is None:
            _log.error("event loop: %s", context.get("message"))
            return
        self._record("Something went wrong inside Futureflow", error)

    def _record(self, what: str, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        now = time.monotonic()
        last = self._last.get((type(error), place))
        if last is not None and now - last < REPEAT_SECONDS:
            return
        self._last[type(error), place] = now
        _log.error("%s", what, exc_info=error)
        self._show(f"{what}: {message_of(error)}. Your work is untouched; the log tells more.")
