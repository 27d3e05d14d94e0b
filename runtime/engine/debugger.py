"""The debugger of a session: breakpoints, and runs that stand still and go on as a person says (design 5.10).

A run that stands still does so with all flows that it calls, and with all its tokens: each stops before its next node.
What a node has begun goes on, so a run may take its time to come to a stand, and the event loop is never blocked. All
run ids may be those of a started run or of one that it calls. `RunPaused` and `RunResumed` tell of every token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal
from weakref import WeakValueDictionary

from ..document.flow import Breakpoint
from ..ids import NodeId, RunId
from .breakpoints import Breakpoints
from .context import RunFacts
from .pauses import Pause
from .telling import Teller
from .tokens import Tokens
from .world import DebuggedRun, Step, World

DebugState = Literal["running", "pausing", "paused"]
"""`pausing` until the first token stands still, and during a step if no other does."""


class Debugger:
    """Where the runs of a session stand still. Costs runs nothing while there is nothing to look for."""

    def __init__(self) -> None:
        self._breakpoints = Breakpoints()
        self._runs: WeakValueDictionary[RunId, DebuggedRun] = WeakValueDictionary()

    # -- what to stand still for

    @property
    def breaks_on_failure(self) -> bool:
        """Whether runs stand still at every node that fails, before its `Failed` or a `Try` is followed."""
        return self._breakpoints.on_failure

    @breaks_on_failure.setter
    def breaks_on_failure(self, breaks: bool) -> None:
        self._breakpoints.on_failure = breaks
        self._arm()

    def breakpoints(self, source: str) -> Mapping[NodeId, Breakpoint]:
        """The breakpoints of a flow by node; `source` is the key of its `FlowSource`."""
        return self._breakpoints.of(source)

    def set_breakpoints(self, source: str, breakpoints: Mapping[NodeId, Breakpoint]) -> None:
        """Have these breakpoints in a flow, and no others: also in runs that are on, which keep their counts of hits.

        A condition may name the node's inputs as far as they are known (not what pure nodes give), outputs of the
        blocks around (`Index`, `Value`; the innermost goes first), and outputs of nodes that have run, by title or id
        (`Keep_it.Value`). One that cannot be evaluated pauses, and the pause says so. Of pure nodes only this and
        `run_to` are looked for; they pause within the step that asks for them.
        """
        self._breakpoints.put(source, breakpoints)
        self._arm()

    # -- what stands still

    def pauses(self, run_id: RunId | None = None) -> tuple[Pause, ...]:
        """The tokens that stand still, longest first: of one run with what it calls, or of all runs."""
        worlds = [self._world(run_id)] if run_id is not None else self._worlds()
        return tuple(standing.pause for world in worlds if world for standing in world.standing.values())

    def state(self, run_id: RunId) -> DebugState:
        """How a run is getting on. One that is over is `running`."""
        world = self._world(run_id)
        if world is None or not world.is_stopped:
            return "running"
        return "paused" if world.standing else "pausing"

    # -- how it goes on; nothing happens if the run is over, or no such token stands still

    def pause(self, run_id: RunId) -> None:
        """Let every token stand still before its next node."""
        if (world := self._world(run_id)) is not None:
            world.pause()

    def resume(self, run_id: RunId) -> None:
        """Let all tokens go on."""
        if (world := self._world(run_id)) is not None:
            world.resume()

    def step_over(self, run_id: RunId, token: int | None = None) -> None:
        """Run the node before which a token stands, with its bodies and calls; None: the token that stands longest."""
        self._step(run_id, "over", token)

    def step_into(self, run_id: RunId, token: int | None = None) -> None:
        """Go on to the next node wherever it is: in a body, or the event of a flow that is called."""
        self._step(run_id, "into", token)

    def step_out(self, run_id: RunId, token: int | None = None) -> None:
        """Go on until the block or the call around has ended; from the top of a run to its end."""
        self._step(run_id, "out", token)

    def run_to(self, run_id: RunId, node_id: NodeId, source: str | None = None) -> None:
        """Let all tokens go on until one comes to this node, of the flow `source` (None: of this very run).

        Whatever lets the run stand still before forgets it.
        """
        run = self._runs.get(run_id)
        if run is not None and not run.is_over:
            run.world.resume((source if source is not None else run.source, node_id))

    # -- for runs

    def watch(self, facts: RunFacts, tokens: Tokens, teller: Teller | None) -> DebuggedRun:
        """Look after a run until its `end` is called; one that is called belongs to its caller's."""
        caller = self._runs.get(facts.caller.run_id) if facts.caller is not None else None
        world = caller.world if caller is not None else World(self._breakpoints)
        run = self._runs[facts.run_id] = DebuggedRun(world, facts, tokens, teller)
        return run

    def _step(self, run_id: RunId, step: Step, token: int | None) -> None:
        world = self._world(run_id)
        if world is None or not world.standing:
            return
        number = next(iter(world.standing)) if token is None else token
        if number in world.standing:
            world.step(step, number)

    def _world(self, run_id: RunId) -> World | None:
        run = self._runs.get(run_id)
        return run.world if run is not None and not run.is_over else None

    def _worlds(self) -> Iterator[World]:
        return iter(dict.fromkeys(run.world for run in self._runs.values() if not run.is_over))

    def _arm(self) -> None:
        for world in self._worlds():
            world.arm()
