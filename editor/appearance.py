"""How the program looks as a whole: Fusion style, the theme's palette, and a small style sheet made of its tokens."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from .settings import SYSTEM_THEME
from .theme import Theme

_STYLE: Final = """
QToolTip { color: %(text)s; background: %(popup)s; border: 1px solid %(border)s; padding: 4px 6px; }
QMainWindow::separator { background: %(border)s; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: %(accent)s; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title { background: %(window)s; padding: 6px 8px; text-align: left; }
QToolBar { background: %(window)s; border: none; border-bottom: 1px solid %(border)s; padding: 4px 6px; spacing: 2px; }
QToolBar::separator { background: %(border)s; width: 1px; margin: 5px 6px; }
QToolBar QToolButton { border: 1px solid transparent; border-radius: 5px; padding: 5px; }
QToolBar QToolButton:hover { background: %(button)s; border-color: %(border)s; }
QToolBar QToolButton:pressed, QToolBar QToolButton:checked { background: %(base)s; border-color: %(border)s; }
QMenuBar { background: %(window)s; padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: %(button)s; }
QMenu { background: %(popup)s; border: 1px solid %(border)s; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 26px; border-radius: 4px; }
QMenu::item:selected { background: %(accent)s; color: %(accent.text)s; }
QMenu::item:disabled { color: %(text.disabled)s; }
QMenu::separator { height: 1px; background: %(border)s; margin: 4px 8px; }
QMenu::icon { padding-left: 6px; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: %(text.faint)s; padding: 6px 12px; border: none; }
QTabBar::tab:selected { color: %(text)s; background: %(base)s; }
QTabBar::tab:hover:!selected { color: %(text)s; }
QTabBar::tab:top:selected { border-top: 2px solid %(accent)s; }
QTabBar::tab:bottom:selected { border-bottom: 2px solid %(accent)s; }
QTabWidget::pane { border: none; }
QStatusBar { border-top: 1px solid %(border)s; }
QStatusBar::item { border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: %(border)s; border-radius: 4px; margin: 2px; min-width: 24px; min-height: 24px; }
QScrollBar::handle:hover { background: %(text.disabled)s; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
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
        self.choice = choice
        self.theme = Theme.load(self._name())
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._refresh)

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
        self._app.setStyleSheet(style_sheet(self.theme))

    def _name(self) -> str:
        if self.choice != SYSTEM_THEME:
            return self.choice
        return "light" if self._app.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"


def style_sheet(theme: Theme) -> str:
    """What Fusion and the palette leave undone."""
    return _STYLE % theme.tokens
