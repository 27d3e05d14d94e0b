"""Notifications of the desktop, for what happens while the window is in the background.

On Linux they go to the desktop's portal (`org.freedesktop.portal.Notification`), which also sandboxes let through;
elsewhere, and where there is no portal, to the system's tray. WORKAROUND PySide6 6: its D-Bus cannot send an unsigned
number, which the older `org.freedesktop.Notifications` insists on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

Notify = Callable[[str, str], None]
"""Shows a notification: its title and its text."""

_SERVICE: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_INTERFACE: Final = "org.freedesktop.portal.Notification"
_ID: Final = "futures"
"""A new notification takes the place of the one before."""
_SHOWN_MS: Final = 10_000


class DesktopNotifications(QObject):
    """Shows notifications by whatever way this desktop has; without any it is silent."""

    def __init__(self, icon: QIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._tray: QSystemTrayIcon | None = None
        self._asked: set[QDBusPendingCallWatcher] = set()

    def notify(self, title: str, text: str) -> None:
        """Show a notification, and return at once."""
        bus = QDBusConnection.sessionBus() if sys.platform == "linux" else None
        if bus is None or not bus.isConnected():
            self._to_tray(title, text)
            return
        message = QDBusMessage.createMethodCall(_SERVICE, _PATH, _INTERFACE, "AddNotification")
        message.setArguments([_ID, {"title": title, "body": text}])
        watcher = QDBusPendingCallWatcher(bus.asyncCall(message), self)
        self._asked.add(watcher)
        watcher.finished.connect(lambda done: self._answered(done, title, text))

    def _answered(self, watcher: QDBusPendingCallWatcher, title: str, text: str) -> None:
        self._asked.discard(watcher)
        if watcher.isError():
            self._to_tray(title, text)
        watcher.deleteLater()

    def _to_tray(self, title: str, text: str) -> None:
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._icon, self)
        self._tray.show()
        self._tray.showMessage(title, text, self._icon, _SHOWN_MS)
