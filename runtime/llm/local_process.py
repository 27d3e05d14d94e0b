"""The child process that serves the local model, seen from the parent. Blocking calls run in threads.

`subprocess` and threads, not asyncio's subprocesses: those need a child watcher of the loop policy, which qasync
replaces (pitfalls C31), and a loop that Windows uses only by default.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final, TypeVar

from ..errors import LocalModelError
from .endpoint import Endpoint

SLOTS: Final = 4
"""Answers written at once (design 7); further requests wait inside the server."""

STOP_SECONDS: Final = 5.0
"""How long a child may take to end by itself before it is killed."""

_COMMAND: Final = (sys.executable, "-P", str(Path(__file__).with_name("local_server.py")))
"""`-P`, else the script's folder would stand first in sys.path, and our modules would hide others of the same name."""

_LOG_TAIL_BYTES: Final = 4_000
_LOG_TAIL_LINES: Final = 6

T = TypeVar("T")


async def in_thread(work: Callable[[], T], interrupt: Callable[[], object]) -> T:
    """Run blocking work in a thread. When cancelled, make it return by `interrupt`, and wait until it has."""
    future = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        interrupt()
        await asyncio.wait([future])
        raise


def own_session() -> dict[str, Any]:
    """Arguments of Popen that keep Ctrl-C in the terminal from the child: ending it is our work."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


class ServerProcess:
    """One child that serves a model on a free port of 127.0.0.1, with a key that only we know."""

    def __init__(self, process: subprocess.Popen[bytes], endpoint: Endpoint) -> None:
        self._process = process
        self.endpoint = endpoint

    @classmethod
    async def start(cls, model: Path, environment: Mapping[str, str]) -> ServerProcess:
        """Start a child and wait until it answers. Raises LocalModelError if it ends before."""
        api_key = secrets.token_urlsafe(24)
        request = {"model": str(model), "api_key": api_key, "slots": SLOTS}
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(  # noqa: ASYNC220, S603 (takes a millisecond; the command is ours)
                _COMMAND, env=dict(environment), **own_session(),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
            try:
                ready = await in_thread(lambda: _converse(process, request), process.kill)
            except BaseException:
                process.kill()
                _end(process)
                raise
            if ready is None:
                raise LocalModelError(_failed_start(model, _end(process), log))
        return cls(process, Endpoint(ready["base_url"], api_key))

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def ending(self) -> str:
        """How a child that no longer runs has ended, in words."""
        return _ending(self._process.returncode)

    async def stop(self) -> None:
        """End the child and wait until it is gone; harmless if it already is."""
        await in_thread(lambda: _end(self._process), self._process.kill)


def _converse(process: subprocess.Popen[bytes], request: Mapping[str, Any]) -> Any:
    """Hand the request over and wait for the line that says the server is ready; None if the child ended instead."""
    stdin, stdout = _pipes(process)
    try:
        stdin.write(json.dumps(request).encode() + b"\n")
        stdin.flush()
    except OSError:  # it has ended already: its log says why
        return None
    line = stdout.readline()
    return json.loads(line) if line.endswith(b"\n") else None


def _end(process: subprocess.Popen[bytes]) -> int:
    """Close the child's stdin, which ends it; kill it if it does not. Returns its exit code."""
    stdin, stdout = _pipes(process)
    with contextlib.suppress(OSError):  # what was still to be written has no reader any more
        stdin.close()
    try:
        code = process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    stdout.close()
    return code


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _failed_start(model: Path, code: int, log: IO[bytes]) -> str:
    log.seek(max(0, log.seek(0, 2) - _LOG_TAIL_BYTES))
    said = "\n".join(log.read().decode(errors="replace").splitlines()[-_LOG_TAIL_LINES:])
    return (
        f"the local model {model} could not be started: its process {_ending(code)}. Is it a GGUF file of a kind that "
        f"the installed xllamacpp knows, and is there enough free memory? Its last words:\n{said or '(none)'}"
    )


def _ending(code: int | None) -> str:
    if code is None:
        return "is still running"
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
