"""Documents with a history are collected, in whatever cycle they lie, without taking the process along."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import gc
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(["futureflow"])
from editor import commands
from editor.document import FlowDocument
from runtime import builtin_registry
registry = builtin_registry()
for _ in range(60):
    document = FlowDocument(registry)
    node = commands.add_node(document, "flow.delay", (0, 0))
    for x in range(20):
        commands.move_nodes(document, {node: (x, 1)})
        if x % 3 == 0:
            document.undo_stack.undo()
    document.cycle = document
    del document
    gc.collect()
print("alive")
"""


def test_a_document_in_a_cycle_is_collected_without_a_crash() -> None:
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", SCRIPT], cwd=root, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "alive\n"), ended.stderr
