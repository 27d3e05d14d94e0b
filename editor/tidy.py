"""A layered layout: flows read from left to right, chains are straight, and few wires cross.

After K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system structures" (1981):
ranks along the wires, orders within ranks by barycenters, places by least squares (pool adjacent violators). Of what is
tidy already nothing moves: every step only takes what is strictly better than what is there.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

ACROSS: Final = 80.0
"""Canvas units between two ranks."""
DOWN: Final = 40.0
"""Canvas units between two nodes of a rank."""
_APART: Final = 80.0
"""Canvas units between parts of the flow that no wire joins."""
_BEND: Final = 24.0
"""The room that a wire gets in a rank that it passes."""
_LONGEST_WITH_BENDS: Final = 12
"""Ranks that a wire may pass and still get room in each: beyond that, room for wires would be most of the picture."""
_MOST_SWEEPS: Final = 24
_PLACINGS: Final = 6
_MOST_ROUNDS: Final = 12


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node is and how large, in canvas units. `floats`: it belongs just before the first node that reads it."""

    x: float
    y: float
    width: float
    height: float
    floats: bool = False


@dataclass(frozen=True, slots=True)
class Link(Generic[K]):
    """A wire: how far below the corners of its nodes it begins and ends, and how much it should be level."""

    source: K
    target: K
    out_y: float = 0.0
    in_y: float = 0.0
    weight: float = 1.0


def tidied(boxes: Mapping[K, Box], links: Iterable[Link[K]]) -> dict[K, tuple[float, float]]:
    """New corners of the nodes. The top left corner of them all stays; unlinked parts stay in order, one below another.

    Wires that lead from or to other nodes are left out. Laid out until that changes nothing any more, or comes back to
    a layout that was there: then the first of those, so that doing it again leaves everything where it is.
    """
    wanted = [link for link in links if link.source in boxes and link.target in boxes and link.source != link.target]
    layouts: list[dict[K, tuple[float, float]]] = []
    places = {key: (box.x, box.y) for key, box in boxes.items()}
    while len(layouts) < _MOST_ROUNDS:
        moved = {key: replace(box, x=places[key][0], y=places[key][1]) for key, box in boxes.items()}
        places = _laid_out(moved, wanted)
        if places in layouts:
            return min(layouts[layouts.index(places) :], key=lambda layout: list(layout.values()))
        layouts.append(places)
    return places


def _laid_out(boxes: Mapping[K, Box], links: Sequence[Link[K]]) -> dict[K, tuple[float, float]]:
    left = min((box.x for box in boxes.values()), default=0.0)
    top = min((box.y for box in boxes.values()), default=0.0)
    places: dict[K, tuple[float, float]] = {}
    for part in _parts(boxes, links):
        inside = {key: boxes[key] for key in boxes if key in part}
        placed = _Layers(inside, [link for link in links if link.source in part]).places()
        low = min(y for _, y in placed.values())
        places |= {key: (left + round(x), top + round(y - low)) for key, (x, y) in placed.items()}
        top += round(max(y - low + boxes[key].height for key, (_, y) in placed.items()) + _APART)
    return {key: places[key] for key in boxes}


def _parts(boxes: Mapping[K, Box], links: Sequence[Link[K]]) -> list[set[K]]:
    """What is joined by wires, from top to bottom."""
    near: dict[K, list[K]] = {key: [] for key in boxes}
    for link in links:
        near[link.source].append(link.target)
        near[link.target].append(link.source)
    parts: list[set[K]] = []
    seen: set[K] = set()
    for key in boxes:
        if key in seen:
            continue
        part, ahead = {key}, [key]
        while ahead:
            fresh = set(near[ahead.pop()]) - part
            part |= fresh
            ahead += fresh
        seen |= part
        parts.append(part)
    return sorted(parts, key=lambda part: min((boxes[key].y, boxes[key].x) for key in part))


@dataclass(slots=True, eq=False)
class _Item(Generic[K]):
    """A node in its rank, or the bend of a wire that passes the rank (`key` is None)."""

    key: K | None
    rank: int
    height: float
    y: float
    sources: list[tuple[_Item[K], float, float]] = field(default_factory=list)
    """(item, how far below its corner's level this one's corner wants to be, weight)"""
    targets: list[tuple[_Item[K], float, float]] = field(default_factory=list)


_Near = Callable[[_Item[K]], list[tuple[_Item[K], float, float]]]


