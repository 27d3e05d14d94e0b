"""Waiting in editor tests: for a Qt signal, or for a condition that is looked at after each signal. No sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer

TIMEOUT = 30.0
"""Seconds that a wait may take at most: far above what any test needs."""


async def emitted(signal: Any, what: str = "the signal") -> tuple[Any, ...]:
    """Wait for a Qt signal's next emission and return its arguments."""
    future: asyncio.Future[tuple[Any, ...]] = asyncio.get_running_loop().create_future()

    def settle(*args: Any) -> None:
        if not future.done():
            future.set_result(args)

    signal.connect(settle)
    try:
        return await _in_time(future, what)
    finally:
        signal.disconnect(settle)


async def until(condition: Callable[[], object], *signals: Any, what: str = "the condition") -> None:
    """Wait until the condition holds; it is looked at now and after every emission of the signals."""
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def look(*_args: Any) -> None:
        if not future.done() and condition():
            future.set_result(None)

    for signal in signals:
        signal.connect(look)
    try:
        look()
        await _in_time(future, what)
    finally:
        for signal in signals:
            signal.disconnect(look)


async def turned() -> None:
    """Wait until Qt has done all that is due now, as what parts put off to a turn of its own."""
    timer = QTimer(singleShot=True, interval=0)
    timer.start()
    await emitted(timer.timeout, "a turn of Qt's loop")


async def _in_time(future: asyncio.Future[Any], what: str) -> Any:
    try:
        return await asyncio.wait_for(future, TIMEOUT)
    except TimeoutError:
        raise AssertionError(f"{what} did not come within {TIMEOUT:g} s") from None
