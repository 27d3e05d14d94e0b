"""How the program looks as a whole: Fusion style, the theme's palette, and small style sheets made of its tokens."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QTabWidget, QToolTip

from .focus_frame import FocusFrame
from .settings import SYSTEM_THEME
from .theme import Theme

# A style sheet makes every widget under it two to three times as slow to build (measured on the inspector: 103 ms
# against 36 ms), so only bars have one, never the window.
_TOOLBAR: Final = """
QToolBar { background: %(window)s; border: none; border-bottom: 1px solid %(border)s; padding: 4px 6px; spacing: 2px; }
QToolBar::separator { background: %(border)s; width: 1px; margin: 5px 6px; }
QToolButton { border: 1px solid transparent; border-radius: 5px; padding: 5px; }
QToolButton:hover { background: %(button)s; border-color: %(border)s; }
QToolButton:pressed { background: %(base)s; border-color: %(border)s; }
QToolButton:checked { background: %(base)s; border-color: %(accent)s; }
QToolButton#run_button { padding-right: 20px; font-weight: bold; }
QToolButton::menu-button { border: none; border-radius: 5px; width: 16px; }
QToolButton::menu-button:hover { background: %(base)s; }
"""
_TABS: Final = """
QTabBar::tab { background: transparent; color: %(text.faint)s; padding: 6px 10px; border: none; }
QTabBar::tab:hover:!selected { color: %(text)s; }
QTabBar::tab:selected { color: %(text)s; background: %(canvas)s; border-top: 2px solid %(accent)s; }
"""


class Appearance(QObject):
    """The theme in use: chosen by the person, or the system's, followed while the program runs.

    Attributes:
        choice: one of settings.THEME_CHOICES.
        theme: the tokens in use.

    Signals:
        theme_changed(Theme): other tokens hold from now on.
    """

    theme_changed = Signal(object)

    def __init__(self, app: QApplication, choice: str) -> None:
        super().__init__()
        self._app = app
        self._app.setStyle("Fusion")
        self._focus_frame = FocusFrame(app, self)
        self.choice = choice
        self.theme = Theme.load(self._name())
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._refresh)
        app.styleHints().accessibility().contrastPreferenceChanged.connect(self._refresh)

    def choose(self, choice: str) -> None:
        """Wear another theme, or follow the system's."""
        self.choice = choice
        self._refresh()

    def _refresh(self) -> None:
        name = self._name()
        if name != self.theme.name:
            self.theme = Theme.load(name)
            self._apply()
            self.theme_changed.emit(self.theme)

    def _apply(self) -> None:
        self._app.setPalette(self.theme.palette)
        self._app.setPalette(self.theme.menu_palette, "QMenu")  # type: ignore[arg-type]  # takes only text, whatever the stubs say
        QToolTip.setPalette(self.theme.palette)

    def _name(self) -> str:
        if self.choice != SYSTEM_THEME:
            return self.choice
        hints = self._app.styleHints()
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return "contrast"
        return "light" if hints.colorScheme() == Qt.ColorScheme.Light else "dark"


def toolbar_style(theme: Theme) -> str:
    """The style sheet of the toolbar."""
    return _TOOLBAR % theme.tokens


def tabs_style(theme: Theme) -> str:
    """The style sheet of the tabs over the canvas."""
    return _TABS % theme.tokens


def dress_tabs(tabs: QTabWidget, theme: Theme) -> None:
    """Give a tab widget the look of the tabs over the canvas.

    WORKAROUND Qt 6: a tab widget whose bar has a style sheet counts as styled by it, and does not hear of another
    palette of the application; nor does anything on its pages. So it is told.
    """
    tabs.tabBar().setStyleSheet(tabs_style(theme))
    tabs.setPalette(theme.palette)
