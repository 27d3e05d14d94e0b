"""Notifications of the desktop, on a message bus of the test's own: what arrives there, and what if nobody listens."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("dbus-monitor") is None, reason="D-Bus is not installed")
ROOT = Path(__file__).parents[2]
SENDER = """
import sys
from PySide6.QtWidgets import QApplication
from editor.desktop_notifications import DesktopNotifications
from editor.icons import app_icon
app = QApplication(["futureflow"])
notifications = DesktopNotifications(app_icon())
notifications.notify("A title", "A text")
(watcher,) = notifications._asked
watcher.finished.connect(lambda _done: app.exit(0))
sys.exit(app.exec())
"""


@pytest.fixture
def bus() -> Iterator[str]:
    """The address of a message bus."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


def test_a_notification_reaches_the_portal_and_nobody_there_is_no_error(bus: str) -> None:
    environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": bus, "PYTHONPATH": str(ROOT)}
    watch = ["dbus-monitor", "--address", bus, "type='method_call',member='AddNotification'"]
    with subprocess.Popen(watch, stdout=subprocess.PIPE, text=True) as monitor:
        assert monitor.stdout is not None
        try:
            assert "NameAcquired" in monitor.stdout.readline()
            sent = subprocess.run(
                [sys.executable, "-c", SENDER], env=environment, capture_output=True, text=True, check=False, timeout=60
            )
            assert (sent.returncode, sent.stderr) == (0, "")
        finally:
            monitor.terminate()
        told = monitor.stdout.read()
    assert "path=/org/freedesktop/portal/desktop" in told
    assert 'string "title"' in told
    assert 'string "A title"' in told
    assert 'string "A text"' in told
