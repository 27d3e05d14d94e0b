"""The composition root: builds the program's parts, runs the window, and takes everything down in order."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import platformdirs
from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication

from runtime.history.history import RunHistory
from runtime.session import Session

from .appearance import Appearance
from .canvas import accessible
from .desktop_notifications import DesktopNotifications
from .event_loop import EditorEventLoop
from .icons import app_icon
from .main_window import MainWindow
from .settings import Settings

_LOG_BYTES: Final = 1_000_000
_HEARTBEAT_MS: Final = 250
"""Where the loop cannot be woken by signals (Windows), Python looks at them this often (pitfall C6)."""
_FIRST_SIZE: Final = QSize(1400, 900)
_FRAME: Final = QSize(16, 48)
"""Left free on a small screen for what the desktop draws around a window."""


def main(paths: Sequence[str]) -> int:
    """Open the window with these flow files, and return the exit code once it has closed."""
    _start_log()
    return run(make_application(), paths)


def run(app: QApplication, paths: Sequence[str]) -> int:
    """`main` on an application that was made before."""
    with asyncio.Runner(loop_factory=EditorEventLoop) as runner:
        runner.run(_run(app, [Path(path) for path in paths]))
    return 0


def make_application() -> QApplication:
    """The QApplication, named and dressed; it does not end by itself when windows close (pitfall C7)."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("futureflow")
    app.setApplicationDisplayName("Futureflow")
    app.setDesktopFileName("futureflow")
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(app_icon())
    accessible.install()
    return app


async def _run(app: QApplication, paths: Sequence[Path]) -> None:
    settings = Settings()
    appearance = Appearance(app, settings.theme)
    session = Session()
    history = RunHistory(session, platformdirs.user_data_path("futureflow") / "runs")
    try:
        window = MainWindow(session, history, settings, appearance)
        notifications = DesktopNotifications(app_icon(), window)
        window.futures_watch.notify_by(notifications.notify, settings)
        uninstall = window.errors.install(asyncio.get_running_loop())
        _close_on_signals(window)
        if settings.layout is None:
            window.resize(first_size(window.screen().availableSize()))
        window.show()
        if settings.layout is None:
            window.panels.docks.reset()  # in the room that there is now
        await window.open_files(paths)
        set_apart_what_stays()
        await window.closed.wait()
        await window.shut_down()
        uninstall()
    finally:
        await session.close()
        await history.close()
    window.deleteLater()


def set_apart_what_stays() -> None:
    """Spare full garbage collections what lives as long as the program: in a busy run one takes 2 ms then, else 40."""
    gc.collect()
    gc.freeze()


def first_size(screen: QSize) -> QSize:
    """The size of a window that was never open before, on a screen with so much room."""
    return _FIRST_SIZE.boundedTo(screen - _FRAME)


def _close_on_signals(window: MainWindow) -> None:
    """Ctrl-C in the terminal and SIGTERM end the program in order: a signal is no person to ask questions of."""
    loop = asyncio.get_running_loop()
    if os.name == "posix":
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, window.closed.set)
        return
    signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(window.closed.set))
    heartbeat = QTimer(window, interval=_HEARTBEAT_MS)
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start()


def _start_log() -> None:
    """Warnings go to the terminal and to a file that a person can send; a folder that refuses costs the file only."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    try:
        folder = platformdirs.user_log_path("futureflow", ensure_exists=True)
        handlers.append(
            RotatingFileHandler(folder / "editor.log", maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
        )
    except OSError:
        pass
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.WARNING, format=form, handlers=handlers)
