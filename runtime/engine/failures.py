"""What becomes of a node's error (design 5.6): its words, its `ErrorMessage`, the NodeFailure that ends a run."""

from __future__ import annotations

import asyncio

from ..errors import NodeError, NodeFailure
from ..ids import PinName
from ..nodes.pins import NodeModel
from .context import StepContext
from .telling import jsonable, masked

_MESSAGE = PinName("ErrorMessage")


def check_exec_output(ctx: StepContext, pin: str) -> None:
    """Raises NodeError if a node type uses an exec output that it does not declare."""
    if pin not in ctx.node.type.signature.exec_out:
        raise NodeError(f"its type {ctx.node.type.type_id} has no exec output {pin!r}: report this to its author")


def check_way_out(ctx: StepContext, way_out: str) -> None:
    """Raises NodeError if a node leaves by an unwired output that must not be lost: `Failed` or `TimedOut`."""
    check_exec_output(ctx, way_out)
    if way_out in ("Failed", "TimedOut"):
        raise NodeError(message_set(ctx) or f"{way_out} was reached, and it is not wired")


def comes_of_cancelling(error: BaseException) -> bool:
    """Whether an error was raised on the way out of a cancellation: by a cleanup that failed."""
    before = error.__context__
    while before is not None and not isinstance(before, asyncio.CancelledError):
        before = before.__context__
    return before is not None


def message_set(ctx: StepContext) -> str:
    """The ErrorMessage that the node itself set in this step, or ""."""
    pin = ctx.node.type.signature.outputs.get(_MESSAGE)
    return str(getattr(ctx.outputs, pin.field, "")) if pin is not None else ""


def set_message(ctx: StepContext, message: str) -> None:
    """Set ErrorMessage beside what the node set in this step; all else has its default."""
    pin = ctx.node.type.signature.outputs.get(_MESSAGE)
    if pin is None or message_set(ctx) == message:
        return
    values = dict(ctx.outputs) if ctx.outputs is not None else {}
    values[pin.field] = message
    ctx.set_outputs(ctx.node.type.outputs_model.model_construct(**values))


def failure_of(ctx: StepContext, error: Exception) -> NodeFailure:
    """The failure that names the node, and its inputs with secrets masked."""
    node = ctx.node
    return NodeFailure(node.id, node.type.type_id, node.title, jsonable(shown_inputs(ctx)), error)


def shown_inputs(ctx: StepContext) -> dict[PinName, object]:
    """What a step has read, or what is known of it if it could not be read; secrets masked."""
    pins = ctx.node.type.signature.inputs
    if isinstance(ctx.inputs, NodeModel):
        by_field = ctx.inputs.__dict__
        return masked(pins, {name: by_field[pin.field] for name, pin in pins.items()})
    return masked(pins, ctx.node.known_values(ctx.scope.outputs))
