"""Chat completions as futures: registered here, asked for in the network thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final, Protocol

from .choices import Piece
from .errors import FutureflowError, FutureSettledError, NotConfiguredError, message_of
from .futures.future import INTERRUPTED, FutureOrigin, FutureResponse, FutureResult, FutureState, QueuePlace
from .futures.registry import FutureRegistry
from .futures.turns import Turns
from .ids import FutureId
from .llm.changes import Answer, Change, Moved, Queued, Settled
from .llm.exchange import Call
from .llm.providers import ProviderProfile, Providers
from .llm.requests import ChatRequest
from .spending.spending import Spending
from .usage import TokenCount, estimated_prompt, estimated_tokens, token_count

_log = logging.getLogger(__name__)

_STARTING_LOCAL: Final = "waiting for the model on this machine"


class Network(Protocol):
    """Where requests go: the network thread, or a recording that has the answers already."""

    def start(self, apply: Callable[[FutureId, Change], None], broke_off: Callable[[BaseException], None], /) -> None:
        """Get ready, if it is not: `apply` is told every change, `broke_off` why none will come any more."""

    def send(self, future_id: FutureId, call: Call, /) -> None:
        """Begin a request."""

    def cancel(self, future_id: FutureId, /) -> None:
        """End a request; it settles as cancelled."""

    async def close(self) -> None:
        """End all requests; nothing can be sent afterwards."""


class Completions:
    """Starts chat completions. Every method is to be called on the engine's loop.

    Attributes:
        spending: what they cost, and the budgets that stop them.
    """

    def __init__(
        self,
        futures: FutureRegistry,
        providers: Providers,
        network: Network,
        spending: Spending | None = None,
    ) -> None:
        """`spending` (None: by the user's own prices and budgets)."""
        self._futures = futures
        self._providers = providers
        self._network = network
        self.spending = spending or Spending()
        self._turns = Turns(futures)
        self._cut_off: set[FutureId] = set()
        """What the program's end has cut off."""

    def start(
        self,
        request: ChatRequest,
        origin: FutureOrigin,
        *,
        provider: str | None = None,
        retry_of: FutureId | None = None,
        after: Collection[FutureId] = (),
    ) -> FutureId:
        """Register a future and have its request sent; nothing goes over the network before this returns.

        `provider` names a profile, None means the default one. The request is held back until those in `after` have
        settled. Raises NotConfiguredError if there is no such provider
        or no key for it, BudgetError if the money for it has been spent.
        """
        profile = self._providers.get(provider) if provider else self._providers.default()
        self._providers.check(profile)
        self.spending.check(origin.run_id, origin.source)
        prompt = estimated_prompt(request.messages)
        at_least = self.spending.cost(profile.name, profile.kind, TokenCount(prompt), request.model)
        self._network.start(self._apply, self._fail_pending)
        future = self._futures.create(
            request=request.snapshot(),
            provider=profile.name,
            model=request.model,
            origin=origin,
            begin=partial(self._begin, Call(request, profile, partial(self._providers.key_of, profile)), after),
            cancel=self._cancel,
            retry_of=retry_of,
            reason=_first_reason(profile, after),
            prompt_estimate=prompt,
        )
        self.spending.ledger.begin(future.id, origin.run_id, origin.source, at_least)
        return future.id

    def retry(self, future_id: FutureId, origin: FutureOrigin | None = None) -> FutureId:
        """`ask_again` for a future that is in memory. Raises UnknownFutureError as well."""
        return self.ask_again(self._futures.get(future_id), origin)

    def ask_again(self, future: FutureResponse, origin: FutureOrigin | None = None) -> FutureId:
        """Ask the same again, as a new future that names this one. Raises what `start` raises."""
        request = ChatRequest.from_snapshot(future.request)
        return self.start(request, origin or future.origin, provider=future.provider, retry_of=future.id)

    async def ask_all_again(self, ids: Iterable[FutureId]) -> tuple[list[FutureId], dict[FutureId, str]]:
        """`ask_again` for all of these, also from earlier; what was interrupted is `FutureRegistry.to_resend`.

        Gives the new futures, and for each that could not be asked again why. Raises UnknownFutureError,
        FutureStoreError, and then has asked nothing.
        """
        asked, refused = [], {}
        for future in await self._futures.find_all(ids):
            try:
                asked.append(self.ask_again(future))
            except FutureflowError as error:
                refused[future.id] = str(error)
            await asyncio.sleep(0)  # a request takes a tenth of a millisecond, and there may be thousands
        return asked, refused

    def cost(self, future: FutureResponse) -> float | None:
        """What a future cost in US dollars, or has cost so far; None if that is not known."""
        if future.result is not None:
            return future.result.cost
        with suppress(NotConfiguredError):  # it may be of a recording, whose providers nobody knows here
            return self._cost_of(future, future.tokens(), future.model)
        return None

    async def close(self) -> None:
        """Interrupt what is pending, close all connections and end the network thread; takes seconds at most."""
        self._cut_off = {future.id for future in self._futures.pending() if future.state is not FutureState.CANCELLING}
        self._futures.cancel_pending(reason=INTERRUPTED.error)
        await self._network.close()
        for future in self._futures.pending():
            self._end(future.id, FutureState.INTERRUPTED, INTERRUPTED)

    def _begin(self, call: Call, after: Collection[FutureId], future_id: FutureId) -> None:
        """The request is on disk: send it when its turn has come, unless it was cancelled meanwhile."""
        state = self._futures.get(future_id).state
        send = partial(self._network.send, future_id, call)
        if state is FutureState.CANCELLING:
            self._settle(future_id, Settled("cancelled", Answer()))
        elif not state.is_final and after:
            self._turns.after(after, future_id, send)
        elif not state.is_final:
            send()

    def _cancel(self, future_id: FutureId) -> None:
        if self._turns.give_up(future_id):
            self._settle(future_id, Settled("cancelled", Answer()))
        else:
            self._network.cancel(future_id)

    def _fail_pending(self, error: BaseException) -> None:
        """The network broke off: nothing that is pending will ever get an answer."""
        _log.error("the network broke off", exc_info=error)
        text = f"the network broke off by an error of the program ({message_of(error)}): start it again, then ask again"
        result = FutureResult(error=text, error_type=type(error).__name__)
        for future in self._futures.pending():
            self._turns.give_up(future.id)
            self._end(future.id, FutureState.FAILED, result)

    def _apply(self, future_id: FutureId, change: Change) -> None:
        """A change from the network; what comes after a request to cancel crosses it on its way."""
        future = self._futures.get(future_id)
        if future.state.is_final:
            raise FutureSettledError(f"the network told of {future_id}, which has settled: {change}")
        match change:
            case Settled():
                self._settle(future_id, change)
            case Piece():
                self._futures.add_piece(future_id, change)
            case Queued() if future.state is FutureState.QUEUED:
                self._futures.note_place(future_id, _place_of(change))
            case Moved() if future.state is not FutureState.CANCELLING:
                state = FutureState(change.phase)
                self._futures.advance(
                    future_id,
                    state,
                    change.reason,
                    at=change.at,
                    next_at=change.next_at,
                    error_type=change.error_type,
                )
                if change.place is not None:
                    self._futures.note_place(future_id, _place_of(change.place))

    def _settle(self, future_id: FutureId, settled: Settled) -> None:
        future = self._futures.get(future_id)
        state, error, error_type = FutureState(settled.outcome), settled.error, settled.error_type
        if future_id in self._cut_off and state is not FutureState.SUCCEEDED:
            state, error, error_type = FutureState.INTERRUPTED, INTERRUPTED.error, INTERRUPTED.error_type
        elif future.state is FutureState.CANCELLING and state is not FutureState.SUCCEEDED:
            state, error_type = FutureState.CANCELLED, "Cancelled"
            error = future.history[-1].reason or "cancelled before the answer was complete"
        answer = settled.answer
        tokens = token_count(answer.usage) or _estimate(future, answer)
        answered_by = answer.response.get("model") if isinstance(answer.response, Mapping) else None
        models = (answered_by, future.model) if isinstance(answered_by, str) else (future.model,)
        result = FutureResult(
            choices=answer.choices,
            usage=answer.usage,
            response=answer.response,
            error=error,
            error_type=error_type,
            tokens=tokens,
            cost=self._final_cost(future, tokens, *models),
        )
        self._end(future_id, state, result)

    def _end(self, future_id: FutureId, state: FutureState, result: FutureResult) -> None:
        self.spending.ledger.end(future_id, result.cost)
        self._futures.settle(future_id, state, result)

    def _cost_of(self, future: FutureResponse, tokens: TokenCount | None, *models: str) -> float | None:
        kind = self._providers.get(future.provider).kind
        return self.spending.cost(future.provider, kind, tokens, *models)

    def _final_cost(self, future: FutureResponse, tokens: TokenCount | None, *models: str) -> float | None:
        try:
            return self._cost_of(future, tokens, *models)
        except NotConfiguredError as error:  # a file of settings was broken while the request was under way
            _log.warning("the cost of %s is not known: %s", future.id, error)
            return None


def _first_reason(profile: ProviderProfile, after: Collection[FutureId]) -> str:
    """What a new future waits for."""
    if after:
        more = f" and {len(after) - 1} more" if len(after) > 1 else ""
        return f"queued behind {[*after][-1]}{more}, which the same node asked before"
    return _STARTING_LOCAL if profile.kind == "local" else ""


def _place_of(queued: Queued) -> QueuePlace:
    return QueuePlace(queued.position, queued.due)


def _estimate(future: FutureResponse, answer: Answer) -> TokenCount | None:
    """For want of the server's count; None if nothing came."""
    written = [text for choice in answer.choices for text in choice.written()]
    return TokenCount(future.prompt_estimate, estimated_tokens(*written), is_estimate=True) if written else None
