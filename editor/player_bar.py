"""The bar above a canvas on which a recording is played: play, pause, steps, speed, and a slider for the time."""

from __future__ import annotations

import html
import math
from typing import Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSlider,
    QStyle,
    QToolButton,
    QWidget,
)

from runtime.recording.player import Player

from .flat_button import flat_button
from .icons import icon
from .panels.labels import ElidedLabel
from .theme import Theme

SPEEDS: Final = {f"{factor:g}\u00d7": factor for factor in (0.25, 0.5, 1.0, 2.0, 4.0, 16.0, 64.0)} | {"max": math.inf}
_USUAL_SPEED: Final = "1\u00d7"
_TICK_MS: Final = 33
_WHOLE: Final = 10_000
"""Steps of the slider: finer than its pixels."""
_ICON: Final = QSize(16, 16)
_TIPS: Final = {
    "previous": "Back to the end of the step before (Left)",
    "play": "Play or pause (Space)",
    "next": "On to the end of the next step (Right)",
}


class PlayerBar(QFrame):
    """Shows and moves a player.

    Attributes:
        buttons: `previous`, `play`, `next`. slider, speed: the time, and how fast it goes.
        original: what shows the flow as it was recorded, if it is another one by now. close_button: the cross.

    Signals:
        close_wanted(): the person has seen enough.
        original_wanted(): show the flow as it was recorded.
    """

    close_wanted = Signal()
    original_wanted = Signal()

    def __init__(self, player: Player, title: str, note: str, theme: Theme) -> None:
        """`title` tells what is played, `note` what is missing from it."""
        super().__init__()
        self._player = player
        self._theme = theme
        self._picture, self._warning, self._clock = QLabel(), QLabel(), QLabel()
        self._title = ElidedLabel(title)
        self.buttons = {name: flat_button(tip) for name, tip in _TIPS.items()}
        self.original = QToolButton()
        self.slider = _TimeSlider()
        self.speed = QComboBox()
        self.close_button = flat_button("Close the recording")
        self._tick = QTimer(self, interval=_TICK_MS)
        self._lay_out(note)
        self._connect()
        self.set_theme(theme)
        self.refresh()

    def refresh(self) -> None:
        """Show where the player is, and what it does."""
        player = self._player
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(_WHOLE * player.position / player.duration) if player.duration else _WHOLE)
        self._clock.setText(f"{clock_text(player.position)} / {clock_text(player.duration)}")
        if player.is_playing != self._tick.isActive():
            self._show_playing()

    @property
    def clock_text(self) -> str:
        """The position as it stands there."""
        return self._clock.text()

    @property
    def note(self) -> str:
        """What is missing, as it stands there; "" if nothing is."""
        return self._warning.accessibleName()

    def say_changed(self) -> None:
        """The flow under the recording is another one by now."""
        self.original.show()

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self.buttons["previous"].setIcon(icon("step_previous", theme))
        self.buttons["next"].setIcon(icon("step_next", theme))
        self.close_button.setIcon(icon("close", theme, "text.faint"))
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(icon("history", theme, "link").pixmap(_ICON, ratio))
        self._warning.setPixmap(icon("warning", theme, "warning").pixmap(_ICON, ratio))
        self.setStyleSheet(f"PlayerBar {{ border: none; border-bottom: 1px solid {theme.color('border').name()}; }}")
        self._show_playing()

    def _lay_out(self, note: str) -> None:
        self._warning.setToolTip(f"<qt>{html.escape(note)}</qt>")
        self._warning.setAccessibleName(note)
        self._warning.setVisible(bool(note))
        self.original.setText("Changed since")
        self.original.setToolTip("The flow has changed since it was recorded: show it as it was then")
        self.original.hide()
        self.speed.addItems(list(SPEEDS))
        self.speed.setCurrentText(_USUAL_SPEED)
        self.speed.setToolTip("How fast it is played")
        self.speed.setAccessibleName("Speed")
        self._clock.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        longest = f"{clock_text(self._player.duration)} / {clock_text(self._player.duration)}"
        self._clock.setMinimumWidth(self._clock.fontMetrics().horizontalAdvance(longest.replace("1", "0")) + 4)
        box = QHBoxLayout(self)
        box.setContentsMargins(10, 4, 6, 4)
        box.setSpacing(6)
        box.addWidget(self._picture)
        box.addWidget(self._title, 3)
        for more in (self._warning, self.original, *self.buttons.values()):
            box.addWidget(more)
        box.addWidget(self.slider, 5)
        for more in (self._clock, self.speed, self.close_button):
            box.addWidget(more)
        self.setFocusProxy(self.slider)

    def _connect(self) -> None:
        player = self._player
        self.buttons["previous"].clicked.connect(lambda: player.step(-1))
        self.buttons["next"].clicked.connect(lambda: player.step(1))
        self.buttons["play"].clicked.connect(self._turn)
        self.slider.stepped.connect(player.step)
        self.slider.turned.connect(self._turn)
        self.slider.valueChanged.connect(lambda value: player.seek(player.duration * value / _WHOLE))
        self.speed.currentTextChanged.connect(self._set_speed)
        self.original.clicked.connect(self.original_wanted)
        self.close_button.clicked.connect(self.close_wanted)
        self._tick.timeout.connect(self.refresh)

    def _turn(self) -> None:
        """Play, or stand still."""
        if self._player.is_playing:
            self._player.pause()
        else:
            self._player.play()

    def _set_speed(self, text: str) -> None:
        self._player.speed = SPEEDS[text]

    def _show_playing(self) -> None:
        playing = self._player.is_playing
        self.buttons["play"].setIcon(icon("pause", self._theme) if playing else icon("run", self._theme, "success"))
        if playing:
            self._tick.start()
        else:
            self._tick.stop()


class _TimeSlider(QSlider):
    """A slider that goes where it is clicked; its arrow keys step.

    Signals:
        stepped(int): 1 for a step on, -1 for one back.
        turned(): Space was pressed.
    """

    stepped = Signal(int)
    turned = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, _WHOLE)
        self.setPageStep(_WHOLE // 10)
        self.setMinimumWidth(90)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Where in the recording it is: drag, or click")
        self.setAccessibleName("Position in the recording")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self.stepped.emit(-1)
            case Qt.Key.Key_Right:
                self.stepped.emit(1)
            case Qt.Key.Key_Space:
                self.turned.emit()
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            place = round(event.position().x()) - _half_handle(self)
            span = self.width() - 2 * _half_handle(self)
            self.setValue(QStyle.sliderValueFromPosition(0, _WHOLE, place, span))
        super().mousePressEvent(event)


def clock_text(seconds: float) -> str:
    """A position: `0:03.2`, `12:00.0`, `1:02:09`."""
    tenths = int(seconds * 10 + 1e-6)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest // 10:02}" if hours else f"{minutes}:{rest // 10:02}.{rest % 10}"


def _half_handle(slider: QWidget) -> int:
    return slider.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength) // 2
