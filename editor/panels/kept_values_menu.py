"""A menu of all values of a node that are kept, by run and turn, the latest first."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QMenu

from runtime.engine.values import NodeValues
from runtime.ids import NodeId

from ..seen_values import SeenValues, after_text, turns_text
from ..values import one_line

_MOST: Final = 60
"""Values of one run that are listed, the latest: more would not fit on a screen."""
_MOST_OF_A_VALUE: Final = 40


def fill_with_kept_values(
    menu: QMenu,
    values: SeenValues,
    node_id: NodeId,
    title: Callable[[NodeId], str],
    pick: Callable[[NodeValues], object],
) -> None:
    """Make the menu anew; the one that is looked at is checked. `title` says what a node is called."""
    menu.clear()
    entries = values.entries(node_id)
    for run_id in reversed(dict.fromkeys(entry.run_id for entry in entries)):
        began = values.began(run_id)
        menu.addSection(f"Run of {time.strftime('%H:%M:%S', time.localtime(began))}" if began else "A run")
        kept = [entry for entry in entries if entry.run_id == run_id]
        for entry in kept[: -_MOST - 1 : -1]:
            action = menu.addAction(f"{where_text(values, entry, title)}    {_brief(entry)}".replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(entry is values.shown(node_id))
            action.triggered.connect(lambda _checked=False, entry=entry: pick(entry))
        if len(kept) > _MOST:
            menu.addAction(f"{len(kept) - _MOST:,} more before these").setEnabled(False)


def where_text(values: SeenValues, entry: NodeValues, title: Callable[[NodeId], str]) -> str:
    """In which turns a value came, and when: `For Each 3 · after 0.52 s`."""
    parts = (turns_text(values.turns_of(entry), title), after_text(entry.t), "mocked" if entry.mocked else "")
    return " · ".join(filter(None, parts))


def _brief(entry: NodeValues) -> str:
    values = ((pin, value) for pin, value in entry.outputs.items() if value not in ("", None))
    return ", ".join(f"{pin}={one_line(value, _MOST_OF_A_VALUE)}" for pin, value in list(values)[:2])
