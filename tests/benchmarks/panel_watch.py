"""When the futures panel shows what has happened."""

from __future__ import annotations

import asyncio
import time

from PySide6.QtCore import QEvent, QObject

from editor.panels.futures.panel import FuturesPanel
from runtime.futures.future import FutureState


class PanelWatch(QObject):
    """Notes when a panel has first painted that `count` more requests were made, and that they have succeeded."""

    def __init__(self, panel: FuturesPanel, count: int) -> None:
        super().__init__()
        self._model = panel.model
        self._rows = panel.model.total + count
        self._done = panel.model.counts[FutureState.SUCCEEDED] + count
        self._began = time.perf_counter()
        self._made_s = 0.0
        self._shown_s = 0.0
        self._shown = asyncio.Event()
        panel.table.viewport().installEventFilter(self)

    async def figures(self, wall_s: float) -> dict[str, float]:
        """Seconds until all rows were painted, and milliseconds from the last answer to its paint."""
        await self._shown.wait()
        return {"rows_s": round(self._made_s, 3), "show_ms": round(max(self._shown_s - wall_s, 0) * 1000, 1)}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._shown.is_set():
            now = time.perf_counter() - self._began
            if not self._made_s and self._model.total >= self._rows:
                self._made_s = now
            if self._model.counts[FutureState.SUCCEEDED] >= self._done:
                self._shown_s = now
                self._shown.set()
        return False
