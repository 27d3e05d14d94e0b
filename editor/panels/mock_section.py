"""The inspector's part for mocked outputs: which values the node gives instead of running."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from runtime.engine.values import NodeValues
from runtime.ids import NodeId, PinName
from runtime.nodes.pins import DataPin

from .. import mocks
from ..activity import RunActivity
from ..document import FlowDocument
from ..theme import Theme
from ..typing_session import TypingSession
from ..values import UNSET
from .field_row import FieldRow
from .kept_values_menu import fill_with_kept_values
from .labels import hint_label
from .section import Section

_OFF = "The node runs. Mocked, it does not: it gives values of yours at once, and the run goes on behind it."
_ON = "The node does not run: it gives these values at once."


class MockSection(Section):
    """One field for each output of a mocked node; for one that is not, the ways to mock it."""

    def __init__(self, document: FlowDocument, node_id: NodeId, activity: RunActivity, theme: Theme) -> None:
        super().__init__("Mock", theme, folded=not document.nodes[node_id].pinned_outputs)
        self._document = document
        self._node_id = node_id
        self._activity = activity
        self._typing = TypingSession()
        self._pins: dict[PinName, DataPin] = {}
        self._rows: dict[PinName, FieldRow] = {}
        self._state = hint_label()
        self.begin = QPushButton("Mock Outputs…")
        self.take_last = QPushButton("With the Last Values")
        self.take_earlier = QPushButton("Earlier")
        self.take_earlier.setMenu(QMenu(self.take_earlier))
        self.clear_mock = QPushButton("Clear")
        self._fields = QWidget()
        self._form = QVBoxLayout(self._fields)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(14)
        self.add(self._state)
        self.add(self._buttons())
        self.add(self._fields)
        self.begin.clicked.connect(self.start)
        self.take_last.clicked.connect(lambda: mocks.take(document, [node_id], activity.values.outputs_of))
        self.clear_mock.clicked.connect(lambda: mocks.clear(document, [node_id]))
        self.take_earlier.menu().aboutToShow.connect(self._list_earlier)
        self.refresh()

    @property
    def is_wanted(self) -> bool:
        """Whether there is an output to mock."""
        mocked = self._document.nodes[self._node_id].pinned_outputs
        return bool(mocked or mocks.mockable(self._document, self._node_id))

    def row(self, pin: str) -> FieldRow:
        """The row of an output. Raises KeyError."""
        return self._rows[PinName(pin)]

    def start(self) -> None:
        """Mock the node if it is not mocked yet, and bring the keyboard to the first value."""
        if not self._document.nodes[self._node_id].pinned_outputs:
            mocks.begin(self._document, self._node_id, self._activity.values.outputs_of(self._node_id))
        self.unfold()
        if self._rows:
            next(iter(self._rows.values())).editor.setFocus()

    def refresh(self) -> None:
        """Show what the document holds now."""
        mocked, pins = self._document.nodes[self._node_id].pinned_outputs, self._fields_wanted()
        if pins != self._pins:
            self._rebuild(pins)
        for name, row in self._rows.items():
            row.show_value(mocked.get(name, UNSET))
            row.show_problem("" if name in mocked else "It has no value: whoever reads it fails.")
        self._state.setText(_ON if mocked else _OFF)
        self.begin.setVisible(not mocked)
        self.clear_mock.setVisible(bool(mocked))
        self._fields.setVisible(bool(mocked))
        self.refresh_activity()

    def refresh_activity(self) -> None:
        """The node did something: there may be values to take."""
        self.take_last.setEnabled(bool(self._activity.values.outputs_of(self._node_id)))
        self.take_earlier.setEnabled(bool(self._activity.values.entries(self._node_id)))
        self.take_last.setToolTip("" if self.take_last.isEnabled() else "The node has not run yet")

    def _buttons(self) -> QWidget:
        box = QWidget()
        layout = QHBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for button in (self.begin, self.take_last, self.take_earlier, self.clear_mock):
            layout.addWidget(button)
        layout.addStretch()
        return box

    def _fields_wanted(self) -> dict[PinName, DataPin]:
        """As inputs of which each has a value that it goes back to."""
        if not self._document.nodes[self._node_id].pinned_outputs:
            return {}
        pins = mocks.mockable(self._document, self._node_id)
        return {
            name: replace(pin, required=False, optional=False, default=mocks.neutral(pin)) for name, pin in pins.items()
        }

    def _rebuild(self, pins: dict[PinName, DataPin]) -> None:
        while (item := self._form.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._pins, self._rows = pins, {}
        for name, pin in pins.items():
            row = self._rows[name] = FieldRow(pin, self._theme)
            row.value_edited.connect(lambda value, pin=pin: self._set(pin, value))
            row.edit_finished.connect(self._typing.end)
            self._form.addWidget(row)

    def _list_earlier(self) -> None:
        fill_with_kept_values(
            self.take_earlier.menu(), self._activity.values, self._node_id, self._title, self._take_entry
        )

    def _take_entry(self, entry: NodeValues) -> None:
        mocks.take(self._document, [self._node_id], lambda _node: entry.outputs)

    def _title(self, node_id: NodeId) -> str:
        return self._document.node_title(node_id) if node_id in self._document.nodes else node_id

    def _set(self, pin: DataPin, value: object) -> None:
        value = pin.default if value is UNSET else value
        mocks.set_output(self._document, self._node_id, pin.name, value, self._typing.key)
