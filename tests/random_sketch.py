"""A random flow under the pencil."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flows import Drawing, draw
from hypothesis import strategies as st

Ends = list[str]
"""Exec outputs that lead nowhere yet, as `node.Pin`."""


@dataclass
class Sketch:
    """A flow under way.

    Attributes:
        loops: the loops around, outermost first.
        readers: inputs of exec nodes that may be wired, as `node.Pin`, with whether they must be.
        pure: the pure nodes, each of which may read those before it.
        at_once: whether blocks run bodies at the same time; nothing in them then reaches out of its body, as how far
            the others have come by then is nobody's promise. If not, there are limits of time and session state.
        limits: how many limits of time there are.
    """

    choose: Callable[[st.SearchStrategy], object]
    at_once: bool
    drawing: Drawing = field(default_factory=lambda: draw("start: event.button"))
    loops: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    count: int = 0
    limits: int = 0

    def one_of(self, *options: object) -> object:
        """One of these, the simplest first."""
        return self.choose(st.sampled_from(options))

    def number(self, least: int, most: int) -> int:
        """A number from `least` to `most`."""
        return self.choose(st.integers(least, most))

    def add(self, type_id: str, ends: Ends, *open_inputs: str, **fields: object) -> str:
        """A node at the end of some wires; `open_inputs` may get a data wire later."""
        name = f"{type_id.partition('.')[2]}{self.count}"
        self.count += 1
        self.drawing.node(name, type_id, **fields)
        self.drawing.exec(*(f"{end} > {name}.In" for end in ends))
        self.readers += [f"{name}.{pin}" for pin in open_inputs]
        return name
