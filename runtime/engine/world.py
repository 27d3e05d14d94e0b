"""A run with all flows that it calls, as a debugger sees it: what stands still in it, and how that goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from ..errors import message_of
from ..ids import NodeId, RunId, StepId
from .breakpoints import Breakpoints, Hits
from .context import RunFacts, StepContext
from .frames import Place
from .pauses import Pause, PauseReason
from .planned import PlannedExec, PlannedPure
from .scope import Scope
from .telling import Teller

if TYPE_CHECKING:
    from .tokens import Tokens

Step = Literal["over", "into", "out"]
_StepKey = tuple[RunId, StepId]


@dataclass(slots=True, eq=False)
class _Standing:
    """A token that stands still; `going` settles when it goes on: by a step, or by itself (None)."""

    run: DebuggedRun
    place: Place
    pause: Pause
    going: asyncio.Future[Step | None]


class World:
    """All tokens of a run and of the flows that it calls: if one stands still, none takes another step.

    Attributes:
        standing: what stands still, by the token's number, in the order in which it came to.
        is_stopped: whether every token is to stand still before its next node.
        target: a node before which to stand still once, by flow and id, or None.
    """

    def __init__(self, breakpoints: Breakpoints) -> None:
        self.breakpoints = breakpoints
        self.standing: dict[int, _Standing] = {}
        self.is_stopped = False
        self.target: tuple[str, NodeId] | None = None
        self._inside: _StepKey | None = None
        """While tokens are to stand still: the step in whose bodies they go on all the same."""
        self._stepped: tuple[asyncio.Task[Any], _StepKey] | None = None
        self._runs: list[DebuggedRun] = []
        self._hits = Hits()
        self._numbers: WeakKeyDictionary[asyncio.Task[Any], int] = WeakKeyDictionary()
        self._last_number = 0

    # -- for the debugger

    def pause(self) -> None:
        """Let every token stand still before its next node."""
        self.is_stopped, self._inside, self._stepped = True, None, None
        self.arm()

    def resume(self, target: tuple[str, NodeId] | None = None) -> None:
        """Let all tokens go on, up to `target` if one is given."""
        self.is_stopped, self._inside, self._stepped, self.target = False, None, None, target
        self.arm()
        for number in tuple(self.standing):
            self._release(number, None)

    def step(self, step: Step, number: int) -> None:
        """Let one token go on until it has made a step; all others stand still."""
        standing = self.standing[number]
        if step == "out" and next(standing.place.enclosing(), None) is None:
            self.resume()  # out of the whole run
        else:
            self._release(number, step)

    def arm(self) -> None:
        """Let runs look here before every step if they have to, and not otherwise."""
        for run in self._runs:
            run.arm()

    # -- for its runs

    def add(self, run: DebuggedRun) -> None:
        """A run begins."""
        self._runs.append(run)
        run.arm()

    def remove(self, run: DebuggedRun) -> None:
        """A run has ended."""
        self._runs.remove(run)

    def may_stop(self, source: str, node_id: NodeId) -> bool:
        """Whether it is worth to look closer whether a token is to stand still before this node."""
        return self.is_stopped or self.target is not None or self.breakpoints.find(source, node_id) is not None

    def cause(self, place: Place) -> tuple[PauseReason, str] | None:
        """Why a token is to stand still here, and what to say about it; None to go on."""
        if (found := self.set_cause(place)) is not None:
            return found
        if not self.is_stopped or (self._inside is not None and _is_within(place, self._inside)):
            return None
        return "step" if self._is_stepped(place) else "pause", ""

    def set_cause(self, place: Place) -> tuple[PauseReason, str] | None:
        """The same, for what a person has set at this very node."""
        source, node_id = place.facts.source.key, place.node.id
        if self.target == (source, node_id):
            return "run to here", ""
        stop = self.breakpoints.find(source, node_id)
        if stop is None:
            return None
        message = self._hits.reached(source, node_id, stop, place.names)
        return None if message is None else ("breakpoint", message)

    async def stand(self, run: DebuggedRun, place: Place, reason: PauseReason, message: str) -> None:
        """Stand still until a person lets the token go on."""
        task = asyncio.current_task()
        assert task is not None, "tokens run in tasks"
        number = self._number(task)
        pause = Pause(
            place.facts.run_id,
            number,
            place.node.id,
            place.step.step_id if place.step is not None else None,
            reason,
            message,
            place.frames(),
            place.inputs(),
            place.outputs(),
            place.callers(),
        )
        standing = _Standing(run, place, pause, asyncio.get_running_loop().create_future())
        self.standing[number] = standing
        self.target = None
        if reason != "pause":  # one that only comes to a stand ends no other token's step
            self.pause()
        if run.teller is not None:
            run.teller.run_paused(pause)
        try:
            step = await standing.going
        finally:
            self._forget(number)
        if step is not None:
            self._begin(step, task, run, place)

    def _begin(self, step: Step, task: asyncio.Task[Any], run: DebuggedRun, place: Place) -> None:
        """The token goes on in this very turn of the loop: the next step is its own."""
        key = (place.facts.run_id, run.next_step)
        around = next(place.enclosing(), None)
        if around is not None and (step == "out" or isinstance(place.node, PlannedPure)):
            key = (around.run_id, around.step_id)
        if step != "into":
            self._inside = key
        self._stepped = task, key

    def _release(self, number: int, step: Step | None) -> None:
        standing = self.standing[number]
        self._forget(number)
        if not standing.going.done():
            standing.going.set_result(step)

    def _forget(self, number: int) -> None:
        standing = self.standing.pop(number, None)
        if standing is not None and standing.run.teller is not None:
            standing.run.teller.run_resumed(number)

    def _number(self, task: asyncio.Task[Any]) -> int:
        if task not in self._numbers:
            self._last_number += 1
            self._numbers[task] = self._last_number
        return self._numbers[task]

    def _is_stepped(self, place: Place) -> bool:
        """Whether a token comes here by the step that was asked for, and not as one of the others."""
        if self._stepped is None:
            return False
        task, key = self._stepped
        return task is asyncio.current_task() or task.done() or _is_within(place, key)


class DebuggedRun:
    """One run, which asks here before its steps if anything is armed.

    Attributes:
        world: the run that was started, with all flows that it calls.
        teller: who tells the run's events, or None.
        is_over: whether it has ended.
    """

    def __init__(self, world: World, facts: RunFacts, tokens: Tokens, teller: Teller | None) -> None:
        self.world = world
        self.teller = teller
        self.is_over = False
        self._facts = facts
        self._tokens = tokens
        world.add(self)

    @property
    def source(self) -> str:
        """The key of its flow."""
        return self._facts.source.key

    @property
    def next_step(self) -> StepId:
        """The id of the step that would begin now."""
        return self._tokens.next_step

    def arm(self) -> None:
        """Have the run look here if there is any reason to stand still."""
        world = self.world
        is_armed = world.is_stopped or world.target is not None or world.breakpoints.concern(self.source)
        self._tokens.watch = self if is_armed else None

    def end(self) -> None:
        """It is over."""
        self.is_over = True
        self.world.remove(self)
        self._tokens.watch = None

    async def before(self, node: PlannedExec, scope: Scope, around: StepContext | None) -> None:
        """A token has come to a node."""
        if not self.world.may_stop(self.source, node.id):
            return
        await self._stand_if(self.world.cause, Place(self._facts, node, scope, around))

    async def before_pure(self, node: PlannedPure, reader: StepContext) -> None:
        """A pure node is about to be evaluated for a step."""
        if not self.world.may_stop(self.source, node.id):
            return
        await self._stand_if(self.world.set_cause, Place(self._facts, node, reader.scope, reader))

    async def failed(self, step: StepContext, error: BaseException) -> None:
        """A step has failed, and nothing was done about it yet."""
        if self.world.breakpoints.on_failure:
            place = Place(self._facts, step.node, step.scope, step.enclosing, step)
            await self.world.stand(self, place, "failure", message_of(error))

    async def _stand_if(self, cause: Callable[[Place], tuple[PauseReason, str] | None], place: Place) -> None:
        found = cause(place)
        if found is not None:
            await self.world.stand(self, place, *found)


def _is_within(place: Place, key: _StepKey) -> bool:
    return any((step.run_id, step.step_id) == key for step in place.enclosing())
