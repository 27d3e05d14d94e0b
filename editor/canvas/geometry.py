"""How a node is laid out: arithmetic over its texts, in canvas units from its top left corner, without any painting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication

from runtime.document.flow import PinDirection
from runtime.ids import PinName

from .look import FieldLook, NodeLook
from .note import note_size
from .rows import FOOT, HEADER, ROW, Pin, PinKey, PinRows, PinTuple, data_input

READABLE = 0.5
"""Below this zoom texts would be smaller than 6 pixels: labels and values give way to a title that can be read."""
MIN_WIDTH, MAX_WIDTH, WIDTH_STEP = 180.0, 300.0, 20.0
PAD = 14.0
"""From a node's side to the text beside a pin."""
GAP = 16.0
"""Least space between two texts of one row."""
FIELD_MIN, FIELD_MAX, FIELD_PAD, FIELD_HEIGHT = 64.0, 120.0, 8.0, 18.0
CHECK = 14.0
BUTTON = 22.0
"""How wide the buttons for more and fewer pins are."""
ARROW_ROOM = 12.0
"""At the right of a choice, for its arrow head."""
BADGE_ROOM = 30.0
"""Kept free at the right of the header for the badge of the node's state."""
BADGE = 8.0
"""Radius of that badge."""
STRIP_HEIGHT, STRIP_GAP = 22.0, 4.0
"""The strip of streamed words under a node, and its distance from it."""
PILL_TOP, PILL_HEIGHT = -12.0, 16.0
"""The labels on the upper edge of a node."""
DOT, DOT_CENTER = 7.0, QPointF(0, HEADER / 2 + 1)
"""A breakpoint: its radius, and its place on the left edge of the header, as on the margin of a text."""
MARGIN = 14.0
"""What a picture holds around the node: pins, shadow, outline."""


PinButton = Literal["list", "fewer", "more"]


class Place(NamedTuple):
    """One pin: its centre, and its label, shortened to what has room, with the label's left end."""

    pin: Pin
    wired: bool
    x: float
    y: float
    label: str
    text_x: float


class Field(NamedTuple):
    """The painted value of an input: where, what, and the text shortened to what has room."""

    look: FieldLook
    rect: QRectF
    text: str


class Metrics:
    """The fonts of a node, and how wide texts are in them. Measured once a text."""

    def __init__(self, family: str = "") -> None:
        family = family or QGuiApplication.font().family()
        self.title = _font(family, 13, QFont.Weight.DemiBold)
        self.struck = QFont(self.title)
        self.struck.setStrikeOut(True)
        self.label = _font(family, 12, QFont.Weight.Normal)
        self.italic = _font(family, 12, QFont.Weight.Normal)
        self.italic.setItalic(True)
        self.small = _font(family, 11, QFont.Weight.Normal)
        self._title = QFontMetricsF(self.title)
        self._label = QFontMetricsF(self.label)
        self._small = QFontMetricsF(self.small)
        self.title_drop, self.label_drop, self.small_drop = map(_drop, (self._title, self._label, self._small))
        self.title_width = _widths(self._title, 20_000)
        self.label_width = _widths(self._label, 20_000)
        self.small_width = _widths(self._small, 2_000)
        self.rows_width = lru_cache(maxsize=2_000)(self._rows_width)

    def title_text(self, text: str, width: float) -> str:
        """A title shortened to a width."""
        fits = self.title_width(text) <= width
        return text if fits else self._title.elidedText(text, Qt.TextElideMode.ElideRight, width)

    def label_text(self, text: str, width: float) -> str:
        """A label or value shortened to a width."""
        fits = self.label_width(text) <= width
        return text if fits else self._label.elidedText(text, Qt.TextElideMode.ElideRight, width)

    def small_text(self, text: str, width: float, *, from_end: bool) -> str:
        """Small text shortened to a width: its end if `from_end`, else its beginning.

        It adds up letters, each measured once: shaping whole texts at every tick of a stream would cost more than
        painting them.
        """
        room = width - self.small_width("…")
        for kept, letter in enumerate(reversed(text) if from_end else text):
            room -= self.small_width(letter)
            if room < 0:
                return "…" + text[len(text) - kept :] if from_end else text[:kept] + "…"
        return text

    def _rows_width(self, rows: PinRows) -> float:
        """The width that the labels of some rows want."""
        width = self.label_width
        pairs = zip(rows.exec_in, rows.exec_out, strict=False)
        wanted = [width(left.key.name) + GAP + width(right.key.name) for left, right in pairs]
        wanted += [width(pin.key.name) for pin in (*rows.exec_in, *rows.exec_out, *rows.outputs)]
        wanted += [width(pin.key.name) + GAP + CHECK for pin in rows.inputs]
        return max(wanted, default=0.0) + 2 * PAD


