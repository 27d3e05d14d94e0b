"""What the canvas says about the thing under a resting mouse."""

from __future__ import annotations

import html

from runtime.document.flow import PinDirection, PinKind

from ..activity import RunActivity
from ..document import FlowDocument
from ..values import range_text, value_text
from .hit import Hit


def tooltip(document: FlowDocument, activity: RunActivity, hit: Hit) -> str:
    """Rich text about a pin, a value or a node; "" for anything else."""
    if hit.node is None or hit.node not in document.nodes:
        return ""
    if hit.pin is None:
        return _about_node(document, activity, hit)
    if hit.pin.kind is PinKind.EXEC:
        return f"<b>{html.escape(hit.pin.name)}</b><br>passes the run on"
    signature = document.signature(hit.node)
    side = signature.inputs if hit.pin.direction is PinDirection.IN else signature.outputs
    pin = side.get(hit.pin.name)
    if pin is None:
        return ""
    facts = [pin.type.value, range_text(pin), pin.unit]
    lines = [f"<b>{html.escape(pin.name)}</b>&nbsp; {html.escape(', '.join(fact for fact in facts if fact))}"]
    if pin.description:
        lines.append(html.escape(pin.description))
    if hit.pin.direction is PinDirection.OUT and pin.name in activity.outputs_of(hit.node):
        lines.append(f"last value: {html.escape(value_text(activity.outputs_of(hit.node)[pin.name], pin))}")
    elif hit.pin.direction is PinDirection.IN and pin.optional:
        lines.append("unset means: not sent")
    return "<br>".join(lines)


def _about_node(document: FlowDocument, activity: RunActivity, hit: Hit) -> str:
    assert hit.node is not None
    now, node, node_type = activity.of(hit.node), document.nodes[hit.node], document.node_type(hit.node)
    if now.error:
        return f"<b>Failed</b><br>{html.escape(now.error)}"
    if node_type is None:
        return f"Unknown node type {html.escape(node.type)}: kept as it is, but it cannot run"
    return html.escape(node.comment or node_type.description().split("\n\n", maxsplit=1)[0])
