"""What keys do to the frame that the keyboard is at, besides what they do to all that is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt

from .. import frames
from . import announce
from .nearby import Way

if TYPE_CHECKING:
    from .view import CanvasView

STEP: Final = 20.0
"""By how much, in canvas units, an arrow key makes a frame larger or smaller."""
_GROWTH: Final[dict[Way, tuple[float, float]]] = {
    "left": (-STEP, 0),
    "right": (STEP, 0),
    "up": (0, -STEP),
    "down": (0, STEP),
}
_UNFOLD: Final = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)


def press_frame_key(view: CanvasView, frame_id: str, key: int) -> bool:
    """Fold the frame by minus, unfold it by plus; False for any other key."""
    if key != Qt.Key.Key_Minus and key not in _UNFOLD:
        return False
    frames.fold(view.document, [frame_id], folded=key == Qt.Key.Key_Minus)
    return True


def resize_frame(view: CanvasView, frame_id: str, way: Way) -> None:
    """Move the right or the lower edge of a frame; steps in a row are one undo step. A folded frame keeps its size."""
    frame = view.document.frames[frame_id]
    if frame.collapsed:
        announce.say(view, "A folded frame keeps its size: Return unfolds it")
        return
    rect, (across, down) = frames.frame_rect(frame), _GROWTH[way]
    rect.setWidth(max(rect.width() + across, frames.LEAST_SIZE))
    rect.setHeight(max(rect.height() + down, frames.LEAST_SIZE))
    frames.resize(view.document, frame_id, rect, f"resize {frame_id} by keys")
    announce.say(view, f"{rect.width():.0f} by {rect.height():.0f}")