@dataclass(eq=False, slots=True, weakref_slot=True)
class NodeShape:
    """A node laid out. Shapes are shared between nodes that look alike, and are their pictures' key.

    The size is worked out at once, the parts when a node is first seen or hit.
    """

    look: NodeLook
    metrics: Metrics
    width: float
    height: float
    _places: dict[PinKey, Place] | None = None
    _fields: dict[PinName, Field] | None = None

    @property
    def title(self) -> str:
        """The title, shortened to what has room."""
        return self.metrics.title_text(self.look.title, self.width - PAD - BADGE_ROOM)

    @property
    def places(self) -> dict[PinKey, Place]:
        """All pins that are shown."""
        if self._places is None:
            self._places = {pin.key: _place(self, pin) for pin in self.look.rows.all}
        return self._places

    @property
    def fields(self) -> dict[PinName, Field]:
        """The values of unconnected inputs, in the order of their rows."""
        if self._fields is None:
            column = _field_column(self.look, self.width, self.metrics)
            self._fields = {look.name: _field(self, look, column) for look in self.look.fields}
        return self._fields

    @property
    def more(self) -> QRectF | None:
        """The row that folds and unfolds optional inputs."""
        if not (self.look.folded or self.look.expanded):
            return None
        buttons = 3 * BUTTON + 12 if self.look.pins is not None else 0.0
        return QRectF(PAD - 4, self.look.rows.end - ROW / 2 + 2, self.width - 2 * PAD + 8 - buttons, ROW - 4)

    @property
    def more_text(self) -> str:
        """What that row says."""
        return "Show fewer" if self.look.expanded else f"{self.look.folded} more"

    @property
    def pin_buttons(self) -> dict[PinButton, QRectF]:
        """The buttons for the list of pins, one fewer and one more, at the right of the last row."""
        if self.look.pins is None:
            return {}
        right, top = self.width - PAD + 4, self.look.rows.end - FIELD_HEIGHT / 2
        names: tuple[PinButton, ...] = ("more", "fewer", "list")
        return {
            name: QRectF(right - BUTTON - place * (BUTTON + 4), top, BUTTON, FIELD_HEIGHT)
            for place, name in enumerate(names)
        }

    def pin_point(self, key: PinTuple) -> tuple[float, float]:
        """Where the wires of a pin end. A pin that the node does not show gets a place at its header."""
        x = 0.0 if key[0] is PinDirection.IN else self.width
        return x, self.look.rows.y.get(key, HEADER / 2)


def lay_out(look: NodeLook, metrics: Metrics) -> NodeShape:
    """Give a node its size."""
    if look.note is not None:
        return NodeShape(look, metrics, *note_size(look.title, look.note, metrics.label))
    wanted = max(metrics.title_width(look.title) + PAD + BADGE_ROOM, metrics.rows_width(look.rows))
    fields = [metrics.label_width(field.text) for field in look.fields if field.form != "check"]
    if fields:
        room = min(max(max(fields) + 2 * FIELD_PAD, FIELD_MIN), FIELD_MAX)
        wanted = max(wanted, _field_column(look, MAX_WIDTH, metrics) + room + PAD - 4)
    steps = -(-(min(wanted, MAX_WIDTH) - MIN_WIDTH) // WIDTH_STEP)
    last = look.rows.end + (ROW if look.folded or look.expanded or look.pins is not None else 0)
    return NodeShape(
        look, metrics, MIN_WIDTH + max(steps, 0.0) * WIDTH_STEP, max(last - ROW / 2 + FOOT / 2, HEADER + ROW)
    )


def badge_center(shape: NodeShape) -> QPointF:
    """Where the badge of a node's state is, from the node's corner."""
    return QPointF(shape.width - BADGE - 7, HEADER / 2 + 1)


def badge_rect(shape: NodeShape) -> QRectF:
    """What that badge covers."""
    reach = QPointF(BADGE + 1, BADGE + 1)
    return QRectF(badge_center(shape) - reach, badge_center(shape) + reach)


def _place(shape: NodeShape, pin: Pin) -> Place:
    rows, metrics, y = shape.look.rows, shape.metrics, shape.look.rows.y[pin.key]
    room = shape.width - 2 * PAD
    if pin in rows.exec_in and rows.exec_in.index(pin) < len(rows.exec_out):
        room = (room - GAP) / 2
    elif pin in rows.inputs and pin.key.name in shape.fields:
        field = shape.fields[pin.key.name]
        room = field.rect.left() - PAD - GAP / 2
    label, wired = metrics.label_text(pin.key.name, room), pin.key in shape.look.wired
    if pin.key.direction is PinDirection.IN:
        return Place(pin, wired, 0.0, y, label, PAD)
    return Place(pin, wired, shape.width, y, label, shape.width - PAD - metrics.label_width(label))


def _field_column(look: NodeLook, width: float, metrics: Metrics) -> float:
    """Where values begin: beside the longest label of those that have one, so that they stand in a column."""
    labels = [metrics.label_width(field.name) for field in look.fields if field.form != "check"]
    return min(PAD + max(labels, default=0.0) + GAP, width - PAD - FIELD_MIN)


def _field(shape: NodeShape, look: FieldLook, column: float) -> Field:
    y, right = shape.look.rows.y[data_input(look.name)], shape.width - PAD + 4
    if look.form == "check":
        return Field(look, QRectF(right - CHECK, y - CHECK / 2, CHECK, CHECK), "")
    rect = QRectF(column, y - FIELD_HEIGHT / 2, right - column, FIELD_HEIGHT)
    room = rect.width() - 2 * FIELD_PAD - (ARROW_ROOM if look.form == "choice" else 0)
    return Field(look, rect, shape.metrics.label_text(look.text, room))


def _widths(metrics: QFontMetricsF, most_kept: int) -> Callable[[str], float]:
    """How wide texts are, each measured once."""

    @lru_cache(maxsize=most_kept)  # not around Qt's method: to copy its doc string, Python reads all of Qt's, 30 ms
    def width(text: str) -> float:
        return metrics.horizontalAdvance(text)

    return width


def _drop(metrics: QFontMetricsF) -> float:
    """From the middle of a line of text down to its baseline."""
    return (metrics.ascent() - metrics.descent()) / 2


def _font(family: str, pixels: int, weight: QFont.Weight) -> QFont:
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # so that widths scale with the zoom
    return font
