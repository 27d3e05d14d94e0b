"""What moves on the canvas while a flow runs: light along wires, turning badges. One clock, which rests with them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from PySide6.QtCore import QLineF, QObject, QRectF, QTimer, Signal

from runtime.document.flow import ConnectionKey, PinKind
from runtime.ids import NodeId

from ..activity import RunActivity
from .geometry import badge_rect
from .projection import PlacedNode, Projection
from .wire import Wire

TICK_MS: Final = 50
TRAVEL_S: Final = 0.7
"""How long a light takes from one end of a wire to the other."""
TURN_S: Final = 1.2
"""How long a badge takes to turn once."""
MOST_LIGHTS: Final = 80
MOST_BADGES: Final = 30
"""More of them in sight at once tell nothing that fewer do not, and would cost a frame each tick."""


class Animation(QObject):
    """Lights run along the wires that tokens took; into a node that is running they run until it has ended.

    Signals:
        damaged(list[QRectF]): these areas of the canvas look different.
        rested(): nothing moves any more.
    """

    damaged = Signal(object)
    rested = Signal()

    def __init__(
        self,
        projection: Projection,
        activity: RunActivity,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._projection = projection
        self._activity = activity
        self._clock = clock
        self._now = clock()
        """The time that is shown: it goes on with each tick, so that two paints between ticks show the same."""
        self._lit: dict[ConnectionKey, float] = {}
        self._waiting: list[QRectF] = []
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def tokens_moved(self, keys: Iterable[ConnectionKey]) -> None:
        """Tokens went along these exec wires: they light up, and so do the data wires that the next node reads."""
        now = self._now = self._clock()
        for key in keys:
            for lit in (key, *self._read_by(key.target.node)):
                if lit in self._projection.wires and (lit in self._lit or len(self._lit) < MOST_LIGHTS):
                    self._lit[lit] = now
        self._start()

    def follow_activity(self) -> None:
        """Nodes began or ended: keep the clock going while badges turn."""
        if self._turning():
            self._start()

    def damage(self, areas: list[QRectF]) -> None:
        """These areas look different: told with the next tick while the clock runs, so that one paint shows both."""
        if self._timer.isActive():
            self._waiting += areas
        else:
            self.damaged.emit(areas)

    def lights(self) -> Iterator[tuple[Wire, float]]:
        """The wires on which a light is, with how far it has got: 0 at the source, 1 at the target."""
        for key, since in self._lit.items():
            if (wire := self._projection.wires.get(key)) is not None:
                yield wire, (self._now - since) / TRAVEL_S % 1.0

    @property
    def turn(self) -> float:
        """How far badges have turned: 0 to 1."""
        return self._now / TURN_S % 1.0

    def _start(self) -> None:
        if not self._timer.isActive() and (self._lit or self._turning()):
            self._timer.start()

    def _tick(self) -> None:
        now = self._now = self._clock()
        wires = self._projection.wires
        areas, self._waiting = self._waiting, []
        areas += [wires[key].box for key in self._lit if key in wires]
        self._lit = {key: since for key, since in self._lit.items() if now - since < TRAVEL_S or self._goes_on(key)}
        turning = self._turning()
        areas += [badge_rect(node.shape).translated(node.rect.topLeft()) for node in turning]
        self.damaged.emit(areas)
        if not self._lit and not turning:
            self._timer.stop()
            self.rested.emit()

    def _goes_on(self, key: ConnectionKey) -> bool:
        is_exec = key.kind is PinKind.EXEC
        return is_exec and key in self._projection.wires and self._activity.of(key.target.node).status == "running"

    def _turning(self) -> list[PlacedNode]:
        nodes, running = self._projection.nodes, self._activity.running
        return [nodes[node_id] for node_id in running if node_id in nodes] if len(running) <= MOST_BADGES else []

    def _read_by(self, node_id: NodeId) -> list[ConnectionKey]:
        if node_id not in self._projection.nodes:
            return []
        wires = self._projection.document.connections_of(node_id)
        return [wire.key for wire in wires if wire.kind is PinKind.DATA and wire.target.node == node_id]


def light_on(wire: Wire, share: float, length: float) -> list[QLineF]:
    """The part of a wire that ends at a share of its way and is so long."""
    head = share * (wire.length + length)
    return wire.part(head - length, head)
