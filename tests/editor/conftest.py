"""What editor tests stand on: one QApplication, the real event loop, and no surprise that goes unseen.

A test fails on a Qt warning, an exception in a slot or a paint, a log record of level WARNING or above, an error
that reached the loop's exception handler, or a task left behind. A test that provokes one of these names it:

    surprises.expect("could not be opened")
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QSettings, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from editor.event_loop import EditorEventLoop
from editor.theme import Theme

faulthandler.enable()
T = TypeVar("T")
OFFSCREEN_NOISE = "This plugin does not support"
"""Qt's offscreen platform says so of what only a real window system can do, as size hints."""
LIMIT_SECONDS = 60.0
"""Upper bound for one driven coroutine: far above what any needs on a loaded machine."""


class Surprises(logging.Handler):
    """Everything that went wrong without failing the test by itself."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        trace = f"\n{logging.Formatter().formatException(record.exc_info)}" if record.exc_info else ""
        self.seen.append(f"log: {record.name}: {record.getMessage()}{trace}")

    def expect(self, text: str) -> None:
        """The test provoked what says `text`, and nothing but that is taken off the list."""
        assert any(text in line for line in self.seen), f"nothing said {text!r}: {self.seen}"
        self.seen = [line for line in self.seen if text not in line]

    def qt_message(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        harmless = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) or message.startswith(OFFSCREEN_NOISE)
        if not harmless:
            self.seen.append(f"Qt: {message} ({context.category})")

    def exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        lines = logging.Formatter().formatException((kind, error, trace))
        self.seen.append(f"exception in a slot: {lines}")

    def loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.seen.append(f"loop: {context.get('message')}: {context.get('exception')!r}")


@pytest.fixture(scope="session")
def qapp() -> Iterator[QApplication]:
    """The application, as editor/app.py makes it, in the dark theme."""
    app = QApplication.instance() or QApplication(["futureflow"])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    app.setStyle("Fusion")
    app.setPalette(Theme.load("dark").palette)
    yield app
    delete_later()


@pytest.fixture(scope="session")
def dark() -> Theme:
    """The dark theme."""
    return Theme.load("dark")


@pytest.fixture(autouse=True)
def surprises() -> Iterator[Surprises]:
    """Fails the test on what it did not expect."""
    found = Surprises()
    logging.getLogger().addHandler(found)
    before_hook, sys.excepthook = sys.excepthook, found.exception
    before_handler = qInstallMessageHandler(found.qt_message)
    try:
        yield found
        close_windows()
    finally:
        qInstallMessageHandler(before_handler)
        sys.excepthook = before_hook
        logging.getLogger().removeHandler(found)
    assert not found.seen, "\n".join(["unexpected:", *found.seen])


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path) -> None:
    """No test reads or writes the settings of the person who runs it."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "config"))


@pytest.fixture
def drive(qapp: QApplication, surprises: Surprises) -> Callable[[Coroutine[Any, Any, T]], T]:
    """Runs a coroutine on a fresh, real editor event loop and returns its result."""

    def run(coroutine: Coroutine[Any, Any, T]) -> T:
        with asyncio.Runner(loop_factory=EditorEventLoop) as runner:
            runner.get_loop().set_exception_handler(surprises.loop_error)
            return runner.run(_bounded(coroutine))

    return run


async def _bounded(coroutine: Coroutine[Any, Any, T]) -> T:
    async with asyncio.timeout(LIMIT_SECONDS):
        result = await coroutine
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, f"tasks left behind: {left}"
    return result


def close_windows() -> None:
    """Delete every window that the test made, now."""
    if QApplication.instance() is None:
        return
    for window in QApplication.topLevelWidgets():
        window.hide()
        window.deleteLater()
    delete_later()
    gc.collect()


def delete_later() -> None:
    """Carry out every `deleteLater` now."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
