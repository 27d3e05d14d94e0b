"""What keys and mouse do, on one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from ..action_specs import ACTIONS
from ..menu_layout import MENUS, Entry

CANVAS_KEYS: Final = (
    ("Tab, or a tap on Space", "Search a node type and add it at the mouse"),
    ("Ctrl + arrows", "Go to the nearest node that way; Alt+Shift + arrows add it to the selection"),
    ("Return", "On a node that N or arrows went to: go to its pins; on a value: edit it; on another pin: connect it"),
    ("Arrows, on a pin", "Go to the next pin, or over to the other side; Escape goes back to the node"),
    ("+ and \N{MINUS SIGN}, on a frame", "Unfold and fold it; Return unfolds it, or goes to what lies in it"),
    ("Shift + arrows, on a frame", "Make it larger or smaller"),
    ("W", "Select the next wire of the pin or node; Delete takes it away, or all wires of the pin"),
    ("Arrows, on a wire", "Bend it; + makes another bend, \N{MINUS SIGN} takes one away, Page Up and Down choose one"),
    ("Tab, on a wire", "Search a node type and put it into the wire"),
    ("Ctrl+Return", "Follow the wire to its other end"),
    ("Menu key", "The menu of the node, pin, wire or frame"),
    ("Arrows", "Move the selected nodes and frames; with Shift by one unit"),
    ("Shift+Return", "Show the selected node in the inspector; of a Call Flow, open its flow"),
    ("Escape", "Call off what the mouse does, else select nothing"),
)
MOUSE: Final = (
    ("Drag a node", "Move it, and all that are selected"),
    ("Drag from a pin", "Draw a wire; only pins that fit are lit"),
    ("Drop a wire in the void", "Choose a node that fits it"),
    ("Alt + click on a pin", "Take its wires away"),
    ("Ctrl + drag from a pin", "Move all its wires to another pin"),
    ("Drag near the end of a wire", "Move that end to another pin"),
    ("Drag a wire, or double click on it", "Bend it; Alt + click on a bend takes it away"),
    ("Ctrl + right drag", "Cut the wires that the stroke crosses"),
    ("Alt + drag from node to node", "Connect the pins that fit best"),
    ("Drop a node on a wire", "Put it into the wire; with Alt it is only moved"),
    ("Click on a value", "Edit it in place"),
    ("Drag over a number, or over its name in the inspector", "Change it; Shift in finer steps, Ctrl in coarser ones"),
    ("Double click on the title of a node", "Name it; elsewhere on the node: show it in the inspector"),
    ("Click on + or \N{MINUS SIGN} of a node", "Give it a pin more, or one fewer; the button beside it lists them"),
    ("Double click on a Call Flow", "Open its flow; the bar above leads back"),
    ("Click on a breakpoint", "Disable or enable it"),
    ("Rest on a pin or a wire", "See its last values; a right click watches it"),
    ("Drag over the void", "Select by a rectangle; Alt takes away from the selection"),
    ("Drag the title of a frame", "Move it with all that lies in it"),
    ("Double click on the title of a frame", "Name it, or unfold it"),
    ("Shift + click, Ctrl + click", "Add to the selection; turn it around"),
    ("Right click, or double click, on the void", "Search a node type and add it there"),
    ("Wheel, Ctrl + wheel, pinch", "Zoom to the cursor"),
    ("Shift + wheel, two fingers", "Move over the canvas"),
    ("Middle button, or Space + drag", "Move over the canvas"),
    ("Back and forward buttons", "Go through the places that one jumped from"),
    ("Drag, wheel, right click on the map", "Move over the flow, zoom, change the size of the map"),
)
_UNDO: Final = {"@undo": ("Ctrl+Z", "Undo"), "@redo": ("Ctrl+Shift+Z, Ctrl+Y", "Redo")}


class ShortcutsDialog(QDialog):
    """A page to read beside the work: it does not block the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and Mouse")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = QTextBrowser(self)
        page.setHtml(_html())
        buttons = QDialogButtonBox(self)
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(page)
        box.addWidget(buttons)
        self.resize(640, 620)


def _html() -> str:
    parts = [
        ("Keys on the canvas", CANVAS_KEYS),
        ("Mouse on the canvas", MOUSE),
        *((f"Menu {title.replace('&', '')}", list(_keys_of(entries))) for title, entries in MENUS),
    ]
    return "".join(f"<h3>{title}</h3>{_table(table)}" for title, table in parts if table)


def _keys_of(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """The rows of a menu and of the menus within it: keys, and what they do."""
    specs = {spec.name: spec for spec in ACTIONS}
    for entry in entries:
        if isinstance(entry, tuple):
            yield from _keys_of(entry[1])
        elif entry in _UNDO:
            yield _UNDO[entry]
        elif entry in specs and (spec := specs[entry]).keys:
            keys = (QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in spec.keys)
            yield ", ".join(keys), spec.tip or spec.text.replace("&", "").rstrip("…")


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><td width='42%'><b>{left}</b></td><td>{right}</td></tr>" for left, right in rows)
    return f"<table cellpadding='3' width='100%'>{cells}</table>"
