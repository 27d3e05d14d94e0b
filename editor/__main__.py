"""`futureflow` and `python -m editor`: the editor, or the command line, which never loads Qt."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import runtime
from runtime.cli import COMMANDS
from runtime.cli import main as command_line

_WITHOUT_A_WINDOW = "Without a window: futureflow run FLOW, or futureflow --help."
_QT_PACKAGES = frozenset({"PySide6", "shiboken6", "qasync"})
_CANNOT_START = 2
_RENDER = "render"
"""The word that, as first argument, means a picture of a flow: without a window, but not without Qt."""


def main() -> int:
    """Do what the process's arguments say, and return the exit code."""
    arguments = sys.argv[1:]
    if arguments and (arguments[0] in COMMANDS or arguments[0].startswith("-")):
        return command_line(arguments)
    renders = arguments[:1] == [_RENDER]
    if problem := _foreign_runtime() or ("" if renders else _missing_screen()):
        return _refuse(problem)
    try:
        if renders:
            from .render import main as render  # noqa: PLC0415 (loads Qt, which may be missing)

            return render(arguments[1:])
        from .app import main as open_editor  # noqa: PLC0415
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _QT_PACKAGES:
            raise
        return _refuse(
            f"Qt cannot be loaded ({error}): run pip install futureflow once more; where a library of the system is "
            "missing, the README says how to install those of Qt."
        )
    return open_editor(arguments)


def _foreign_runtime() -> str:
    """Both package names are anybody's: say so if `runtime` is somebody else's."""
    home = Path(__file__).resolve().parents[1]
    other = Path(runtime.__file__).resolve().parents[1]
    return "" if home == other else f"the package 'runtime' comes from {other}, not from {home}: remove one of the two."


def _missing_screen() -> str:
    """Qt would end the process without a word that helps."""
    variables = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(map(os.environ.get, variables)):
        return "there is no screen here (DISPLAY and WAYLAND_DISPLAY are not set): start it in a desktop session."
    return ""


def _refuse(problem: str) -> int:
    print(f"futureflow: the editor cannot start: {problem} {_WITHOUT_A_WINDOW}", file=sys.stderr)  # noqa: T201
    return _CANNOT_START


if __name__ == "__main__":
    sys.exit(main())
