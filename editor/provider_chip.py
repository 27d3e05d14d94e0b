"""Says whom requests go to: the provider that is meant when a node names none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from runtime.errors import ProviderError
from runtime.llm.providers import Providers

from .icons import icon
from .theme import Theme


class ProviderChip(QToolButton):
    """The default provider's name, with its address and model in the tool tip."""

    def __init__(self, providers: Providers, theme: Theme) -> None:
        super().__init__()
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Model provider")
        self._providers = providers
        self._theme = theme
        self.refresh()
        self.clicked.connect(self.refresh)

    def refresh(self) -> None:
        """Read anew which provider is the default; its file may have changed."""
        try:
            profile = self._providers.default()
        except ProviderError as error:
            self.setIcon(icon("warning", self._theme, "warning"))
            self.setText("No provider")
            self.setToolTip(str(error))
            return
        local = profile.kind == "local"
        self.setIcon(icon("key", self._theme))
        self.setText("Local model" if local else profile.name)
        where = "The model on this machine: no key, no network" if local else profile.base_url
        model = f"\nDefault model: {profile.default_model}" if profile.default_model else ""
        self.setToolTip(f"Requests go to:\n{where}{model}")

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self.refresh()
