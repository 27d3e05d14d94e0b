"""Bends of a wire by the keyboard: making, moving and taking them away."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, Qt

from runtime.document.flow import ConnectionKey, Point

from .. import wires
from ..places import moved_by, snapped
from . import announce

if TYPE_CHECKING:
    from .view import CanvasView

_ADD: Final = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
_STEPS: Final[dict[int, int]] = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}


class BendKeys:
    """The bend that keys mean: one of the wire to which W went. It shows as a ring."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._last: tuple[ConnectionKey | None, int] = (None, 0)

    @property
    def wire(self) -> ConnectionKey | None:
        """The wire that the keyboard has selected and nothing else; None if there is none, or its bends are unseen."""
        view, selection = self._view, self._view.selection
        if view.keyboard.node is None or selection.nodes or selection.frames or len(selection.wires) != 1:
            return None
        (key,) = selection.wires
        is_folded = not {key.source.node, key.target.node}.isdisjoint(view.projection.folded)
        return None if is_folded or key not in view.projection.wires else key

    @property
    def place(self) -> QPointF | None:
        """Where on the canvas the bend is."""
        key = self.wire
        bends = self._view.projection.wires[key].via if key is not None else ()
        return bends[self._index(key)] if key is not None and bends else None

    def press(self, key: int) -> bool:
        """Add a bend by plus, take it away by minus, go to another by Page Up and Down; False for any other key."""
        wire = self.wire
        if wire is None:
            return False
        if key in _ADD:
            self._set(wire, *self._with_new(wire), "Bend wire")
        elif key == Qt.Key.Key_Minus:
            self._remove(wire)
        elif key in _STEPS:
            self._last = (wire, max(self._index(wire) + _STEPS[key], 0))
            self._tell(wire)
        else:
            return False
        return True

    def move(self, dx: float, dy: float) -> bool:
        """Move the bend, or a new one if there is none; moves in a row are one undo step. False without a wire."""
        wire = self.wire
        if wire is None:
            return False
        bends, index = self._bends(wire), self._index(wire)
        is_new = not bends
        if is_new:
            bends, index = self._with_new(wire)
        bends[index] = moved_by(bends[index], QPointF(dx, dy))
        self._set(wire, bends, index, "Bend wire" if is_new else "Move bend", f"bend {index} of {wire} by keys")
        return True

    def _bends(self, wire: ConnectionKey) -> list[Point]:
        return list(self._view.document.connections[wire].via)

    def _index(self, wire: ConnectionKey) -> int:
        last, index = self._last
        return min(index, max(len(self._bends(wire)) - 1, 0)) if last == wire else 0

    def _with_new(self, wire: ConnectionKey) -> tuple[list[Point], int]:
        """The bends with a new one in the middle of the longest stretch, and its number."""
        laid, bends = self._view.projection.wires[wire], self._bends(wire)
        stretches = list(pairwise([laid.start, *laid.via, laid.end]))
        lengths = [math.hypot(b.x() - a.x(), b.y() - a.y()) for a, b in stretches]
        index = lengths.index(max(lengths))
        bends.insert(index, snapped((stretches[index][0] + stretches[index][1]) / 2))
        return bends, index

    def _remove(self, wire: ConnectionKey) -> None:
        bends = self._bends(wire)
        if bends:
            del bends[self._index(wire)]
            self._set(wire, bends, self._index(wire), "Remove bend")
        else:
            self._tell(wire)

    def _set(self, wire: ConnectionKey, bends: list[Point], index: int, text: str, merge_key: str = "") -> None:
        wires.set_bends(self._view.document, wire, bends, text, merge_key)
        self._last = (wire, index)
        self._tell(wire)

    def _tell(self, wire: ConnectionKey) -> None:
        bends, index = self._bends(wire), self._index(wire)
        self._view.viewport().update()
        where = f"Bend {index + 1} of {len(bends)}, at {bends[index][0]:g}, {bends[index][1]:g}" if bends else "No bend"
        announce.say(self._view, where)
