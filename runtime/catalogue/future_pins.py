"""Pins that several future node types share, and how a future fills them."""

from __future__ import annotations

from typing import Any, Final

from pydantic import Field

from ..futures.future import FutureResponse
from ..nodes.pins import Json, NodeModel, hints

TICKET: Final = "The claim ticket that an asynchronous node gave"
"""What a pin for a FutureResponseId says of itself."""

MILLISECONDS: Final[dict[str, Any]] = {"json_schema_extra": hints(unit="ms")}
"""Arguments of `Field` for a time."""


class ResultOutputs(NodeModel):
    """What a settled future holds."""

    message: str = Field(default="", description="The answer; with several the first one")
    messages: list[str] = Field(default_factory=list, description="Every answer, as a list of texts")
    finish_reason: str = Field(default="", description="Why the answer ended: stop (it was done), length, ...")
    usage: Json = Field(default=None, description="How many tokens it took, as the server says")
    response: Json = Field(default=None, description="The whole reply of the server")
    error_message: str = Field(default="", description="What went wrong and what to do; empty on success")


def result_fields(future: FutureResponse) -> dict[str, Any]:
    """The fields of ResultOutputs."""
    result = future.result
    if result is None:
        return {"error_message": not_yet(future)}
    return {
        "message": result.message,
        "messages": list(result.messages),
        "finish_reason": result.finish_reason,
        "usage": result.usage,
        "response": result.response,
        "error_message": future.error,
    }


def summary(future: FutureResponse) -> dict[str, Any]:
    """One item of Results."""
    return {
        "FutureResponseId": future.id,
        "State": future.state.value,
        "ElapsedMs": milliseconds(future.elapsed()),
        **ResultOutputs(**result_fields(future)).model_dump(by_alias=True),
    }


def not_yet(future: FutureResponse) -> str:
    """What to say of a future that was waited for too long."""
    return f"future {future.id} has not settled in time ({future.state}); it goes on"


def milliseconds(seconds: float) -> int:
    """Seconds as whole milliseconds, for pins that are named Ms."""
    return round(seconds * 1000)
