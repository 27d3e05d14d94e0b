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
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..ids import PinName
from .context import EvaluationContext, NodeContext
from .pins import NodeModel, PinType, Signature, data_pins

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


class EventNode(NodeType):
    """Starts runs. Its exec output `exec_out[0]` is where the token begins."""

    kind = "event"


class ExecNode(NodeType):
    """Does something when a token arrives."""

    kind = "exec"
    receives_failures: ClassVar[bool] = False
    """Failures inside its own bodies are its own, and so follow its `Failed` (Parallel)."""

    # Any: each type narrows it to its own Inputs.
    async def execute(self, inputs: Any, ctx: NodeContext) -> str | None:
        """Do the work and return the exec output to follow, or None to end the token here.

        Raise NodeError (or any exception) to fail: the engine follows `Failed` with `ErrorMessage` if that is
        wired, else it hands the error to the nearest `Try` or fails the run.
        """
        raise NotImplementedError


class PureNode(NodeType):
    """Computes outputs from inputs, without effects; evaluated when an exec node asks for its outputs."""

    kind = "pure"

    def evaluate(self, inputs: Any, ctx: EvaluationContext) -> NodeModel:
        """The outputs, an instance of `outputs_model`. Raise NodeError to fail."""
        raise NotImplementedError
