"""Tokens on their way through a plan: the loop that runs a flow (design 5)."""

from __future__ import annotations

import asyncio
from collections import deque
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
from .failures import check_exec_output, check_way_out, comes_of_cancelling, failure_of, message_set, set_message
from .needs import chosen
from .planned import Inputs, PlannedExec
from .scope import Scope
from .signals import LoopBroken, RunEnded
from .stand_ins import way_on
from .telling import Teller
from .wires import Exit

if TYPE_CHECKING:
    from .world import DebuggedRun

TURN_SECONDS: Final = 0.005
"""How long a token may keep the loop (design 5.9)."""
MOST_NESTED: Final = 100
"""Blocks within blocks. Each takes five frames of the Python stack, which by default holds 1,000."""

_NONE: Final[Mapping[NodeId, NodeModel]] = MappingProxyType({})
Work = Callable[[NodeContext], Awaitable[str | None]]


class Tokens:
    """Follows tokens and runs the nodes that they reach.

    Attributes:
        facts: what all steps share.
        is_stopped: whether no further step may start.
        ended_by: how a node ended the whole run, if one did.
        awaited_by: the task that the whole run is cancelled with; None if the run is called, and so is just a step.
        watch: who is asked before every step, if anybody wants to be.
    """

    def __init__(
        self, facts: RunFacts, teller: Teller | None, spawn: Callable[[Coroutine[Any, Any, None]], None]
    ) -> None:
        self.facts = facts
        self.watch: DebuggedRun | None = None
        self._teller = teller
        self._spawn = spawn
        self._writes = count(1)
        self._steps = 0
        self._turn_ends = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()
        """Tokens that wait for their turn, in order; while there are any, `_give_turn` is due."""
        self.is_stopped = False
        self.ended_by: RunEnded | None = None
        self.awaited_by: asyncio.Task[Any] | None = None

    # -- for the run

    async def begin(self, entry: PlannedExec, scope: Scope) -> None:
        """Start at a node with what is known before, and return when its token and all that it fires have ended."""
        if self.watch is not None:
            await self.watch.before(entry, scope, None)
        await self._follow(await self._step(entry, scope, None), scope, None)

    def stop(self) -> None:
        """Let no token start another step, also where a node has swallowed its cancellation."""
        self.is_stopped = True
        self._turn_ends = 0.0

    @property
    def next_step(self) -> StepId:
        """The id of the step that would begin now."""
        return StepId(self._steps + 1)

    # -- for contexts

    @property
    def is_ending(self) -> bool:
        """Whether the run is being cancelled, by whatever way, or was ended."""
        return self.is_stopped or (self.awaited_by is not None and self.awaited_by.cancelling() > 0)

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
            if perf_counter() >= self._turn_ends:  # a loop without a body must not keep the event loop either
                await self._turn()
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
        self._spawn(self._continue(node, scope, work))

    async def _continue(self, node: PlannedExec, scope: Scope, work: Work) -> None:
        await self._follow(await self._step(node, scope, None, work), scope, None)

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

    async def _follow(self, exit_: Exit | None, scope: Scope, enclosing: StepContext | None) -> None:
        """Follow a token from an exec output until it ends. A chain of nodes is a loop here, never a call stack."""
        teller = self._teller
        while exit_ is not None:
            if perf_counter() >= self._turn_ends:
                await self._turn()
            if teller is not None:
                teller.token_moved(exit_)
            node, arrival = exit_.node, exit_.arrival
            if arrival == "step":
                if self.watch is not None:
                    await self.watch.before(node, scope, enclosing)
                exit_ = await self._step(node, scope, enclosing)
            elif arrival == "end":
                exit_ = None
            elif arrival == "skip":
                exit_ = node.exits.get(way_on(node.type.signature))
            else:
                exit_ = await self._break(exit_, scope, enclosing)

    async def _turn(self) -> None:
        """Give the event loop a turn, and go on when it is this token's: one of them has each turn of the loop."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._give_turn, loop)
        turn = loop.create_future()
        self._waiting.append(turn)
        await turn
        if self.is_stopped:
            raise asyncio.CancelledError
        self._turn_ends = perf_counter() + TURN_SECONDS

    def _give_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # a cancelled token waits no more
                turn.set_result(None)
                break
        if self._waiting:
            loop.call_soon(self._give_turn, loop)

    async def _step(
        self, node: PlannedExec, scope: Scope, enclosing: StepContext | None, work: Work | None = None
    ) -> Exit | None:
        """Run one node, or what it left to be done later; returns the wire on which the token leaves."""
        ctx = self._new_step(node, scope, enclosing)
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
        except Exception as error:
            # The one catch-all of a run: design 5.6 says what follows.
            if self._is_cancelled() and comes_of_cancelling(error):
                self._tell_cancelled(ctx, error)
                raise asyncio.CancelledError from error
            return await self._fail(ctx, error)
        except BaseException as signal:  # cancelled, broken off, or the run is over
            if isinstance(signal, asyncio.CancelledError) and not self._is_cancelled():
                return await self._fail(ctx, NodeError("what it waited for was cancelled"))
            self._tell_cancelled(ctx)
            raise
        self._tell_end(ctx, way_out)
        return exit_

    def _is_cancelled(self) -> bool:
        """Whether this token is: a node may also wait for something that somebody else has cancelled."""
        task = asyncio.current_task()
        return self.is_stopped or task is None or task.cancelling() > 0

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
            if perf_counter() >= self._turn_ends:
                await self._turn()
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

    async def _fail(self, ctx: StepContext, error: Exception) -> Exit:
        """A step has failed: let a debugger look at it, then go on as design 5.6 says."""
        if self.watch is not None and not isinstance(error, NodeFailure):
            try:
                await self.watch.failed(ctx, error)
            except asyncio.CancelledError:
                self._tell_cancelled(ctx)
                raise
        return self._recover(ctx, error)

    def _recover(self, ctx: StepContext, error: Exception) -> Exit:
        """Where a token goes on after an error: at `Failed`, else out of all bodies up to who receives failures."""
        is_own = not isinstance(error, NodeFailure)
        failed = ctx.node.exits.get("Failed") if is_own or ctx.node.receives_failures else None
        if failed is not None:
            set_message(ctx, message_of(error))
            if self._teller is not None:
                self._teller.node_failed(ctx.node.id, ctx.step_id, error, handled=True)
            return failed
        if not is_own:
            self._tell_end(ctx, None)
            raise error
        if self._teller is not None:
            self._teller.node_failed(ctx.node.id, ctx.step_id, error, handled=False)
        raise failure_of(ctx, error) from error

    def _tell_cancelled(self, ctx: StepContext, error: Exception | None = None) -> None:
        if self._teller is None:
            return
        if error is not None:
            self.log(ctx.node.id, "warn", f"it was cancelled, and could not clean up: {message_of(error)}")
        self._teller.node_cancelled(ctx.node.id, ctx.step_id)

    def _tell_end(self, ctx: StepContext, way_out: str | None) -> None:
        teller = self._teller
        if teller is None:
            return
        if way_out == "Failed":
            teller.node_failed(ctx.node.id, ctx.step_id, NodeError(message_set(ctx)), handled=True)
        else:
            teller.node_finished(ctx.node.id, ctx.step_id, way_out)
