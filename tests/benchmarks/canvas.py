"""The canvas of design 10, measured: open, repaint, pan, zoom, drag, streaming nodes.

    python tests/benchmarks/canvas.py [--sizes 1000 10000] [--frames 15] [--wall]

Every node has a title and values of its own, so no two share a picture: the worst case. A figure is the median, in
milliseconds, of one change and all that follows until it is painted: of processor time, which other programs disturb
less, or with --wall of the clock on the wall. All of it happens in one thread, and nothing in it waits.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtWidgets import QApplication

from editor.activity import RunActivity
from editor.canvas.view import CanvasView
from editor.document import FlowDocument
from editor.theme import Theme
from runtime.catalogue import builtin_registry
from runtime.document.files import dump_flow, parse_flow
from runtime.document.flow import Connection, Flow, Node, PinKind, PinRef
from runtime.futures.events import FutureCreated, FutureDelta
from runtime.ids import FutureId, NodeId, PinName, RunId, StepId

SIZE = 1600, 1000
clock = time.process_time
STREAMS = 50


class Paints(QObject):
    """Counts the paint events of a widget."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__()
        self.count = 0
        self._widget = canvas.viewport()
        self._widget.installEventFilter(self)

    def median(self, step: Callable[[int], object], frames: int, warm: int = 2) -> float:
        """Milliseconds of a step and everything up to and including its paint."""
        samples = []
        for index in range(frames + warm):
            before, start = self.count, clock()
            step(index)
            while self.count == before:
                QApplication.processEvents()
            samples.append((clock() - start) * 1000)
        return statistics.median(samples[warm:])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def make_flow(count: int) -> Flow:
    """A chain of `count` nodes in rows, two wires from each to the next."""
    side = int(count**0.5)
    names = [NodeId(f"n{i}") for i in range(count)]
    nodes = tuple(
        Node(
            id=name,
            type="openai.add_user_message",
            title=f"Add message {i}",
            position=(i % side * 300, i // side * 260),
            inputs={PinName("Name"): f"user {i}"},
        )
        for i, name in enumerate(names)
    )
    wires = tuple(
        Connection(kind=kind, source=PinRef(a, PinName(out)), target=PinRef(b, PinName(into)))
        for a, b in pairwise(names)
        for kind, out, into in ((PinKind.EXEC, "Success", "Execute"), (PinKind.DATA, "ErrorMessage", "Message"))
    )
    return Flow(nodes=nodes, connections=wires)


class Bench:
    """One size, all figures."""

    def __init__(self, count: int, frames: int) -> None:
        text = dump_flow(make_flow(count))
        self.frames = frames
        self.figures: dict[str, float] = {}
        self.activity = RunActivity()
        start = clock()
        flow = parse_flow(text)
        self.figures["read the file"] = (clock() - start) * 1000
        self.document = FlowDocument(builtin_registry(), flow)
        self.canvas = CanvasView(self.document, Theme.load("dark"), self.activity)
        self.canvas.resize(*SIZE)
        self.canvas.show()
        QApplication.processEvents()
        self.figures["open, all in all"] = (clock() - start) * 1000
        self.paints = Paints(self.canvas)
        self.middle = list(self.document.nodes)[count // 2 + int(count**0.5) // 2]

    def look(self, zoom: float | None) -> None:
        """Show everything (None), or the middle at a zoom; crisp."""
        canvas = self.canvas
        canvas.fit()
        if zoom is not None:
            canvas.zoom_to(zoom)
            canvas.center_at(canvas.projection.nodes[self.middle].rect.center())
        canvas.zoom_rested()
        QApplication.processEvents()

    def run(self) -> dict[str, float]:
        """All figures by name."""
        canvas = self.canvas
        zooms = (("all", None), ("0.36", 0.36), ("0.5", 0.5), ("1.0", 1.0))
        for name, zoom in zooms:
            self.look(zoom)
            self.measure(f"repaint at {name}", lambda _: canvas.viewport().update())
            self.measure(f"pan at {name}", lambda _: canvas.pan(QPointF(16, 0)))
            self.look(zoom)
            self.measure(f"zoom step at {name}", self.zoom_step)
            self.look(zoom)
            self.measure(f"crisp frame at {name}", self.crisp)
            for count in (1, 500):
                self.look(zoom)
                self.drag(f"drag {count} at {name}", count)
        for name, zoom in zooms:  # last, for the nodes stay busy
            self.look(zoom)
            self.stream(f"{STREAMS} streams at {name}")
        return self.figures

    def measure(self, name: str, step: Callable[[int], object]) -> None:
        """Take a figure."""
        self.figures[name] = self.paints.median(step, self.frames)

    def zoom_step(self, index: int) -> None:
        """There and back by a tenth."""
        self.canvas.zoom_to(self.canvas.camera.zoom * (1.1 if index % 2 else 1 / 1.1))

    def crisp(self, index: int) -> None:
        """The frame after the zoom came to rest at a factor never seen before."""
        self.canvas.camera.zoom *= 1 + 0.0001 * (index + 1)
        self.canvas.zoom_rested()

    def drag(self, name: str, count: int) -> None:
        """Move nodes by 10 units a step: our own time, and with its paint."""
        projection, ids = self.canvas.projection, list(self.document.nodes)
        first = max(ids.index(self.middle) - count // 2, 0)
        projection.lift(ids[first : first + count])
        own: list[float] = []

        def step(index: int) -> None:
            start = clock()
            projection.shift(QPointF(10 * (index + 1), 0))
            own.append((clock() - start) * 1000)

        self.measure(name, step)
        self.figures[f"{name}: ours"] = statistics.median(own)
        projection.put_down()

    def stream(self, name: str) -> None:
        """A tick in which the nodes nearest to the middle all got words."""
        middle = self.canvas.projection.nodes[self.middle].rect.center()
        placed = self.canvas.projection.nodes.values()
        nearest = sorted(placed, key=lambda node: (node.rect.center() - middle).manhattanLength())[:STREAMS]
        touched = frozenset(node.id for node in nearest)
        run = RunId("run")
        futures = {node_id: FutureId(f"fut_{node_id}") for node_id in touched}
        for node_id, future in futures.items():
            self.activity.apply(FutureCreated(0.0, run, future, node_id, StepId(1), "local", "m"))

        def tick(index: int) -> None:
            for node_id, future in futures.items():
                self.activity.apply(FutureDelta(0.0, run, future, node_id, f" word {index} of this"))
            self.canvas.refresh_activity(touched)

        self.measure(name, tick)


def main() -> None:
    """Print the table."""
    global clock  # noqa: PLW0603 (one clock for all figures, chosen once)
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    options.add_argument("--frames", type=int, default=15)
    options.add_argument("--wall", action="store_true")
    chosen = options.parse_args()
    if chosen.wall:
        clock = time.perf_counter
    app = QApplication([])
    columns = [Bench(size, chosen.frames).run() for size in chosen.sizes]
    print(f"| ms | {' | '.join(f'{size:,} nodes' for size in chosen.sizes)} |")
    print(f"|---|{'---|' * len(columns)}")
    for name in columns[0]:
        print(f"| {name} | {' | '.join(f'{column[name]:.2f}' for column in columns)} |")
    del app


if __name__ == "__main__":
    main()