class _Layers(Generic[K]):
    def __init__(self, boxes: Mapping[K, Box], links: Sequence[Link[K]]) -> None:
        self._boxes = boxes
        forward = _without_cycles(boxes, links)
        ranks = _ranks(boxes, forward)
        self._items = {key: _Item(key, ranks[key], box.height, box.y) for key, box in boxes.items()}
        self._layers: list[list[_Item[K]]] = [[] for _ in range(max(ranks.values()) + 1)]
        for item in self._items.values():
            self._layers[item.rank].append(item)
        for link in forward:
            self._join(link)
        for layer in self._layers:
            layer.sort(key=lambda item: item.y)

    def _join(self, link: Link[K]) -> None:
        """Join two items, over bends where the wire passes ranks."""
        first, last = self._items[link.source], self._items[link.target]
        steps = last.rank - first.rank
        chain = [first]
        if 1 < steps <= _LONGEST_WITH_BENDS:
            for rank in range(first.rank + 1, last.rank):
                share = (rank - first.rank) / steps
                y = (first.y + link.out_y) * (1 - share) + (last.y + link.in_y) * share
                bend: _Item[K] = _Item(None, rank, _BEND, y)
                self._layers[rank].append(bend)
                chain.append(bend)
        chain.append(last)
        for one, other in pairwise(chain):
            out_y = link.out_y if one is first else _BEND / 2
            in_y = link.in_y if other is last else _BEND / 2
            other.sources.append((one, out_y - in_y, link.weight))
            one.targets.append((other, in_y - out_y, link.weight))

    def places(self) -> dict[K, tuple[float, float]]:
        self._uncross()
        self._level()
        places: dict[K, tuple[float, float]] = {}
        x = 0.0
        for layer in self._layers:
            nodes = [(item.key, item.y) for item in layer if item.key is not None]
            places |= {key: (x, y) for key, y in nodes}
            x += max((self._boxes[key].width for key, _ in nodes), default=0.0) + ACROSS
        return places

    # -- the order within ranks

    def _uncross(self) -> None:
        """Sweep through the ranks, down and up, as long as that leaves fewer crossings."""
        best, fewest = [list(layer) for layer in self._layers], self._crossings(self._layers)
        for sweep in range(_MOST_SWEEPS):
            if not fewest:
                break
            tried = [list(layer) for layer in best]
            forth = sweep % 2 == 0
            for layer in tried if forth else reversed(tried):
                _order(tried, layer, (lambda item: item.sources) if forth else (lambda item: item.targets))
            crossings = self._crossings(tried)
            if crossings < fewest:
                best, fewest = tried, crossings
            elif not forth:
                break
        self._layers = best

    @staticmethod
    def _crossings(layers: Sequence[Sequence[_Item[K]]]) -> int:
        place = {item: index for layer in layers for index, item in enumerate(layer)}
        total = 0
        for layer in layers:
            ends = [(place[item], place[other]) for item in layer for other, _, _ in item.targets]
            seen: list[int] = []
            for _, end in sorted(ends):
                total += len(seen) - bisect_right(seen, end)
                insort(seen, end)
        return total

    # -- places

    def _level(self) -> None:
        """Give every rank the places that level its wires best, from left to right and back."""
        for layer in self._layers:
            y = 0.0
            for item in layer:
                item.y = y
                y += item.height + DOWN
        for _ in range(_PLACINGS):
            for layer in reversed(self._layers):
                _settle(layer, lambda item: item.targets if not item.sources else item.sources + item.targets)
            for layer in self._layers:
                _settle(layer, lambda item: _heaviest(item.sources) or item.targets)


def _order(layers: Sequence[list[_Item[K]]], layer: list[_Item[K]], near: _Near[K]) -> None:
    """Sort a rank by where the neighbours of its items stand; who has none stays where it is."""
    place = {item: index / max(len(rank), 1) for rank in layers for index, item in enumerate(rank)}
    wish = {
        item: sum(place[other] for other, _, _ in near(item)) / len(near(item)) if near(item) else place[item]
        for item in layer
    }
    layer.sort(key=lambda item: wish[item])


def _heaviest(wishes: list[tuple[_Item[K], float, float]]) -> list[tuple[_Item[K], float, float]]:
    """Those that weigh most: they are to be level, not nearly level."""
    most = max((weight for _, _, weight in wishes), default=0.0)
    return [wish for wish in wishes if wish[2] == most]


def _settle(layer: Sequence[_Item[K]], near: _Near[K]) -> None:
    """The places next to what each item wants, by least squares, in order and without overlap."""
    blocks: list[tuple[float, float, int]] = []  # (sum of weighted wishes, sum of weights, how many items)
    offsets: list[float] = []
    offset = 0.0
    for item in layer:
        wishes = near(item)
        weight = sum(part for _, _, part in wishes) or 0.05
        wish = sum((other.y + apart) * part for other, apart, part in wishes) / weight if wishes else item.y
        offsets.append(offset)
        blocks.append(((wish - offset) * weight, weight, 1))
        offset += item.height + (DOWN if item.key is not None else DOWN / 2)
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    index = 0
    for total, weight, count in blocks:
        for _ in range(count):
            layer[index].y = total / weight + offsets[index]
            index += 1


def _without_cycles(keys: Iterable[K], links: Sequence[Link[K]]) -> list[Link[K]]:
    """The wires without those that lead back, as a walk in the order of the keys meets them. A stack of ours."""
    leaving: dict[K, list[Link[K]]] = {key: [] for key in keys}
    entered = {link.target for link in links}
    for link in links:
        leaving[link.source].append(link)
    forward: list[Link[K]] = []
    done: set[K] = set()
    for root in sorted(leaving, key=lambda key: key in entered):
        open_: dict[K, int] = {}
        path = [root] if root not in done else []
        while path:
            at = path[-1]
            turn = open_.setdefault(at, 0)
            if turn == len(leaving[at]):
                done.add(path.pop())
                del open_[at]
                continue
            open_[at] += 1
            link = leaving[at][turn]
            if link.target in open_:
                continue
            forward.append(link)
            if link.target not in done:
                path.append(link.target)
    return forward


def _ranks(boxes: Mapping[K, Box], links: Sequence[Link[K]]) -> dict[K, int]:
    """The longest way to each node; what floats stands just before its first reader."""
    targets: dict[K, list[K]] = {key: [] for key in boxes}
    missing = dict.fromkeys(boxes, 0)
    for link in links:
        targets[link.source].append(link.target)
        missing[link.target] += 1
    ranks = dict.fromkeys(boxes, 0)
    order = [key for key, count in missing.items() if not count]
    for key in order:  # grows meanwhile
        for target in targets[key]:
            ranks[target] = max(ranks[target], ranks[key] + 1)
            missing[target] -= 1
            if not missing[target]:
                order.append(target)
    for key in reversed(order):
        if boxes[key].floats and targets[key]:
            ranks[key] = min(ranks[target] for target in targets[key]) - 1
    return ranks
