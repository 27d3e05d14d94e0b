"""The real window with many live futures of all kinds, to look at and to drive by hand or by xdotool.

    python tests/live_panel.py [--count 200] [--theme light] [--size 1400x900] [--data FOLDER]

It opens a flow that asks `count` questions at once of a server on loopback, which answers at its leisure, in Markdown,
with refusals, calls of tools, several choices and every common fault; then it runs the flow. It ends when its window is
closed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from openai_server import MODELS, OpenAIServer, Reply

from editor import app as editor_app
from editor.appearance import Appearance
from editor.event_loop import EditorEventLoop
from editor.main_window import MainWindow
from editor.settings import Settings
from runtime.history.history import RunHistory
from runtime.llm.providers import Limits, ProviderProfile, Providers
from runtime.session import Session

MARKDOWN = """# Three ways to sort

The **quickest** for most lists is *timsort*, which Python has built in:

```python
words.sort(key=str.casefold)
```

1. It is stable.
2. It takes advantage of runs that are sorted already.
3. It needs `n log n` comparisons at most.

| name | stable | worst case |
|------|--------|------------|
| timsort | yes | n log n |
| quicksort | no | n² |
| insertion sort | yes | n² |

> Choose the one that your language has.

See [the documentation](https://docs.python.org/3/howto/sorting.html) for more.
"""
ANSWERS = {
    "writer": Reply(text=MARKDOWN, delay=0.06),
    "slow-writer": Reply(text=MARKDOWN * 3, delay=0.15),
    "quick": Reply(text="Yes, that is so."),
    "busy-once": Reply(status=429, message="Rate limit reached for requests", headers={"Retry-After": "2"}),
    "poet": Reply(text="Roses are red, violets are blue; a future is pending, and so, friend, are you.", delay=0.3),
}
ASKS = (
    ("writer", "Explain", "writer", {"Stream": True, "Temperature": 0.4}),
    ("poet", "Rhyme", "poet", {"Stream": True, "N": 3}),
    ("slow", "Explain at length", "slow-writer", {"Stream": True, "MaxTokens": 400}),
    ("quick", "Is it so?", "quick", {}),
    ("busy", "Ask the busy one", "busy-once", {"Stream": True}),
    ("broken", "Ask the broken one", "mock-500", {}),
    ("cut", "Ask the one that hangs up", "mock-cut", {"Stream": True}),
    ("tools", "Look it up", "mock-tools", {"Stream": True}),
)
"""Node id, title, model, inputs: one request of each in every turn."""


def flow_text(count: int) -> str:
    """A loop that asks everybody in each turn."""
    turns = [f"Question {turn + 1}: which way of sorting is best?" for turn in range(max(1, count // len(ASKS)))]
    nodes = [
        {"id": "start", "type": "event.button", "position": [0, 0]},
        {"id": "each", "type": "flow.for_each", "position": [260, 0], "inputs": {"Collection": turns}},
        {"id": "talk", "type": "openai.create_conversation", "position": [540, 0],
         "inputs": {"SystemData": "Be brief, and write Markdown."}},
        {"id": "say", "type": "openai.add_user_message", "position": [860, 0]},
    ]  # fmt: skip
    wires = [
        ("exec", "start.Out", "each.In"), ("exec", "each.Do", "talk.Execute"), ("exec", "talk.Success", "say.Execute"),
        ("data", "each.Value", "say.Message"), ("data", "talk.ConversationId", "say.ConversationId"),
    ]  # fmt: skip
    before = "say"
    for place, (node, title, model, inputs) in enumerate(ASKS):
        nodes.append({
            "id": node, "type": "openai.chat_completion_async", "title": title,
            "position": [1180 + 340 * (place % 4), 360 * (place // 4)], "inputs": {"Model": model, **inputs},
        })  # fmt: skip
        wires += [("exec", f"{before}.Success", f"{node}.Execute"),
                  ("data", "talk.ConversationId", f"{node}.Conversation")]  # fmt: skip
        before = node
    connections = [{"kind": kind, "from": start.split("."), "to": end.split(".")} for kind, start, end in wires]
    flow = {"format": "futureflow", "version": 1, "name": "Many questions", "nodes": nodes, "connections": connections}
    return json.dumps(flow)


async def show(options: argparse.Namespace, server: OpenAIServer, folder: Path) -> None:
    """Open the window, run the flow, and wait until it is closed."""
    server.answers.update({name: MODELS.get(name, Reply()) for name in MODELS} | ANSWERS)
    profile = ProviderProfile(
        name="loopback", kind="openai_compatible", base_url=server.base_url, key_environment="KEY",
        most_in_flight=120, limits=Limits(idle_s=20),
    )  # fmt: skip
    session = Session(
        providers=Providers([profile], environment={"KEY": "sk-live"}),
        data_folder=Path(options.data or folder / "data"),
    )
    file = folder / "many-questions.flow.json"
    file.write_text(flow_text(options.count), "utf-8")
    application = editor_app.QApplication.instance()
    assert isinstance(application, editor_app.QApplication)
    window = MainWindow(
        session,
        RunHistory(session, folder / "runs"),
        Settings(folder / "editor.ini"),
        Appearance(application, options.theme),
    )
    width, height = map(int, options.size.split("x"))
    window.resize(width, height)
    window.show()
    window.panels.docks.reset()  # as the editor's first start does
    await window.open_files([file])
    window.actions_by_name["run"].trigger()
    await window.closed.wait()
    await window.shut_down()
    await session.close()


def main() -> None:
    """Read the options and show the window."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--size", default="1400x900")
    parser.add_argument("--data", help="a folder to keep the requests in, for a second start; else a new one")
    options = parser.parse_args()
    application = editor_app.make_application()
    runner = asyncio.Runner(loop_factory=EditorEventLoop)
    with OpenAIServer() as server, tempfile.TemporaryDirectory() as folder, runner:
        runner.run(show(options, server, Path(folder)))
    application.quit()


if __name__ == "__main__":
    main()
