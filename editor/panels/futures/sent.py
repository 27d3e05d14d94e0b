"""A request as it leaves this machine: its body as the provider wants it; and as a command that anybody can run.

No key is ever in it: commands read it from the environment.
"""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from runtime.llm.exchange import request_body
from runtime.llm.providers import ProviderProfile
from runtime.llm.requests import ChatRequest

_LOCAL_URL: Final = "http://127.0.0.1:8080/v1"
"""The model on this machine listens on another port at every start, for Futureflow alone."""
_LOCAL_HINT: Final = "# The model on this machine answers Futureflow only: put the address of a server here."
_WIDTH: Final = 100


def sent_body(request: Mapping[str, Any], profile: ProviderProfile | None) -> dict[str, Any]:
    """The JSON body that is sent; without a profile (it is no longer configured) the request as it was asked."""
    if profile is None:
        return dict(request)
    return request_body(ChatRequest.from_snapshot(request), profile)


def as_curl(request: Mapping[str, Any], profile: ProviderProfile) -> str:
    """The request as a command for a POSIX shell."""
    where = _Destination.of(profile, str(request.get("model", "")))
    body = json.dumps(sent_body(request, profile), ensure_ascii=False, default=_plain)
    stream = " --no-buffer" if request.get("stream") else ""
    lines = [f"curl{stream} {shlex.quote(where.address)}", '-H "Content-Type: application/json"']
    if where.key_variable:
        lines.append(f'-H "{where.key_header}${where.key_variable}"')
    lines += [f"-H {shlex.quote(header)}" for header in where.headers]
    lines.append(f"-d {shlex.quote(body)}")
    return _with_hint(profile, " \\\n  ".join(lines))


def as_python(request: Mapping[str, Any], profile: ProviderProfile) -> str:
    """The request as a program that uses the `openai` package."""
    body = sent_body(request, profile)
    arguments = "".join(f"    {name}={_literal(value)},\n" for name, value in body.items())
    call = f"client.chat.completions.create(\n{arguments})"
    return _with_hint(
        profile, f"{_client(profile, str(request.get('model', '')))}\n{_use(call, bool(body.get('stream')))}"
    )


@dataclass(frozen=True)
class _Destination:
    """Where a request goes, and how it says who asks."""

    address: str
    key_header: str
    key_variable: str
    headers: tuple[str, ...] = ()

    @staticmethod
    def of(profile: ProviderProfile, model: str) -> _Destination:
        base = (profile.base_url or _LOCAL_URL).rstrip("/")
        variable = profile.key_environment or ("OPENAI_API_KEY" if profile.key_keyring else "")
        if profile.kind == "azure":
            deployment = quote(profile.deployment or model, safe="")
            path = f"/openai/deployments/{deployment}/chat/completions?api-version={profile.api_version}"
            return _Destination(base + path, "api-key: ", variable)
        organization = (f"OpenAI-Organization: {profile.organization}",) if profile.organization else ()
        return _Destination(f"{base}/chat/completions", "Authorization: Bearer ", variable, organization)


def _client(profile: ProviderProfile, model: str) -> str:
    variable = _Destination.of(profile, model).key_variable
    key = f'os.environ["{variable}"]' if variable else '"none"'
    if profile.kind == "azure":
        kind = "AzureOpenAI"
        options = {"azure_endpoint": profile.base_url, "api_version": profile.api_version}
        if profile.deployment:
            options["azure_deployment"] = profile.deployment
    else:
        kind = "OpenAI"
        options = {"base_url": profile.base_url or _LOCAL_URL}
        if profile.organization:
            options["organization"] = profile.organization
    told = ", ".join([f"api_key={key}", *(f"{name}={value!r}" for name, value in options.items())])
    imports = ("import os\n\n" if variable else "") + f"from openai import {kind}\n\n"
    return f"{imports}client = {kind}({told})"


def _use(call: str, stream: bool) -> str:
    if not stream:
        return f"answer = {call}\nfor choice in answer.choices:\n    print(choice.message.content)\n"
    text = "chunk.choices[0].delta.content or ''"
    return f"for chunk in {call}:\n    if chunk.choices:\n        print({text}, end='', flush=True)\nprint()\n"


def _literal(value: object) -> str:
    text = pprint.pformat(json.loads(json.dumps(value, default=_plain)), width=_WIDTH, sort_dicts=False)
    return text.replace("\n", "\n    ")


def _with_hint(profile: ProviderProfile, text: str) -> str:
    return f"{_LOCAL_HINT}\n{text}" if profile.kind == "local" else text


def _plain(value: object) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
