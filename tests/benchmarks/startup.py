"""From the start of the process to the first painted window, beside a bare PySide6 window. Offscreen.

    python tests/benchmarks/startup.py 7

Each round starts both, one after the other, once before counting (so that bytecode and the disk's cache are warm).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "started_editor.py"


def painted_after(folder: str, *flags: str) -> float:
    """Seconds from starting a process to its first painted window."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = folder
    started = time.time()
    command = [sys.executable, str(SCRIPT), "--close", *flags]
    done = subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return float(json.loads(done.stdout)["painted"]) - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        pairs = [(painted_after(folder), painted_after(folder, "--bare")) for _ in range(rounds + 1)][1:]
    editor, bare = (statistics.median(times) for times in zip(*pairs, strict=True))
    fastest = min(time for time, _ in pairs)
    print(json.dumps({
        "rounds": rounds, "editor_s": round(editor, 3), "editor_fastest_s": round(fastest, 3),
        "bare_window_s": round(bare, 3), "ratio": round(editor / bare, 2),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
