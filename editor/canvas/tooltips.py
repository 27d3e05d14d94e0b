"""What the canvas says about the thing under a resting mouse."""

from __future__ import annotations

import html
from collections.abc import Iterable

from runtime.document.flow import ConnectionKey, Node, PinDirection, PinKind, PinRef
from runtime.ids import NodeId
from runtime.nodes.pins import DataPin

from ..document import FlowDocument
from ..pins import pins_of
from ..values import one_line, range_text
from .hit import Hit
from .last_values import described_value
from .rows import PinKey
from .subject import Subject

_MOST_OF_A_MOCK = 60
"""Characters of each mocked value that are shown."""


def tooltip(subject: Subject, hit: Hit) -> str:
    """Rich text about a pin, a value, a node, a breakpoint or a wire; "" for anything else."""
    document = subject.projection.document
    if hit.wire is not None and hit.wire in document.connections:
        return _about_wire(subject, hit.wire)
    if hit.node is None or hit.node not in document.nodes:
        return ""
    if hit.part == "breakpoint":
        return _about_breakpoint(document, hit.node)
    if hit.part == "list_pins":
        return "Name, move and remove pins"
    if hit.part in ("more_pins", "fewer_pins"):
        return _about_pin_button(document, hit.node, grows=hit.part == "more_pins")
    if hit.pin is None:
        return _about_node(subject, hit.node)
    return _about_pin(subject, hit.node, hit.pin)


def _about_pin(subject: Subject, node_id: NodeId, key: PinKey) -> str:
    said = _problems(subject, node_id, key.name)
    if key.kind is PinKind.EXEC:
        return _joined([_bold(key.name), "passes the run on", *said])
    pin = _data_pin(subject.projection.document, node_id, key)
    if pin is None:
        return ""
    facts = ", ".join(fact for fact in (pin.type.value, range_text(pin), pin.unit) if fact)
    lines = [f"{_bold(pin.name)}&nbsp; {html.escape(facts)}", html.escape(pin.description)]
    if key.direction is PinDirection.IN and pin.optional:
        lines.append("unset means: not sent")
    return _joined([*lines, *said, described_value(subject, node_id, key, pin)])


def _about_wire(subject: Subject, wire: ConnectionKey) -> str:
    document = subject.projection.document
    ends = f"{_place(document, wire.source)} → {_place(document, wire.target)}"
    wrong = [problem.message for problem in subject.problems.get(wire.target.node, ()) if problem.connection == wire]
    if wire.kind is PinKind.EXEC:
        return _joined([ends, "passes the run on", *map(_warned, wrong)])
    key = PinKey(PinDirection.OUT, PinKind.DATA, wire.source.pin)
    pin = _data_pin(document, wire.source.node, key)
    carries = f"carries {pin.type.value}" if pin is not None else ""
    value = described_value(subject, wire.source.node, key, pin) if pin is not None else ""
    return _joined([ends, carries, *map(_warned, wrong), value])


def _about_node(subject: Subject, node_id: NodeId) -> str:
    document = subject.projection.document
    node, node_type = document.nodes[node_id], document.node_type(node_id)
    lines = []
    if error := subject.activity.of(node_id).error:
        lines.append(f"<b>Failed</b><br>{_wrapped(error)}")
    lines += _problems(subject, node_id)
    if node.pinned_outputs:
        lines.append(f"<b>Mocked</b>: runs do not run it, it gives {_mocked(node)} at once")
    if lines:
        return _joined(lines)
    if node_type is None:
        return f"Unknown node type {html.escape(node.type)}: kept as it is, but it cannot run"
    return _wrapped(node.comment or node_type.description().split("\n\n", maxsplit=1)[0])


def _mocked(node: Node) -> str:
    values = (f"{pin} = {one_line(value, _MOST_OF_A_MOCK)}" for pin, value in node.pinned_outputs.items())
    return "<br>".join(f"<code>{html.escape(text)}</code>" for text in values)


def _about_breakpoint(document: FlowDocument, node_id: NodeId) -> str:
    stop = document.nodes[node_id].breakpoint
    if stop is None:
        return ""
    waits = [f"if <code>{html.escape(stop.condition)}</code>"] if stop.condition else []
    waits += [f"from hit {stop.hit_count} on"] if stop.hit_count > 1 else []
    what = " ".join(["Runs pause before this node", *waits])
    state = "" if stop.enabled else "It is disabled: no run pauses here."
    click = f"Click to {'disable' if stop.enabled else 'enable'} it; Shift+F9 edits it."
    return _joined(["<b>Breakpoint</b>", what, state, click])


def _about_pin_button(document: FlowDocument, node_id: NodeId, *, grows: bool) -> str:
    found = pins_of(document, node_id)
    if found is None:
        return ""
    if grows:
        return f"Add {_bold(found.new_name())}" if found.may_grow else f"It may have no more than {found.most}"
    if not found.may_shrink:
        return f"It may have no fewer than {found.least}"
    return f"Remove {_bold(found.names[-1])} and its wires"


def _data_pin(document: FlowDocument, node_id: NodeId, key: PinKey) -> DataPin | None:
    signature = document.signature(node_id)
    return (signature.inputs if key.direction is PinDirection.IN else signature.outputs).get(key.name)


def _problems(subject: Subject, node_id: NodeId, pin: str | None = None) -> list[str]:
    """What is wrong with a node, or with a pin of it."""
    found = subject.problems.get(node_id, ())
    return [_warned(problem.message) for problem in found if pin is None or problem.pin == pin]


def _warned(message: str) -> str:
    return f"<b>⚠</b>&nbsp;{_wrapped(message)}"


def _place(document: FlowDocument, end: PinRef) -> str:
    title = document.node_title(end.node) if end.node in document.nodes else end.node
    return f"{_bold(title)} · {html.escape(end.pin)}"


def _bold(text: str) -> str:
    return f"<b>{html.escape(text)}</b>"


def _wrapped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _joined(lines: Iterable[str]) -> str:
    """The lines that say something, each on its own."""
    return "<br>".join(line for line in lines if line)
