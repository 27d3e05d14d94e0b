"""What is selected on one canvas: nodes and wires, by id."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId

from ..change import Change
from ..document import FlowDocument


class Selection(QObject):
    """Sets of ids that never hold what the document does not have.

    Signals:
        changed(nodes, wires): sets of ids that were selected or deselected.
    """

    changed = Signal(object, object)

    def __init__(self, document: FlowDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.nodes: frozenset[NodeId] = frozenset()
        self.wires: frozenset[ConnectionKey] = frozenset()
        document.changed.connect(self._drop_removed)
        document.reset.connect(self.clear)

    def __bool__(self) -> bool:
        return bool(self.nodes or self.wires)

    def set(self, nodes: Iterable[NodeId] = (), wires: Iterable[ConnectionKey] = ()) -> None:
        """Select exactly these; ids that the document does not have are left out."""
        new_nodes = frozenset(nodes) & self._document.nodes.keys()
        new_wires = frozenset(wires) & self._document.connections.keys()
        turned_nodes, turned_wires = new_nodes ^ self.nodes, new_wires ^ self.wires
        self.nodes, self.wires = new_nodes, new_wires
        if turned_nodes or turned_wires:
            self.changed.emit(turned_nodes, turned_wires)

    def add(self, nodes: Iterable[NodeId] = (), wires: Iterable[ConnectionKey] = ()) -> None:
        """Select these too."""
        self.set(self.nodes | set(nodes), self.wires | set(wires))

    def toggle(self, nodes: Iterable[NodeId] = (), wires: Iterable[ConnectionKey] = ()) -> None:
        """Select those of these that are not, deselect those that are."""
        self.set(self.nodes ^ set(nodes), self.wires ^ set(wires))

    def clear(self) -> None:
        """Select nothing."""
        self.set()

    def _drop_removed(self, change: Change) -> None:
        gone_nodes = {edit.key for edit in change.nodes if edit.after is None}
        gone_wires = {edit.key for edit in change.connections if edit.after is None}
        if not (self.nodes.isdisjoint(gone_nodes) and self.wires.isdisjoint(gone_wires)):
            self.set(self.nodes - gone_nodes, self.wires - gone_wires)
