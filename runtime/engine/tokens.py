"""Tokens on their way through a plan: the loop that runs a flow (design 5)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from itertools import count
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ..errors import NodeError, NodeFailure, message_of
from ..ids import NodeId, StepId
from ..nodes.context import LogLevel, NodeContext
from ..nodes.pins import NodeModel
from .context import RunFacts, StepContext
from .endings import Endings
from .failures import check_exec_output, check_way_out, comes_of_cancelling, message_set
from .needs import chosen
from .planned import Inputs, PlannedExec
from .running import Line, RunningSteps
from .scope import Scope
from .signals import LoopBroken, RunEnded
from .stand_ins import way_on
from .telling import Teller
from .turns import Turns
from .wires import Exit

if TYPE_CHECKING:
    from .world import DebuggedRun

MOST_NESTED: Final = 100
"""Blocks within blocks. Each takes five frames of the Python stack, which by default holds 1,000."""

_NONE: Final[Mapping[NodeId, NodeModel]] = MappingProxyType({})
Work = Callable[[NodeContext], Awaitable[str | None]]


class Tokens:
    """Follows tokens and runs the nodes that they reach.

    Attributes:
        facts: what all steps share.
        ended_by: how a node ended the whole run, if one did.
        awaited_by: the task that the whole run is cancelled with; None if the run is called, and so is just a step.
        running: the steps that are running.
        watch: who is asked before every step, if anybody wants to be.
    """

    def __init__(
        self, facts: RunFacts, teller: Teller | None, spawn: Callable[[Coroutine[Any, Any, None]], None]
    ) -> None:
        self.facts = facts
        self.running = RunningSteps()
        self.watch: DebuggedRun | None = None
        self._teller = teller
        self._spawn = spawn
        self._writes = count(1)
        self._steps = 0
        self._turns = Turns()
        self._endings = Endings(teller)
        self.ended_by: RunEnded | None = None
        self.awaited_by: asyncio.Task[Any] | None = None

    # -- for the run

    async def begin(self, entry: PlannedExec, scope: Scope) -> None:
        """Start at a node with what is known before, and return when its token and all that it fires have ended."""
        if self.watch is not None:
            await self.watch.before(entry, scope, None)
        await self._start(entry, scope)

    def stop(self) -> None:
        """Let no token start another step, also where a node has swallowed its cancellation."""
        self._turns.stop()

    @property
    def next_step(self) -> StepId:
        """The id of the step that would begin now."""
        return StepId(self._steps + 1)

    # -- for contexts

    @property
    def is_ending(self) -> bool:
        """Whether the run is being cancelled, by whatever way, or was ended."""
        return self._turns.is_over or (self.awaited_by is not None and self.awaited_by.cancelling() > 0)

    def end(self, failure: NodeFailure | None) -> RunEnded:
        """Let no token start another step; what the node is to raise, which cancels them all."""
        self.stop()
        self.ended_by = RunEnded(failure)
        return self.ended_by

    async def fire(self, ctx: StepContext, pin: str) -> bool:
        """Run a body. False if the `Break` of this very step was reached."""
        exit_ = ctx.node.exits.get(pin)
        if exit_ is None:
            check_exec_output(ctx, pin)
            if perf_counter() >= self._turns.ends:  # a loop without a body must not keep the event loop either
                await self._turns.take()
            return True
        if ctx.depth >= MOST_NESTED:
            raise NodeError(
                f"{MOST_NESTED} blocks are running within each other: a wire in the body of one leads back to before it"
            )
        ctx.begin_body(pin)
        try:
            await self._follow(exit_, ctx.scope, ctx)
        except LoopBroken as broken:
            if broken.step_id != ctx.step_id:
                raise
            return False
        return True

    def hold(self, node: PlannedExec, scope: Scope, work: Work) -> None:
        """Run `work` beside everything else, as a step of its own, then follow the exec output that it returns."""
        self._spawn(self._start(node, scope, work))

    def write(self, ctx: StepContext, outputs: NodeModel) -> None:
        """Set a step's outputs."""
        ctx.scope.write(ctx.node.id, outputs, next(self._writes))
        if self._teller is not None:
            self._teller.node_outputs(ctx.node, ctx.step_id, outputs)

    def log(self, node_id: NodeId, level: LogLevel, message: str) -> None:
        """Write a line to the run's log."""
        if self._teller is not None:
            self._teller.log_written(node_id, level, message)

    # -- the loop

    async def _start(self, node: PlannedExec, scope: Scope, work: Work | None = None) -> None:
        """A token begins with a step, outside of all bodies."""
        line = self.running.begin()
        try:
            exit_ = await self._step(node, scope, None, line, work)
        finally:
            self.running.end(line)
        await self._follow(exit_, scope, None)

    async def _follow(self, exit_: Exit | None, scope: Scope, enclosing: StepContext | None) -> None:
        """Follow a token from an exec output until it ends. A chain of nodes is a loop here, never a call stack."""
        teller, turns, line = self._teller, self._turns, self.running.begin()
        try:
            while exit_ is not None:
                if perf_counter() >= turns.ends:
                    await turns.take()
                if teller is not None:
                    teller.token_moved(exit_)
                node, arrival = exit_.node, exit_.arrival
                if arrival == "step":
                    if self.watch is not None:
                        await self.watch.before(node, scope, enclosing)
                    exit_ = await self._step(node, scope, enclosing, line)
                    line.step = None
                elif arrival == "end":
                    exit_ = None
                elif arrival == "skip":
                    exit_ = node.exits.get(way_on(node.type.signature))
                else:
                    exit_ = await self._break(exit_, scope, enclosing)
        finally:
            self.running.end(line)

    async def _step(
        self, node: PlannedExec, scope: Scope, enclosing: StepContext | None, line: Line, work: Work | None = None
    ) -> Exit | None:
        """Run one node, or what it left to be done later; returns the wire on which the token leaves."""
        ctx = line.step = self._new_step(node, scope, enclosing)
        try:
            if work is not None:
                way_out = await work(ctx)
            else:
                inputs = node.ready
                if inputs is None:
                    inputs = await self.read(ctx) if node.needs else node.read(scope.outputs, _NONE)
                ctx.inputs = inputs
                way_out = await node.execute(inputs, ctx)
            exit_ = node.exits.get(way_out)
            if exit_ is None and way_out is not None:
                check_way_out(ctx, way_out)
            elif self.watch is not None and way_out == "Failed":
                await self.watch.failed(ctx, NodeError(message_set(ctx)))
        except BaseException as problem:  # noqa: BLE001 (the one catch-all of a run: design 5.6 says what follows)
            return await self._end_badly(ctx, problem)
        if self.running.asked:
            self.running.answer(ctx)  # who was cancelled and has ended all the same, has ended
        if self._teller is not None:
            self._endings.finished(ctx, way_out)
        return exit_

    async def _end_badly(self, ctx: StepContext, problem: BaseException) -> Exit | None:
        """Where a token goes on whose step did not end by itself: it failed, was cancelled, or is to be left."""
        if not self._is_cancelled() and isinstance(problem, asyncio.CancelledError):
            problem = NodeError("what it waited for was cancelled")
        if isinstance(problem, Exception):
            if not (self._is_cancelled() and comes_of_cancelling(problem)):
                return await self._fail(ctx, problem)
            self._endings.not_cleaned_up(ctx, problem)
            problem = asyncio.CancelledError()
        by_hand = self.running.answer(ctx) if self.running.asked else None
        if by_hand is not None and isinstance(problem, asyncio.CancelledError) and not self._turns.is_over:
            return self._endings.cancelled_by_hand(ctx, by_hand)
        self._endings.cancelled(ctx)
        raise problem

    async def _fail(self, ctx: StepContext, error: Exception) -> Exit | None:
        """A step has failed: let a debugger look at it, then go on as design 5.6 says."""
        if self.watch is not None and not isinstance(error, NodeFailure):
            try:
                await self.watch.failed(ctx, error)
            except asyncio.CancelledError as cancelled:
                return await self._end_badly(ctx, cancelled)
        if self.running.asked:
            self.running.answer(ctx)
        return self._endings.failed(ctx, error)

    def _is_cancelled(self) -> bool:
        """Whether this token is: a node may also wait for something that somebody else has cancelled."""
        task = asyncio.current_task()
        return self._turns.is_over or task is None or task.cancelling() > 0

    def _new_step(self, node: PlannedExec, scope: Scope, enclosing: StepContext | None) -> StepContext:
        self._steps += 1
        ctx = StepContext(self, node, StepId(self._steps), scope, enclosing)
        if self._teller is not None:
            self._teller.node_started(ctx)
        return ctx

    async def read(self, ctx: StepContext) -> Inputs:
        """A step's inputs. Each pure node that they need is evaluated once, now."""
        node, known = ctx.node, ctx.scope.outputs
        evaluated: dict[NodeId, NodeModel] = {}
        for pure in chosen(node.asked(), known, evaluated) if node.chooses else node.needs:
            if perf_counter() >= self._turns.ends:
                await self._turns.take()
            if self.watch is not None and pure.id != node.id:
                await self.watch.before_pure(pure, ctx)
            try:
                evaluated[pure.id] = outputs = pure.evaluate(pure.read(known, evaluated), pure.context)
            except Exception as error:
                blamed = f"{pure.called}: " if pure.id != node.id else ""
                raise NodeError(blamed + message_of(error)) from error
            if self._teller is not None:
                self._teller.node_outputs(pure, ctx.step_id, outputs)
        return node.read(known, evaluated)

    async def _break(self, exit_: Exit, scope: Scope, enclosing: StepContext | None) -> Exit | None:
        """A token reaches the `Break` of a loop; if the run began inside of it, there is nothing to break off."""
        around = enclosing
        while around is not None and around.node is not exit_.node:
            around = around.enclosing
        if around is not None:
            raise LoopBroken(around.step_id)
        if self.facts.part != "whole":
            return None
        stray = NodeError(f"a token that is not in the loop's body reached {exit_.pin}: wire it from behind Do only")
        return await self._fail(self._new_step(exit_.node, scope, enclosing), stray)
