"""The values that a node's outputs had last, as text that can be selected and copied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from runtime.nodes.pins import Signature

from ..values import MASK
from .growing_text import GrowingText
from .labels import hint_label

_MOST_CHARACTERS: Final = 1_000
"""More of one value than this is not shown here."""
_NOTHING: Final = "(empty text)"


class OutputsView(QWidget):
    """One value a line, under its pin's name."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._values: dict[str, GrowingText] = {}

    @property
    def has_outputs(self) -> bool:
        """Whether there is anything to show."""
        return bool(self._values)

    def text_of(self, pin: str) -> str:
        """What stands there for a pin. Raises KeyError."""
        return self._values[pin].toPlainText()

    def show_outputs(self, outputs: Mapping[str, object], signature: Signature) -> None:
        """Show values by pin name; texts stay, so that a selection in one survives when another changes."""
        if set(outputs) != set(self._values):
            self._rebuild(outputs)
        secrets = {name for name, pin in signature.outputs.items() if pin.secret}
        for name, value in outputs.items():
            self._values[name].show_text(MASK if name in secrets else _text(value))

    def _rebuild(self, outputs: Mapping[str, object]) -> None:
        self._values.clear()
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
            self._layout.addWidget(hint_label(name))
            self._layout.addWidget(value)
            self._layout.addSpacing(8)
            self._values[name] = value


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, default=str)
    if not text:
        return _NOTHING
    if len(text) <= _MOST_CHARACTERS:
        return text
    return f"{text[:_MOST_CHARACTERS]}… ({len(text):,} characters in all)"
