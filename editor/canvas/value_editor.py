"""The one pop-up in which a value is edited where it is painted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from runtime.errors import InputError
from runtime.nodes.pins import DataPin, PinType

from ..theme import Theme
from ..values import UNSET, edit_text, parse_value, range_text, value_text

_LINE_WIDTH, _AREA_SIZE = 150, (340, 150)
_LARGE = (PinType.JSON,)


class ValueEditor(QFrame):
    """Edits one value as text over the view: a line, or an area for long texts and JSON.

    Enter commits (Ctrl+Enter in an area), Escape cancels, Tab commits and goes on, leaving it commits. What the pin
    does not take is refused with the reason, and stays to be mended; on leaving it is dropped.

    Signals:
        committed(value): a value, or UNSET.
        dropped(str): what was typed is lost, and why.
        finished(step): it is over: +1 or -1 to go on to the next or previous value, else 0.
    """

    committed = Signal(object)
    dropped = Signal(str)
    finished = Signal(int)

    def __init__(self, parent: QWidget, pin: DataPin, value: object, theme: Theme) -> None:
        super().__init__(parent)
        self._room = parent
        self._pin = pin
        self._before = "" if value is UNSET else edit_text(value, pin)
        self._over = False
        self.reason = QLabel(self)
        self.reason.setWordWrap(True)
        self.reason.setVisible(False)
        self.input = self._make_input()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.input)
        layout.addWidget(self.reason)
        self.setObjectName("ValueEditor")
        self.setStyleSheet(_style(theme))
        self.setAccessibleName(f"Value of {pin.name}")
        self.input.installEventFilter(self)

    def open_at(self, field: QRect) -> None:
        """Show the editor over a painted value, within the parent."""
        is_area = isinstance(self.input, QPlainTextEdit)
        self.setFixedWidth(_AREA_SIZE[0] if is_area else max(field.width() + 8, _LINE_WIDTH))
        if is_area:
            self.input.setFixedHeight(_AREA_SIZE[1])
        self.adjustSize()
        room = self._room.rect()
        left = min(max(field.right() + 5 - self.width(), 4), max(room.width() - self.width() - 4, 4))
        top = min(
            max(field.center().y() - (16 if is_area else self.height() // 2), 4), room.height() - self.height() - 4
        )
        self.move(QPoint(left, max(top, 4)))
        self.show()
        self.raise_()
        self.input.setFocus(Qt.FocusReason.PopupFocusReason)
        self.input.selectAll()

    @property
    def text(self) -> str:
        """What is typed now."""
        return self.input.toPlainText() if isinstance(self.input, QPlainTextEdit) else self.input.text()

    def commit(self, step: int = 0) -> bool:
        """Hand over what was typed, if the pin takes it; else show why not."""
        if self._over:
            return True
        try:
            value = parse_value(self.text, self._pin)
        except InputError as error:
            self._refuse(str(error))
            return False
        changed = self.text != self._before
        self._close()
        if changed:
            self.committed.emit(value)
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

    def _make_input(self) -> QLineEdit | QPlainTextEdit:
        if self._pin.multiline or self._pin.type in _LARGE:
            area = QPlainTextEdit(self._before, self)
            area.setTabChangesFocus(True)
            area.setPlaceholderText("Ctrl+Enter to set, Escape to leave it as it was")
            return area
        line = QLineEdit(self._before, self)
        line.setPlaceholderText(range_text(self._pin) or ("unset" if self._pin.optional else ""))
        if self._pin.secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        return line

    def _refuse(self, reason: str) -> None:
        self.reason.setText(reason)
        self.reason.setVisible(True)
        self.adjustSize()
        self.input.setFocus()

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
            isinstance(self.input, QLineEdit) or modifiers & Qt.KeyboardModifier.ControlModifier
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
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.leave()
        return super().eventFilter(watched, event)


def choose(parent: QWidget, pin: DataPin, value: object, at: QPoint, commit: Callable[[object], None]) -> QMenu:
    """Offer the choices of a pin in a menu; it stays open without blocking (pitfall C2)."""
    menu = QMenu(parent)
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
    paint = {name: theme.tokens[name] for name in ("accent", "base", "text", "error", "popup")}
    return (
        "#ValueEditor {{ background: {popup}; border: 1px solid {accent}; border-radius: 4px; }}"
        "#ValueEditor QLineEdit, #ValueEditor QPlainTextEdit"
        " {{ background: {base}; color: {text}; border: none; border-radius: 3px; padding: 3px 6px; }}"
        "#ValueEditor QLabel {{ color: {error}; padding: 3px 6px; }}"
    ).format(**paint)
