"""In which order pure nodes are evaluated for a step. A stack of ours, not Python's: chains of them may be long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from ..errors import NodeError, message_of
from ..ids import NodeId, PinName
from .wires import Outputs, Wire

if TYPE_CHECKING:
    from .planned import PlannedPure


def pure_sources(wires: Mapping[PinName, Wire]) -> Iterator[PlannedPure]:
    """The pure nodes that these wires lead to, in the order of the pins."""
    return (cast("PlannedPure", wire.source) for wire in wires.values() if wire.source.is_pure)


def in_order(asked: Iterable[PlannedPure]) -> tuple[PlannedPure, ...]:
    """Pure nodes with all that they need, each after those that it reads itself."""
    order: dict[NodeId, PlannedPure] = {}
    ahead = [(source, False) for source in _last_first(asked)]
    while ahead:
        source, its_needs_are_in = ahead.pop()
        if its_needs_are_in:
            order[source.id] = source
        elif source.id not in order:
            ahead.append((source, True))
            ahead += [(deeper, False) for deeper in _last_first(pure_sources(source.wires)) if deeper.id not in order]
    return tuple(order.values())


def chosen(asked: Iterable[PlannedPure], outputs: Outputs, evaluated: Outputs) -> Iterator[PlannedPure]:
    """The same, where some read only what they want now.

    Whoever asks puts what each gives into `evaluated` before asking for the next. Raises NodeError.
    """
    ahead: list[tuple[PlannedPure | None, Iterator[PlannedPure]]] = [(None, iter(asked))]
    while ahead:
        reader, sources = ahead[-1]
        try:
            source = next((source for source in sources if source.id not in evaluated), None)
        except Exception as error:
            assert reader is not None, "only pure nodes choose"
            raise NodeError(f"{reader.called}: {message_of(error)}") from error
        if source is not None:
            ahead.append((source, source.wanted_sources(outputs, evaluated)))
            continue
        ahead.pop()
        if reader is not None:
            yield reader


def _last_first(sources: Iterable[PlannedPure]) -> list[PlannedPure]:
    """As they go onto a stack: what the first pin reads is evaluated first."""
    return list(sources)[::-1]
