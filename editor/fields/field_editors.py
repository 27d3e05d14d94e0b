"""One editor for each type of value: shows it, takes what is typed if it fits, and says why if it does not."""

from __future__ import annotations

import json
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from runtime.errors import InputError
from runtime.nodes.pins import DataPin, PinType

from ..panels.labels import hint_label
from ..values import UNSET, edit_text, parse_value
from .growing_text import GrowingText
from .json_highlighter import JsonHighlighter

_NOT_SENT: Final = "not sent"


class FieldEditor(QWidget):
    """What all editors share.

    Signals:
        edited(object): a value was entered that fits; UNSET if the field was emptied.
        refused(str): what stands there now does not fit, and why.
        finished(): the edit is complete: Enter, the keyboard went elsewhere, or a choice was made.
    """

    is_asking = False
    """Whether a dialog of its own is open."""

    edited = Signal(object)
    refused = Signal(str)
    finished = Signal()

    def __init__(self, pin: DataPin, box: QWidget) -> None:
        super().__init__()
        self.pin = pin
        self.box = box
        box.setAccessibleName(pin.name)
        box.setAccessibleDescription(pin.description)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(box)
        self.setFocusProxy(box)

    def name_by(self, label: QLabel) -> None:
        """A label beside it names it."""
        label.setBuddy(self.box)

    @property
    def text(self) -> str:
        """What is typed there now; "" where nothing is typed."""
        return ""

    def select_all(self) -> None:
        """Select what is typed, to type over it."""

    def show_value(self, value: object) -> None:
        """Show a value; UNSET for none. What the person is typing is left alone if it means this value already."""
        raise NotImplementedError

    def means(self, text: str, value: object) -> bool:
        """Whether a text stands for the value."""
        try:
            parsed = parse_value(text, self.pin)
        except InputError:
            return False
        return parsed is value if UNSET in (parsed, value) else parsed == value and type(parsed) is type(value)

    def leaves_alone(self, text: str, value: object) -> bool:
        """Whether a text that stands there needs no change to show the value.

        A field that was just emptied, to type something else, is not filled with its default under the cursor.
        """
        emptied = not text.strip() and value == self.pin.default and self.box.hasFocus()
        return emptied or self.means(text, value)

    def take(self, text: str) -> None:
        """The person changed the text."""
        try:
            value = parse_value(text, self.pin)
        except InputError as error:
            self.refused.emit(str(error).removeprefix(f"{self.pin.name}: "))
        else:
            self.edited.emit(value)


class OneLineEditor(FieldEditor):
    """What is typed on one line."""

    def __init__(self, pin: DataPin, widget: QWidget, line: QLineEdit) -> None:
        """`line` is where it is typed: `widget` itself, or a part of it."""
        self._line = line
        super().__init__(pin, widget)
        line.setPlaceholderText(placeholder(pin))
        line.textEdited.connect(self.take)

    @property
    def text(self) -> str:
        return self._line.text()

    def select_all(self) -> None:
        self._line.selectAll()

    def show_value(self, value: object) -> None:
        if not self.leaves_alone(self._line.text(), value):
            place = self._line.cursorPosition()
            self._line.setText("" if value is UNSET else edit_text(value, self.pin))
            self._line.setCursorPosition(place)


class LineEditor(OneLineEditor):
    """One line of text."""

    def __init__(self, pin: DataPin) -> None:
        line = QLineEdit()
        super().__init__(pin, line, line)
        line.editingFinished.connect(self.finished)


class TextEditor(FieldEditor):
    """Several lines of text; grows with them."""

    def __init__(self, pin: DataPin) -> None:
        self._text = GrowingText()
        super().__init__(pin, self._text)
        self._text.setPlaceholderText(placeholder(pin))
        self._text.textChanged.connect(self._on_text_changed)
        self._text.left.connect(self.finished)

    @property
    def text(self) -> str:
        return self._text.toPlainText()

    def select_all(self) -> None:
        self._text.selectAll()

    def show_value(self, value: object) -> None:
        if not self.leaves_alone(self._text.toPlainText(), value):
            self._text.show_text("" if value is UNSET else edit_text(value, self.pin))

    def _on_text_changed(self) -> None:
        self.take(self._text.toPlainText())


class JsonEditor(TextEditor):
    """JSON, checked at every key; the place of an error is marked."""

    def __init__(self, pin: DataPin) -> None:
        super().__init__(pin)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._highlighter = JsonHighlighter(self._text)

    def take(self, text: str) -> None:
        self._text.mark(_json_error_at(text) if self.pin.type is PinType.JSON else None)
        super().take(text)


class BooleanEditor(FieldEditor):
    """A check box."""

    def __init__(self, pin: DataPin) -> None:
        self._box = QCheckBox("true")
        super().__init__(pin, self._box)
        self._box.clicked.connect(self._on_clicked)

    def show_value(self, value: object) -> None:
        self._box.setChecked(value is True)
        self._box.setText("true" if value is True else "false")

    def _on_clicked(self, checked: bool) -> None:
        self._box.setText("true" if checked else "false")
        self.edited.emit(checked)
        self.finished.emit()


class ChoiceEditor(FieldEditor):
    """A closed list of values; for a pin that may stay unset, *not sent* comes first."""

    def __init__(self, pin: DataPin) -> None:
        self._combo = _QuietCombo()
        super().__init__(pin, self._combo)
        values = (True, False) if pin.type is PinType.BOOLEAN else (pin.choices or ())
        self._values = [UNSET, *values] if pin.optional or pin.required else list(values)
        self._combo.addItems([placeholder(pin) if value is UNSET else _choice_text(value) for value in self._values])
        self._combo.activated.connect(self._on_chosen)

    def show_value(self, value: object) -> None:
        self._combo.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def _on_chosen(self, place: int) -> None:
        self.edited.emit(self._values[place])
        self.finished.emit()


class SecretEditor(FieldEditor):
    """No field at all: a secret that could be typed here would be saved with the flow (design 3)."""

    def __init__(self, pin: DataPin) -> None:
        label = hint_label("A secret is never saved in a flow: connect a wire that brings it, or set it up as a key.")
        label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        super().__init__(pin, label)

    def show_value(self, value: object) -> None:
        """There is nothing to show."""


def placeholder(pin: DataPin) -> str:
    """What an empty field says."""
    if pin.required:
        return "required"
    return _NOT_SENT if pin.optional else ""


def _choice_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _json_error_at(text: str) -> int | None:
    """Where the text stops being JSON, or None."""
    try:
        if text.strip():
            json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos
    return None


class _QuietCombo(QComboBox):
    """Scrolling the form over it must not change it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
