"""What was spent today stands in the status bar, once there is something."""

from __future__ import annotations

import json
from pathlib import Path

import platformdirs
from driving import until
from editor_window import open_editor
from flows import draw
from openai_server import OpenAIServer

from runtime.document.files import save_flow


def asking(folder: Path) -> Path:
    flow = (
        draw("start: event.button", "talk: openai.create_conversation", "say: openai.add_user_message")
        .node("ask", "openai.chat_completion", inputs={"Model": "ok"})
        .set("say", Message="one two three")
        .exec("start.Out > talk.Execute", "talk.Success > say.Execute", "say.Success > ask.Execute")
        .data("talk.ConversationId > say.ConversationId", "talk.ConversationId > ask.Conversation")
        .flow()
    )
    path = folder / "ask.flow.json"
    save_flow(flow, path)
    return path


def settings(name: str, value: object) -> None:
    folder = platformdirs.user_config_path("futureflow")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(value))


def test_it_shows_what_the_day_cost_and_what_it_may_cost(drive, tmp_path):
    settings("prices.json", {"prices": [{"models": ["ok"], "providers": ["*"], "input": 10_000, "output": 20_000}]})

    async def main():
        with OpenAIServer() as server:
            async with open_editor(tmp_path, asking(tmp_path), server=server) as window:
                assert not window.spent.isVisible()
                window.actions_by_name["run"].trigger()
                await until(lambda: window.spent.text() == "$0.11 today", window.spent._timer.timeout)
                assert window.spent.isVisible()
                assert "There is no budget for a day." in window.spent.toolTip()
                settings("budget.json", {"per_day": 5})
                window.spent.refresh()
                assert "The budget for a day is $5.00." in window.spent.toolTip()

    drive(main())


def test_without_prices_there_is_nothing_to_show(drive, tmp_path):
    async def main():
        with OpenAIServer() as server:
            async with open_editor(tmp_path, asking(tmp_path), server=server) as window:
                window.actions_by_name["run"].trigger()
                await until(lambda: window.spent.text() == "$0.00 today", window.spent._timer.timeout)
                assert not window.spent.isVisible()

    drive(main())
