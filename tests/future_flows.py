"""Flows that ask and then do something with the tickets."""

from __future__ import annotations

from typing import Any

from flows import Drawing


def redeemed(asks: Drawing, name: str, *, at: str = "Execute", **inputs: Any) -> Drawing:
    """The flow that asks, then a node of this type with the ticket, entered at an exec input."""
    asks.node(name, f"future.{name}", inputs=inputs).exec(f"ask.Success > {name}.{at}")
    return asks.data(f"ask.FutureResponseId > {name}.FutureResponseId")


def forged(asks: Drawing, name: str, *, at: str = "Execute") -> Drawing:
    """The same with a ticket that nobody gave."""
    asks.node("ticket", "value.text", inputs={"Input": "fut_forged"})
    asks.node(name, f"future.{name}").exec(f"ask.Success > {name}.{at}")
    return asks.data(f"ticket.Output > {name}.FutureResponseId")


def several(asks: Drawing, *models: str, then: str = "await_all", at: str = "Execute", **inputs: Any) -> Drawing:
    """Asks once a model, with the list of tickets at `tickets.List`; then `all`, a node of this type, gets that."""
    asks.node("tickets", "list.make", config={"count": len(models)})
    before = "user"
    for number, model in enumerate(models, 1):
        asks.node(f"ask{number}", "openai.chat_completion_async", inputs={"Model": model, "Stream": True})
        asks.exec(f"{before}.Success > ask{number}.Execute").data(f"conv.ConversationId > ask{number}.Conversation")
        asks.data(f"ask{number}.FutureResponseId > tickets.Item{number}")
        before = f"ask{number}"
    asks.node("all", f"future.{then}", inputs=inputs).exec(f"{before}.Success > all.{at}")
    return asks.data("tickets.List > all.FutureResponseIds")
