"""The values that a node's outputs have, as text that can be selected, copied and opened whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from runtime.nodes.pins import Signature

from ..fields.growing_text import GrowingText
from ..flat_button import flat_button
from ..icons import icon
from ..theme import Theme
from ..values import MASK, whole_text
from .labels import hint_label

_MOST_CHARACTERS: Final = 1_000
"""More of one value than this is not shown here."""
_NOTHING: Final = "(empty text)"


class OutputsView(QWidget):
    """One value a line, under its pin's name.

    Signals:
        opened(str): show the value of this pin whole.
    """

    opened = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._values: dict[str, GrowingText] = {}
        self._buttons: dict[str, QToolButton] = {}

    @property
    def has_outputs(self) -> bool:
        """Whether there is anything to show."""
        return bool(self._values)

    def text_of(self, pin: str) -> str:
        """What stands there for a pin. Raises KeyError."""
        return self._values[pin].toPlainText()

    def button_of(self, pin: str) -> QToolButton:
        """The button that opens a value whole. Raises KeyError."""
        return self._buttons[pin]

    def show_outputs(self, outputs: Mapping[str, object], signature: Signature) -> None:
        """Show values by pin name; texts stay, so that a selection in one survives when another changes."""
        if set(outputs) != set(self._values):
            self._rebuild(outputs)
        secrets = {name for name, pin in signature.outputs.items() if pin.secret}
        for name, value in outputs.items():
            self._values[name].show_text(MASK if name in secrets else _text(value))
            self._buttons[name].setVisible(name not in secrets and value not in ("", None))

    def _rebuild(self, outputs: Mapping[str, object]) -> None:
        self._values.clear()
        self._buttons.clear()
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for name in outputs:
            # Not a label: that is as wide as its longest word, an id for example, and pushes the page out of sight.
            value = GrowingText(least_lines=1)
            value.setReadOnly(True)
            value.setFrameShape(GrowingText.Shape.NoFrame)
            value.viewport().setAutoFillBackground(False)
            value.document().setDocumentMargin(0)
            value.setAccessibleName(f"Last value of {name}")
            self._layout.addWidget(self._head(name))
            self._layout.addWidget(value)
            self._layout.addSpacing(8)
            self._values[name] = value

    def _head(self, name: str) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(hint_label(name, wrap=False), 1)
        button = self._buttons[name] = flat_button("Show the whole value", icon_size=12)
        button.setIcon(icon("whole", self._theme, "text.faint"))
        button.setAccessibleName(f"Show the whole value of {name}")
        button.clicked.connect(lambda: self.opened.emit(name))
        row.addWidget(button)
        head.setMinimumHeight(button.sizeHint().height())  # the button comes and goes
        return head


def _text(value: object) -> str:
    text = whole_text(value)
    if not text:
        return _NOTHING
    if len(text) <= _MOST_CHARACTERS:
        return text
    return f"{text[:_MOST_CHARACTERS]}… ({len(text):,} characters in all)"
