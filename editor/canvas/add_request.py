"""A wish for a new node: where it goes, and which loose wire end it is to fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF

from runtime.document.flow import ConnectionKey, PinDirection, PinKind, PinRef


class WireEnd(NamedTuple):
    """The pin at which a loose wire begins; the new node needs a pin of the other direction."""

    kind: PinKind
    direction: PinDirection
    pin: PinRef


@dataclass(frozen=True)
class AddRequest:
    """Somebody asked for a node at a place of the canvas (`position`) and of the screen (`global_position`).

    It is to fit a loose wire (`wire_end`), or to go into a wire (`into`) if it fits that. If it was asked for by keys
    (`by_keys`), the keyboard goes to it.
    """

    position: QPointF
    global_position: QPoint
    wire_end: WireEnd | None = None
    into: ConnectionKey | None = None
    by_keys: bool = False
