"""Flows that run other flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError, create_model
from pydantic.json_schema import SkipJsonSchema

from ..document.files import load_flow
from ..document.flow import Flow, PinKind
from ..errors import NodeError
from ..ids import NodeId
from ..nodes.context import NodeContext
from ..nodes.node_type import ExecNode, FlowParameter
from ..nodes.pins import ConversationRef, FutureRef, Json, NodeModel, PinType, hints
from ..source import FlowSource
from .flow import CATEGORY
from .parameters import FlowInput, FlowOutput

_MESSAGE: Final = "ErrorMessage"
_ANNOTATIONS: Final[Mapping[PinType, Any]] = {
    PinType.STRING: str,
    PinType.INTEGER: int,
    PinType.FLOAT: float,
    PinType.BOOLEAN: bool,
    PinType.JSON: Json,
    PinType.ANY: Any,
    PinType.CONVERSATION: ConversationRef,
    PinType.FUTURE: FutureRef,
}


@dataclass(frozen=True, slots=True)
class Callee:
    """What another flow takes and gives."""

    inputs: tuple[FlowParameter, ...] = ()
    outputs: tuple[str, ...] = ()


class CallFlow(ExecNode):
    """Runs another flow file to its end. What the flow takes and gives (Flow Input, Flow Output) are pins here.

    The flow has a session state of its own. If it fails, so does this node, with the message of the node that failed
    there. Flows may call each other, and themselves, up to 100 deep.
    """

    type_id = "flow.call"
    title = "Call Flow"
    category = CATEGORY
    synonyms = ("subflow", "function", "procedure", "run", "include", "reuse")
    exec_in = ("Execute",)
    exec_out = ("Success", "Failed")

    class Config(NodeModel):
        """Which flow."""

        path: str = Field(
            default="",
            description="The flow's file; a relative path starts at the folder of this flow",
            json_schema_extra=hints(path="file"),
        )
        callee: SkipJsonSchema[Callee] = Field(default=Callee(), exclude=True)

    @classmethod
    def completed(cls, config: Mapping[str, object], source: FlowSource) -> Mapping[str, object]:
        """The config with what the callee takes and gives. Raises FlowPathError, FlowFileError or NodeError."""
        path = config.get("path", "")
        return {**config, "callee": _callee(source.path(path))} if isinstance(path, str) else config

    @property
    def inputs_model(self) -> type[NodeModel]:
        """The callee's parameters."""
        return _inputs_model(self.config.callee)

    @property
    def outputs_model(self) -> type[NodeModel]:
        """The callee's results, and why it failed."""
        return _outputs_model(self.config.callee)

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        """Run the callee. Raises NodeError if it fails."""
        given = {str(pin.name): (getattr(inputs, pin.field), pin) for pin in self.signature.inputs.values()}
        sent = {name: value for name, (value, pin) in given.items() if value is not None or pin.required}
        results = await ctx.call_flow(self.config.path, sent)
        values = {pin.field: results[name] for name, pin in self.signature.outputs.items() if name in results}
        ctx.set_outputs(self.outputs_model.model_construct(**values))
        return "Success"


class TriggerFlow(ExecNode):
    """Runs another flow file to its end. The two share the session state; nothing else passes between them.

    To hand values over and get results back, use Call Flow.
    """

    type_id = "flow.trigger_flow"
    title = "Trigger Flow"
    category = CATEGORY
    synonyms = ("subflow", "run", "start", "call")
    exec_in = ("In",)
    exec_out = ("Out", "Failed")

    class Inputs(NodeModel):
        """Which flow."""

        flow_name: str = Field(
            min_length=1, description="The flow's file, seen from the folder of this flow; .flow.json may be left out"
        )

    class Outputs(NodeModel):
        """How it ended."""

        success: bool = Field(default=False, description="Whether it succeeded")
        error_message: str = Field(default="", description="Why it did not")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Run it. Raises NodeError if it fails."""
        name = inputs.flow_name
        await ctx.call_flow(name if name.endswith(".json") else f"{name}.flow.json", {}, shares_state=True)
        ctx.set_outputs(self.Outputs(success=True))
        return "Out"


def _callee(path: Path) -> Callee:
    """What the flow in a file takes and gives; read again only if the file has changed."""
    try:
        facts = path.stat()
    except OSError:
        return _declared(load_flow(path), path)  # which tells what is wrong
    return _read(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int, _size: int) -> Callee:
    return _declared(load_flow(path), path)


def _declared(flow: Flow, path: Path) -> Callee:
    outputs = tuple(dict.fromkeys(config.name for _, config in _configs(flow, FlowOutput)))
    if _MESSAGE in outputs:
        raise NodeError(f"{path}: its output {_MESSAGE} would hide that of Call Flow: give it another name there")
    return Callee(tuple(_parameters(flow)), outputs)


def _parameters(flow: Flow) -> Iterator[FlowParameter]:
    """What the flow takes; of two declarations of one name the first one counts."""
    wired = {wire.target.node for wire in flow.connections if wire.kind is PinKind.DATA}
    known: set[str] = set()
    for node_id, config in _configs(flow, FlowInput):
        if config.name not in known:
            known.add(config.name)
            has_default = node_id in wired or "Default" in flow.node(node_id).inputs
            required = config.required and not has_default
            yield FlowParameter(config.name, config.type, config.description, required)


def _configs(flow: Flow, node_type: type[FlowInput | FlowOutput]) -> Iterator[tuple[NodeId, Any]]:
    """The settings of all nodes of a type; what does not fit is the flow's own error, told when it is run."""
    for node in flow.nodes:
        if node.type == node_type.type_id:
            try:
                yield node.id, node_type.Config.model_validate(node.config)
            except ValidationError:
                continue


@cache
def _inputs_model(callee: Callee) -> type[NodeModel]:
    """A field for each parameter. A name may be no identifier, so fields are numbered and pins named by alias."""
    fields = {f"input_{number}": _field(given) for number, given in enumerate(callee.inputs, 1)}
    return create_model("CallFlowInputs", __base__=NodeModel, **fields)


def _field(parameter: FlowParameter) -> Any:
    kind, about = _ANNOTATIONS[parameter.type], parameter.description or f"{parameter.name} of the called flow"
    if parameter.required:
        return kind, Field(alias=parameter.name, description=about)
    return kind | None, Field(default=None, alias=parameter.name, description=about)


@cache
def _outputs_model(callee: Callee) -> type[NodeModel]:
    fields: dict[str, Any] = {
        f"output_{number}": (Any, Field(alias=name, description=f"{name} of the called flow"))
        for number, name in enumerate(callee.outputs, 1)
    }
    fields["error_message"] = (str, Field(default="", description="Why the flow failed"))
    return create_model("CallFlowOutputs", __base__=NodeModel, **fields)


NODE_TYPES = (CallFlow, TriggerFlow)
