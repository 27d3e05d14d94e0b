"""How steps end: what is told of it, and where the token goes on after an error (design 5.6) or a cancellation."""

from __future__ import annotations

from ..errors import NodeCancelledError, NodeError, NodeFailure, message_of
from .context import StepContext
from .failures import failure_of, message_set, set_message
from .running import ByHand
from .telling import Teller
from .wires import Exit


class Endings:
    """Tells how steps end."""

    __slots__ = ("_teller",)

    def __init__(self, teller: Teller | None) -> None:
        self._teller = teller

    def finished(self, ctx: StepContext, way_out: str | None) -> None:
        """A step has done its work; a node that leaves by `Failed` says so itself."""
        if self._teller is None:
            return
        if way_out == "Failed":
            self._teller.node_failed(ctx, NodeError(message_set(ctx)), handled=True)
        else:
            self._teller.node_finished(ctx, way_out)

    def cancelled(self, ctx: StepContext) -> None:
        """A step was broken off."""
        if self._teller is not None:
            self._teller.node_cancelled(ctx)

    def not_cleaned_up(self, ctx: StepContext, error: BaseException) -> None:
        """A step was broken off, and its cleanup failed."""
        if self._teller is not None:
            self._teller.log_written(
                ctx.node.id, "warn", f"it was cancelled, and could not clean up: {message_of(error)}"
            )

    def failed(self, ctx: StepContext, error: Exception) -> Exit:
        """Where a token goes on after an error: at `Failed`, else out of all bodies up to who receives failures."""
        is_own = not isinstance(error, NodeFailure)
        failed = ctx.node.exits.get("Failed") if is_own or ctx.node.receives_failures else None
        if failed is not None:
            set_message(ctx, message_of(error))
            if self._teller is not None:
                self._teller.node_failed(ctx, error, handled=True)
            return failed
        if not is_own:
            self.finished(ctx, None)
            raise error
        if self._teller is not None:
            self._teller.node_failed(ctx, error, handled=False)
        raise failure_of(ctx, error) from error

    def cancelled_by_hand(self, ctx: StepContext, by_hand: ByHand) -> Exit | None:
        """A person cancelled a step: where its token goes on, as after an error, or that it ends (None)."""
        if by_hand == "branch":
            self.cancelled(ctx)
            return None
        error = NodeCancelledError("it was cancelled by hand")
        failed = ctx.node.exits.get("Failed")
        if failed is not None:
            set_message(ctx, str(error))
            if self._teller is not None:
                self._teller.node_cancelled(ctx, "Failed")
            return failed
        self.cancelled(ctx)
        raise failure_of(ctx, error) from error
