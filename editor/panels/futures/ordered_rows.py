"""A table model over a listing that tells views exactly what moved, in few signals however much it was."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex

from runtime.ids import FutureId

from .arrangement import Key
from .columns import Column
from .listing import Listing, ranges

Index = QModelIndex | QPersistentModelIndex
NO_PARENT: Final = QModelIndex()
_MANY: Final = 20_000
"""Lines: arranging more anew is told as a new list, in half the time; the table selects again what was selected."""
_FEW_RANGES: Final = 8
"""So many signals tell of lines that come or go; what is more scattered is told by two, of a new layout and its end."""


class OrderedRows(QAbstractTableModel):
    """Rows of a `Listing`. Qt's selection and current row stay on their lines whatever moves.

    Filter and order are the listing's, since a proxy model would ask Python for every row and comparison.
    """

    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing()
        self._descending = False
        """How the lines are read now, even while another arrangement is being brought about."""

    def key(self, row: int) -> Key:
        """The line that stands in a row."""
        keys = self.listing.keys
        return keys[len(keys) - 1 - row if self._descending else row]

    def index_of(self, future_id: FutureId) -> QModelIndex:
        """The first cell of a future's row; invalid if it is not listed."""
        key = self.listing.key_of(future_id)
        return QModelIndex() if key is None else self._index_of_key(key)

    def arrange(self, change: Callable[[], object]) -> None:
        """Let `change` alter what is listed, or how, and bring all lines into place."""
        listing = self.listing
        change()
        wanted = listing.everything()
        if max(len(wanted), len(listing.keys)) > _MANY:
            self._begin_anew(wanted)
            return
        if len(wanted) != len(listing.keys) or listing.keys != wanted:
            kept, known = set(map(_line, wanted)), set(map(_line, listing.keys))
            self._drop([place for place, key in enumerate(listing.keys) if _line(key) not in kept])
            self._append([key for key in wanted if _line(key) not in known])
        if listing.keys != wanted or self._descending != listing.arrangement.descending:
            self._lay_out(wanted, descending=listing.arrangement.descending)

    def _begin_anew(self, wanted: list[Key]) -> None:
        """Another list, told without saying what moved where: of very many lines that takes too long."""
        self.beginResetModel()
        self.listing.keys, self._descending = wanted, self.listing.arrangement.descending
        self.endResetModel()

    def rows_of(self, lines: set[str]) -> list[int]:
        """In which rows these lines stand, as `Key.line` names them; those that are not listed are left out."""
        count = len(self.listing.keys)
        return [self._rows(at, at, count)[0] for at, key in enumerate(self.listing.keys) if _line(key) in lines]

    def bring_into_place(self, ids: Collection[FutureId]) -> None:
        """The states of these futures have changed: move, add and take out what that means."""
        gone, come = self.listing.changes(ids)
        if not gone and not come:
            return
        leaving, coming = {key.line for key in gone}, {key.line for key in come}
        if moved := leaving & coming:
            self._move([key for key in gone if key.line in moved], [key for key in come if key.line in moved])
        places = [self.listing.position(key) for key in gone if key.line not in moved]
        self._drop([place for place in places if place is not None])
        self._insert([key for key in come if key.line not in moved])

    def _move(self, old: list[Key], new: list[Key]) -> None:
        wanted = Listing()
        wanted.keys = self.listing.keys
        wanted.take_out([place for key in old if (place := self.listing.position(key)) is not None])
        wanted.put_in(new)
        self._lay_out(wanted.keys, descending=self._descending)

    def _drop(self, places: list[int]) -> None:
        """Take lines out, however scattered they are; `places` ascend."""
        parts = ranges(places)
        if len(parts) > _FEW_RANGES:
            doomed = set(places)
            keys = self.listing.keys
            kept = [key for place, key in enumerate(keys) if place not in doomed]
            wanted = kept + [keys[place] for place in places]
            self._lay_out(wanted, descending=self._descending, ordered=len(kept))
            parts = [(len(kept), len(keys) - 1)]
        for first, last in reversed(parts):
            self.beginRemoveRows(NO_PARENT, *self._rows(first, last, len(self.listing.keys)))
            del self.listing.keys[first : last + 1]
            self.endRemoveRows()

    def _insert(self, keys: list[Key]) -> None:
        """Put lines where they belong; `keys` ascend."""
        if not keys:
            return
        if not self.listing.keys or keys[0] > self.listing.keys[-1]:
            self._append(keys)
            return
        wanted = Listing()
        wanted.keys = list(self.listing.keys)
        wanted.put_in(keys)
        places = [place for key in keys if (place := wanted.position(key)) is not None]
        parts = ranges(places)
        if len(parts) > _FEW_RANGES:
            self._append(keys)
            self._lay_out(wanted.keys, descending=self._descending)
            return
        for first, last in parts:
            count = len(self.listing.keys) + last - first + 1
            self.beginInsertRows(NO_PARENT, *self._rows(first, last, count))
            self.listing.keys[first:first] = wanted.keys[first : last + 1]
            self.endInsertRows()

    def _append(self, keys: list[Key]) -> None:
        if keys:
            first, count = len(self.listing.keys), len(self.listing.keys) + len(keys)
            self.beginInsertRows(NO_PARENT, *self._rows(first, count - 1, count))
            self.listing.keys += keys
            self.endInsertRows()

    def _lay_out(self, wanted: list[Key], *, descending: bool, ordered: int | None = None) -> None:
        """The same lines in another order; `ordered` of them ascend (all, unless it is given)."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        lines = [self.key(index.row()).line for index in before]
        self.listing.keys, self._descending = wanted, descending
        places = self._places(set(lines), len(wanted) if ordered is None else ordered)
        rows = (self._rows(places[line], places[line], len(wanted))[0] for line in lines)
        after = [self.index(row, index.column()) for row, index in zip(rows, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _places(self, lines: set[str], ordered: int) -> dict[str, int]:
        """Where lines stand: found by their keys, or, where they have none any more, by looking at every line."""
        found: dict[str, int] = {}
        keys = self.listing.keys
        for line in lines:
            key = self.listing.key_of_line(line)
            place = bisect_left(keys, key, 0, ordered) if key else ordered
            if place < ordered and keys[place] == key:
                found[line] = place
        if len(found) < len(lines):
            found.update({key.line: place for place, key in enumerate(keys) if key.line in lines})
        return found

    def _index_of_key(self, key: Key) -> QModelIndex:
        place = self.listing.position(key)
        return QModelIndex() if place is None else self.index(self._rows(place, place, len(self.listing.keys))[0], 0)

    def _rows(self, first: int, last: int, count: int) -> tuple[int, int]:
        """Places in ascending order as rows from the top, in a list of `count` lines."""
        return (count - 1 - last, count - 1 - first) if self._descending else (first, last)

    # -- Qt

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.listing.keys)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)


def _line(key: Key) -> str:
    """`Key.line`, for lists of a hundred thousand."""
    return key[5] or "\0" + key[1]
