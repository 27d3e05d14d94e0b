"""Bookmarks: places of a flow under the digits 1 to 9, kept in its file."""

from __future__ import annotations

from typing import Final

from runtime.document.flow import View

from .change import Change
from .commands import push
from .document import FlowDocument

DIGITS: Final = tuple(range(1, 10))


def bookmark(document: FlowDocument, digit: int) -> View | None:
    """The place under a digit, if there is one."""
    return view_of(document).bookmarks.get(str(digit))


def set_bookmark(document: FlowDocument, digit: int, place: View) -> None:
    """Put a place under a digit."""
    before = view_of(document)
    bookmarks = dict(sorted({**before.bookmarks, str(digit): place}.items()))
    after = before.model_copy(update={"bookmarks": bookmarks})
    push(document, f"Set Bookmark {digit}", Change(about=({"view": before}, {"view": after})))


def view_of(document: FlowDocument) -> View:
    """What the flow's file says of where to look."""
    view = document.about["view"]
    assert isinstance(view, View)
    return view
