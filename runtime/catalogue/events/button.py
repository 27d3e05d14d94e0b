"""The event that a person causes."""

from __future__ import annotations

from ...nodes.node_type import EventNode


class ButtonEvent(EventNode):
    """Starts the flow when a person presses Run, or by `futureflow run`."""

    type_id = "event.button"
    title = "Button Event"
    category = "Events"
    synonyms = ("start", "run", "begin")
    exec_out = ("Out",)
