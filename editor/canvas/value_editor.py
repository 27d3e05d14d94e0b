"""The one pop-up in which a value is edited where it is painted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from runtime.nodes.pins import DataPin, PinType

from ..fields.by_type import editor_for
from ..theme import Theme
from ..values import UNSET, value_text

_LINE_WIDTH, _AREA_WIDTH = 150, 340
_PATH_WIDTH = 280


class ValueEditor(QFrame):
    """Shows the editor of a value's type (editor/fields) over the view.

    Enter commits (Ctrl+Enter where Enter begins a line), Escape cancels, Tab commits and goes on, leaving it commits.
    What the pin does not take is refused with the reason, and stays to be mended; on leaving it is dropped.

    Signals:
        committed(value): a value, or UNSET.
        dropped(str): what was typed is lost, and why.
        finished(step): it is over: +1 or -1 to go on to the next or previous value, else 0.
    """

    committed = Signal(object)
    dropped = Signal(str)
    finished = Signal(int)

    def __init__(self, parent: QWidget, pin: DataPin, value: object, theme: Theme, folder: Path | None = None) -> None:
        """`folder`: where relative paths begin, if that is known."""
        super().__init__(parent)
        self._room = parent
        self._field = QRect()
        self._pin = pin
        self._over = False
        self.editor = editor_for(pin, folder)
        self.input = self.editor.box
        self.editor.show_value(value)
        self._value = value
        self._wrong = ""
        self._before = self.editor.text
        self.reason = QLabel(self)
        self.reason.setWordWrap(True)
        self.reason.setVisible(False)
        self._lay_out()
        self.setObjectName("ValueEditor")
        self.setStyleSheet(_style(theme))
        self.setAccessibleName(f"Value of {pin.name}")
        self.editor.edited.connect(self._take)
        self.editor.refused.connect(self._find_wrong)
        self.input.installEventFilter(self)
        if isinstance(self.input, QPlainTextEdit):
            self.input.textChanged.connect(self._place)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.editor)
        layout.addWidget(self.reason)
        if self._has_lines:
            hint = QLabel("Ctrl+Enter to set, Escape to leave it as it was", self)
            hint.setObjectName("hint")
            layout.addWidget(hint)

    def open_at(self, field: QRect) -> None:
        """Show the editor over a painted value, within the parent."""
        self._field = field
        least = _AREA_WIDTH if self._has_lines else _PATH_WIDTH if self._pin.path else _LINE_WIDTH
        self.setFixedWidth(least if self._has_lines else max(field.width() + 8, least))
        self._place()
        self.show()
        self.raise_()
        self.input.setFocus(Qt.FocusReason.PopupFocusReason)
        self.editor.select_all()

    @property
    def text(self) -> str:
        """What is typed now."""
        return self.editor.text

    def commit(self, step: int = 0) -> bool:
        """Hand over what was typed, if the pin takes it; else show why not."""
        if self._over:
            return True
        if self._wrong:
            self._show_reason()
            self.input.setFocus()
            return False
        changed = self.text != self._before
        self._close()
        if changed:
            self.committed.emit(self._value)
        self.finished.emit(step)
        return True

    def leave(self) -> None:
        """Commit what was typed if the pin takes it, else drop it and tell why."""
        if not self.commit():
            self.cancel()
            self.dropped.emit(self.reason.text())

    def cancel(self) -> None:
        """Close without a change."""
        if not self._over:
            self._close()
            self.finished.emit(0)

    @property
    def _has_lines(self) -> bool:
        return isinstance(self.input, QPlainTextEdit)

    def _take(self, value: object) -> None:
        self._value, self._wrong = value, ""
        self.reason.setVisible(False)
        self._place()

    def _find_wrong(self, why: str) -> None:
        """JSON is checked at every key; a number is not wrong before it is finished."""
        self._wrong = why
        if self._pin.type is PinType.JSON or self.reason.isVisible():
            self._show_reason()

    def _show_reason(self) -> None:
        self.reason.setText(f"{self._pin.name}: {self._wrong}")
        self.reason.setVisible(True)
        self._place()

    def _place(self) -> None:
        """It may have grown: keep it over the value, and in sight."""
        self.adjustSize()
        room, height = self._room.rect(), self.height()
        left = min(max(self._field.right() + 5 - self.width(), 4), max(room.width() - self.width() - 4, 4))
        above = 16 if self._has_lines else self.editor.sizeHint().height() // 2
        top = min(max(self._field.center().y() - above, 4), room.height() - height - 4)
        self.move(QPoint(left, max(top, 4)))

    def _close(self) -> None:
        self._over = True
        if self.input.hasFocus():
            self._room.setFocus()  # else hiding would send it to whatever comes next in the window
        self.hide()
        self.deleteLater()

    def _press(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers()
        if key == Qt.Key.Key_Escape:
            self.cancel()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            backwards = key == Qt.Key.Key_Backtab or modifiers & Qt.KeyboardModifier.ShiftModifier
            self.commit(-1 if backwards else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            not self._has_lines or modifiers & Qt.KeyboardModifier.ControlModifier
        ):
            self.commit()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()  # what the field has no use for must not reach the canvas: an arrow would move nodes there

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._press(event):
            return True
        if event.type() == QEvent.Type.FocusOut and self.isVisible() and not self.editor.is_asking:
            self.leave()
        return super().eventFilter(watched, event)


class _ChoiceMenu(QMenu):
    """Typing goes to the choice that begins so."""

    _typed = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text().strip():
            self._go_to(event.text().lower())
        else:
            super().keyPressEvent(event)

    def _go_to(self, letter: str) -> None:
        for typed in (self._typed + letter, letter):
            found = next((one for one in self.actions() if one.text().lower().startswith(typed)), None)
            if found is not None:
                self._typed = typed
                self.setActiveAction(found)
                return


def choose(parent: QWidget, pin: DataPin, value: object, at: QPoint, commit: Callable[[object], None]) -> QMenu:
    """Offer the choices of a pin in a menu; it stays open without blocking (pitfall C2)."""
    menu = _ChoiceMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    group = QActionGroup(menu)
    offers: list[tuple[str, object]] = [(value_text(choice, pin), choice) for choice in pin.choices or ()]
    for text, choice in [*offers, ("Unset", UNSET)] if pin.optional else offers:
        action = QAction(text, group, checkable=True, checked=choice is value or (choice == value is not UNSET))
        action.triggered.connect(lambda _checked=False, choice=choice: commit(choice))
        menu.addAction(action)
    menu.popup(at)
    return menu


def _style(theme: Theme) -> str:
    paint = {
        name.replace(".", "_"): theme.tokens[name]
        for name in ("accent", "base", "text", "text.faint", "error", "popup")
    }
    return (
        "#ValueEditor {{ background: {popup}; border: 1px solid {accent}; border-radius: 4px; }}"
        "#ValueEditor QLineEdit, #ValueEditor QPlainTextEdit"
        " {{ background: {base}; color: {text}; border: none; border-radius: 3px; padding: 3px 6px; }}"
        "#ValueEditor QLabel {{ color: {error}; padding: 3px 6px; }}"
        "#ValueEditor QLabel#hint {{ color: {text_faint}; }}"
    ).format(**paint)
