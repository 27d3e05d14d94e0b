"""What the nodes of a flow gave, and which of it is looked at.

By default that is what came last; while a run stands still, what its token sees; once a person has picked one, an
iteration: each node shows what it gave in the same turn of the same loops, and what was known then from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from runtime.engine.events import Event, RunStarted
from runtime.engine.values import MOST_VALUES, NodeValues, Turn, ValueHistory
from runtime.ids import NodeId, PinName, RunId

_FLOW: Final = ""
"""The key of the one flow that there is here, also when its file gets another name."""


class SeenValues:
    """Folds the events of one flow's runs.

    Attributes:
        standing: what a token sees that stands still and is looked at, by node; it goes before the last values.
    """

    def __init__(self) -> None:
        self._history = ValueHistory()
        self._began: dict[RunId, float] = {}
        self._picked: NodeValues | None = None
        self._around: tuple[Turn, ...] = ()
        self.standing: Mapping[NodeId, Mapping[PinName, Any]] = {}

    def apply(self, event: Event) -> None:
        """Take an event in. A new run is looked at as it goes on."""
        if isinstance(event, RunStarted):
            self.pick(None)
            self._began[event.run_id] = event.started
            event = replace(event, source=_FLOW)
        self._history(event)

    def clear(self) -> None:
        """Forget all."""
        self.pick(None)
        self._history = ValueHistory()
        self._began.clear()

    @property
    def picked(self) -> NodeValues | None:
        """What the person looks at: its iteration is that of all nodes; None to see what comes last."""
        return self._picked

    def pick(self, entry: NodeValues | None) -> None:
        """Look at one of the values that are kept, and at its iteration; None: at what comes last."""
        self._picked = entry
        self._around = self.turns_of(entry) if entry is not None else ()

    def entries(self, node_id: NodeId, run_id: RunId | None = None) -> tuple[NodeValues, ...]:
        """All that is kept of what a node gave, oldest first: in one run, or in all."""
        return self._history.of_node(_FLOW, node_id, run_id)

    def shown(self, node_id: NodeId) -> NodeValues | None:
        """What the node gave in the iteration that is picked, else what it gave last; None if nothing."""
        if self.picked is not None:
            return self._in_iteration(self.picked, node_id)
        for run_id in reversed(self._history.runs(_FLOW)):
            if kept := self.entries(node_id, run_id):
                return kept[-1]
        return None

    def outputs_of(self, node_id: NodeId) -> Mapping[Any, Any]:
        """The values of the node's data outputs that are looked at, by pin."""
        if self.picked is None and node_id in self.standing:
            return self.standing[node_id]
        shown = self.shown(node_id)
        return shown.outputs if shown is not None else {}

    def last(self) -> Mapping[NodeId, Mapping[PinName, Any]]:
        """The last outputs of each node."""
        return self._history.last(_FLOW)

    def last_inputs(self) -> Mapping[str, Any]:
        """The flow's parameters as the last run got them."""
        return self._history.inputs(_FLOW)

    def began(self, run_id: RunId) -> float:
        """When a run began, in Unix seconds; 0 if it is not known."""
        return self._began.get(run_id, 0.0)

    def turns_of(self, entry: NodeValues) -> tuple[Turn, ...]:
        """The iteration of a value, innermost first: of a loop's own values, that which they began."""
        kept = self._of_step(entry)
        is_whole = len(self.entries(entry.node_id, entry.run_id)) < MOST_VALUES  # else the first turns are forgotten
        if len(kept) < 2 or not is_whole:
            return entry.turns
        number = next(i for i, other in enumerate(kept) if other is entry)
        return (Turn(entry.node_id, entry.step_id, number), *entry.turns)

    # -- the picked iteration

    def _in_iteration(self, picked: NodeValues, node_id: NodeId) -> NodeValues | None:
        if node_id == picked.node_id:
            return picked
        around = self._around
        entries = [entry for entry in self.entries(node_id, picked.run_id) if _fits(entry.turns, around)]
        within = [entry for entry in entries if len(entry.turns) >= len(around)]
        if within:
            return within[-1]
        if (block := next((turn for turn in around if turn.node_id == node_id), None)) is not None:
            return self._of_turn(entries, block, picked)
        return next((entry for entry in reversed(entries) if entry.t <= picked.t), None)

    def _of_step(self, entry: NodeValues) -> list[NodeValues]:
        return [other for other in self.entries(entry.node_id, entry.run_id) if other.step_id == entry.step_id]

    def _of_turn(self, entries: list[NodeValues], turn: Turn, picked: NodeValues) -> NodeValues | None:
        """What a block gave for one of its turns: it sets its outputs, then runs the body."""
        own = [entry for entry in entries if entry.step_id == turn.step_id]
        if turn.number < len(own) and self.turns_of(own[turn.number])[:1] == (turn,):
            return own[turn.number]
        return next((entry for entry in reversed(own) if entry.t <= picked.t), None)


def _fits(turns: tuple[Turn, ...], around: tuple[Turn, ...]) -> bool:
    """Whether two places are in one iteration, as far as they are in the same blocks; both innermost first."""
    for one, other in zip(reversed(turns), reversed(around), strict=False):
        if (one.node_id, one.step_id) != (other.node_id, other.step_id):
            return True
        if one.number != other.number:
            return False
    return True


def turns_text(turns: Iterable[Turn], title: Callable[[NodeId], str]) -> str:
    """Where something happened, in words: `For Each 3, Do N 1`; the turns innermost first."""
    return ", ".join(f"{title(turn.node_id)} {turn.number + 1:,}" for turn in reversed(tuple(turns)))


def after_text(seconds: float) -> str:
    """When something happened in its run: `after 12 ms`, `after 1.52 s`."""
    if seconds < 1:
        return f"after {seconds * 1000:.0f} ms"
    return f"after {seconds:.2f} s" if seconds < 100 else f"after {seconds:,.0f} s"
