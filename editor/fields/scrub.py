"""Numbers that follow a drag: up to the right, down to the left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

from runtime.nodes.pins import DataPin, PinType

from .steps import drag_step_of, within_range

if TYPE_CHECKING:
    from .number_editor import NumberEditor

PIXELS_A_STEP: Final = 6.0
_FINE, _COARSE = 0.1, 10.0
_DIGITS: Final = 1
"""Of a step, as `_FINE` has it."""


class Scrub:
    """One drag over a number.

    Attributes:
        value: the number now. Whole numbers of large steps go to round ones.
    """

    def __init__(self, pin: DataPin, value: float, x: float) -> None:
        """`x`: where the drag began, in pixels."""
        self.value = value
        self._pin = pin
        self._before = value
        self._step = drag_step_of(pin, value)
        self._x = x
        self._steps = 0.0

    def follow(self, x: float, modifiers: Qt.KeyboardModifier) -> float:
        """The mouse is there now. Shift makes the steps a tenth, Ctrl ten times as large."""
        is_fine = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        is_coarse = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        self._steps += (x - self._x) / PIXELS_A_STEP * (_FINE if is_fine else _COARSE if is_coarse else 1)
        self._x = x
        steps = round(self._steps, _DIGITS) if is_fine else round(self._steps)
        wanted = self._before + steps * self._step
        if steps and self._pin.type is PinType.INTEGER and self._step > 1 and not is_fine:
            wanted = round(wanted / self._step) * self._step
        self.value = within_range(self._pin, wanted)
        return self.value


class NameScrub(QObject):
    """Makes the name beside a number a handle to drag it by. A click gives the number the keyboard."""

    def __init__(self, name: QLabel, editor: NumberEditor) -> None:
        super().__init__(name)
        self._name = name
        self._editor = editor
        self._start: float | None = None
        self._scrub: Scrub | None = None
        name.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_usable = not self._editor.isHidden() and self._editor.isEnabled()  # a wired input has no number of its own
        if event.type() == QEvent.Type.Enter:
            self._name.setCursor(Qt.CursorShape.SizeHorCursor if is_usable else Qt.CursorShape.ArrowCursor)
        if not isinstance(event, QMouseEvent) or not is_usable:
            return super().eventFilter(watched, event)
        return self._take(event)

    def _take(self, event: QMouseEvent) -> bool:
        x = event.position().x()
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() is Qt.MouseButton.LeftButton:
                self._start = x
                self._editor.box.setFocus(Qt.FocusReason.MouseFocusReason)  # for Escape
            case QEvent.Type.MouseMove:
                if self._start is not None:
                    self._follow(x, event.modifiers())
            case QEvent.Type.MouseButtonRelease if event.button() is Qt.MouseButton.LeftButton:
                if self._scrub is not None:
                    self._editor.finished.emit()
                self._start = self._scrub = None
            case _:
                return False
        return True

    def _follow(self, x: float, modifiers: Qt.KeyboardModifier) -> None:
        assert self._start is not None
        if self._scrub is None and abs(x - self._start) >= QApplication.startDragDistance():
            self._scrub = Scrub(self._editor.pin, self._editor.value, self._start)
        elif self._scrub is not None and self._editor.value != self._scrub.value:
            self._start = self._scrub = None  # Escape, or an undo, gave it another value meanwhile
        if self._scrub is not None:
            before = self._scrub.value
            if self._scrub.follow(x, modifiers) != before:
                self._editor.put(self._scrub.value)
