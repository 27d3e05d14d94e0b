"""What a node sees of its run: the face that the engine shows to node types."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Literal, NoReturn, Protocol, TypeVar

from ..ids import NodeId, RunId, StepId
from ..source import FlowSource
from .pins import NodeModel

LogLevel = Literal["debug", "info", "warn", "error"]
T = TypeVar("T")


class EvaluationContext(Protocol):
    """What a pure node may ask: nothing that has an effect."""

    @property
    def node_id(self) -> NodeId: ...

    def flow_input(self, name: str) -> tuple[bool, object]:
        """(found, value) of a parameter of the flow, as given to the run."""


class NodeContext(EvaluationContext, Protocol):
    """What an exec node may ask of its run."""

    @property
    def run_id(self) -> RunId: ...

    @property
    def run_started(self) -> float:
        """When the run began, in Unix seconds."""

    @property
    def step_id(self) -> StepId:
        """This execution of the node."""

    @property
    def source(self) -> FlowSource:
        """Where the flow comes from; `source.path(text)` is the file that the flow means."""

    async def read_inputs(self) -> Any:
        """This step's inputs, read anew: pure nodes are evaluated again. An instance of the type's `inputs_model`."""

    def set_outputs(self, outputs: NodeModel) -> None:
        """Set the data outputs, visible to every later step of this scope. May be called again."""

    async def fire(self, pin: str) -> bool:
        """Follow an exec output and return when its tokens have ended. Nothing happens if it is not wired.

        False if a token reached this node's `breaks_loop` input: the loop is to end now. Failures that no node in
        the body handles come out as NodeFailure.
        """

    def is_wired(self, pin: str) -> bool:
        """Whether an exec output leads anywhere: a way out that must not be lost is else taken as a failure."""

    @property
    def is_run_ending(self) -> bool:
        """Whether the whole run is being cancelled or was ended: nothing more is to be fired."""

    def fork(self) -> NodeContext:
        """The same node in a scope of its own: it sees what was computed until now and what it computes itself."""

    def join(self, *forks: NodeContext) -> None:
        """Make the values of forks visible here; where several wrote, the later write wins."""

    def continue_later(self, work: Callable[[NodeContext], Awaitable[str | None]]) -> None:
        """Hold the run open for `work`, given a fork; then follow the exec output that it returns, in that fork."""

    def log(self, level: LogLevel, message: str) -> None:
        """Write a line to the run's log."""

    async def call_flow(
        self, path: str, inputs: Mapping[str, object], *, shares_state: bool = False
    ) -> Mapping[str, Any]:
        """Run another flow file to its end, and return its outputs by name.

        It starts at its only event, or at the only one that waits for a person. Cancelling the wait cancels it. With
        `shares_state` it sees and changes this run's session state, else it has one of its own. Raises NodeError if it
        cannot start, failed, or if 100 flows are calling each other.
        """

    def set_flow_output(self, name: str, value: object) -> None:
        """Set a result of the flow."""

    def end_run(self, *, failed: bool) -> NoReturn:
        """End the whole run at once."""

    def resource(self, kind: type[T]) -> T:
        """What the session lends to its nodes, by type: conversations, futures, completions, session state."""


class ListeningContext(Protocol):
    """What an event may ask while it is listened to."""

    @property
    def node_id(self) -> NodeId: ...

    @property
    def source(self) -> FlowSource:
        """Where the flow comes from; `source.path(text)` is the file that the flow means."""

    def now(self, time_zone: str = "") -> datetime:
        """The wall clock, in a zone of the IANA data base or the machine's own (""). Raises NodeError."""

    async def until(self, when: datetime) -> bool:
        """Return True once the wall clock shows this; people see it as what comes next.

        Also after the machine has slept. False, at once, if somebody set the clock back: what comes next is to be
        found anew.
        """

    def monotonic(self) -> float:
        """Seconds of a clock that nobody sets; only their differences mean something."""

    async def sleep(self, seconds: float) -> None:
        """Wait by that clock; people see its end as what comes next."""

    def log(self, level: LogLevel, message: str) -> None:
        """Write a line to the log."""

    def resource(self, kind: type[T]) -> T:
        """What the session lends, by type."""
