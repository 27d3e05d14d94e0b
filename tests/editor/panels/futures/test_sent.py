"""Requests as commands: what is copied, run elsewhere, sends the same; and no key is ever in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from futures_desk import SECRET, Desk
from openai_server import OpenAIServer, Reply
from PySide6.QtGui import QGuiApplication

from editor.panels.futures.sent import as_curl, as_python, sent_body
from editor.theme import Theme
from runtime.llm.providers import ProviderProfile

ODD = "It's \"odd\": $HOME `id` \\n \n— 'quotes', {braces} and 漢字"
REQUEST = {
    "model": "ok",
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": ODD}],
    "parameters": {"temperature": 0.5, "max_tokens": 9, "stop": ["a", "b"], "logit_bias": {"50256": -100}},
    "stream": True,
}


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as made:
        yield made


def run(command: list[str]) -> str:
    """What a command prints, with a key in its environment and no proxy before loopback."""
    environment = {**os.environ, "THE_KEY": SECRET, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def profile(server: OpenAIServer, **more: Any) -> ProviderProfile:
    return ProviderProfile(
        name="p", kind="openai_compatible", base_url=server.base_url, key_environment="THE_KEY", **more
    )


def received(server: OpenAIServer) -> dict[str, Any]:
    (request,) = server.requests
    assert request.headers["Authorization"] == f"Bearer {SECRET}"
    return request.body


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("stream", [True, False])
def test_the_curl_command_sends_what_was_sent(server: OpenAIServer, stream: bool) -> None:
    asked = {**REQUEST, "stream": stream}
    command = as_curl(asked, profile(server, max_tokens_name="max_completion_tokens"))
    assert SECRET not in command
    printed = run(["bash", "-c", command])
    body = received(server)
    assert body == json.loads(json.dumps(sent_body(asked, profile(server, max_tokens_name="max_completion_tokens"))))
    assert body["max_completion_tokens"] == 9
    assert "odd" in printed


@pytest.mark.parametrize("stream", [True, False])
def test_the_python_program_sends_what_was_sent_and_prints_the_answer(server: OpenAIServer, stream: bool) -> None:
    server.script(Reply(text="The answer."))
    asked = {**REQUEST, "stream": stream}
    program = as_python(asked, profile(server))
    assert SECRET not in program
    assert run([sys.executable, "-c", program]) == "The answer.\n"
    assert received(server) == json.loads(json.dumps(sent_body(asked, profile(server))))


def test_azure_is_asked_at_its_own_address_with_its_own_header() -> None:
    azure = ProviderProfile(
        name="work", kind="azure", base_url="https://x.openai.azure.com", api_version="2024-10-21", deployment="my d"
    )
    command = as_curl(REQUEST, azure)
    assert "https://x.openai.azure.com/openai/deployments/my%20d/chat/completions?api-version=2024-10-21" in command
    assert '-H "api-key: $AZURE_OPENAI_API_KEY"' in command
    program = as_python(REQUEST, azure)
    assert 'AzureOpenAI(api_key=os.environ["AZURE_OPENAI_API_KEY"], azure_endpoint=\'https://x.openai' in program


def test_a_provider_without_a_key_and_the_local_model_need_none() -> None:
    free = ProviderProfile(name="lab", kind="openai_compatible", base_url="http://lab:8000/v1")
    assert "Authorization" not in as_curl(REQUEST, free)
    local = ProviderProfile(name="local", kind="local")
    assert as_curl(REQUEST, local).startswith("# The model on this machine answers Futureflow only")
    compile(as_python(REQUEST, local), "copied", "exec")


def test_a_key_of_the_keyring_is_read_from_the_usual_variable() -> None:
    kept = ProviderProfile(name="k", kind="openai", key_keyring="me", organization="org-7")
    command = as_curl(REQUEST, kept)
    assert '-H "Authorization: Bearer $OPENAI_API_KEY"' in command
    assert "-H 'OpenAI-Organization: org-7'" in command


@pytest.mark.usefixtures("qapp")
def test_both_are_copied_from_the_menu(dark: Theme) -> None:
    desk = Desk(dark)
    desk.ask()
    desk.select(0)
    desk.panel.actions_by_name["copy_curl"].trigger()
    assert QGuiApplication.clipboard().text().startswith("curl --no-buffer https://api.openai.com/v1/chat/completions")
    desk.panel.actions_by_name["copy_python"].trigger()
    assert "from openai import OpenAI" in QGuiApplication.clipboard().text()
    assert SECRET not in QGuiApplication.clipboard().text()
    assert desk.messages == ["Copied the request as a cURL command.", "Copied the request as a Python program."]


@pytest.mark.usefixtures("qapp")
def test_without_its_provider_a_request_cannot_be_copied_as_a_command(dark: Theme) -> None:
    desk = Desk(dark)
    desk.ask(provider="gone")
    desk.select(0)
    desk.panel.actions_by_name["copy_curl"].trigger()
    assert "there is no provider 'gone'" in desk.messages[0]
