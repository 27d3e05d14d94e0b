"""How panels that hear of runs call the nodes in them."""

from __future__ import annotations

from collections.abc import Callable

from runtime.ids import NodeId, RunId

NodeTitle = Callable[[RunId, NodeId], str]
"""The title of a node of a run, as the canvas shows it; given to the panels by whoever knows the open flows."""
