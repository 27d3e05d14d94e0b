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


class Place(NamedTuple):
    """Where in a node or a frame a text stands: its title, a pin, a setting; and the text around."""

    name: str
    what: str
    excerpt: str


class Match(NamedTuple):
    """A node or a frame in which a text was found."""

    document: FlowDocument
    node: NodeId | None
    frame: str | None
    wanted: str
    """In lower case."""

    def place(self) -> Place | None:
        """The first place where the text stands; None if it is there no more. Asked only for what is shown."""
        if self.frame is not None:
            frame = self.document.frames.get(self.frame)
            return Place(frame.title, "Frame", frame.title) if frame else None
        if self.node is None or self.node not in self.document.nodes:
            return None
        texts = texts_of(self.document, self.node)
        found = next(((what, text) for what, text in texts if self.wanted in text.casefold()), None)
        return Place(self.document.node_title(self.node), found[0], excerpt(found[1], self.wanted)) if found else None


class FlowTexts:
    """The texts of a document's nodes, read once each: a node is a frozen value, so it says itself when it changed."""

    def __init__(self, document: FlowDocument) -> None:
        self._document = document
        self._read: dict[NodeId, tuple[Node, Signature, str]] = {}

    def search(self, words: str) -> Iterator[Match | None]:
        """Look at one frame or node after the other in reading order: what was found there, or None."""
        wanted, document = words.casefold(), self._document
        for frame in sorted(document.frames.values(), key=lambda frame: (frame.rect[1], frame.rect[0])):
            yield Match(document, None, frame.id, wanted) if wanted in frame.title.casefold() else None
        for node in reading_order(document):
            is_found = node.id in document.nodes and wanted in self._folded(node.id)
            yield Match(document, node.id, None, wanted) if is_found else None

    def _folded(self, node_id: NodeId) -> str:
        node, signature = self._document.nodes[node_id], self._document.signature(node_id)
        held = self._read.get(node_id)
        if held is None or held[0] is not node or held[1] is not signature:
            folded = "\n".join(text for _, text in texts_of(self._document, node_id)).casefold()
            held = self._read[node_id] = (node, signature, folded)
        return held[2]


def reading_order(document: FlowDocument) -> list[Node]:
    """The nodes row by row, from left to right."""
    return sorted(document.nodes.values(), key=lambda node: (node.position[1] // _ROW_HEIGHT, node.position[0]))


def texts_of(document: FlowDocument, node_id: NodeId) -> Iterator[tuple[str, str]]:
    """All that can be found in a node: what it is, and the text. Secrets cannot be found."""
    node, signature, node_type = document.nodes[node_id], document.signature(node_id), document.node_type(node_id)
    yield "Title", document.node_title(node_id)
    yield "Type", f"{node_type.title} ({node.type})" if node_type else node.type
    yield "Id", node.id
    yield "Comment", node.comment
    for name, value in node.inputs.items():
        if not (name in signature.inputs and signature.inputs[name].secret):
            yield name, as_text(value)
    for setting, value in node.config.items():
        yield setting, as_text(value)
    for name, value in node.pinned_outputs.items():
        yield f"Mocked {name}", as_text(value)
    yield "Breakpoint", node.breakpoint.condition if node.breakpoint else ""
    for pin in (*signature.exec_in, *signature.exec_out, *signature.inputs, *signature.outputs):
        yield "Pin", pin


def as_text(value: object) -> str:
    """A value as one looks for it: text without quotes, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def excerpt(text: str, wanted: str) -> str:
    """A line of a text around what was found in it."""
    place = max(text.casefold().find(wanted), 0)
    start = max(place - _BEFORE, 0)
    line = " ".join(text[start : start + _SHOWN].split())
    return ("…" if start else "") + line + ("…" if start + _SHOWN < len(text) else "")
