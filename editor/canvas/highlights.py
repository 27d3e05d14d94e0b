"""What stands out on a canvas for a while: what is located, found, under the mouse, wrong, busy, or stands still."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId
from runtime.validation import Problem

from .found import Found
from .problem_marks import by_node, severities
from .standing import Standing
from .subject import NO_FLASH, Flash

if TYPE_CHECKING:
    from .view import CanvasView

FLASH_MS = 900


class Highlights(QObject):
    """Sets what the canvas's subject shows to stand out, and repaints what changes by it."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._flash = QTimer(self, singleShot=True, interval=FLASH_MS)
        self._flash.timeout.connect(self.end_flash)

    def flash(self, flash: Flash) -> None:
        """Light something up for a moment."""
        self._view.subject.flash = flash
        self._flash.start()
        self._view.viewport().update()

    def end_flash(self) -> None:
        """What was lit up looks as ever again."""
        self._view.subject.flash = NO_FLASH
        self._view.viewport().update()

    def show_found(self, found: Found | None) -> None:
        """Show what a search found, and all else under a veil; None takes the veil away."""
        if found != self._view.subject.found:
            self._view.subject.found = found
            self._view.viewport().update()

    def hover_wire(self, key: ConnectionKey | None) -> None:
        """The mouse is on this wire, or on none: it stands out."""
        subject = self._view.subject
        before, subject.hovered_wire = subject.hovered_wire, key
        if key != before:
            laid = self._view.projection.wires
            self._view.damage([laid[wire].box for wire in (before, key) if wire in laid])

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Mark the nodes that have problems, given errors first."""
        subject, placed = self._view.subject, self._view.projection.nodes
        before, subject.problems = subject.problems, by_node(problems)
        changed = severities(before) ^ severities(subject.problems)
        self._view.damage([placed[node_id].box for node_id in {node_id for node_id, _ in changed} if node_id in placed])

    def show_standing(self, standing: Standing) -> None:
        """Mark where tokens stand still; tool tips show the values that the one sees which is looked at."""
        self._view.subject.standing = standing
        self._view.activity.values.standing = standing.outputs
        self._view.viewport().update()  # their signs have one size at every zoom, so they reach out of the nodes' boxes

    def refresh_activity(self, nodes: frozenset[NodeId]) -> None:
        """These nodes do something else now: repaint those that are in sight, once with the next frame or tick."""
        view = self._view
        if view.isVisible():
            placed = view.projection.nodes
            view.animation.damage([placed[node_id].box for node_id in nodes if node_id in placed])
            view.animation.follow_activity()
            view.keyboard.tell_activity()
