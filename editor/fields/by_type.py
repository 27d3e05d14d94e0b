"""Which editor a pin gets."""

from __future__ import annotations

from pathlib import Path

from runtime.nodes.pins import DataPin, PinType

from .field_editors import (
    BooleanEditor,
    ChoiceEditor,
    FieldEditor,
    JsonEditor,
    LineEditor,
    SecretEditor,
    TextEditor,
)
from .number_editor import NumberEditor
from .path_editor import PathEditor


def editor_for(pin: DataPin, folder: Path | None = None) -> FieldEditor:
    """The editor that a pin's declaration asks for. `folder`: where relative paths begin, if that is known."""
    if pin.secret:
        return SecretEditor(pin)
    if pin.choices is not None or (pin.type is PinType.BOOLEAN and (pin.optional or pin.required)):
        return ChoiceEditor(pin)
    if pin.path:
        return PathEditor(pin, folder)
    match pin.type:
        case PinType.BOOLEAN:
            return BooleanEditor(pin)
        case PinType.INTEGER | PinType.FLOAT:
            return NumberEditor(pin)
        case PinType.JSON:
            return TextEditor(pin) if pin.lines else JsonEditor(pin)
        case _:
            return TextEditor(pin) if pin.multiline else LineEditor(pin)
