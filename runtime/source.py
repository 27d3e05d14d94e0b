"""Where a flow comes from: who else is the same flow, and where its relative paths start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from .errors import FlowPathError


@dataclass(frozen=True, slots=True)
class FlowSource:
    """What tells a flow from all others, and what its paths mean.

    Attributes:
        key: equal for all runs of one flow: its file's absolute path, or any other text if it was never saved.
        folder: relative paths start there; None for a flow never saved.
        is_trusted: whether it may reach files outside of its folder (design 11).
    """

    key: str
    folder: Path | None = None
    is_trusted: bool = False

    @classmethod
    def of_file(cls, path: Path, *, is_trusted: bool = False) -> FlowSource:
        """The source of a flow that is saved in a file."""
        absolute = path.resolve()
        return cls(str(absolute), absolute.parent, is_trusted)

    @classmethod
    def unsaved(cls) -> FlowSource:
        """A new source for a flow that was never saved."""
        return cls(f"unsaved-{uuid4().hex}")

    def path(self, text: str) -> Path:
        """The absolute path that a flow means by a text.

        Raises FlowPathError for an empty text, a relative path of a flow never saved, and a path outside of the
        folder of a flow that is not trusted.
        """
        if not text.strip():
            raise FlowPathError("the path is empty: name a file")
        given = Path(text).expanduser()
        if self.folder is None and not given.is_absolute():
            raise FlowPathError(
                f"{text}: the flow was never saved, so a relative path has no start: save the flow first"
            )
        absolute = (self.folder / given if self.folder is not None else given).resolve()
        if not self.is_trusted and not (self.folder is not None and absolute.is_relative_to(self.folder.resolve())):
            raise FlowPathError(
                f"{text} lies outside of the flow's folder: move it there, or run the flow with --trust if you trust it"
            )
        return absolute
