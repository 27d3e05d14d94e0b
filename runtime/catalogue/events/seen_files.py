"""Which files are there and which version of each: what tells a changed file from a notice that something happened."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_ISDIR
from typing import Final, Literal

from watchfiles import Change, DefaultFilter

FileChange = Literal["added", "modified", "deleted"]
Stamp = tuple[int, int, int]
"""Time of change in nanoseconds, size, and number in the file system: what a replaced or rewritten file has anew."""

_MEANT: Final = DefaultFilter()


class SeenFiles:
    """The watched file, or all files in the watched folder, as they were last looked at.

    Notices alone do not tell: a file that an editor replaces is noticed as a new one, one that is only read, touched
    for a moment or written to its end in ten pieces is noticed as well.

    Attributes:
        watched: the file or folder.
    """

    def __init__(self, watched: Path) -> None:
        """What is there now counts as seen. `watched` is absolute, without symbolic links."""
        self.watched = watched
        self._stamps: dict[Path, Stamp] = {}
        self.look()

    def look(self, paths: Iterable[Path] | None = None) -> list[tuple[Path, FileChange]]:
        """What has changed since the last look, by path: at these files and folders, or (None) at all there is."""
        changes: list[tuple[Path, FileChange]] = []
        for path in sorted({*self._stamps, *self._below(self.watched)} if paths is None else self._at(paths)):
            before, now = self._stamps.get(path), _stamp(path)
            if now == before:
                continue
            if now is None:
                del self._stamps[path]
                changes.append((path, "deleted"))
            else:
                self._stamps[path] = now
                changes.append((path, "added" if before is None else "modified"))
        return changes

    def is_meant(self, path: Path) -> bool:
        """Whether a file counts: one that editors and tools keep for themselves does not."""
        if path == self.watched:
            return True
        return path.is_relative_to(self.watched) and _MEANT(Change.modified, str(path.relative_to(self.watched)))

    def _at(self, noticed: Iterable[Path]) -> set[Path]:
        """The files that there are or were at these places, but for those that a symbolic link leads to."""
        found: set[Path] = set()
        for path in noticed:
            if path.parent.resolve() != path.parent:
                continue
            found.add(path)
            found.update(self._below(path))
            if path not in self._stamps:  # perhaps a folder that has gone, with all that was in it
                found.update(seen for seen in self._stamps if seen.is_relative_to(path))
        return found

    def _below(self, place: Path) -> Iterator[Path]:
        """The file, or the files in the folder and below, without following links."""
        yield place
        for folder, _, names in os.walk(place):
            yield from filter(self.is_meant, (Path(folder, name) for name in names))


def _stamp(path: Path) -> Stamp | None:
    """None if there is no file."""
    try:
        facts = path.lstat()
    except OSError:
        return None
    return None if S_ISDIR(facts.st_mode) else (facts.st_mtime_ns, facts.st_size, facts.st_ino)
