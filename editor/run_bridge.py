"""From the session's events to Qt signals: views get them outside of the task that caused them (pitfall C2)."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.document.flow import ConnectionKey, PinKind, PinRef
from runtime.engine.events import Event, TokenMoved
from runtime.futures.events import FutureDelta
from runtime.ids import FutureId, NodeId, RunId

from .activity import RunActivity

MERGE_MS = 33
"""The canvas learns of changed nodes 30 times a second: as often as the eye can use it."""

MOST_FOLLOWED = 10_000
"""Runs of one flow: an event may start a run a second for days."""


class RunBridge(QObject):
    """Hands on the events of a session, in a turn of Qt's loop of its own.

    Who listens is called from here and not by a signal: each of those lets go of the GIL, and with a busy network
    thread waits for it half a millisecond (measured: 19 ms of work took 97).

    Signals:
        delivered(): all listeners have heard all that had happened.
        texts_grew(set[FutureId]): pieces of text came for these futures, which know them; they may be told before
            or after other events of the same futures. A thousand streams are one signal a turn.
    """

    delivered = Signal()
    texts_grew = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listeners: list[Callable[[Event], object]] = []
        self._waiting: deque[Event] = deque()
        self._grown: set[FutureId] = set()
        self._turn = _single_shot(self, 0)
        self._turn.timeout.connect(self._deliver)

    def listen(self, *listeners: Callable[[Event], object]) -> None:
        """Call these with every event but pieces of text, in order. What one of them raises harms no other."""
        self._listeners += listeners

    def sink(self, event: Event) -> None:
        """Take an event from the session; called on the loop's thread."""
        if isinstance(event, FutureDelta):
            self._grown.add(event.future_id)
        else:
            self._waiting.append(event)
        if not self._turn.isActive():
            self._turn.start()

    def _deliver(self) -> None:
        # All that waits: the engine gives up its turn every 5 ms (design 5.9), so this is never much, and a flow that
        # tells faster than panels listen is slowed down instead of filling the memory.
        while self._waiting:
            event = self._waiting.popleft()
            for listener in self._listeners:
                try:
                    listener(event)
                except Exception:  # noqa: BLE001 (as Qt does with what a slot raises)
                    sys.excepthook(*sys.exc_info())
        self.delivered.emit()
        if self._grown:
            grown, self._grown = self._grown, set()
            self.texts_grew.emit(grown)


class ActivityFeed(QObject):
    """Folds the events of one flow's runs into what its nodes do, for the canvas.

    Attributes:
        activity: what each node does now.

    Signals:
        activity_changed(frozenset[NodeId]): nodes that look different, merged to 30 times a second.
        tokens_moved(list[ConnectionKey]): exec wires that tokens took since the last time; told just before.
    """

    activity_changed = Signal(object)
    tokens_moved = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.activity = RunActivity()
        self._moved: dict[ConnectionKey, None] = {}
        self._runs: dict[RunId, None] = {}
        self._touched: set[NodeId] = set()
        self._merge = _single_shot(self, MERGE_MS)
        self._merge.timeout.connect(self._tell)

    def follow(self, run_id: RunId) -> None:
        """Listen to a run, and to the futures that outlive it; of very many, to the latest."""
        self._runs[run_id] = None
        if len(self._runs) > MOST_FOLLOWED:
            del self._runs[next(iter(self._runs))]

    def follows(self, run_id: RunId | None) -> bool:
        """Whether the run is one of this flow's."""
        return run_id in self._runs

    def look_again(self) -> None:
        """Other values are looked at: all nodes that have some look different."""
        self.activity_changed.emit(frozenset(self.activity.values.last()))

    def clear(self) -> None:
        """Forget what the runs did."""
        self._touched |= self.activity.clear()
        self._merge.start()

    def sink(self, event: Event) -> None:
        """Take an event from the session; called on the loop's thread."""
        if event.run_id not in self._runs:
            return
        self._touched |= self.activity.apply(event)
        if isinstance(event, TokenMoved):
            source, target = PinRef(event.node_id, event.pin), PinRef(event.to_node_id, event.to_pin)
            self._moved[ConnectionKey(PinKind.EXEC, source, target)] = None
        if self._touched and not self._merge.isActive():
            self._merge.start()

    def _tell(self) -> None:
        touched, self._touched = frozenset(self._touched), set()
        moved, self._moved = list(self._moved), {}
        if moved:
            self.tokens_moved.emit(moved)
        self.activity_changed.emit(touched)


def _single_shot(parent: QObject, interval_ms: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    return timer
