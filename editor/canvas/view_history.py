"""Back and forward through the places that a person looked at, as in a browser: each jump leaves one behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from runtime.document.flow import View

MOST_PLACES: Final = 100


class ViewHistory:
    """The views before and after the one that is seen."""

    def __init__(self, look: Callable[[], View], go: Callable[[View], object]) -> None:
        """`look` says what is seen now, `go` shows another view."""
        self._look = look
        self._go = go
        self._behind: deque[View] = deque(maxlen=MOST_PLACES)
        self._ahead: deque[View] = deque(maxlen=MOST_PLACES)

    def note(self) -> None:
        """What is seen is about to be left by a jump."""
        self._ahead.clear()
        here = self._look()
        if not self._behind or self._behind[-1] != here:
            self._behind.append(here)

    def step(self, step: int) -> bool:
        """Go back (-1) or forward (1); False if there is nothing."""
        source, target = (self._behind, self._ahead) if step < 0 else (self._ahead, self._behind)
        here = self._look()
        while source and source[-1] == here:
            source.pop()  # one has come back there by oneself
        if not source:
            return False
        target.append(here)
        self._go(source.pop())
        return True

    def clear(self) -> None:
        """Forget all: another flow is in."""
        self._behind.clear()
        self._ahead.clear()
