"""The wires of the node or pin that the keyboard is at: selecting, following and taking away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.document.flow import ConnectionKey, PinDirection, PinKind, PinRef

from .. import commands, wires
from . import announce
from .rows import PinKey

if TYPE_CHECKING:
    from .keyboard import KeyboardFocus
    from .view import CanvasView

_IN, _OUT = PinDirection.IN, PinDirection.OUT


def wires_of(view: CanvasView) -> list[ConnectionKey]:
    """The wires of the pin, or of the node, exec wires first, outgoing ones before others."""
    focus, document = view.keyboard, view.document
    if focus.node is None:
        return []
    if focus.pin is not None:
        return wires.wires_at(document, PinRef(focus.node, focus.pin.name), focus.pin.kind, focus.pin.direction)
    keys = [wire.key for wire in document.connections_of(focus.node)]
    return sorted(keys, key=lambda key: (key.source.node != focus.node, key.kind is not PinKind.EXEC, key))


def next_wire(view: CanvasView) -> None:
    """Select the next wire of the pin or node; after the last comes the first."""
    keys = wires_of(view)
    if not keys:
        announce.say(view, "No wires here")
        return
    at = next((i for i, key in enumerate(keys) if key in view.selection.wires), -1)
    goal = (at + 1) % len(keys)
    view.selection.set(wires=[keys[goal]])
    announce.say(view, f"{announce.about_wire(view.document, keys[goal])}, {goal + 1} of {len(keys)}")


def follow(view: CanvasView, direction: PinDirection | None = None) -> None:
    """Go to the other end of the selected wire, or of the first of the pin, or of those out of or into the node."""
    focus, selection = view.keyboard, view.selection
    if focus.node is None and len(selection.nodes) == 1:
        (focus.node,) = selection.nodes
    keys = [
        key for key in wires_of(view) if focus.pin or direction is None or _leaves(focus, key) == (direction is _OUT)
    ]
    key = next((key for key in keys if key in selection.wires), keys[0] if keys else None)
    if key is None:
        announce.say(view, "No wire to follow")
        return
    end, side = (key.target, _IN) if _leaves(focus, key) else (key.source, _OUT)
    if end.node in view.projection.nodes:
        focus.go_to(end.node, PinKey(side, key.kind, end.pin))


def delete_wires(view: CanvasView) -> bool:
    """Take away the wires of the pin; False if the keyboard is at none, or a wire is selected, which goes alone."""
    if view.keyboard.pin is None or view.selection.wires:
        return False
    keys = wires_of(view)
    commands.remove(view.document, (), keys)
    announce.say(view, f"{len(keys) or 'No'} wire{'' if len(keys) == 1 else 's'} removed")
    return True


def _leaves(focus: KeyboardFocus, key: ConnectionKey) -> bool:
    """Whether a wire begins where the keyboard is."""
    if focus.pin is not None:
        return focus.pin.direction is _OUT
    return key.source.node == focus.node
