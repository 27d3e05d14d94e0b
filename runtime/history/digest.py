"""What is kept of a run that has told too much: how each node ended up, its last values, the latest news."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Final

from ..engine.events import Event, NodeFailed, NodeFinished, NodeOutputs, NodeStarted, TokenMoved
from ..futures.events import FutureDelta

LATEST: Final = 2_000
"""How much news that belongs to no node is kept: lines of the log, futures."""


class Digest:
    """Takes in any number of events, in memory that grows with the nodes, not with the events."""

    def __init__(self) -> None:
        self._taken = 0
        self._of_nodes: dict[Hashable, tuple[int, Event]] = {}
        self._latest: deque[tuple[int, Event]] = deque(maxlen=LATEST)

    def add(self, event: Event) -> None:
        """Take an event in."""
        self._taken += 1
        match event:
            case NodeOutputs():
                self._of_nodes["outputs", event.run_id, event.node_id] = self._taken, event
            case NodeStarted() | NodeFinished() | NodeFailed():
                self._of_nodes["state", event.run_id, event.node_id] = self._taken, event
            case TokenMoved() | FutureDelta():
                pass
            case _:
                self._latest.append((self._taken, event))

    @property
    def left_out(self) -> int:
        """How many of the events taken in are not kept."""
        return self._taken - len(self._of_nodes) - len(self._latest)

    def events(self) -> list[Event]:
        """What is kept, in order."""
        kept = sorted([*self._of_nodes.values(), *self._latest], key=lambda numbered: numbered[0])
        return [event for _, event in kept]
