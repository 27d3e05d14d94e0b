"""What nodes see of their run: the engine's side of `runtime.nodes.context`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from ..errors import NodeError, NodeFailure
from ..ids import NodeId, RunId, StepId
from ..nodes.context import LogLevel, NodeContext
from ..nodes.pins import NodeModel
from ..source import FlowSource
from .events import RunPart
from .scope import Scope

if TYPE_CHECKING:
    from .planned import Inputs, PlannedExec, PlannedNode
    from .tokens import Tokens

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What all steps of a run share.

    Attributes:
        started: in Unix seconds.
        flow: its name.
        source: where the flow comes from.
        nodes: all that a token can reach and what is read there, by id.
        parameters: the flow's parameters by name, as given to the run.
        resources: what the session lends, by type.
        outputs: the flow's results, filled by the run.
        call: runs another flow for a step: (step, path, inputs, shares_state) to its outputs.
        caller: the step of another run that called this one, or None.
        part: how much of the flow it runs.
    """

    run_id: RunId
    started: float
    flow: str
    source: FlowSource
    nodes: Mapping[NodeId, PlannedNode]
    parameters: Mapping[str, object]
    resources: Mapping[type, object]
    outputs: dict[str, Any]
    call: Callable[[StepContext, str, Mapping[str, object], bool], Awaitable[Mapping[str, Any]]]
    caller: StepContext | None = None
    part: RunPart = "whole"


class PureContext:
    """What a pure node may ask."""

    __slots__ = ("_parameters", "node_id")

    def __init__(self, node_id: NodeId, parameters: Mapping[str, object]) -> None:
        self.node_id = node_id
        self._parameters = parameters

    def flow_input(self, name: str) -> tuple[bool, object]:
        """(found, value) of a parameter of the flow, as given to the run."""
        return name in self._parameters, self._parameters.get(name)


class StepContext:
    """One step of one node, in one scope; bodies that it fires have it as `enclosing`.

    Attributes:
        node, step_id: who, and which execution of it.
        scope: what the step sees and writes.
        enclosing: the step whose body this one is in, or None.
        depth: how many steps enclose it.
        body: the exec output whose body it is running, or "".
        turn: which of the bodies that the step has run this is, counted from 0 over all its forks.
        inputs: once they have been read.
        outputs: what this step set last, or None.
    """

    __slots__ = (
        "_tokens", "_turns", "body", "depth", "enclosing", "inputs", "node", "outputs", "scope", "step_id", "turn",
    )  # fmt: skip

    def __init__(
        self, tokens: Tokens, node: PlannedExec, step_id: StepId, scope: Scope, enclosing: StepContext | None
    ) -> None:
        self._tokens = tokens
        self.node = node
        self.step_id = step_id
        self.scope = scope
        self.enclosing = enclosing
        self.depth: int = enclosing.depth + 1 if enclosing is not None else 0
        self.body = ""
        self.turn = 0
        self._turns: Iterator[int] | None = None
        self.inputs: Inputs | None = None
        self.outputs: NodeModel | None = None

    @property
    def facts(self) -> RunFacts:
        """What all steps of its run share."""
        return self._tokens.facts

    @property
    def node_id(self) -> NodeId:
        """The node's id in the flow."""
        return self.node.id

    @property
    def run_id(self) -> RunId:
        """The run's id."""
        return self._tokens.facts.run_id

    @property
    def run_started(self) -> float:
        """When the run began, in Unix seconds."""
        return self._tokens.facts.started

    @property
    def source(self) -> FlowSource:
        """Where the flow comes from."""
        return self._tokens.facts.source

    def flow_input(self, name: str) -> tuple[bool, object]:
        """(found, value) of a parameter of the flow, as given to the run."""
        parameters = self._tokens.facts.parameters
        return name in parameters, parameters.get(name)

    def set_outputs(self, outputs: NodeModel) -> None:
        """Set the data outputs, visible to every later step of this scope."""
        self.outputs = outputs
        self._tokens.write(self, outputs)

    async def fire(self, pin: str) -> bool:
        """Follow an exec output until its tokens have ended; False if this loop's Break was reached."""
        return await self._tokens.fire(self, pin)

    def begin_body(self, pin: str) -> None:
        """The step is about to run a body."""
        if self._turns is None:
            self._turns = count()
        self.body, self.turn = pin, next(self._turns)

    def is_wired(self, pin: str) -> bool:
        """Whether an exec output leads anywhere."""
        return pin in self.node.exits

    @property
    def is_run_ending(self) -> bool:
        """Whether the whole run is being cancelled or was ended."""
        caller = self._tokens.facts.caller
        return self._tokens.is_ending or (caller is not None and caller.is_run_ending)

    def fork(self) -> StepContext:
        """The same step in a scope of its own."""
        fork = StepContext(self._tokens, self.node, self.step_id, self.scope.fork(), self.enclosing)
        if self._turns is None:
            self._turns = count()
        fork._turns = self._turns
        fork.inputs = self.inputs
        return fork

    def join(self, *forks: NodeContext) -> None:
        """Make the values of forks visible here."""
        for fork in forks:
            assert isinstance(fork, StepContext), "forks come from `fork`"
            self.scope.join(fork.scope)

    def continue_later(self, work: Callable[[NodeContext], Awaitable[str | None]]) -> None:
        """Hold the run open for `work`, given a fork that no body encloses: the loop around may end meanwhile."""
        self._tokens.hold(self.node, self.scope.fork(), work)

    def log(self, level: LogLevel, message: str) -> None:
        """Write a line to the run's log."""
        self._tokens.log(self.node.id, level, message)

    async def read_inputs(self) -> Inputs:
        """This step's inputs, read anew."""
        self.inputs = await self._tokens.read(self)
        return self.inputs

    async def call_flow(
        self, path: str, inputs: Mapping[str, object], *, shares_state: bool = False
    ) -> Mapping[str, Any]:
        """Run another flow file to its end, and return its outputs by name."""
        return await self._tokens.facts.call(self, path, inputs, shares_state)

    def set_flow_output(self, name: str, value: object) -> None:
        """Set a result of the flow."""
        self._tokens.facts.outputs[name] = value

    def end_run(self, *, failed: bool) -> NoReturn:
        """End the whole run at once."""
        if not failed:
            raise self._tokens.end(None)
        node, cause = self.node, NodeError("the flow came here, where it ends as failed")
        raise self._tokens.end(NodeFailure(node.id, node.type.type_id, node.title, {}, cause))

    def resource(self, kind: type[T]) -> T:
        """What the session lends, by type. Raises NodeError if this run was lent none."""
        found = self._tokens.facts.resources.get(kind)
        if not isinstance(found, kind):
            raise NodeError(f"this run has no {kind.__name__}: start it through a Session, which lends it one")
        return found
