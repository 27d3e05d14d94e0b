"""NodeGraphQt on the work of canvas.py: prints one line of JSON, figures in ms by the names of that table.

    QT_API=pyside6 PEER/bin/python tests/benchmarks/nodegraphqt_peer.py 5000 --frames 5

To be run by the Python of a virtual environment with NodeGraphQt 0.6.44, PySide6 6.11.3 and setuptools. Its check for
cycles, which takes time with the square of the number of nodes, is off.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from itertools import pairwise

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")

from canvas_frames import HIGH, SIZE, WIDE, Clock, Paints, clock_of, middle, places
from NodeGraphQt import BaseNode, NodeGraph
from PySide6.QtWidgets import QApplication

sys.setrecursionlimit(100_000)


class Chat(BaseNode):
    """Three inputs, three outputs."""

    __identifier__ = "bench"
    NODE_NAME = "Chat"

    def __init__(self) -> None:
        super().__init__()
        for number in range(3):
            self.add_input(f"in{number}")
            self.add_output(f"out{number}")


class Peer:
    """One size, all figures."""

    def __init__(self, count: int, frames: int, clock: Clock) -> None:
        self.frames, self.count, self.clock = frames, count, clock
        self.figures: dict[str, float] = {}
        self.graph = NodeGraph()
        self.graph.set_acyclic(False)
        self.graph.register_node(Chat)
        self.graph.widget.resize(*SIZE)
        self.graph.widget.show()
        QApplication.processEvents()
        self.view = self.graph.viewer()
        self.paints = Paints(self.view.viewport(), clock)

    def load(self) -> None:
        """Make and wire all nodes, and paint them once."""
        start, make = self.clock(), self.graph.create_node
        self.nodes = [
            make("bench.Chat", name=f"Add message {i}", pos=list(at), push_undo=False, selected=False)
            for i, at in enumerate(places(self.count))
        ]
        for before, after in pairwise(self.nodes):
            for pin in (0, 1):
                after.set_input(pin, before.output(pin))
        self.look(None)
        self.figures["open, all in all"] = (self.clock() - start) * 1000

    def look(self, zoom: float | None) -> None:
        """Show everything (None), or the middle at a zoom."""
        right, bottom = (max(numbers) for numbers in zip(*places(self.count), strict=True))
        right, bottom = right + WIDE, bottom + HIGH
        wide, high = self.view.viewport().width(), self.view.viewport().height()
        scale = max(right / wide, bottom / high) if zoom is None else 1 / zoom
        self.view.set_scene_rect(
            [right / 2 - wide / 2 * scale, bottom / 2 - high / 2 * scale, wide * scale, high * scale]
        )
        QApplication.processEvents()

    def run(self) -> dict[str, float]:
        """All figures by name."""
        self.load()
        node = self.nodes[middle(self.count)]
        for name, zoom in (("all", None), ("0.36", 0.36), ("0.5", 0.5), ("1.0", 1.0)):
            self.look(zoom)
            scale = 1 / self.view.transform().m11()
            self.measure(f"repaint at {name}", lambda _: self.view.viewport().update())
            self.measure(f"pan at {name}", lambda _, by=scale: self.view._set_viewer_pan(16 * by, 0))
            self.look(zoom)
            self.measure(f"zoom step at {name}", lambda i: self.view.scale(1.1 if i % 2 else 1 / 1.1, None))
            self.look(zoom)
            x, y = node.pos()
            self.measure(f"drag 1 at {name}", lambda i, x=x, y=y: node.view.setPos(x + 10 * (i + 1), y))
            node.view.setPos(x, y)
        return self.figures

    def measure(self, name: str, step: object) -> None:
        self.figures[name] = self.paints.median(step, self.frames)


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("count", type=int)
    options.add_argument("--frames", type=int, default=5)
    options.add_argument("--cpu", action="store_true", help="count processor time")
    chosen = options.parse_args()
    app = QApplication([])
    print(json.dumps(Peer(chosen.count, chosen.frames, clock_of(chosen)).run()), flush=True)
    del app
    os._exit(0)  # to take down so many items would take longer than to measure them


if __name__ == "__main__":
    main()
