"""Where a text stands in a flow: titles, types, ids, pins, values, settings, comments, frames. Knows no screen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, NamedTuple

from runtime.document.flow import Node
from runtime.ids import NodeId
from runtime.nodes.pins import Signature

from .document import FlowDocument

_ROW_HEIGHT: Final = 100
"""Nodes whose tops lie in one band of so many canvas units are read from left to right."""
_BEFORE, _SHOWN = 20, 80
"""Characters of a text shown before what was found in it, and in all."""


class Entry(NamedTuple):
    """A text of a node, and what it is there: `Title`, the name of a pin, of a setting."""

    what: str
    text: str


class Match(NamedTuple):
    """A node or a frame in which a text was found, and the first place in it where it stands."""

    document: FlowDocument
    node: NodeId | None
    frame: str | None
    name: str
    """What the node or the frame is called."""
    what: str
    excerpt: str


class FlowTexts:
    """The texts of a document's nodes, read once each: a node is a frozen value, so it says itself when it changed."""

    def __init__(self, document: FlowDocument) -> None:
        self._document = document
        self._read: dict[NodeId, tuple[Node, Signature, str, list[Entry]]] = {}

    def search(self, words: str) -> Iterator[Match | None]:
        """Look at one frame or node after the other in reading order: what was found there, or None."""
        wanted, document = words.casefold(), self._document
        for frame in sorted(document.frames.values(), key=lambda frame: (frame.rect[1], frame.rect[0])):
            found = wanted in frame.title.casefold()
            yield Match(document, None, frame.id, frame.title, "Frame", frame.title) if found else None
        for node in reading_order(document):
            yield self._in_node(node, wanted) if node.id in document.nodes else None

    def _in_node(self, node: Node, wanted: str) -> Match | None:
        folded, entries = self._texts(node.id)
        if wanted not in folded:
            return None
        for what, text in entries:
            if wanted in text.casefold():
                name = self._document.node_title(node.id)
                return Match(self._document, node.id, None, name, what, excerpt(text, wanted))
        return None

    def _texts(self, node_id: NodeId) -> tuple[str, list[Entry]]:
        node, signature = self._document.nodes[node_id], self._document.signature(node_id)
        held = self._read.get(node_id)
        if held is None or held[0] is not node or held[1] is not signature:
            entries = entries_of(self._document, node_id)
            folded = "\n".join(entry.text.casefold() for entry in entries)
            held = self._read[node_id] = (node, signature, folded, entries)
        return held[2], held[3]


def reading_order(document: FlowDocument) -> list[Node]:
    """The nodes row by row, from left to right."""
    return sorted(document.nodes.values(), key=lambda node: (node.position[1] // _ROW_HEIGHT, node.position[0]))


def entries_of(document: FlowDocument, node_id: NodeId) -> list[Entry]:
    """All that can be found in a node; secrets cannot."""
    node, signature = document.nodes[node_id], document.signature(node_id)
    node_type = document.node_type(node_id)
    pins = {**signature.inputs, **signature.outputs}
    names = [*signature.exec_in, *signature.exec_out, *pins]
    found = [
        Entry("Title", document.node_title(node_id)),
        Entry("Type", f"{node_type.title} ({node.type})" if node_type else node.type),
        Entry("Id", node.id),
        Entry("Comment", node.comment),
        *(
            Entry(str(name), as_text(value))
            for name, value in node.inputs.items()
            if not (name in signature.inputs and signature.inputs[name].secret)
        ),
        *(Entry(name, as_text(value)) for name, value in node.config.items()),
        *(Entry(f"Mocked {name}", as_text(value)) for name, value in node.pinned_outputs.items()),
        Entry("Breakpoint", node.breakpoint.condition if node.breakpoint else ""),
        *(Entry("Pin", str(name)) for name in names),
    ]
    return [entry for entry in found if entry.text]


def as_text(value: object) -> str:
    """A value as one looks for it: text without quotes, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def excerpt(text: str, wanted: str) -> str:
    """A line of a text around what was found in it."""
    place = max(text.casefold().find(wanted), 0)
    start = max(place - _BEFORE, 0)
    line = " ".join(text[start : start + _SHOWN].split())
    return ("…" if start else "") + line + ("…" if start + _SHOWN < len(text) else "")
