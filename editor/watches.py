"""The values that a person watches: expressions over what the frame sees that is looked at, else over last values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from runtime.document.flow import PinDirection, PinKind
from runtime.engine.conditions import ConditionError, as_name, value_of
from runtime.ids import NodeId, PinName

from .canvas.hit import Hit
from .dialogs.value_viewer import ValueViewer
from .document import FlowDocument
from .flow_tab import FlowTab
from .panels.debugger_panel import DebuggerPanel
from .panels.watch_model import Watched
from .pauses import Pauses
from .settings import Settings
from .tabs import FlowTabs

_UNKNOWN = "not known yet"


class Watches(QObject):
    """Keeps the list's values those of now. The expressions are the person's, not the flow's: settings keep them."""

    def __init__(self, panel: DebuggerPanel, pauses: Pauses, tabs: FlowTabs, settings: Settings) -> None:
        super().__init__(tabs)
        self._model = panel.watch_model
        self._panel = panel
        self._pauses = pauses
        self._tabs = tabs
        self._settings = settings
        self._model.set_expressions(settings.watches)
        self._model.expressions_changed.connect(self._on_expressions_changed)
        panel.watches.value_opened.connect(self._open)
        pauses.changed.connect(self.refresh)
        tabs.current_tab_changed.connect(self.refresh)
        self.refresh()

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        tab.feed.activity_changed.connect(lambda _nodes: self._follow_run(tab))

    def offer(self, menu: QMenu, document: FlowDocument, hit: Hit) -> None:
        """Put into the menu of a pin or a wire, on top, that its value can be watched."""
        source = _source_of(document, hit)
        if source is None:
            return
        expression = pin_expression(document, *source)
        action = QAction(f"Watch {expression}", menu)
        action.triggered.connect(lambda: self._model.add(expression))
        first = menu.actions()[0]
        menu.insertAction(first, action)
        menu.insertSeparator(first)

    def refresh(self) -> None:
        """Evaluate all."""
        expressions = self._model.expressions
        names = self._names() if expressions else {}
        self._model.show_values([_watched(expression, names) for expression in expressions])

    def _follow_run(self, tab: FlowTab) -> None:
        if tab is self._tabs.current and self._pauses.focused is None:
            self.refresh()

    def _on_expressions_changed(self) -> None:
        self._settings.watches = self._model.expressions
        self.refresh()

    def _open(self, row: int) -> None:
        watched = self._model.watched(row)
        if watched is not None:
            ValueViewer(self._model.expressions[row], watched.value, self._panel).show()

    def _names(self) -> dict[str, Any]:
        tab, focused, frame = self._tabs.current, self._pauses.focused, self._pauses.frame
        document = tab.document if tab is not None else None
        if focused is None or frame is None:
            return names_seen(document, tab.feed.activity.values.last() if tab is not None else {})
        around = [other for other in focused.frames[self._pauses.frame_index :] if other.run_id == frame.run_id]
        names = names_seen(document, focused.outputs_in(frame), (other.values for other in reversed(around)))
        return names | (dict(focused.inputs) if self._pauses.frame_index == 0 else {})


def _source_of(document: FlowDocument, hit: Hit) -> tuple[NodeId, PinName] | None:
    """The output whose value is at a place of the canvas: of the pin itself, or of the wire there or into it."""
    if hit.wire is not None:
        return (hit.wire.source.node, hit.wire.source.pin) if hit.wire.kind is PinKind.DATA else None
    if hit.node is None or hit.pin is None or hit.pin.kind is not PinKind.DATA:
        return None
    if hit.pin.direction is PinDirection.OUT:
        return hit.node, hit.pin.name
    wire = document.connection_into(hit.node, hit.pin.name)
    return (wire.source.node, wire.source.pin) if wire is not None else None


def pin_expression(document: FlowDocument, node_id: NodeId, pin: PinName) -> str:
    """How an expression speaks of an output: by the node's title, or its id where two have the title."""
    name = as_name(document.node_title(node_id))
    titles = [as_name(document.node_title(other)) for other in document.nodes]
    return f"{name if titles.count(name) == 1 else as_name(node_id)}.{pin}"


def names_seen(
    document: FlowDocument | None,
    outputs: Mapping[NodeId, Mapping[Any, Any]],
    blocks: Iterable[Mapping[Any, Any]] = (),
) -> dict[str, Any]:
    """What expressions may name: nodes by title and id, then the values of blocks, of which later ones go first."""
    names: dict[str, Any] = {}
    for node_id, values in outputs.items():
        if document is not None and node_id in document.nodes:
            names[as_name(document.node_title(node_id))] = values
        names[as_name(node_id)] = values
    for values in blocks:
        names.update(values)
    return names


def _watched(expression: str, names: Mapping[str, Any]) -> Watched:
    try:
        return Watched(value_of(expression, names))
    except ConditionError as error:
        is_unknown = "is not defined" in str(error)
        return Watched(error=_UNKNOWN if is_unknown else str(error))
