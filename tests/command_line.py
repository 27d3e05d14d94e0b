"""The command line for tests: called in this process or as a shell does, and tiny flows to call it with."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from flows import Drawing, draw

from runtime.cli import main
from runtime.document.files import save_flow

ROOT = Path(__file__).parents[1]
SECONDS = 60.0
"""How long one call may take: far above what any needs on a loaded machine."""


@dataclass(frozen=True)
class Done:
    """How a call ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def cli(*arguments: object) -> Done:
    """Call the command line in this process, which costs less than one of its own."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with redirect_stdout(stdout), redirect_stderr(stderr):
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as end:  # argparse ends so
            code = int(end.code or 0)
    return Done(code, stdout.getvalue(), stderr.getvalue())


def process(*arguments: object, **environment: str) -> Done:
    """Call the command line as a shell does."""
    done = subprocess.run(
        [sys.executable, "-m", "runtime", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def saved(folder: Path, drawing: Drawing) -> Path:
    path = folder / "test.flow.json"
    save_flow(drawing.flow(), path, backups=0)
    return path


def hello() -> Drawing:
    return (
        draw("start: event.button", "log: util.console", "out: flow.output")
        .set("log", Message="hello", Level="warn")
        .set("out", Value="world")
        .config("out", name="Answer")
        .exec("start.Out > log.In", "log.Out > out.In")
    )


def asks(*, awaits: bool) -> Drawing:
    """Asks a model; either awaits the answer and hands it out, or ends at once."""
    drawing = (
        draw("start: event.button", "conv: openai.create_conversation", "say: openai.add_user_message")
        .node("ask", "openai.chat_completion_async", inputs={"Model": "ok", "Stream": True}, title="Ask")
        .set("say", Message="one two")
        .exec("start.Out > conv.Execute", "conv.Success > say.Execute", "say.Success > ask.Execute")
        .data("conv.ConversationId > say.ConversationId", "conv.ConversationId > ask.Conversation")
    )
    if not awaits:
        return drawing
    return (
        drawing.node("wait", "future.await")
        .node("out", "flow.output", config={"name": "Answer"})
        .exec("ask.Success > wait.Execute", "wait.Success > out.In")
        .data("ask.FutureResponseId > wait.FutureResponseId", "wait.Message > out.Value")
    )
