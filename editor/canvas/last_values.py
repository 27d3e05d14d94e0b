"""The values that a pin had, for its tool tip."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

from runtime.document.flow import PinDirection, PinKind
from runtime.ids import NodeId
from runtime.nodes.pins import DataPin

from ..values import MASK
from .rows import PinKey
from .subject import Subject

_MOST_LINES, _MOST_COLUMNS = 10, 72
"""What is shown of a value: a tool tip is for a glance, the inspector shows the rest."""
_LOOKED_AT = 4000
"""Characters of a value that are looked at."""


def described_value(subject: Subject, node_id: NodeId, key: PinKey, pin: DataPin) -> str:
    """The value of a data pin as rich text: as the paused token sees it, else the last one; "" if there is none.

    A wired input shows what its source gave.
    """
    if key.direction is PinDirection.IN:
        wire = subject.projection.document.connection_into(node_id, key.name)
        if key.name in (read := subject.standing.inputs.get(node_id, {})):
            return _now(read[key.name], pin)
        if wire is None:
            return ""
        node_id, key = wire.source.node, PinKey(PinDirection.OUT, PinKind.DATA, wire.source.pin)
    if key.name in (seen := subject.standing.outputs.get(node_id, {})):
        return _now(seen[key.name], pin)
    outputs = subject.activity.outputs_of(node_id)
    return f"last value:{_block(outputs[key.name], pin)}" if key.name in outputs else ""


def _now(value: object, pin: DataPin) -> str:
    return f"now, as the paused run sees it:{_block(value, pin)}"


def _block(value: object, pin: DataPin) -> str:
    """A value on lines of its own if it has some."""
    if pin.secret and value:
        return f" {MASK}"
    lines = list(_lines(value))
    if len(lines) == 1:
        return f" <code>{html.escape(lines[0])}</code>"
    return f"<pre>{html.escape(chr(10).join(lines))}</pre>"


def _lines(value: object) -> Iterator[str]:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, default=str)
    if not text:
        yield '""'
        return
    lines = text[:_LOOKED_AT].splitlines()
    for line in lines[:_MOST_LINES]:
        yield line if len(line) <= _MOST_COLUMNS else line[: _MOST_COLUMNS - 1] + "…"
    if len(lines) > _MOST_LINES or len(text) > _LOOKED_AT:
        yield "…"
