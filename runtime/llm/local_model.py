"""The model on this machine: fetched once, served by a child process on loopback (design 7)."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import LocalModelError
from ..ids import RunId
from .endpoint import Endpoint
from .local_fetch import MODEL_VARIABLE, SMOLLM2, fetched_model
from .local_process import ServerProcess

Stage = Literal["fetching", "starting", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class LocalModelProgress:
    """How far the local model is: `fetching` (with bytes), `starting`, `ready`, `failed` (with the reason)."""

    t: float
    run_id: RunId | None
    stage: Stage
    message: str
    done_bytes: int = 0
    total_bytes: int = 0


OnProgress = Callable[[Stage, str, int, int], None]
"""Told the stage, a message for people, bytes here and bytes wanted (0, 0 where they do not apply)."""


class LocalModel:
    """One model server, started when it is first asked for and again if it died. For one asyncio loop.

    The model is the default one (`local_fetch.SMOLLM2`), kept in `models` under the data folder, or any GGUF file that
    the environment variable FUTUREFLOW_LOCAL_MODEL names. Whatever model a request asks for, this one answers.
    """

    def __init__(self, data_folder: Path, on_progress: OnProgress, environment: Mapping[str, str] = os.environ) -> None:
        self._folder = data_folder / "models"
        self._on_progress = on_progress
        self._environment = environment
        self._process: ServerProcess | None = None
        self._starting: asyncio.Task[Endpoint] | None = None
        self._waiting = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the server, None while there is none."""
        return self._process.pid if self._process is not None and self._process.alive else None

    async def endpoint(self) -> Endpoint:
        """Where the model answers, once it does. Fetching and starting end when the last who waits is cancelled.

        Raises LocalModelError, which says what a person can do.
        """
        while not self._closed:
            if self._process is not None and self._process.alive:
                return self._process.endpoint
            if self._starting is None:
                self._starting = asyncio.create_task(self._start(), name="local model")
            task = self._starting
            await self._wait_for(task)
            if not task.cancelled():
                return task.result()
        raise LocalModelError("the local model has been closed, since the program is ending")

    async def close(self) -> None:
        """Give up starting, end the server and wait until it is gone. No endpoint afterwards."""
        self._closed = True
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
        if self._process is not None:
            await self._process.stop()

    async def _wait_for(self, task: asyncio.Task[Endpoint]) -> None:
        self._waiting += 1
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            if self._waiting == 1:
                task.cancel()
            raise
        finally:
            self._waiting -= 1

    async def _start(self) -> Endpoint:
        try:
            _require_engine()
            model = await self._model_file()
            message = f"Starting {model.name}"
            if self._process is not None:
                message = f"The local model {self._process.ending}. {message} again"
                await self._process.stop()
            self._on_progress("starting", message, 0, 0)
            self._process = await ServerProcess.start(model, self._environment)
        except LocalModelError as error:
            self._on_progress("failed", str(error), 0, 0)
            raise
        finally:
            self._starting = None
        self._on_progress("ready", f"{model.name} is ready", 0, 0)
        return self._process.endpoint

    async def _model_file(self) -> Path:
        if chosen := self._environment.get(MODEL_VARIABLE):
            return _chosen_file(chosen)
        return await fetched_model(SMOLLM2, self._folder, self._environment, self._report_fetching)

    def _report_fetching(self, done: int, total: int) -> None:
        self._on_progress("fetching", f"Fetching {SMOLLM2.gguf} (only the first time)", done, total)


def _require_engine() -> None:
    if importlib.util.find_spec("xllamacpp") is None:
        raise LocalModelError(
            "the local model needs xllamacpp, which is not installed: run pip install 'futureflow[local]', "
            "or use another provider, for one by setting OPENAI_API_KEY"
        )


def _chosen_file(chosen: str) -> Path:
    """The file that the environment variable names, if it is a GGUF file. Raises LocalModelError."""
    path = Path(chosen).expanduser()
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        reason = error.strerror or error
        raise LocalModelError(f"{MODEL_VARIABLE} names {path}, which cannot be read: {reason}") from error
    if magic != b"GGUF":
        raise LocalModelError(f"{MODEL_VARIABLE} names {path}, which is no GGUF file")
    return path
