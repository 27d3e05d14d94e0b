"""The three kinds of node types. A type is declared once; pins, forms, checks and schemas derive from it.

    class Branch(ExecNode):
        \"\"\"Go one of two ways.\"\"\"

        type_id = "flow.branch"
        title = "Branch"
        exec_in = ("In",)
        exec_out = ("True", "False")

        class Inputs(NodeModel):
            condition: bool = Field(default=False, description="Which way to go")

        async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
            return "True" if inputs.condition else "False"

A node type has no state: one instance stands for all nodes of equal type and config.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from ..ids import PinName, RunId
from ..source import FlowSource
from .context import EvaluationContext, ListeningContext, NodeContext
from .pins import NodeModel, PinType, Signature, data_pins, hints

Kind = Literal["event", "exec", "pure"]


@dataclass(frozen=True, slots=True)
class FlowParameter:
    """A value that a flow asks of its caller. `required` holds unless the node's own default stands in."""

    name: str
    type: PinType
    description: str
    required: bool


class NodeType:
    """What all kinds share.

    Attributes:
        type_id: never changes; `category.name`.
        title, category: what a person sees.
        synonyms: other words under which the search finds it.
        exec_in, exec_out: exec pins (see `exec_outputs` for types whose config decides).
        ends_token: exec inputs at which a token of this node's own body ends (`Continue` of a loop).
        breaks_loop: the exec input that ends this node's loop (`Break`), or "".
        Inputs, Outputs, Config: pydantic models; Config decides about the node's shape and is never wired.
        config: this instance's settings, an instance of Config.
        signature: all pins, given the config.
    """

    kind: ClassVar[Kind]
    type_id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    category: ClassVar[str] = ""
    synonyms: ClassVar[tuple[str, ...]] = ()
    exec_in: ClassVar[tuple[str, ...]] = ()
    exec_out: ClassVar[tuple[str, ...]] = ()
    ends_token: ClassVar[tuple[str, ...]] = ()
    breaks_loop: ClassVar[str] = ""
    Inputs: ClassVar[type[NodeModel]] = NodeModel
    Outputs: ClassVar[type[NodeModel]] = NodeModel
    Config: ClassVar[type[NodeModel]] = NodeModel

    def __init__(self, config: Mapping[str, object] | None = None) -> None:
        """Raises pydantic.ValidationError if the config does not fit `Config`."""
        self.config: Any = self.Config.model_validate(config or {})
        self.signature = Signature(
            exec_in=tuple(map(PinName, self.exec_in)),
            exec_out=tuple(map(PinName, self.exec_outputs())),
            inputs=data_pins(self.inputs_model),
            outputs=data_pins(self.outputs_model),
        )

    @classmethod
    def completed(cls, config: Mapping[str, object], source: FlowSource) -> Mapping[str, object]:
        """The config, with what it leaves to the world outside of the flow filled in (Call Flow: its callee's pins).

        Raises FutureflowError if that cannot be had.
        """
        return config

    @classmethod
    def looks_outside(cls) -> bool:
        """Whether its pins depend on something outside of the flow, which may change by itself."""
        return cls.completed.__func__ is not NodeType.completed.__func__  # type: ignore[attr-defined]

    @classmethod
    def description(cls) -> str:
        """The class's docstring: what the node does, in Markdown."""
        return inspect.cleandoc(cls.__doc__ or "")

    @property
    def inputs_model(self) -> type[NodeModel]:
        """The model of the data inputs; override where the config decides about pins (and cache it)."""
        return self.Inputs

    @property
    def outputs_model(self) -> type[NodeModel]:
        """The model of the data outputs; override where the config decides about pins (and cache it)."""
        return self.Outputs

    def exec_outputs(self) -> tuple[str, ...]:
        """The exec outputs; override where the config decides."""
        return self.exec_out

    def flow_parameter(self) -> FlowParameter | None:
        """The parameter of the flow that this node stands for, if it does (Flow Input)."""
        return None


Overlap = Literal["parallel", "queue", "skip"]


class ListeningConfig(NodeModel):
    """What every event has that is listened to."""

    overlap: Overlap = Field(
        default="skip",
        description="When it happens again during its run: run at once, queue it, or skip it",
        json_schema_extra=hints(advanced=True),
    )


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What an event waited for has happened: a run is to start.

    Attributes:
        outputs: the event's data outputs in that run (`outputs_model`).
        cause: the run that made it happen, if one did. A run that this event started, or that goes back to one, starts
            no other one here: that would never end.
    """

    outputs: NodeModel
    cause: RunId | None = None


class EventNode(NodeType):
    """Starts runs. Its exec output `exec_out[0]` is where the token begins.

    A type that starts runs by itself has `listens` set, a `Config` derived from `ListeningConfig`, and `occurrences`.
    Started by a person, its data outputs have their defaults.
    """

    kind = "event"
    listens: ClassVar[bool] = False

    # Any: each type narrows it to its own Inputs.
    def check_listening(self, inputs: Any, source: FlowSource) -> None:
        """Look whether it can be listened to in a flow from `source`; raise FutureflowError if it never can."""

    def occurrences(self, inputs: Any, ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        """Wait for what happens, and yield it each time.

        An async generator that ends only when it is closed. Raise NodeError if it cannot go on; after any other error
        it is made anew, a few times.
        """
        raise NotImplementedError


class ExecNode(NodeType):
    """Does something when a token arrives."""

    kind = "exec"
    receives_failures: ClassVar[bool] = False
    """Failures inside its own bodies are its own, and so follow its `Failed` (Parallel)."""
    reads_by_itself: ClassVar[bool] = False
    """It gets no inputs, but asks `ctx.read_inputs()` for them: after it has set outputs that they may read (While)."""

    # Any: each type narrows it to its own Inputs.
    def turns(self, inputs: Any) -> int | None:
        """How many bodies it is going to run at most, if that is known beforehand: for whoever watches it."""
        return None

    # Any: as above.
    async def execute(self, inputs: Any, ctx: NodeContext) -> str | None:
        """Do the work and return the exec output to follow, or None to end the token here.

        Raise NodeError (or any exception) to fail: the engine follows `Failed` with `ErrorMessage` if that is
        wired, else it hands the error to the nearest `Try` or fails the run.
        """
        raise NotImplementedError


class PureNode(NodeType):
    """Computes outputs from inputs, without effects; evaluated when an exec node asks for its outputs.

    Attributes:
        lazy_inputs: inputs that are read, and what they need evaluated, only if `wanted` names them; with defaults.
    """

    kind = "pure"
    lazy_inputs: ClassVar[tuple[str, ...]] = ()

    def wanted(self, inputs: Mapping[PinName, object]) -> Collection[str]:
        """Which of the `lazy_inputs` are to be read, given the values of all others."""
        return self.lazy_inputs

    def evaluate(self, inputs: Any, ctx: EvaluationContext) -> NodeModel:
        """The outputs, an instance of `outputs_model`. Raise NodeError to fail."""
        raise NotImplementedError
