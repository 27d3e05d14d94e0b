"""What requests cost, and whether there is money for another."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Final

import platformdirs

from ..errors import BudgetError, FutureError
from ..ids import RunId
from ..settings_file import SettingsFile
from ..usage import TokenCount
from .budget import WORDS, Budget, Span, dollars
from .ledger import Ledger
from .prices import Prices

_log = logging.getLogger(__name__)

OTHERS_S: Final = 10.0
"""For how long what other sessions have spent is taken as known."""
Elsewhere = Callable[[float], Awaitable[Mapping[str, float]]]
"""What other sessions have spent since a time (Unix seconds), by flow. May raise FutureError."""


class Spending:
    """Prices, budgets and the ledger of a session, on the engine's loop. Amounts are in US dollars.

    Attributes:
        ledger: what was spent by a run, a flow and today.
    """

    def __init__(
        self,
        config_folder: Path | None = None,
        elsewhere: Elsewhere | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        """`config_folder` (None: the user's) holds `prices.json` and `budget.json`, if the user has made them."""
        folder = config_folder or platformdirs.user_config_path("futureflow")
        self._prices = Prices(folder)
        self._budget = SettingsFile(folder / "budget.json", Budget)
        self._elsewhere = elsewhere
        self._today = today
        self._asked_at = float("-inf")
        self.ledger = Ledger(today)

    @property
    def budget(self) -> Budget:
        """The user's budget as it is now. Raises NotConfiguredError for a broken file."""
        return self._budget.read()

    async def ready(self) -> None:
        """Return when it is known what other sessions spent today, if a budget wants it. Raises NotConfiguredError."""
        budget = self._budget.read()
        if budget.per_day is not None or budget.per_flow is not None:
            await self.refresh()

    async def refresh(self) -> None:
        """Learn what other sessions have spent today, for the ledger, unless that was a moment ago."""
        if self._elsewhere is None or time.monotonic() - self._asked_at < OTHERS_S:
            return
        midnight = datetime.combine(self._today(), time_of_day()).astimezone()
        try:
            self.ledger.note_others(await self._elsewhere(midnight.timestamp()))
        except FutureError as error:
            _log.warning("what other sessions spent today is not known: %s", error)
        self._asked_at = time.monotonic()

    def check(self, run_id: RunId, flow: str) -> None:
        """Raise BudgetError if a budget of this run, of its flow or of the day is used up, saying how to raise it.

        Raises NotConfiguredError for a broken file of prices or budgets.
        """
        budget = self._budget.read()
        spent: dict[Span, float] = {
            "per_run": self.ledger.of_run(run_id),
            "per_flow": self.ledger.of_flow(flow),
            "per_day": self.ledger.of_day(),
        }
        for span, amount in spent.items():
            limit: float | None = getattr(budget, span)
            if limit is not None and amount >= limit:
                name, other = WORDS[span]
                raise BudgetError(
                    f"the budget of {dollars(limit)} {name} is used up: {dollars(amount)} are spent, what is under way "
                    f"included. Raise {span} in {self._budget.path}, or {other}"
                )

    def cost(self, provider: str, kind: str, tokens: TokenCount | None, *models: str) -> float | None:
        """What tokens cost there; None if they or the price are not known.

        `models` are names of one model, the most exact first. Raises NotConfiguredError for a broken file of prices.
        """
        price = self._prices.find(provider, kind, *models) if tokens is not None else None
        return price.of(tokens) if price is not None and tokens is not None else None
