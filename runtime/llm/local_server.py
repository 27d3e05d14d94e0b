"""The child process that serves a model on loopback: `python -P local_server.py`, started by `local_process.py`.

One line of JSON comes in on stdin (`model`: path of a GGUF file, `api_key`, `slots`), so that no key shows in the list
of processes; one line goes out on stdout once the model answers (`base_url`). Then it serves until stdin ends. The
operating system closes stdin when the parent goes, however it goes, so this process never outlives it.

It imports nothing of ours: it starts in any working folder, from a checkout as from a wheel.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

CONTEXT_TOKENS = 4096
"""Room for question and answer together, per slot; the key-value cache of the default model takes 94 MB a slot."""

CPUS_PER_THREAD = 2
"""The threads that work on one token wait for each other, so all stand still when one CPU is busy with something else,
such as our window. Four answers of 40 tokens on 2 busy CPUs took 19 to 30 s by 2 threads, 2.5 to 5.5 s by 1."""

PROMPT_CACHE_MIB = 256
"""Memory for prompts already read; the library's own default, 8 GB, is meant for servers."""


def main() -> None:
    """Serve until stdin ends."""
    _die_with_parent()
    request = json.loads(sys.stdin.buffer.readline())
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the C++ code prints is for the log, not for the parent
    watcher = threading.Thread(target=_exit_with_stdin, daemon=True)
    watcher.start()
    try:
        server = _serve(request["model"], request["api_key"], request["slots"])
    except RuntimeError as error:  # the log has said more by now
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(1)  # sys.exit closes stdout first; the parent then closes stdin, and the watcher would exit with 0
    print(json.dumps({"base_url": f"{server.listening_address}/v1"}), file=answer, flush=True)
    watcher.join()


def _serve(model: str, api_key: str, slots: int) -> Any:  # xllamacpp has no types
    xllamacpp = importlib.import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {Path(model).name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [api_key]
    params.n_parallel = slots
    params.n_ctx = slots * CONTEXT_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 1) // CPUS_PER_THREAD)
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = 1  # errors only: what people write to the model stays out of the log
    return xllamacpp.Server(params)


def _exit_with_stdin() -> None:
    while os.read(0, 1024):  # not sys.stdin: a thread that waits in it upsets the interpreter's end
        pass
    os._exit(0)  # answers under way are of no use to anyone now, and tearing the server down waits for them


def _die_with_parent() -> None:
    """On Linux, ask to be killed when the thread that started us ends.

    xllamacpp holds the GIL while it loads a model, so the end of stdin would be seen only afterwards.
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 (no other system needs it)

        pr_set_pdeathsig = 1  # from <linux/prctl.h>
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


if __name__ == "__main__":
    main()
