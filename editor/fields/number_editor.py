"""A number with arrows: whole numbers of any size, since Qt's own spin boxes end at 32 bits, and optional ones."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QLineEdit

from runtime.errors import InputError
from runtime.nodes.pins import DataPin

from ..values import UNSET, edit_text, parse_value
from .field_editors import OneLineEditor
from .scrub import NameScrub
from .steps import step_of, within_range


class NumberEditor(OneLineEditor):
    """The field; a number outside the range is refused, a step stops at its ends."""

    def __init__(self, pin: DataPin) -> None:
        self._spin = _Spin(pin, self)
        super().__init__(pin, self._spin, self._spin.lineEdit())
        self._spin.editingFinished.connect(self.finished)

    @property
    def value(self) -> float:
        """What stands there; where nothing (fit) does, the default, or the nearest to zero in the range."""
        try:
            value = parse_value(self._line.text(), self.pin)
        except InputError:
            value = UNSET
        if isinstance(value, (int, float)):
            return value
        return self.pin.default if isinstance(self.pin.default, (int, float)) else within_range(self.pin, 0)

    def put(self, value: float) -> None:
        """Enter a number, as a part of an edit."""
        self._line.setText(edit_text(value, self.pin))
        self.edited.emit(value)

    def step_to(self, value: float) -> None:
        """An arrow was pressed."""
        self.put(value)
        self.finished.emit()

    def name_by(self, label: QLabel) -> None:
        super().name_by(label)
        NameScrub(label, self)


class _Spin(QAbstractSpinBox):
    def __init__(self, pin: DataPin, editor: NumberEditor) -> None:
        super().__init__()
        self._pin = pin
        self._editor = editor
        self._step = step_of(pin)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(QLineEdit().sizeHint().height())

    def stepBy(self, steps: int) -> None:
        self._editor.step_to(within_range(self._pin, self._editor.value + steps * self._step))

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        value, enabled = self._editor.value, flags.StepNone
        if self._pin.maximum is None or value < self._pin.maximum:
            enabled |= flags.StepUpEnabled
        if self._pin.minimum is None or value > self._pin.minimum:
            enabled |= flags.StepDownEnabled
        return enabled

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the form over the field must not change it.
        event.ignore()
