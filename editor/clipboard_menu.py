"""What menus and keys do with the clipboard in the flow in front."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QCursor, QGuiApplication

from runtime.document.flow import Point
from runtime.errors import DocumentError
from runtime.ids import NodeId

from . import clipboard
from .canvas.selected import moving
from .flow_tab import FlowTab
from .places import snapped
from .tabs import FlowTabs


class ClipboardMenu:
    """Handlers for `Actions`."""

    def __init__(self, tabs: FlowTabs) -> None:
        self._tabs = tabs

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What each action does."""
        return {
            "copy": self._on_tab(_copy),
            "cut": self._on_tab(_cut),
            "paste": self._on_tab(partial(_paste, wired=False)),
            "paste_wired": self._on_tab(partial(_paste, wired=True)),
            "duplicate": self._on_tab(partial(_duplicate, wired=False)),
            "duplicate_wired": self._on_tab(partial(_duplicate, wired=True)),
        }

    def _on_tab(self, act: Callable[[FlowTab], None]) -> Callable[[], None]:
        def handler() -> None:
            if (tab := self._tabs.current) is not None:
                act(tab)

        return handler


def _copy(tab: FlowTab) -> None:
    if chosen := _chosen(tab):
        QGuiApplication.clipboard().setText(clipboard.copied_text(tab.document, *chosen))


def _cut(tab: FlowTab) -> None:
    if chosen := _chosen(tab):
        QGuiApplication.clipboard().setText(clipboard.cut_text(tab.document, *chosen))


def _paste(tab: FlowTab, *, wired: bool) -> None:
    """At the mouse if it is over the canvas, else beside the originals."""
    text = QGuiApplication.clipboard().text()
    try:
        pasted = clipboard.paste(tab.document, text, _scene_cursor(tab), wired=wired)
    except DocumentError as error:
        tab.message.emit(f"Nothing pasted: {error}.")
        return
    tab.canvas.selection.set(pasted.nodes, frames=pasted.frames)


def _duplicate(tab: FlowTab, *, wired: bool) -> None:
    if chosen := _chosen(tab):
        made = clipboard.duplicate(tab.document, *chosen, wired=wired)
        tab.canvas.selection.set(made.nodes, frames=made.frames)


def _chosen(tab: FlowTab) -> tuple[set[NodeId], set[str]] | None:
    """What is selected, with all that the selected frames own; None, with a hint, for nothing."""
    nodes, frames = moving(tab.canvas)
    if nodes or frames:
        return nodes, frames
    tab.message.emit("Select nodes or frames first.")
    return None


def _scene_cursor(tab: FlowTab) -> Point | None:
    area, cursor = tab.canvas.viewport(), QCursor.pos()
    if not area.rect().contains(area.mapFromGlobal(cursor)):
        return None
    return snapped(tab.canvas.scene_position(cursor))
