"""Asks for the values that a flow needs before it can run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from runtime.errors import InputError
from runtime.ids import PinName
from runtime.nodes.node_type import FlowParameter
from runtime.nodes.pins import DataPin

from ..theme import Theme
from ..values import UNSET, parse_value


class FlowInputsDialog(QDialog):
    """A form with one field for each parameter. It does not block the window.

    Signals:
        values_given(dict[str, object]): by parameter name, once all are right.
    """

    values_given = Signal(object)

    def __init__(self, parameters: Sequence[FlowParameter], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("What the flow needs")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self._pins = {parameter.name: _pin(parameter) for parameter in parameters}
        self._fields = {parameter.name: self._field(parameter) for parameter in parameters}
        self._problem = QLabel(self)
        self._problem.setWordWrap(True)
        self._problem.setStyleSheet(f"color: {theme.color('error').name()}")
        form = QFormLayout()
        for name, field in self._fields.items():
            form.addRow(name, field)
        buttons = QDialogButtonBox(self)
        buttons.addButton("Run", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._check)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addLayout(form)
        box.addWidget(self._problem)
        box.addWidget(buttons)

    def _field(self, parameter: FlowParameter) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(parameter.name)
        field.setPlaceholderText(parameter.description or parameter.type)
        field.setToolTip(f"{parameter.description}\n({parameter.type})".strip())
        return field

    def _check(self) -> None:
        values: dict[str, object] = {}
        for name, pin in self._pins.items():
            try:
                value = parse_value(self._fields[name].text(), pin)
                if value is UNSET:
                    raise InputError(pin.name, "is missing: type a value")
            except InputError as error:
                self._problem.setText(str(error))
                self._fields[name].setFocus()
                return
            values[name] = value
        self.accept()
        self.values_given.emit(values)


def _pin(parameter: FlowParameter) -> DataPin:
    return DataPin(PinName(parameter.name), parameter.name, parameter.type, parameter.description, required=True)
