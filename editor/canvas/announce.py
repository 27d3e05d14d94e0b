"""What a screen reader is told about the canvas."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from runtime.document.flow import ConnectionKey, PinDirection, PinKind, PinRef
from runtime.ids import NodeId

from .. import wires
from ..activity import RunActivity
from ..document import FlowDocument
from .projection import Projection
from .rows import PinKey
from .standing import Standing
from .subject import Subject

_MOST_TITLES = 6
"""So many nodes of a frame are read out by their titles."""


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


def about_frame(projection: Projection, frame_id: str) -> str:
    """A frame in a sentence: title, colour, whether it is folded, what it holds."""
    document, frame = projection.document, projection.document.frames[frame_id]
    owned = projection.owned_by(frame_id)
    held = [node_id for node_id in document.nodes if node_id in owned]
    titles = [document.node_title(node_id) for node_id in held[:_MOST_TITLES]]
    more = [f"{len(held) - len(titles)} more"] if len(held) > len(titles) else []
    holds = f"holds {_count(len(held), 'node')}" if held else "holds nothing"
    state = ", folded" if frame.collapsed else ""
    return f"{frame.title}, {frame.color} frame{state}, {holds}{': ' if held else ''}{', '.join(titles + more)}"


def about(subject: Subject, node_id: NodeId, pin: PinKey | None = None) -> str:
    """A node or a pin of it in a sentence, with what is wrong there."""
    document = subject.projection.document
    if pin is None:
        told = about_node(document, subject.activity, subject.standing, node_id)
    else:
        told = about_pin(subject, node_id, pin)
    wrong = [problem.message for problem in subject.problems.get(node_id, ()) if pin is None or problem.pin == pin.name]
    return ". ".join([told, *wrong])


def about_pin(subject: Subject, node_id: NodeId, pin: PinKey) -> str:
    """A pin in a sentence: name, side, type, value or the other ends of its wires."""
    document = subject.projection.document
    signature, is_input = document.signature(node_id), pin.direction is PinDirection.IN
    parts: list[str] = [pin.name]
    if pin.kind is PinKind.EXEC:
        parts.append(f"exec {'input' if is_input else 'output'}")
    else:
        declared = (signature.inputs if is_input else signature.outputs).get(pin.name)
        parts.append(f"{declared.type.value if declared else 'unknown'} {'input' if is_input else 'output'}")
    parts.append(f"of {document.node_title(node_id)}")
    keys = wires.wires_at(document, PinRef(node_id, pin.name), pin.kind, pin.direction)
    ends = [place(document, key.source if is_input else key.target) for key in keys]
    if ends:
        parts.append(f"connected {'from' if is_input else 'to'} {' and '.join(ends)}")
    elif field := subject.projection.nodes[node_id].shape.fields.get(pin.name) if _takes_value(pin) else None:
        parts.append(f"value {field.look.text}" if field.look.text else "no value")
    else:
        parts.append("not connected")
    return ", ".join(parts)


def about_wire(document: FlowDocument, key: ConnectionKey) -> str:
    """A wire in a sentence."""
    what = "Exec wire" if key.kind is PinKind.EXEC else "Wire"
    return f"{what} from {place(document, key.source)} to {place(document, key.target)}"


def place(document: FlowDocument, end: PinRef) -> str:
    """A pin, as one says it."""
    title = document.node_title(end.node) if end.node in document.nodes else end.node
    return f"{end.pin} of {title}"


def _takes_value(pin: PinKey) -> bool:
    return pin.kind is PinKind.DATA and pin.direction is PinDirection.IN


def say(widget: QWidget, text: str) -> None:
    """Have a text read out: it becomes the widget's description, and readers are told that it changed.

    Readers that know announcements (AT-SPI, macOS, UI Automation since Qt 6.8) say it at once.
    """
    widget.setAccessibleDescription(text)
    QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.DescriptionChanged))
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
