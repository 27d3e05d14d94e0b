"""Where runs are to stand still: breakpoints by flow and node, changeable while runs are on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..document.flow import Breakpoint
from ..ids import NodeId
from .conditions import ConditionError, holds


class Breakpoints:
    """The breakpoints of all flows.

    Attributes:
        on_failure: whether every node that fails is one.
    """

    def __init__(self) -> None:
        self.on_failure = False
        self._by_source: dict[str, dict[NodeId, Breakpoint]] = {}

    def of(self, source: str) -> Mapping[NodeId, Breakpoint]:
        """Those of a flow, by node."""
        return dict(self._by_source.get(source, {}))

    def put(self, source: str, breakpoints: Mapping[NodeId, Breakpoint]) -> None:
        """Have these in a flow, and no others."""
        self._by_source[source] = dict(breakpoints)

    def find(self, source: str, node_id: NodeId) -> Breakpoint | None:
        """The one that is enabled before a node, or None."""
        stop = self._by_source.get(source, {}).get(node_id)
        return stop if stop is not None and stop.enabled else None

    def concern(self, source: str) -> bool:
        """Whether a run of this flow has to look for any."""
        return self.on_failure or any(stop.enabled for stop in self._by_source.get(source, {}).values())


class Hits:
    """How often breakpoints were reached in one run: with their condition true, if they have one."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, NodeId], int] = {}

    def reached(
        self, source: str, node_id: NodeId, stop: Breakpoint, names: Callable[[], Mapping[str, Any]]
    ) -> str | None:
        """Count, and say for people why to pause here, "" where nothing is to be said; None to go on.

        A condition that cannot be evaluated pauses: a breakpoint that never works would be looked for in vain.
        """
        if stop.condition.strip():
            try:
                if not holds(stop.condition, names()):
                    return None
            except ConditionError as error:
                return f"the condition {stop.condition!r} cannot be evaluated: {error}"
        count = self._counts[source, node_id] = self._counts.get((source, node_id), 0) + 1
        if count < stop.hit_count:
            return None
        return ", ".join(filter(None, (stop.condition, f"hit {count}" if stop.hit_count > 1 else "")))
