"""Node types that start runs: by hand, by the clock, by a changed file, by a future that settles."""

from __future__ import annotations

from ...nodes.node_type import NodeType
from .button import ButtonEvent
from .cron import CronEvent
from .file_changed import FileChangedEvent
from .future_settled import FutureSettledEvent
from .interval import IntervalEvent

NODE_TYPES: tuple[type[NodeType], ...] = (
    ButtonEvent,
    CronEvent,
    IntervalEvent,
    FileChangedEvent,
    FutureSettledEvent,
)
