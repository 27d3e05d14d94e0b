"""Copied nodes as JSON text, readable and fit to be sent to others: one line for each node, wire and frame."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from runtime.document.flow import FORMAT as FLOW_FORMAT
from runtime.document.flow import VERSION, Connection, Frame, Node, PinKind
from runtime.document.json_text import json_path, place_of, read_json
from runtime.errors import DocumentError, FlowFileError
from runtime.ids import NodeId

from .document import FlowDocument

FORMAT: Final = "futureflow-clipboard"
_PARTS: Final = ("nodes", "connections", "incoming", "frames")
_NO_NODES: Final = "the clipboard holds no nodes: copy some on a canvas first (Ctrl+C)"


class Copied(BaseModel):
    """What travels.

    Attributes:
        nodes, connections, frames: as in a flow file; the wires are those between the nodes.
        incoming: the data wires to them from elsewhere, which a paste may draw again.
    """

    model_config = ConfigDict(frozen=True)

    nodes: tuple[Node, ...] = ()
    connections: tuple[Connection, ...] = ()
    incoming: tuple[Connection, ...] = ()
    frames: tuple[Frame, ...] = ()


def copied_parts(document: FlowDocument, nodes: Collection[NodeId], frames: Collection[str] = ()) -> Copied:
    """What is copied of a document with some nodes and frames."""
    ends_here = [wire for wire in document.connections.values() if wire.target.node in nodes]
    return Copied(
        nodes=tuple(node for node in document.nodes.values() if node.id in nodes),
        connections=tuple(wire for wire in ends_here if wire.source.node in nodes),
        incoming=tuple(wire for wire in ends_here if wire.source.node not in nodes and wire.kind is PinKind.DATA),
        frames=tuple(frame for frame in document.frames.values() if frame.id in frames),
    )


def text_of(copied: Copied) -> str:
    """The text that stands for it; lists without anything in them are left out."""
    lines = [f'"format": "{FORMAT}"', f'"version": {VERSION}']
    for name in _PARTS:
        if items := [part.model_dump(mode="json", by_alias=True) for part in getattr(copied, name)]:
            written = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in items)
            lines.append(f'"{name}": [\n{written}\n]')
    return "{" + ",\n".join(lines) + "}\n"


def parsed(text: str) -> Copied:
    """What a copied text, or the text of a whole flow file, stands for. Text around it is left alone.

    Raises DocumentError, which says what is wrong with the text, and in which line and column.
    """
    text = _json_alone(text)
    if not text.strip().startswith(("{", "[")):
        raise DocumentError(_NO_NODES)
    try:
        value = read_json(text)
    except FlowFileError as error:
        raise _damaged(error.problem, error.line, error.column) from None
    if not isinstance(value, dict) or value.get("format") not in (FORMAT, FLOW_FORMAT):
        raise DocumentError("the clipboard holds JSON, but no nodes: copy some on a canvas first (Ctrl+C)")
    version = value.get("version")
    if version != VERSION:
        problem = f"the clipboard holds nodes of version {version}, this Futureflow reads version {VERSION}"
        raise DocumentError(f"{problem}: copy them again in a Futureflow of this version")
    try:
        copied = Copied.model_validate(value)
    except ValidationError as error:
        raise _misfit(error, value, text) from error
    _check_ends(copied)
    return copied


def _json_alone(text: str) -> str:
    """The text with blanks for what stands around an object, as the fence and the words of a comment in a tracker."""
    start = max(text.find("{"), 0)
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):  # told by `read_json`, with its place
        end = text.rfind("}") + 1
    if f'"{FORMAT}"' not in text[start:end] and f'"{FLOW_FORMAT}"' not in text[start:end]:
        return text
    around = [re.sub(r"[^\n]", " ", part) for part in (text[:start], text[end:])]
    return around[0] + text[start:end] + around[1]


def _misfit(error: ValidationError, value: Any, text: str) -> DocumentError:
    """The first of the model's complaints, with its place in the text, or that of the part around it."""
    first = error.errors(include_url=False)[0]
    there: list[str | int] = []
    for part in first["loc"]:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            break
        there.append(part)
    return _damaged(f"{json_path(first['loc'])}: {first['msg']}", *(place_of(text, there) or (None, None)))


def _check_ends(copied: Copied) -> None:
    ids = [node.id for node in copied.nodes]
    if not ids and not copied.frames:
        raise DocumentError("the clipboard holds a flow without nodes: there is nothing to paste")
    if len(set(ids)) < len(ids):
        twice = next(node_id for node_id in ids if ids.count(node_id) > 1)
        raise _damaged(f"two have the id {twice!r}")
    ends = [end.node for wire in copied.connections for end in (wire.source, wire.target)]
    ends += [wire.target.node for wire in copied.incoming]
    if missing := set(ends) - set(ids):
        raise _damaged(f"a wire leads to {min(missing)!r}, which is not among them")


def _damaged(problem: str, line: int | None = None, column: int | None = None) -> DocumentError:
    place = f"line {line}, column {column}: " if line is not None else ""
    return DocumentError(f"the nodes in the clipboard are damaged: {place}{problem}; copy them again")
