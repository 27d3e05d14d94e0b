"""An edit as a value: what was before and what comes after, so that its inverse is exact."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from runtime.document.flow import Connection, ConnectionKey, Flow, Frame, Node
from runtime.ids import NodeId

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Edit(Generic[K, T]):
    """One part of the flow before and after; None stands for *not there*.

    `index` is its place in the file's order, so that undoing a removal gives the file back byte for byte.
    """

    key: K
    index: int
    before: T | None
    after: T | None

    def inverse(self) -> Edit[K, T]:
        """The edit that takes this one back."""
        return Edit(self.key, self.index, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Change:
    """All that one command changes. `about` holds the flow's own fields (name, description, view) before and after."""

    nodes: tuple[Edit[NodeId, Node], ...] = ()
    connections: tuple[Edit[ConnectionKey, Connection], ...] = ()
    frames: tuple[Edit[str, Frame], ...] = ()
    about: tuple[Mapping[str, object], Mapping[str, object]] | None = None

    def __bool__(self) -> bool:
        return bool(self.nodes or self.connections or self.frames or self.about)

    @property
    def is_void(self) -> bool:
        """Whether everything is afterwards as it was before."""
        same_about = self.about is None or self.about[0] == self.about[1]
        return same_about and all(alike(edit.before, edit.after) for edit in self._edits)

    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(
            tuple(edit.inverse() for edit in self.nodes),
            tuple(edit.inverse() for edit in self.connections),
            tuple(edit.inverse() for edit in self.frames),
            (self.about[1], self.about[0]) if self.about else None,
        )

    def then(self, later: Change) -> Change:
        """Both in one, for merging: `later` must edit the same parts, none of them added or removed."""
        return Change(
            _chained(self.nodes, later.nodes),
            _chained(self.connections, later.connections),
            _chained(self.frames, later.frames),
            (self.about[0], later.about[1]) if self.about and later.about else self.about or later.about,
        )

    def same_parts(self, other: Change) -> bool:
        """Whether both only alter, and the same parts."""
        return self._altered() is not None and self._altered() == other._altered()

    def _altered(self) -> frozenset[object] | None:
        if any(edit.before is None or edit.after is None for edit in self._edits):
            return None
        return frozenset((type(edit.after), edit.key) for edit in self._edits)

    @property
    def _edits(self) -> list[Edit[NodeId, Node] | Edit[ConnectionKey, Connection] | Edit[str, Frame]]:
        return [*self.nodes, *self.connections, *self.frames]


def alike(one: object, other: object) -> bool:
    """Whether two parts are saved alike: unlike Python, JSON tells 1 from true and from 1.0."""
    return one == other and repr(one) == repr(other)


def _chained(first: Iterable[Edit[K, T]], later: Iterable[Edit[K, T]]) -> tuple[Edit[K, T], ...]:
    after = {edit.key: edit.after for edit in later}
    return tuple(Edit(edit.key, edit.index, edit.before, after.get(edit.key, edit.after)) for edit in first)


def difference(before: Flow, after: Flow) -> Change:
    """The change that makes one flow of another. Parts that both have must stand in the same order in both."""
    about = about_of(before), about_of(after)
    return Change(
        _edits({node.id: node for node in before.nodes}, {node.id: node for node in after.nodes}),
        _edits({wire.key: wire for wire in before.connections}, {wire.key: wire for wire in after.connections}),
        _edits({frame.id: frame for frame in before.frames}, {frame.id: frame for frame in after.frames}),
        about if about[0] != about[1] else None,
    )


def _edits(before: Mapping[K, T], after: Mapping[K, T]) -> tuple[Edit[K, T], ...]:
    gone = [Edit(key, i, old, None) for i, (key, old) in enumerate(before.items()) if key not in after]
    there = [Edit(key, i, before.get(key), new) for i, (key, new) in enumerate(after.items())]
    changed = (edit for edit in there if edit.before is not edit.after and not alike(edit.before, edit.after))
    return (*gone, *changed)


def applied(parts: Mapping[K, T], edits: Iterable[Edit[K, T]]) -> dict[K, T]:
    """The parts after the edits, in file order."""
    result = dict(parts)
    inserted: list[Edit[K, T]] = []
    for edit in edits:
        if edit.after is None:
            del result[edit.key]
        elif edit.before is None:
            inserted.append(edit)
        else:
            result[edit.key] = edit.after
    if not inserted:
        return result
    order = list(result.items())
    for edit in sorted(inserted, key=lambda edit: edit.index):
        assert edit.after is not None
        order.insert(edit.index, (edit.key, edit.after))
    return dict(order)


ABOUT = ("name", "description", "view")
"""The fields of a flow that `Change.about` may hold."""


def about_of(flow: Flow) -> dict[str, object]:
    """The flow's own fields."""
    return {name: getattr(flow, name) for name in ABOUT}
