"""The values that a pin had, for its tool tip."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

from runtime.document.flow import PinDirection, PinKind
from runtime.engine.values import NodeValues
from runtime.ids import NodeId, PinName
from runtime.nodes.pins import DataPin

from ..seen_values import after_text, turns_text
from ..values import MASK, value_text
from .rows import PinKey
from .subject import Subject

_MOST_LINES, _MOST_COLUMNS = 10, 72
"""What is shown of a value: a tool tip is for a glance, the inspector shows the rest."""
_MOST_BEFORE = 3
"""Earlier values that are named beside the last one."""
_LOOKED_AT = 4000
"""Characters of a value that are looked at."""


def described_value(subject: Subject, node_id: NodeId, key: PinKey, pin: DataPin) -> str:
    """The value of a data pin as rich text: as the paused token sees it, else with the latest before it; "" for none.

    A wired input shows what its source gave.
    """
    if key.direction is PinDirection.IN:
        wire = subject.projection.document.connection_into(node_id, key.name)
        if key.name in (read := subject.standing.inputs.get(node_id, {})):
            return _now(read[key.name], pin)
        if wire is None:
            return ""
        node_id, key = wire.source.node, PinKey(PinDirection.OUT, PinKind.DATA, wire.source.pin)
    values = subject.activity.values
    if values.picked is None and key.name in (seen := subject.standing.outputs.get(node_id, {})):
        return _now(seen[key.name], pin)
    shown = values.shown(node_id)
    if shown is None or key.name not in shown.outputs:
        return ""
    what = "last value" if values.picked is None else "value then"
    said = f"{what} ({_when(subject, shown)}):{_block(shown.outputs[key.name], pin)}"
    return said + "".join(_before(subject, shown, key.name, pin))


def _before(subject: Subject, shown: NodeValues, name: PinName, pin: DataPin) -> Iterator[str]:
    """What the pin gave before in the same run, the latest first, one line each."""
    entries = subject.activity.values.entries(shown.node_id, shown.run_id)
    place = next((i for i, entry in enumerate(entries) if entry is shown), 0)
    for entry in reversed(entries[max(place - _MOST_BEFORE, 0) : place]):
        if name in entry.outputs:
            text = MASK if pin.secret else value_text(entry.outputs[name], pin)
            yield f"<br>{_when(subject, entry)}: <code>{html.escape(text)}</code>"


def _when(subject: Subject, entry: NodeValues) -> str:
    """In which turns of which loops a value came, and when."""
    document = subject.projection.document
    turns = subject.activity.values.turns_of(entry)
    where = turns_text(turns, lambda node: document.node_title(node) if node in document.nodes else node)
    return html.escape(", ".join(filter(None, [where, after_text(entry.t)])))


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
