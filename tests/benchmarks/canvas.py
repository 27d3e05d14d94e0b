"""The canvas of design 10, measured: open, repaint, pan, zoom, drag, streaming nodes.

    python tests/benchmarks/canvas.py [--sizes 1000 10000] [--rounds 1] [--bare] [--peer PEER/bin/python] [--cpu]

Every node has a title and values of its own, so no two share a picture: the worst case. A figure is the median, in
milliseconds, of one change and all that follows until it is painted; all of it happens in one thread, and nothing in
it waits. Of several rounds the median counts. With --cpu it is processor time, which other programs disturb less.

With --bare a sketch does the same that has no looks, no undo and no document: the limit of painting by Python
(bare_canvas.py). It reads no file, so what compares is to make the picture. With --peer NodeGraphQt does, run by the
Python of an environment that has it (nodegraphqt_peer.py), up to 5,000 nodes: beyond, making them takes minutes. All
take turns, each in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from canvas_frames import SIZE, Clock, Paints, clock_of, middle, places
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from editor.activity import RunActivity
from editor.canvas.hit import FAR
from editor.canvas.view import CanvasView
from editor.document import FlowDocument
from editor.theme import Theme
from runtime.catalogue import builtin_registry
from runtime.document.files import dump_flow, parse_flow
from runtime.document.flow import Connection, Flow, Node, PinKind, PinRef
from runtime.futures.events import FutureCreated, FutureDelta
from runtime.ids import FutureId, NodeId, PinName, RunId, StepId

STREAMS = 50
PEER_MOST = 5000
TITLES = {"ours": "Futureflow", "bare": "bare sketch", "peer": "NodeGraphQt"}


def make_flow(count: int) -> Flow:
    """A chain of `count` nodes in rows, two wires from each to the next."""
    names = [NodeId(f"n{i}") for i in range(count)]
    nodes = tuple(
        Node(
            id=name,
            type="openai.add_user_message",
            title=f"Add message {i}",
            position=at,
            inputs={PinName("Name"): f"user {i}"},
        )
        for i, (name, at) in enumerate(zip(names, places(count), strict=True))
    )
    wires = tuple(
        Connection(kind=kind, source=PinRef(a, PinName(out)), target=PinRef(b, PinName(into)))
        for a, b in pairwise(names)
        for kind, out, into in ((PinKind.EXEC, "Success", "Execute"), (PinKind.DATA, "ErrorMessage", "Message"))
    )
    return Flow(nodes=nodes, connections=wires)


class Bench:
    """One size, all figures."""

    def __init__(self, count: int, frames: int, clock: Clock = time.perf_counter) -> None:
        text = dump_flow(make_flow(count))
        self.frames, self.clock = frames, clock
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
        self.figures["make the picture"] = self.figures["open, all in all"] - self.figures["read the file"]
        self.paints = Paints(self.canvas.viewport(), clock)
        self.middle = list(self.document.nodes)[middle(count)]

    def look(self, zoom: float | None) -> None:
        """Show everything (None), or the middle at a zoom; crisp."""
        canvas = self.canvas
        canvas.fit()
        if zoom is not None:
            canvas.zoom_to(zoom)
            canvas.center_at(canvas.projection.nodes[self.middle].rect.center())
        canvas.zoom_rested()
        QApplication.processEvents()
        self.catch_up()

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
            self.look(zoom)
            self.measure(f"until all is crisp at {name}", self.all_crisp)
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

    def all_crisp(self, index: int) -> None:
        """That frame and those after it, until no picture is stretched any more."""
        self.crisp(index)
        self.catch_up()
        self.canvas.viewport().update()

    def catch_up(self) -> None:
        """Paint until no picture is missing."""
        canvas = self.canvas
        seen = canvas.projection.node_grid.within(canvas.camera.visible) if canvas.camera.zoom >= FAR else []
        while any(canvas.painter.near.pictures.is_missing(node.shape, canvas.camera.zoom) for node in seen):
            QApplication.processEvents()

    def drag(self, name: str, count: int) -> None:
        """Move nodes by 10 units a step: our own time, and with its paint."""
        projection, ids = self.canvas.projection, list(self.document.nodes)
        first = max(ids.index(self.middle) - count // 2, 0)
        projection.lift(ids[first : first + count])
        own: list[float] = []

        def step(index: int) -> None:
            start = self.clock()
            projection.shift(QPointF(10 * (index + 1), 0))
            own.append((self.clock() - start) * 1000)

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
            self.canvas.highlights.refresh_activity(touched)

        self.measure(name, tick)


def measure(who: str, size: int, options: argparse.Namespace) -> dict[str, float]:
    """The figures of one of them, from a process of its own."""
    folder = Path(__file__).parent
    command = {
        "ours": [sys.executable, __file__, "--only", str(size)],
        "bare": [sys.executable, str(folder / "bare_canvas.py"), str(size)],
        "peer": [str(options.peer), str(folder / "nodegraphqt_peer.py"), str(size)],
    }[who]
    frames = options.frames if who != "peer" else 5
    command += ["--frames", str(frames), *(["--cpu"] if options.cpu else [])]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def compare(options: argparse.Namespace) -> None:
    """A table for each size."""
    for size in options.sizes:
        others = [who for who, is_wanted in (("bare", options.bare), ("peer", options.peer)) if is_wanted]
        who = ["ours", *(other for other in others if other != "peer" or size <= PEER_MOST)]
        rounds = [{one: measure(one, size, options) for one in who} for _ in range(options.rounds)]
        medians = {
            one: {name: statistics.median(turn[one][name] for turn in rounds) for name in rounds[0][one]} for one in who
        }
        titles = [*(TITLES[one] for one in who), *(f"{TITLES[one]} : ours" for one in who[1:])]
        print(f"\n{size:,} nodes, {2 * size:,} wires; load {os.getloadavg()[0]:.1f}\n\n| ms | {' | '.join(titles)} |")
        print(f"|---|{'---|' * len(titles)}")
        for name, figure in medians["ours"].items():
            cells = [f"{medians[one][name]:.2f}" if name in medians[one] else "" for one in who]
            cells += [f"{medians[one][name] / figure:.2f}" if name in medians[one] else "" for one in who[1:]]
            print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--frames", type=int, default=15)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--cpu", action="store_true", help="count processor time")
    parser.add_argument("--bare", action="store_true", help="the bare sketch beside it")
    parser.add_argument("--peer", type=Path, help="the Python of an environment with NodeGraphQt")
    parser.add_argument("--only", type=int, help="our figures for one size, as JSON")
    options = parser.parse_args()
    if options.only:
        app = QApplication([])
        print(json.dumps(Bench(options.only, options.frames, clock_of(options)).run()))
        del app
    else:
        compare(options)


if __name__ == "__main__":
    main()
