"""Starts the editor as `futureflow` does and says when its window has been painted: for tests and benchmarks.

    python started_editor.py [--bare] [--close] [FLOW...]

Prints one line of JSON: `painted` (Unix seconds), `loaded` (which heavy packages are imported by then) and its
`size`. Then it goes on until its window is closed or a signal ends it; with `--close` it closes the window itself.
`--bare` opens an empty PySide6 window instead, to compare with.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

HEAVY = ("openai", "aiohttp", "httpx2", "xllamacpp")


class FirstPaint(QObject):
    """Watches the application until its first window has been painted."""

    def __init__(self, app: QApplication, *, close: bool) -> None:
        super().__init__(app)
        self._close = close
        self._seen = False
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        painted = event.type() == QEvent.Type.UpdateRequest and isinstance(watched, QMainWindow)
        if painted and not self._seen:
            self._seen = True
            QTimer.singleShot(0, watched, lambda: self._tell(watched))
        return False

    def _tell(self, window: QMainWindow) -> None:
        loaded = [name for name in HEAVY if name in sys.modules]
        size = [window.width(), window.height()]
        print(json.dumps({"painted": time.time(), "loaded": loaded, "size": size}), flush=True)
        if self._close:
            QApplication.instance().removeEventFilter(self)
            window.close()


def main() -> int:
    flags = [argument for argument in sys.argv[1:] if argument.startswith("--")]
    if "--bare" in flags:
        app = QApplication(sys.argv[:1])
        FirstPaint(app, close="--close" in flags)
        window = QMainWindow()
        window.resize(1400, 900)
        window.show()
        return app.exec()
    from editor import app as editor_app

    app = editor_app.make_application()
    FirstPaint(app, close="--close" in flags)
    return editor_app.run(app, [argument for argument in sys.argv[1:] if not argument.startswith("--")])


if __name__ == "__main__":
    sys.exit(main())
