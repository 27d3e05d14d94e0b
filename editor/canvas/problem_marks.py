"""Which nodes are marked because something is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from runtime.ids import NodeId
from runtime.validation import Problem


def by_node(problems: Iterable[Problem]) -> dict[NodeId, list[Problem]]:
    """The problems of each node, in the order in which they are given."""
    found: dict[NodeId, list[Problem]] = {}
    for problem in problems:
        if problem.node is not None:
            found.setdefault(problem.node, []).append(problem)
    return found


def severities(marked: Mapping[NodeId, Sequence[Problem]]) -> set[tuple[NodeId, str]]:
    """Each marked node with the first, the worst, of its problems."""
    return {(node_id, problems[0].severity) for node_id, problems in marked.items()}
