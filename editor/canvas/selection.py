"""What is selected on one canvas: nodes, wires and frames, by id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject, Signal

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId

from ..change import Change, Edit
from ..document import FlowDocument


class Selection(QObject):
    """Sets of ids that never hold what the document does not have.

    Signals:
        changed(nodes, wires, frames): sets of ids that were selected or deselected.
    """

    changed = Signal(object, object, object)

    def __init__(self, document: FlowDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.nodes: frozenset[NodeId] = frozenset()
        self.wires: frozenset[ConnectionKey] = frozenset()
        self.frames: frozenset[str] = frozenset()
        document.changed.connect(self._drop_removed)
        document.reset.connect(self.clear)

    def __bool__(self) -> bool:
        return bool(self.nodes or self.wires or self.frames)

    def set(
        self, nodes: Iterable[NodeId] = (), wires: Iterable[ConnectionKey] = (), frames: Iterable[str] = ()
    ) -> None:
        """Select exactly these; ids that the document does not have are left out."""
        document, before = self._document, (self.nodes, self.wires, self.frames)
        self.nodes = frozenset(nodes) & document.nodes.keys()
        self.wires = frozenset(wires) & document.connections.keys()
        self.frames = frozenset(frames) & document.frames.keys()
        turned = self.nodes ^ before[0], self.wires ^ before[1], self.frames ^ before[2]
        if any(turned):
            self.changed.emit(*turned)

    def add(
        self, nodes: Iterable[NodeId] = (), wires: Iterable[ConnectionKey] = (), frames: Iterable[str] = ()
    ) -> None:
        """Select these too."""
        self.set(self.nodes | set(nodes), self.wires | set(wires), self.frames | set(frames))

    def toggle(
        self, nodes: Iterable[NodeId] = (), wires: Iterable[ConnectionKey] = (), frames: Iterable[str] = ()
    ) -> None:
        """Select those of these that are not, deselect those that are."""
        self.set(self.nodes ^ set(nodes), self.wires ^ set(wires), self.frames ^ set(frames))

    def clear(self) -> None:
        """Select nothing."""
        self.set()

    def _drop_removed(self, change: Change) -> None:
        gone = [{edit.key for edit in edits if edit.after is None} for edits in _edits(change)]
        if any(gone):
            self.set(self.nodes - gone[0], self.wires - gone[1], self.frames - gone[2])


def _edits(change: Change) -> tuple[Iterable[Edit[Any, Any]], ...]:
    return change.nodes, change.connections, change.frames
