"""Colours and measures, as tokens read from resources/themes/*.json: one set of names for all themes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtGui import QColor, QPalette

from runtime.futures.future import FutureState
from runtime.nodes.pins import PinType

from .resources import resource_text

NAMES = ("dark", "light", "contrast")


@dataclass(frozen=True)
class Theme:
    """One set of tokens. `color` takes the names that the JSON files hold; see resources/themes/dark.json."""

    name: str
    tokens: Mapping[str, str]

    @staticmethod
    def load(name: str) -> Theme:
        """The theme of this name. Raises FileNotFoundError."""
        return Theme(name, json.loads(resource_text(f"themes/{name}.json")))

    def color(self, token: str) -> QColor:
        """The colour of a token. Raises KeyError for a name that no theme has."""
        return QColor(self.tokens[token])

    def pin(self, pin_type: PinType) -> QColor:
        """The colour of a data pin and its wires."""
        return self.color(f"pin.{pin_type}")

    def state(self, state: FutureState) -> QColor:
        """The colour of a future's state; the state's name or icon always stands beside it."""
        return self.color(f"state.{state}")

    def category(self, category: str) -> QColor:
        """The colour of a node's header, by the first word of its category."""
        family = category.split("/", maxsplit=1)[0].strip().lower()
        return QColor(self.tokens.get(f"category.{family}", self.tokens["category"]))

    @cached_property
    def palette(self) -> QPalette:
        """What Qt's own widgets wear."""
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, token in (
            (roles.Window, "window"),
            (roles.WindowText, "text"),
            (roles.Base, "base"),
            (roles.AlternateBase, "base.alternate"),
            (roles.Text, "text"),
            (roles.Button, "button"),
            (roles.ButtonText, "text"),
            (roles.BrightText, "error"),
            (roles.Highlight, "accent"),
            (roles.HighlightedText, "accent.text"),
            (roles.ToolTipBase, "popup"),
            (roles.ToolTipText, "text"),
            (roles.PlaceholderText, "text.faint"),
            (roles.Link, "link"),
        ):
            palette.setColor(role, self.color(token))
        for role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("text.disabled"))
        return palette

    @cached_property
    def menu_palette(self) -> QPalette:
        """What menus wear: they stand out from what they lie over.

        Fusion draws their edge in `Window`, darkened to 1/1.6 (`PE_PanelMenu` in qfusionstyle.cpp): the other way here.
        """
        palette = QPalette(self.palette)
        palette.setColor(QPalette.ColorRole.Base, self.color("popup"))
        palette.setColor(QPalette.ColorRole.Window, self.color("border").lighter(160))
        return palette
