"""What an event sees while it is listened to: the listener's side of `runtime.nodes.context`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import NodeError
from ..ids import NodeId
from ..nodes.context import LogLevel
from ..source import FlowSource
from .clock import Clock

T = TypeVar("T")
LOOK_SECONDS: Final = 30.0
"""So often a wait looks at the wall clock: the loop's own timers stand still while the machine sleeps."""
SET_BACK_SECONDS: Final = 2.0
"""A wall clock that falls behind by more, within one look, was set; by less, it was adjusted."""


class ListenerContext:
    """Made anew for each time that an event begins to listen.

    Attributes:
        node_id, source: the event node, and where its flow comes from.
        due: when it comes next in Unix seconds, or None if it is not the clock that tells.
    """

    def __init__(
        self,
        node_id: NodeId,
        source: FlowSource,
        clock: Clock,
        resources: Mapping[type, object],
        log: Callable[[LogLevel, str], None],
    ) -> None:
        self.node_id = node_id
        self.source = source
        self.due: float | None = None
        self._clock = clock
        self._resources = resources
        self._log = log

    def now(self, time_zone: str = "") -> datetime:
        """The wall clock in a zone, with its summer times. Raises NodeError for a zone that there is not."""
        return datetime.fromtimestamp(self._clock.time(), _zone(time_zone) if time_zone else _local_zone())

    async def until(self, when: datetime) -> bool:
        """Return True once the wall clock shows this, or False when it was set back."""
        self.due = when.timestamp()
        while (left := self.due - self._clock.time()) > 0:
            wall, steady = self._clock.time(), self._clock.monotonic()
            await self._clock.sleep(min(left, LOOK_SECONDS))
            behind = (self._clock.monotonic() - steady) - (self._clock.time() - wall)
            if behind > SET_BACK_SECONDS:
                return False
        return True

    def monotonic(self) -> float:
        """Seconds of a clock that nobody sets."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait by that clock."""
        self.due = self._clock.time() + max(0.0, seconds)
        await self._clock.sleep(seconds)

    def log(self, level: LogLevel, message: str) -> None:
        """Write a line to the log."""
        self._log(level, message)

    def resource(self, kind: type[T]) -> T:
        """What the session lends, by type."""
        found = self._resources.get(kind)
        assert isinstance(found, kind), f"sessions lend a {kind.__name__}"
        return found


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NodeError(f"there is no time zone {name!r}: write one as Europe/Berlin") from None


def _local_zone() -> tzinfo:
    """The machine's zone with its rules; `datetime.astimezone` knows only what holds at the moment."""
    from dateutil import tz  # noqa: PLC0415 (only for flows that go by the local clock)

    return tz.gettz() or UTC
