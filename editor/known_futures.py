"""Futures to be looked at: those of the session, and those that replayed recordings tell of."""

from __future__ import annotations

from runtime.errors import FutureError, UnknownFutureError
from runtime.futures.future import FutureResponse
from runtime.futures.registry import FutureRegistry
from runtime.ids import FutureId
from runtime.recording.retold_futures import RetoldFutures


class KnownFutures:
    """Finds a future by its id. No two have one: a replay leaves out what is known already."""

    def __init__(self, futures: FutureRegistry) -> None:
        self._futures = futures
        self._retold: list[RetoldFutures] = []

    def get(self, future_id: FutureId) -> FutureResponse:
        """The future of this id. Raises UnknownFutureError."""
        for retold in self._retold:
            try:
                return retold.get(future_id)
            except UnknownFutureError:
                continue
        return self._futures.get(future_id)

    def cancel(self, future_id: FutureId, reason: str) -> None:
        """Ask for an end. Raises FutureError for one of a recording, and what `FutureRegistry.cancel` raises."""
        if any(future.id == future_id for retold in self._retold for future in retold):
            raise FutureError("The request is one of a recording: nobody works on it any more.")
        self._futures.cancel(future_id, reason)

    def knows(self, future_id: FutureId) -> bool:
        """Whether there is one of this id."""
        try:
            self.get(future_id)
        except UnknownFutureError:
            return False
        return True

    def add(self, retold: RetoldFutures) -> None:
        """Let those of a recording be found as well. Its ids must be others than those that are known."""
        self._retold.append(retold)

    def remove(self, retold: RetoldFutures) -> None:
        """Let those of a recording be found no more."""
        self._retold.remove(retold)


Futures = FutureRegistry | KnownFutures
"""Where a future can be found and cancelled."""
