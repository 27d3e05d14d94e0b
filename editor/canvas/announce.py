"""What a screen reader is told about the canvas."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from runtime.ids import NodeId

from ..activity import RunActivity
from ..document import FlowDocument
from .standing import Standing


def about_flow(document: FlowDocument) -> str:
    """The flow in a sentence."""
    return f"{_count(len(document.nodes), 'node')}, {_count(len(document.connections), 'wire')}"


def about_node(document: FlowDocument, activity: RunActivity, standing: Standing, node_id: NodeId) -> str:
    """A node in a sentence: title, state, what is set for its runs, neighbours."""
    now = activity.of(node_id)
    wires = document.connections_of(node_id)
    parts = [document.node_title(node_id)]
    if node_id in standing.nodes:
        parts.append("a run stands still here")
    if now.status != "idle":
        parts.append(now.status)
    if now.pending:
        parts.append(_count(now.pending, "future") + " in flight")
    if now.error:
        parts.append(now.error)
    node = document.nodes[node_id]
    if node.breakpoint is not None:
        parts.append("breakpoint" if node.breakpoint.enabled else "disabled breakpoint")
    if node.pinned_outputs:
        parts.append("mocked outputs")
    parts.append(_count(sum(wire.target.node == node_id for wire in wires), "incoming wire"))
    parts.append(_count(sum(wire.source.node == node_id for wire in wires), "outgoing wire"))
    return ", ".join(parts)


def say(widget: QWidget, text: str) -> None:
    """Have a text read out: it becomes the widget's description, and readers are told that it changed."""
    widget.setAccessibleDescription(text)
    QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.DescriptionChanged))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
