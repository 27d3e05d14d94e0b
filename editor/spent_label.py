"""What was spent today, in the status bar."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

from runtime.engine.events import Event
from runtime.errors import NotConfiguredError
from runtime.futures.events import FutureCreated, FutureSettled
from runtime.spending.budget import dollars
from runtime.spending.spending import Spending

from .panels.labels import wrapped_tool_tip

_REFRESH_MS: Final = 200
_TIP: Final = (
    "What the requests of today cost, by the prices in prices.json; those that come with Futureflow are from memory: "
    "check before you rely on them (Edit, Settings Files). What is under way counts with its question; models without "
    "a price do not count."
)


class SpentLabel(QLabel):
    """Hidden as long as nothing was spent."""

    def __init__(self, spending: Spending) -> None:
        super().__init__()
        self._spending = spending
        self._timer = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        self.setContentsMargins(8, 0, 8, 0)
        self.setAccessibleName("Spent today")
        self.hide()

    def on_event(self, event: Event) -> None:
        """Take an event of the session in."""
        if isinstance(event, FutureCreated | FutureSettled) and not self._timer.isActive():
            self._timer.start()

    def refresh(self) -> None:
        """Show what is known now."""
        spent = self._spending.ledger.of_day()
        self.setText(f"{dollars(spent)} today")
        self.setToolTip(wrapped_tool_tip(f"{_TIP} {self._budget()}"))
        self.setVisible(spent > 0)

    def _budget(self) -> str:
        try:
            limit = self._spending.budget.per_day
        except NotConfiguredError as error:
            return str(error)
        return f"The budget for a day is {dollars(limit)}." if limit is not None else "There is no budget for a day."
