"""What is done with the requests that are selected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from runtime.completions import Completions
from runtime.errors import FutureflowError, UnknownFutureError
from runtime.futures.future import FutureResponse, FutureState
from runtime.ids import FutureId
from runtime.llm.providers import ProviderProfile, Providers
from runtime.llm.requests import ChatRequest

from ...known_futures import Futures
from ...theme import Theme
from .comparison import Comparison
from .history import HistorySource
from .model import FuturesModel
from .resend_editor import ResendEditor
from .row import FutureRow
from .sent import sent_body

Command = Callable[[Mapping[str, Any], ProviderProfile], str]

_REASON = "the request was cancelled in the futures panel"


class Deeds:
    """Does it, and says what was refused; the list stays as it is then."""

    def __init__(
        self,
        futures: Futures,
        completions: Completions,
        providers: Providers,
        model: FuturesModel,
        say: Callable[[str], object],
        source: HistorySource | None,
    ) -> None:
        self._source = source
        self._futures = futures
        self._completions = completions
        self._providers = providers
        self._model = model
        self._say = say

    def possible(self, rows: Sequence[FutureRow]) -> dict[str, bool]:
        """Which actions make sense with these rows, by name."""
        return {
            "cancel": any(_can_cancel(row) for row in rows),
            "cancel_run": any(_can_cancel(row) for row in self._of_runs(rows)),
            "cancel_node": any(_can_cancel(row) for row in self._of_nodes(rows)),
            "retry": any(row.state.is_final for row in rows),
            "edit": len(rows) == 1,
            "compare": len(rows) == 2,
            "locate": len(rows) == 1,
            "pin": bool(rows),
            "only_node": len(rows) == 1,
            "only_run": len(rows) == 1,
            "copy": len(rows) == 1,
            "copy_id": bool(rows),
            "copy_curl": len(rows) == 1,
            "copy_python": len(rows) == 1,
            "clear": any(self._model.counts[state] for state in FutureState if state.is_final),
        }

    def cancel(self, rows: Iterable[FutureRow]) -> None:
        """Ask those that are pending to end."""
        for row in rows:
            if _can_cancel(row):
                with self._saying_errors():
                    self._futures.cancel(row.id, _REASON)

    def cancel_runs(self, rows: Sequence[FutureRow]) -> None:
        """Cancel all of their runs."""
        self.cancel(self._of_runs(rows))

    def cancel_nodes(self, rows: Sequence[FutureRow]) -> None:
        """Cancel all of their nodes, whichever run asked."""
        self.cancel(self._of_nodes(rows))

    def retry(self, rows: Iterable[FutureRow]) -> None:
        """Ask the settled ones again, as new futures."""

        def ask_again(futures: Sequence[FutureResponse]) -> None:
            for future in futures:
                with self._saying_errors():
                    self._completions.ask_again(future)

        self.with_futures([row.id for row in rows if row.state.is_final], ask_again)

    def edit(self, row: FutureRow, theme: Theme, parent: QWidget) -> None:
        """Open a window in which the request can be changed and sent again."""

        def open_editor(futures: Sequence[FutureResponse]) -> None:
            (future,) = futures
            names = [profile.name for profile in self._providers.profiles()]

            def send(request: ChatRequest, provider: str) -> FutureId:
                return self._completions.start(request, future.origin, provider=provider, retry_of=future.id)

            ResendEditor(future, names, send, theme, parent).show()

        self.with_futures([row.id], open_editor)

    def compare(self, rows: Sequence[FutureRow], theme: Theme, parent: QWidget) -> None:
        """Open a window with two requests side by side."""

        def open_comparison(futures: Sequence[FutureResponse]) -> None:
            left, right = futures
            Comparison(left, right, self.sent, theme, parent).show()

        self.with_futures([row.id for row in rows], open_comparison)

    def sent(self, future: FutureResponse) -> dict[str, Any]:
        """The body of a request as its provider wants it; as it was asked where the provider is known no longer."""
        try:
            return sent_body(future.request, self._providers.get(future.provider))
        except FutureflowError:
            return sent_body(future.request, None)

    def copy_command(self, row: FutureRow, command: Command, what: str) -> None:
        """Put the request on the clipboard as a command; the key stays in the environment."""

        def copy(futures: Sequence[FutureResponse]) -> None:
            (future,) = futures
            self.copy(command(future.request, self._providers.get(future.provider)), what)

        self.with_futures([row.id], copy)

    def turn_pin(self, rows: Sequence[FutureRow]) -> None:
        """Pin them, or let them go if all are pinned. What is pinned, the store keeps whatever its age."""
        pinned = not all(row.pinned for row in rows)
        self._model.set_pinned(rows, pinned=pinned)
        if self._source is not None:
            self._source.spawn("pin requests", self._keep([row.id for row in rows], self._source, pinned=pinned))

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self._say(f"Copied {what}.")

    def copy_ids(self, rows: Sequence[FutureRow]) -> None:
        """Put the ids on the clipboard, one a line."""
        self.copy("\n".join(row.id for row in rows), rows[0].id if len(rows) == 1 else f"{len(rows)} ids")

    def _of_runs(self, rows: Sequence[FutureRow]) -> Iterator[FutureRow]:
        runs = {row.origin.run_id for row in rows}
        return (row for row in self._pending(rows) if row.origin.run_id in runs)

    def _of_nodes(self, rows: Sequence[FutureRow]) -> Iterator[FutureRow]:
        nodes = {(row.origin.source, row.origin.node_id) for row in rows}
        return (row for row in self._pending(rows) if (row.origin.source, row.origin.node_id) in nodes)

    def _pending(self, rows: Sequence[FutureRow]) -> list[FutureRow]:
        return self._model.pending_rows() if rows else []

    # -- futures that may not be in memory

    def with_futures(self, ids: Sequence[FutureId], act: Callable[[Sequence[FutureResponse]], None]) -> None:
        """Do something with whole futures: at once if they are in memory, else when the store has read them."""
        try:
            futures = [self._futures.get(future_id) for future_id in ids]
        except UnknownFutureError as error:
            if self._source is None:
                self._say(str(error))
            else:
                self._source.spawn("read requests of earlier sessions", self._find(ids, act, self._source))
            return
        with self._saying_errors():
            act(futures)

    async def ask_interrupted_again(self, source: HistorySource) -> None:
        """Ask everything again that the program's end has cut off."""
        with self._saying_errors():
            asked, refused = await self._completions.ask_all_again(await source.futures.to_resend())
            self._say(next(iter(refused.values()), f"Asked {len(asked):,} again."))

    async def _find(
        self, ids: Sequence[FutureId], act: Callable[[Sequence[FutureResponse]], None], source: HistorySource
    ) -> None:
        with self._saying_errors():
            act(await source.futures.find_all(ids))

    async def _keep(self, ids: Sequence[FutureId], source: HistorySource, *, pinned: bool) -> None:
        with self._saying_errors():
            for future_id in ids:
                await source.store.set_pinned(future_id, pinned)
        if any(future_id not in self._model.listing.rows for future_id in ids):
            self._model.rearrange()  # lines of the store move when it makes them anew

    @contextmanager
    def _saying_errors(self) -> Iterator[None]:
        try:
            yield
        except FutureflowError as error:
            self._say(str(error))


def _can_cancel(row: FutureRow) -> bool:
    return not row.state.is_final and row.state is not FutureState.CANCELLING
