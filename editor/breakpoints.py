"""Breakpoints as edits of the flow, each one step for undo; where runs stand still now is no part of a flow."""

from __future__ import annotations

from collections.abc import Callable, Collection

from runtime.document.flow import Breakpoint
from runtime.ids import NodeId

from . import commands
from .document import FlowDocument


def can_pause(document: FlowDocument, node_id: NodeId) -> bool:
    """Whether runs can pause before a node: they never come to notes and to nodes of an unknown type."""
    node_type = document.node_type(node_id)
    return node_type is not None and (node_type.kind != "pure" or bool(document.signature(node_id).outputs))


def toggle(document: FlowDocument, node_ids: Collection[NodeId]) -> None:
    """Set a breakpoint on each of the nodes that can have one; if all of them have, take them off."""
    able = [node_id for node_id in node_ids if can_pause(document, node_id) or document.nodes[node_id].breakpoint]
    if all(document.nodes[node_id].breakpoint for node_id in able):
        _set(document, "Remove", able, lambda _stop: None)
    else:
        _set(document, "Set", able, lambda stop: stop or Breakpoint())


def switch(document: FlowDocument, node_ids: Collection[NodeId]) -> None:
    """Disable the breakpoints of the nodes, or enable them if none is enabled; nothing of them is lost."""
    stops = [document.nodes[node_id].breakpoint for node_id in node_ids]
    enabled = not any(stop is not None and stop.enabled for stop in stops)
    _set(document, "Enable" if enabled else "Disable", node_ids, _switched(enabled))


def edit(document: FlowDocument, node_id: NodeId, stop: Breakpoint | None) -> None:
    """Set a node's breakpoint, or take it off."""
    _set(document, "Edit" if stop is not None else "Remove", [node_id], lambda _before: stop)


def switch_all(document: FlowDocument) -> None:
    """Disable all breakpoints of the flow, or enable all if none is enabled."""
    switch(document, having_one(document))


def remove_all(document: FlowDocument) -> None:
    """Take all breakpoints off."""
    _set(document, "Remove", having_one(document), lambda _stop: None)


def having_one(document: FlowDocument) -> list[NodeId]:
    """The nodes that have a breakpoint, disabled ones too, in the order of the document."""
    return [node_id for node_id, node in document.nodes.items() if node.breakpoint is not None]


def _switched(enabled: bool) -> Callable[[Breakpoint | None], Breakpoint | None]:
    return lambda stop: stop.model_copy(update={"enabled": enabled}) if stop is not None else None


def _set(
    document: FlowDocument,
    verb: str,
    node_ids: Collection[NodeId],
    changed: Callable[[Breakpoint | None], Breakpoint | None],
) -> None:
    # Not merged with what was done before, as typing is: each of these is a step of its own for undo.
    stops = {node_id: {"breakpoint": changed(document.nodes[node_id].breakpoint)} for node_id in node_ids}
    change = commands.altering(document, stops)
    number = len(change.nodes)
    commands.push(document, f"{verb} {number} breakpoints" if number > 1 else f"{verb} breakpoint", change)
