"""What can be done with requests, as data; panel.py says what each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from ...icons import icon
from ...theme import Theme


@dataclass(frozen=True)
class ActionSpec:
    """One action.

    Attributes:
        name: how the program calls it. text: for menus and tool tips. keys: its shortcut while the table has the
            keyboard. icon: a name under resources/icons, or "".
        checkable: whether it is on or off.
    """

    name: str
    text: str
    keys: str = ""
    icon: str = ""
    checkable: bool = False


ACTIONS: Final = (
    ActionSpec("cancel", "Cancel request", "Del", "cancel"),
    ActionSpec("cancel_run", "Cancel all of this run"),
    ActionSpec("cancel_node", "Cancel all of this node"),
    ActionSpec("retry", "Ask again", "Ctrl+R", "retry"),
    ActionSpec("edit", "Edit and resend…", "Ctrl+E", "edit"),
    ActionSpec("locate", "Locate node", "Ctrl+L", "locate"),
    ActionSpec("pin", "Pin on top", "Ctrl+P", "pin", checkable=True),
    ActionSpec("only_node", "Show only requests of this node"),
    ActionSpec("only_run", "Show only requests of this run"),
    ActionSpec("compare", "Compare the two", "Ctrl+D", "compare"),
    ActionSpec("copy", "Copy answer", "Ctrl+C", "copy"),
    ActionSpec("copy_id", "Copy id", "Ctrl+Shift+C"),
    ActionSpec("copy_curl", "Copy as cURL"),
    ActionSpec("copy_python", "Copy as Python"),
    ActionSpec("clear", "Clear finished", "", "clear"),
    ActionSpec("earlier", "Show earlier requests", "", "earlier", checkable=True),
    ActionSpec("follow", "Follow newest", "", "follow", checkable=True),
)
TOOLS: Final = ("cancel", "retry", "edit", "locate", "pin", "compare", "copy", "clear", "earlier", "follow")
"""What has a button."""
ROW_MENU: Final[tuple[str | None, ...]] = (
    "cancel", "cancel_run", "cancel_node", None, "retry", "edit", "compare", None,
    "locate", "pin", "only_node", "only_run", None, "copy", "copy_id", "copy_curl", "copy_python",
)  # fmt: skip


class FutureActions:
    """The actions as Qt wants them, by name; their shortcuts work while `owner` has the keyboard."""

    def __init__(self, owner: QWidget, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Each action calls the handler of its name. Raises KeyError if one has none."""
        self._actions = {spec.name: _made(spec, owner, handlers[spec.name]) for spec in ACTIONS}
        owner.addActions(list(self._actions.values()))

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def enable(self, enabled: Mapping[str, bool]) -> None:
        """Switch actions on and off."""
        for name, enable in enabled.items():
            self._actions[name].setEnabled(enable)

    def enabled(self) -> set[str]:
        """The names of those that can be used now."""
        return {name for name, action in self._actions.items() if action.isEnabled()}

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        for spec in ACTIONS:
            if spec.icon:
                self._actions[spec.name].setIcon(icon(spec.icon, theme))


def _made(spec: ActionSpec, owner: QWidget, act: Callable[[], object]) -> QAction:
    action = QAction(spec.text, owner)
    action.setShortcut(QKeySequence(spec.keys))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.setCheckable(spec.checkable)
    action.triggered.connect(lambda _checked: act())
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{spec.text} ({keys})" if keys else spec.text)
    return action
