"""What a node looks like, as a value: all that decides about its size and its picture.

Nodes that look alike share one shape and one picture.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from runtime.document.flow import Node, PinDirection
from runtime.ids import NodeId, PinName
from runtime.nodes.node_type import NodeType, PureNode
from runtime.nodes.pins import DataPin, PinType, Signature

from ..document import FlowDocument
from ..pins import pins_of
from ..values import value_text
from .note import NOTE_TEXT, NOTE_TYPE
from .rows import PinKey, PinRows, RowPlans, pin_key

_IN, _OUT = PinDirection.IN, PinDirection.OUT
Tone = Literal["set", "default", "unset", "missing"]
Form = Literal["text", "check", "choice"]


class FieldLook(NamedTuple):
    """The value of an unconnected input: what it says, how sure it is of it, and how it is edited."""

    name: PinName
    text: str
    tone: Tone
    form: Form = "text"
    checked: bool = False


class NodeMarks(NamedTuple):
    """What a person set on a node for its runs, and wrote about it.

    Attributes:
        breakpoint: `set`, `disabled`, or "" for none.
        comment: the first words of what was written.
        sign: what the breakpoint waits for: `=` a condition, a number from which hit on it pauses, "" nothing.
    """

    mode: Literal["normal", "mute", "bypass"] = "normal"
    pinned: bool = False
    breakpoint: Literal["", "set", "disabled"] = ""
    sign: str = ""
    comment: str = ""


UNMARKED = NodeMarks()
_MOST_OF_COMMENT = 26


class PinButtons(NamedTuple):
    """What the buttons of a node do about whose pins its config decides."""

    may_grow: bool
    may_shrink: bool


NOTE_CATEGORY = "note"
"""What gives notes their colour, in place of a category of node types."""
_NO_PINS = Signature((), (), {}, {})


class NodeLook(NamedTuple):
    """A whole node. `folded` inputs are not shown; `expanded` says that the person unfolded them.

    `pins` is None for nodes whose pins stay. `note` is the text of a note, None for all other nodes.
    """

    title: str
    category: str
    rows: PinRows
    wired: frozenset[PinKey]
    fields: tuple[FieldLook, ...]
    folded: int = 0
    expanded: bool = False
    unknown: bool = False
    marks: NodeMarks = UNMARKED
    pins: PinButtons | None = None
    note: str | None = None


def look_of(document: FlowDocument, plans: RowPlans, node_id: NodeId, *, expanded: bool = False) -> NodeLook:
    """How a node looks now."""
    node = document.nodes[node_id]
    if node.type == NOTE_TYPE:
        return _note(node, plans)
    signature, node_type = document.signature(node_id), document.node_type(node_id)
    wired = _wired_pins(document, node_id)
    told = frozenset((*node.inputs, *_lazy_inputs(node_type)))
    plan = plans.plan(signature, wired, told, expanded=expanded)
    look = NodeLook(
        title=node.title or (node_type.title if node_type else node.type),
        category=node_type.category if node_type else "",
        rows=plan.rows,
        wired=wired,
        fields=tuple([field_look(pin, node) for pin in plan.free]),
        folded=plan.folded,
        expanded=plan.unfolded,
        unknown=node_type is None,
        marks=marks_of(node),
        pins=_pin_buttons(document, node_id),
    )
    return _collapsed(look, signature, plans) if node.collapsed else look


def _collapsed(look: NodeLook, signature: Signature, plans: RowPlans) -> NodeLook:
    """Only wired pins are left, and a row that says how many are folded away."""
    rows, whole = plans.rows(signature, frozenset(), look.wired), plans.rows(signature, frozenset())
    return look._replace(rows=rows, fields=(), folded=len(whole.all) - len(rows.all), expanded=False, pins=None)


def _lazy_inputs(node_type: type[NodeType] | None) -> tuple[str, ...]:
    """Inputs of which some are wanted in every run: no optional ones, though none of them need be set."""
    return node_type.lazy_inputs if node_type is not None and issubclass(node_type, PureNode) else ()


def _pin_buttons(document: FlowDocument, node_id: NodeId) -> PinButtons | None:
    found = pins_of(document, node_id)
    return PinButtons(found.may_grow, found.may_shrink) if found is not None else None


def _note(node: Node, plans: RowPlans) -> NodeLook:
    """A note shows its text instead of a header and pins; its title only if it was given one."""
    text = str(node.config.get(NOTE_TEXT, ""))
    return NodeLook(node.title, NOTE_CATEGORY, plans.rows(_NO_PINS, frozenset()), frozenset(), (), note=text)


def marks_of(node: Node) -> NodeMarks:
    """What is set on a node for its runs, and written about it."""
    if node.breakpoint is None and node.mode == "normal" and not (node.pinned_outputs or node.comment):
        return UNMARKED
    stop, words = node.breakpoint, _first_words(node.comment)
    if stop is None:
        return NodeMarks(node.mode, bool(node.pinned_outputs), comment=words)
    sign = "=" if stop.condition else str(stop.hit_count) if stop.hit_count > 1 else ""
    return NodeMarks(node.mode, bool(node.pinned_outputs), "set" if stop.enabled else "disabled", sign, words)


def _first_words(comment: str) -> str:
    """As much of a comment as has room on a node's edge; the tool tip has it all."""
    line = " ".join(comment.split())
    return line if len(line) <= _MOST_OF_COMMENT else f"{line[: _MOST_OF_COMMENT - 1].rstrip()}…"


def field_look(pin: DataPin, node: Node) -> FieldLook:
    """How the value of an unconnected input is shown."""
    value, tone = _value(pin, node)
    if tone == "missing":
        return FieldLook(pin.name, "required", tone)
    if tone == "unset":
        return FieldLook(pin.name, "unset", tone, "choice" if pin.choices else "text")
    if pin.type is PinType.BOOLEAN:
        return FieldLook(pin.name, "", tone, "check", bool(value))
    return FieldLook(pin.name, value_text(value, pin), tone, "choice" if pin.choices else "text")


def _value(pin: DataPin, node: Node) -> tuple[object, Tone]:
    if pin.name in node.inputs:
        return node.inputs[pin.name], "set"
    if pin.required:
        return None, "missing"
    return pin.default, "unset" if pin.optional else "default"


def _wired_pins(document: FlowDocument, node_id: NodeId) -> frozenset[PinKey]:
    wired = []
    for kind, source, target in document.wires_of(node_id):
        if source.node == node_id:
            wired.append(pin_key(_OUT, kind, source.pin))
        if target.node == node_id:
            wired.append(pin_key(_IN, kind, target.pin))
    return frozenset(wired)
