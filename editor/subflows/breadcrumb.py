"""The bar above a canvas that tells by which calls one came to the flow, and leads back along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from runtime.ids import NodeId

from ..flat_button import flat_button
from ..icons import icon
from ..theme import Theme

_LONGEST: Final = 40
"""Characters of a name; the tool tip has all of it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A call that one followed: the file of the caller, and the call in it."""

    path: Path
    call: NodeId

    @property
    def title(self) -> str:
        """The caller's name, as its tab has it."""
        return self.path.name.removesuffix(".flow.json")


class Breadcrumb(QFrame):
    """Shows a trail: the callers from the first one on, then the flow itself.

    Attributes:
        trail: the calls that were followed.
        buttons: one for each of them. back: leads to the last one. close_button: the cross.

    Signals:
        step_wanted(Step): go back to this caller.
        close_wanted(): the person does not need the bar.
    """

    step_wanted = Signal(object)
    close_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.trail: tuple[Step, ...] = ()
        self.buttons: list[QToolButton] = []
        self._parts: list[QWidget] = []
        self._here = QLabel()
        self._here.setTextFormat(Qt.TextFormat.PlainText)
        self.back = flat_button("Back to the caller (Alt+Up)")
        self.back.clicked.connect(self._go_back)
        self.close_button = flat_button("Close this bar")
        self.close_button.clicked.connect(self.close_wanted)
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(8, 3, 6, 3)
        self._box.setSpacing(4)
        self._box.addWidget(self.back)
        self._box.addWidget(self._here)
        self._box.addStretch()
        self._box.addWidget(self.close_button)
        self.setAccessibleName("Callers of this flow")
        self.set_theme(theme)

    def show_trail(self, trail: Sequence[Step], here: str) -> None:
        """Show the calls that led here, and the name of the flow itself."""
        self.trail = tuple(trail)
        for part in self._parts:
            self._box.removeWidget(part)
            part.deleteLater()
        self.buttons = [self._crumb(step) for step in self.trail]
        self._parts = [part for button in self.buttons for part in (button, QLabel("\u203a"))]
        for place, part in enumerate(self._parts, 1):
            self._box.insertWidget(place, part)
        self._here.setText(_short(here))

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self.back.setIcon(icon("up", theme))
        self.close_button.setIcon(icon("close", theme, "text.faint"))
        font = self._here.font()
        font.setBold(True)
        self._here.setFont(font)
        self.setStyleSheet(f"Breadcrumb {{ border: none; border-bottom: 1px solid {theme.color('border').name()}; }}")

    def _go_back(self) -> None:
        if self.trail:
            self.step_wanted.emit(self.trail[-1])

    def _crumb(self, step: Step) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setText(_short(step.title).replace("&", "&&"))
        button.setToolTip(f"Back to {step.path}")
        button.setAccessibleName(f"Back to {step.title}")
        button.clicked.connect(lambda: self.step_wanted.emit(step))
        return button


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
