"""The real window for tests: real loop, real session, requests to a test server, settings in a folder of the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from driving import emitted, until
from openai_server import OpenAIServer
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from editor.appearance import Appearance
from editor.flow_tab import FlowTab
from editor.main_window import MainWindow
from editor.settings import Settings
from runtime.history.history import RunHistory
from runtime.llm.providers import ProviderProfile, Providers
from runtime.session import Session


@asynccontextmanager
async def open_editor(
    folder: Path,
    *paths: Path,
    server: OpenAIServer | None = None,
    providers: Providers | None = None,
    first: bool = False,
) -> AsyncIterator[MainWindow]:
    """The window with these files open; without any, an empty flow, or with `first` what a newcomer sees."""
    settings = Settings(folder / "editor.ini")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    session = Session(providers=providers or providers_at(server, folder), data_folder=folder / "data")
    history = RunHistory(session, folder / "data" / "runs")
    window = MainWindow(session, history, settings, Appearance(app, "dark"))
    window.resize(1400, 900)
    if paths or first:
        await window.open_files(paths)
    else:
        window.actions_by_name["new"].trigger()
    await shown(window)
    _release_mouse(window)
    try:
        yield window
    finally:
        await window.shut_down()
        await session.close()
        await history.close()
        window.hide()
        window.deleteLater()


def _release_mouse(window: QWidget) -> None:
    """Let go of buttons that a test before has left held, as QTest's double-click does: Qt knows them for good."""
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
        if QApplication.mouseButtons() & button:
            QTest.mouseRelease(window, button)


async def shown(window: QWidget) -> None:
    """Show a window and wait until it has been painted."""
    watch = _EventWatch(window)
    window.show()
    await emitted(watch.painted, "the first paint")
    watch.stop()


class _EventWatch(QObject):
    """Tells when something was painted (a window) or shown (any widget of the application)."""

    painted = Signal()
    appeared = Signal()

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self._watched = watched
        watched.installEventFilter(self)

    def stop(self) -> None:
        self._watched.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        told = {QEvent.Type.UpdateRequest: self.painted, QEvent.Type.Show: self.appeared}.get(event.type())
        if told is not None:
            QTimer.singleShot(0, told.emit)  # once the event has been dealt with
        return False


def providers_at(server: OpenAIServer | None, folder: Path) -> Providers:
    """Profiles that lead to the test server, or those of a machine where nothing is configured."""
    if server is None:
        return Providers(environment={}, config_folder=folder)
    profile = ProviderProfile(
        name="test", kind="openai_compatible", base_url=server.base_url, key_environment="KEY", first_retry_s=0.01
    )
    return Providers(profiles=[profile], environment={"KEY": "sk-test"})


def front(window: MainWindow) -> FlowTab:
    """The flow in front."""
    tab = window.tabs.current
    assert tab is not None
    return tab


def press(widget: QWidget, keys: str) -> None:
    """Press a key combination, as `Ctrl+S`, on a widget that has the focus."""
    *modifiers, key = keys.split("+")
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= {"Ctrl": Qt.KeyboardModifier.ControlModifier, "Shift": Qt.KeyboardModifier.ShiftModifier}[modifier]
    QTest.keyClick(widget, getattr(Qt.Key, f"Key_{key}"), held)


async def answer(window: QWidget, text: str) -> QMessageBox:
    """Wait for the question that a task opens, and press the button of this text."""
    box = await appeared(window, QMessageBox)
    button = next(button for button in box.buttons() if button.text().replace("&", "") == text)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return box


async def appeared(window: QWidget, kind: type[Any]) -> Any:
    """Wait for a child window of this class to be seen."""

    def seen() -> list[Any]:
        return [child for child in window.findChildren(kind) if child.isVisible()]

    app = QApplication.instance()
    assert app is not None
    watch = _EventWatch(app)
    await until(seen, watch.appeared, what=f"a {kind.__name__}")
    watch.stop()
    return seen()[0]
