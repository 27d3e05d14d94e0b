"""No secret in a recording: neither what stands at secret pins, nor a provider's key, wherever it turns up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flows import draw, registry_with
from pydantic import Field

from runtime.document.flow import Flow
from runtime.engine.run import Run
from runtime.llm.providers import ProviderProfile, Providers
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import NodeModel, hints
from runtime.recording.masking import without_secrets
from runtime.recording.reading import load_recording
from runtime.recording.writing import open_recording

pytestmark = pytest.mark.anyio

KEY = 'sk-se"cret-0123456789'
WORD = "open sesame"


class Login(ExecNode):
    """Takes a password and hands it on."""

    type_id = "toy.login"
    title = "Login"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out",)

    class Inputs(NodeModel):
        """A secret and what is none."""

        password: str = Field(default="", json_schema_extra=hints(secret=True))
        name: str = ""

    class Outputs(NodeModel):
        """The secret again."""

        token: str = Field(default="", json_schema_extra=hints(secret=True))

    async def execute(self, inputs: Any, ctx: NodeContext) -> str:
        """Hand it on."""
        ctx.set_outputs(self.Outputs(token=inputs.password))
        return "Out"


def flow_with_secrets() -> Flow:
    return (
        draw("start: event.button")
        .node("login", "toy.login", pinned_outputs={})
        .node("pinned", "toy.login", pinned_outputs={"Token": WORD})
        .node("log", "util.console")
        .set("login", Password=WORD, Name="Ali")
        .set("log", Message=f"the key is {KEY}")
        .exec("start.Out > login.In", "login.Out > log.In", "log.Out > pinned.In")
        .flow()
    )


async def record(file: Path, flow: Flow, providers: Providers) -> None:
    registry = registry_with(Login)
    writer = open_recording(file, without_secrets(flow, registry), providers.hidden)
    await Run(flow, registry, sink=writer).execute()
    writer.close()


def providers_with(key: str) -> Providers:
    profile = ProviderProfile(name="lab", kind="openai_compatible", base_url="http://lab/v1", key_environment="LAB_KEY")
    return Providers([profile], environment={"LAB_KEY": key})


async def test_neither_secret_pins_nor_keys_are_in_it(tmp_path: Path) -> None:
    file = tmp_path / "a.recording.jsonl"
    await record(file, flow_with_secrets(), providers_with(KEY))
    text = file.read_text("utf-8")
    assert WORD not in text
    assert KEY not in text
    assert json.dumps(KEY)[1:-1] not in text
    assert "the key is [key]" in text
    recording = load_recording(file)
    assert recording.flow.node("login").inputs == {"Password": "•••", "Name": "Ali"}
    assert recording.flow.node("pinned").pinned_outputs == {"Token": "•••"}


async def test_a_placeholder_for_a_key_is_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "a.recording.jsonl"
    await record(file, draw("start: event.button", name="none of it").flow(), providers_with("none"))
    assert load_recording(file).flow.name == "none of it"
