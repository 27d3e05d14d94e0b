"""One input in the inspector: its name, what it takes, its editor, its help, and whether it is set at all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from runtime.nodes.pins import DataPin, PinType

from ..fields.by_type import editor_for
from ..fields.field_editors import placeholder
from ..icons import icon
from ..theme import Theme
from ..values import UNSET, range_text, value_text
from .labels import bold, error_label, hint_label

_ROOMY = 10_000
"""Texts may have so many characters that their limit is said only to who exceeds it."""


class FieldRow(QWidget):
    """The row.

    Signals:
        value_edited(object): a value that fits was entered; UNSET to take it back.
        edit_finished(): the edit is complete.
        source_clicked(): the person wants to see where the wire comes from.
    """

    value_edited = Signal(object)
    edit_finished = Signal()
    source_clicked = Signal()

    def __init__(self, pin: DataPin, theme: Theme, folder: Path | None = None) -> None:
        """`folder`: where relative paths begin, if that is known."""
        super().__init__()
        self.pin = pin
        self.editor = editor_for(pin, folder)
        self._shows_default = False
        self._in_force = ""
        self._value: object = UNSET
        self._before: object = UNSET
        self._is_typing = False
        self._name = QLabel(pin.name)
        self._name.setFont(bold(self._name.font()))
        self.editor.name_by(self._name)
        self._badge = hint_label(wrap=False)
        self._unset = QToolButton()
        self._unset.setAutoRaise(True)
        self._unset.setIconSize(QSize(12, 12))
        self._source = QLabel()
        self._source.setTextFormat(Qt.TextFormat.RichText)
        self._source.setWordWrap(True)
        self._source.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._error = error_label()
        self._problem = error_label()
        self._help = hint_label(pin.description)
        self._lay_out()
        self._connect()
        self.set_theme(theme)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._name)
        takes = hint_label(takes_text(self.pin), wrap=False)
        # In a narrow panel its end may go, rather than the button's.
        takes.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        takes.setToolTip(takes.text())
        head.addWidget(takes, 1)
        head.addWidget(self._badge)
        head.addWidget(self._unset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self.editor)
        layout.addWidget(self._source)
        layout.addWidget(self._error)
        layout.addWidget(self._problem)
        layout.addWidget(self._help)
        self._help.setVisible(bool(self.pin.description))
        # The button comes and goes; the row must not jump when it does.
        self._name.setMinimumHeight(self._unset.sizeHint().height())

    def _connect(self) -> None:
        self.editor.edited.connect(self._on_edited)
        self.editor.refused.connect(self._on_refused)
        self.editor.finished.connect(self._on_finished)
        self.editor.box.installEventFilter(self)
        self._unset.clicked.connect(self._on_unset)
        self._source.linkActivated.connect(lambda _link: self.source_clicked.emit())

    def show_value(self, value: object) -> None:
        """Show what is set; UNSET shows the default, or that nothing is sent."""
        is_set = value is not UNSET
        self._value = value
        self._before = self._before if self._is_typing else value
        self._source.hide()
        self.editor.show()
        self._shows_default = not (is_set or self.pin.optional or self.pin.required)
        self.editor.show_value(self.pin.default if self._shows_default else value)
        self._in_force = self._force_text(value)
        self._badge.setText("" if is_set else "default" if self._shows_default else placeholder(self.pin))
        self._unset.setVisible(is_set)
        back = "Do not send it" if self.pin.optional else "Leave it empty" if self.pin.required else "Back to default"
        self._unset.setToolTip(back)
        self._unset.setAccessibleName(f"{self.pin.name}: {back}")
        self._error.hide()

    def show_source(self, text: str) -> None:
        """The input is wired: say from where (rich text, with a link), instead of an editor."""
        self.editor.hide()
        self._unset.hide()
        self._error.hide()
        self._badge.setText("wired")
        self._source.setText(text)
        self._source.show()

    def show_error(self, text: str) -> None:
        """Say what is wrong with what was entered."""
        self._error.setText(text)
        self._error.show()

    def show_problem(self, text: str) -> None:
        """Say what is wrong with what is set, or wired; "" if nothing is."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._unset.setIcon(icon("close", theme, "text.faint"))

    def _force_text(self, value: object) -> str:
        """What holds while something else stands in the field."""
        if value is not UNSET or self._shows_default:
            return f"It is still {value_text(self.pin.default if value is UNSET else value, self.pin)}."
        return "It is still not set." if self.pin.required else "It is still not sent."

    def _on_edited(self, value: object) -> None:
        self._is_typing = True
        self._error.hide()
        self.value_edited.emit(value)

    def _on_refused(self, reason: str) -> None:
        self._is_typing = True
        self.show_error(f"Not applied: {reason}. {self._in_force}")

    def _on_finished(self) -> None:
        self.edit_finished.emit()
        self._is_typing, self._before = False, self._value
        if self._shows_default:
            self.editor.show_value(self.pin.default)

    def _on_unset(self) -> None:
        self.value_edited.emit(UNSET)
        self.edit_finished.emit()

    def _revert(self) -> None:
        """Give the value back that was there before the typing."""
        before, self._is_typing = self._before, False
        self.value_edited.emit(before)
        self.edit_finished.emit()
        self.show_value(before)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_key = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self._is_typing
        if is_key and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif is_key and event.type() == QEvent.Type.KeyPress:
            self._revert()
            return True
        return super().eventFilter(watched, event)


def takes_text(pin: DataPin) -> str:
    """What a pin takes, in short: `float · 0 to 2`, `integer · at least 0 ms`."""
    if pin.lines:
        return "one a line"
    is_roomy = pin.type is PinType.STRING and pin.minimum is None and (pin.maximum or 0) >= _ROOMY
    limits = "" if is_roomy else range_text(pin)
    parts = [str(pin.type), f"{limits} {pin.unit}".strip()]
    return " · ".join(part for part in parts if part)
