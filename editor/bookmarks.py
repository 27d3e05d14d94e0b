"""Bookmarks: places of a flow under the digits 1 to 9, kept in its file."""

from __future__ import annotations

import math
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
    bookmarks = dict(sorted({**view_of(document).bookmarks, str(digit): place}.items()))
    _push(document, f"Set Bookmark {digit}", bookmarks)


def remove_bookmark(document: FlowDocument, digit: int) -> None:
    """Let a digit lead nowhere any more."""
    bookmarks = {key: place for key, place in view_of(document).bookmarks.items() if key != str(digit)}
    _push(document, f"Remove Bookmark {digit}", bookmarks)


def what_is_there(document: FlowDocument, place: View) -> str:
    """The title of the node that is nearest to the middle of a place; "" in an empty flow."""
    nearest = min(document.nodes.values(), key=lambda node: math.dist(node.position, place.center), default=None)
    return document.node_title(nearest.id) if nearest is not None else ""


def _push(document: FlowDocument, name: str, bookmarks: dict[str, View]) -> None:
    before = view_of(document)
    after = before.model_copy(update={"bookmarks": bookmarks})
    push(document, name, Change(about=({"view": before}, {"view": after})))


def view_of(document: FlowDocument) -> View:
    """What the flow's file says of where to look."""
    view = document.about["view"]
    assert isinstance(view, View)
    return view
