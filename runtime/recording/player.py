"""Plays recorded events again: at any speed, from anywhere, step by step."""

from __future__ import annotations

import math
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from ..engine.events import Event, EventSink, NodeFailed, NodeFinished, RunFinished
from ..futures.events import FutureSettled
from .timeline import offsets_of

TURN_S: Final = 0.005
"""How long events are told at once before others have their turn (design 5.9)."""
_SOON_S: Final = 1e-6
"""An event so near is due: what rounding leaves of a wait would else be waited for, again and again."""
_STOPS: Final = (NodeFinished, NodeFailed, FutureSettled, RunFinished)
"""Where a step ends: after each of these something else is to be seen."""


class Clock(Protocol):
    """What moves a player; every asyncio loop is one."""

    def time(self) -> float:
        """Seconds, from wherever."""

    def call_later(self, delay: float, callback: Callable[[], None], /) -> Any:
        """Call a function after so many seconds; what is returned has `cancel`."""


class Player:
    """Tells the events of a recording to a sink, each at its time; the first ones when it is played or moved.

    Attributes:
        duration: seconds from the first event to the last.
    """

    def __init__(
        self,
        events: Sequence[Event],
        sink: EventSink,
        clock: Clock,
        *,
        rewound: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        """`rewound` is called before events are told again from the first: forget all that was told.

        `changed` is called when it begins or ceases to play, and when it has moved.
        """
        self._events = events
        self._sink = sink
        self._clock = clock
        self._rewound = rewound
        self._changed = changed
        self._offsets = offsets_of(events)
        self._stops = [index + 1 for index, event in enumerate(events) if isinstance(event, _STOPS)]
        self._told = 0
        self._wanted = 0
        self._speed = 1.0
        self._is_playing = False
        self._base = 0.0
        self._since = 0.0
        self._call: Any = None
        self.duration = self._offsets[-1] if self._offsets else 0.0

    @property
    def is_playing(self) -> bool:
        """Whether time goes on."""
        return self._is_playing

    @property
    def at_end(self) -> bool:
        """Whether every event has been told."""
        return self._told == len(self._events)

    @property
    def position(self) -> float:
        """Where it is, in seconds since the first event."""
        if not self._is_playing or math.isinf(self._speed):
            return self._base
        return min(self.duration, self._base + (self._clock.time() - self._since) * self._speed)

    @property
    def speed(self) -> float:
        """How many recorded seconds pass in one; `math.inf` is as fast as the sink can take."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._settle_at(self.position)
        self._speed = speed
        self._schedule()

    def play(self) -> None:
        """Go on from where it is; at the end, from the beginning."""
        position = self.position
        if self.at_end:
            self._rewind()
            position = 0.0
        self._settle_at(position)
        self._is_playing = True
        self._schedule()
        self._changed()

    def pause(self) -> None:
        """Stand still."""
        self._settle_at(self.position)
        self._is_playing = False
        self._schedule()
        self._changed()

    def seek(self, position: float) -> None:
        """Go to a position: what happened until then is told, in turns where it is much."""
        position = min(max(position, 0.0), self.duration)
        self._go(bisect_right(self._offsets, position), position)

    def step(self, steps: int = 1) -> None:
        """Stand still, and go on to the end of the next node, future or run, or back to the one before."""
        if steps > 0:
            place = bisect_right(self._stops, self._wanted) + steps - 1
        else:
            place = bisect_left(self._stops, self._wanted) + steps
        wanted = 0 if place < 0 else self._stops[place] if place < len(self._stops) else len(self._events)
        self._is_playing = False
        self._go(wanted, self._offsets[wanted - 1] if wanted else 0.0)

    def close(self) -> None:
        """Tell nothing any more."""
        self._is_playing = False
        self._wanted = self._told
        self._schedule()

    def _go(self, wanted: int, position: float) -> None:
        if wanted < self._told:
            self._rewind()
        self._wanted = wanted
        self._settle_at(position)
        self._work()
        self._changed()

    def _rewind(self) -> None:
        self._rewound()
        self._told = self._wanted = 0
        self._base = 0.0

    def _settle_at(self, position: float) -> None:
        self._base, self._since = position, self._clock.time()

    def _work(self) -> None:
        """Tell what is due, for one turn."""
        end = time.perf_counter() + TURN_S
        while self._told < self._due() and time.perf_counter() < end:
            event = self._events[self._told]
            self._told += 1
            self._sink(event)
        self._wanted = max(self._wanted, self._told)
        if self._is_playing and math.isinf(self._speed) and self._told:
            self._base = max(self._base, self._offsets[self._told - 1])
        if self._is_playing and self.at_end:
            self._base = self.duration
            self._is_playing = False
            self._changed()
        self._schedule()

    def _due(self) -> int:
        """How many events are to have been told by now."""
        if not self._is_playing:
            return self._wanted
        if math.isinf(self._speed):
            return len(self._events)
        return max(self._wanted, bisect_right(self._offsets, self.position + _SOON_S))

    def _schedule(self) -> None:
        if self._call is not None:
            self._call.cancel()
            self._call = None
        if self._told < self._due():
            self._call = self._clock.call_later(0.0, self._work)
        elif self._is_playing:
            ahead = self._offsets[self._told] - self.position if not self.at_end else 0.0
            self._call = self._clock.call_later(ahead / self._speed, self._work)
