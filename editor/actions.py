"""The actions as Qt wants them, made of their specifications; main_window.py says what each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from .action_specs import ACTIONS, ActionSpec, Scope
from .icons import icon
from .theme import Theme


class Actions:
    """The actions as Qt wants them, by name."""

    def __init__(self, parent: QObject, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Each action calls the handler of its name, without arguments. Raises KeyError if one has none."""
        self._parent = parent
        self._actions = {spec.name: self._made(spec, handlers[spec.name]) for spec in ACTIONS}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def of_scope(self, scope: Scope) -> list[QAction]:
        """All actions of a scope."""
        return [self._actions[spec.name] for spec in ACTIONS if spec.scope == scope]

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        tokens = {
            "run": "success",
            "run_from": "success",
            "stop": "error",
            "continue": "success",
            "toggle_breakpoint": "node.breakpoint",
        }
        for spec in ACTIONS:
            if spec.icon:
                on = ("error" if spec.name == "record" else "link") if spec.is_switch else ""
                self._actions[spec.name].setIcon(icon(spec.icon, theme, tokens.get(spec.name, "text"), on))

    def _made(self, spec: ActionSpec, handler: Callable[[], object]) -> QAction:
        action = QAction(spec.text, self._parent)
        action.setObjectName(spec.name)
        action.setCheckable(spec.is_switch)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        if spec.scope == "canvas":
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        tip = spec.tip or spec.text.replace("&", "")
        shown = f" ({QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)})" if spec.keys else ""
        action.setToolTip(tip + shown)
        action.setStatusTip(tip)
        action.triggered.connect(handler)
        return action
