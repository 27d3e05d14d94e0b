"""The flow that is being edited: a plain value behind one writer and one signal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain, zip_longest
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack
from shiboken6 import isValid

from runtime.document.flow import Connection, ConnectionKey, Flow, Frame, Node, PinKind, PinRef
from runtime.errors import IllegalConnectionError
from runtime.ids import NodeId, PinName
from runtime.nodes.node_type import NodeType
from runtime.nodes.pins import Signature
from runtime.nodes.registry import NodeRegistry
from runtime.source import FlowSource
from runtime.validation import connection_refusal, node_signature

from .change import Change, Edit, about_of, applied


class FlowDocument(QObject):
    """The document. Views read it and listen to `changed`; only commands (editor/commands.py) write.

    Signals:
        changed(Change): after every edit, undo and redo: just what differs.
        reset(): another flow is in; read everything anew.
        path_changed(): the file's name or the flow's title changed.
    """

    changed = Signal(object)
    reset = Signal()
    path_changed = Signal()

    def __init__(self, registry: NodeRegistry, flow: Flow | None = None, path: Path | None = None) -> None:
        super().__init__()
        self.registry = registry
        self.undo_stack = QUndoStack(self)
        self.path = path
        self._unsaved = FlowSource.unsaved()
        self._extra: Flow = Flow()
        self._about: Mapping[str, object] = {}
        self._nodes: dict[NodeId, Node] = {}
        self._connections: dict[ConnectionKey, Connection] = {}
        self._frames: dict[str, Frame] = {}
        self._by_node: dict[NodeId, set[ConnectionKey]] = {}
        self._signatures: dict[NodeId, Signature] = {}
        self.load(flow or Flow(), path)

    def __del__(self) -> None:
        # WORKAROUND PySide6 6.11 on Python 3.11: collecting a cycle that holds a stack with Python commands in it
        # crashes (see also pitfall C24). Finalizers run before anything of the cycle is cleared.
        if isValid(self.undo_stack):
            self.undo_stack.blockSignals(True)
            self.undo_stack.clear()

    # -- reading

    @property
    def nodes(self) -> Mapping[NodeId, Node]:
        """All nodes by id, in file order."""
        return self._nodes

    @property
    def connections(self) -> Mapping[ConnectionKey, Connection]:
        """All connections by key, in file order."""
        return self._connections

    @property
    def frames(self) -> Mapping[str, Frame]:
        """All frames by id, in file order."""
        return self._frames

    @property
    def flow(self) -> Flow:
        """The document as it would be saved now."""
        return self._extra.model_copy(
            update={
                **self._about,
                "nodes": tuple(self._nodes.values()),
                "connections": tuple(self._connections.values()),
                "frames": tuple(self._frames.values()),
            }
        )

    @property
    def about(self) -> Mapping[str, object]:
        """The flow's name, description and view."""
        return self._about

    @property
    def is_modified(self) -> bool:
        """Whether there is something that is not in the file."""
        return not self.undo_stack.isClean()

    @property
    def title(self) -> str:
        """What a tab shows: the file's name, else the flow's, else `Untitled`."""
        if self.path is not None:
            return self.path.name.removesuffix(".flow.json")
        return str(self._about["name"]) or "Untitled"

    @property
    def source(self) -> FlowSource:
        """Where the flow comes from: its file, else this document itself."""
        return FlowSource.of_file(self.path) if self.path is not None else self._unsaved

    def connections_of(self, node_id: NodeId) -> list[Connection]:
        """All wires that touch a node."""
        return [self._connections[key] for key in self._by_node.get(node_id, ())]

    def wires_of(self, node_id: NodeId) -> Collection[ConnectionKey]:
        """The keys of those wires."""
        return self._by_node.get(node_id, ())

    def connection_into(self, node_id: NodeId, pin: PinName) -> Connection | None:
        """The data wire that ends in a data input, if there is one."""
        target = PinRef(node_id, pin)
        wires = self.connections_of(node_id)
        return next((wire for wire in wires if wire.kind is PinKind.DATA and wire.target == target), None)

    def node_type(self, node_id: NodeId) -> type[NodeType] | None:
        """The class of a node's type, or None for a placeholder."""
        type_id = self._nodes[node_id].type
        return self.registry.get(type_id) if type_id in self.registry else None

    def node_title(self, node_id: NodeId) -> str:
        """What the node is called on the canvas."""
        node, node_type = self._nodes[node_id], self.node_type(node_id)
        return node.title or (node_type.title if node_type else node.type)

    def signature(self, node_id: NodeId) -> Signature:
        """The pins of a node, given its config; a placeholder's are made of its wires and values."""
        found = self._signatures.get(node_id)
        if found is None:
            found = node_signature(self._nodes[node_id], self.registry, self.connections_of(node_id), self.source)
            self._signatures[node_id] = found
        return found

    def reread(self) -> None:
        """Look again at what nodes take from outside of the flow (a called flow's pins), and tell of what differs."""
        edits = []
        for node_id, node in self._nodes.items():
            node_type = self.node_type(node_id)
            if node_type is not None and node_type.looks_outside():
                before = self._signatures.pop(node_id, None)
                if before is not None and self.signature(node_id) != before:
                    edits.append(Edit(node_id, 0, node, node))
        if edits:
            self.changed.emit(Change(nodes=tuple(edits)))

    def refusal(self, kind: PinKind, source: PinRef, target: PinRef) -> IllegalConnectionError | None:
        """Why a wire may not be drawn, or None. Wires that it would replace are no reason."""
        return connection_refusal(kind, source, self.signature(source.node), target, self.signature(target.node))

    # -- writing, for commands and for opening a file

    def load(self, flow: Flow, path: Path | None) -> None:
        """Put another flow in; the undo stack starts anew."""
        self.path = path
        self._extra, self._about = flow, about_of(flow)
        self._nodes = {node.id: node for node in flow.nodes}
        self._connections = {wire.key: wire for wire in flow.connections}
        self._frames = {frame.id: frame for frame in flow.frames}
        self._signatures = {}
        self._by_node = {}
        for key in self._connections:
            for node_id in (key.source.node, key.target.node):
                self._by_node.setdefault(node_id, set()).add(key)
        self.undo_stack.clear()
        self.reset.emit()
        self.path_changed.emit()

    def saved_as(self, path: Path, saved: Flow) -> None:
        """This flow is in this file now; it was edited meanwhile if it is not the flow as it stands."""
        self.path = path
        if _same(saved, self.flow):
            self.undo_stack.setClean()
        self.path_changed.emit()
        self.reread()

    def apply(self, change: Change) -> None:
        """Make a change; called by commands only."""
        self._nodes = applied(self._nodes, change.nodes) if change.nodes else self._nodes
        self._frames = applied(self._frames, change.frames) if change.frames else self._frames
        if change.connections:
            self._connections = applied(self._connections, change.connections)
        for edit in change.connections:
            self._reindex(edit.key, present=edit.after is not None)
        for node_edit in change.nodes:
            self._signatures.pop(node_edit.key, None)
        if change.about:
            self._about = {**self._about, **change.about[1]}
            self.path_changed.emit()
        self.changed.emit(change)

    def _reindex(self, key: ConnectionKey, *, present: bool) -> None:
        for node_id in {key.source.node, key.target.node}:
            wires = self._by_node.setdefault(node_id, set())
            if present:
                wires.add(key)
            else:
                wires.discard(key)
            self._signatures.pop(node_id, None)  # a placeholder's pins are those of its wires


def _same(one: Flow, other: Flow) -> bool:
    """Whether two states of the document are one. Parts are compared by identity, since Python takes 1 for True."""
    parts = (chain(flow.nodes, flow.connections, flow.frames) for flow in (one, other))
    return about_of(one) == about_of(other) and all(a is b for a, b in zip_longest(*parts))
