"""The inspector's part for what a node gave: the values, and the way through those that are kept."""

from __future__ import annotations

from PySide6.QtCore import Signal

from runtime.engine.values import NodeValues
from runtime.ids import NodeId

from ..dialogs.value_viewer import ValueViewer
from ..document import FlowDocument
from ..seen_values import SeenValues
from ..theme import Theme
from .outputs_view import OutputsView
from .section import Section
from .value_stepper import ValueStepper


class OutputsSection(Section):
    """The values of one node that are looked at.

    Attributes:
        view: the values. stepper: where they are among all that are kept.

    Signals:
        values_picked(): other values are looked at, of all nodes.
    """

    values_picked = Signal()

    def __init__(self, document: FlowDocument, node_id: NodeId, values: SeenValues, theme: Theme) -> None:
        super().__init__("Last outputs", theme)
        self._document = document
        self._node_id = node_id
        self._values = values
        self.view = OutputsView(theme)
        self.stepper = ValueStepper(values, node_id, self._title, theme)
        self.add(self.stepper)
        self.add(self.view)
        self.rows.setSpacing(6)
        self.stepper.picked.connect(self._pick)
        self.view.opened.connect(self._open)

    @property
    def is_wanted(self) -> bool:
        """Whether there is anything to show."""
        return self.view.has_outputs or bool(self._values.entries(self._node_id))

    def refresh(self) -> None:
        """Show what is looked at now."""
        self.view.show_outputs(self._values.outputs_of(self._node_id), self._document.signature(self._node_id))
        self.stepper.refresh()

    def _title(self, node_id: NodeId) -> str:
        return self._document.node_title(node_id) if node_id in self._document.nodes else node_id

    def _pick(self, entry: NodeValues | None) -> None:
        self._values.pick(entry)
        self.values_picked.emit()

    def _open(self, pin: str) -> None:
        value = self._values.outputs_of(self._node_id)[pin]
        ValueViewer(f"{pin} of {self._title(self._node_id)}", value, self.window()).show()
