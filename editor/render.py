"""`futureflow render FLOW -o FILE`: a flow as a picture, without a window or a screen."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from runtime.catalogue import builtin_registry
from runtime.document.files import load_flow
from runtime.errors import FutureflowError
from runtime.ids import NodeId

from .theme import NAMES, Theme

_CANNOT_RENDER: Final = 2


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments after `render` say, and return the exit code: 0, or 2 with a message on stderr."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # a screen is not needed, even if there is one
    try:
        _render(options)
    except FutureflowError as error:
        print(f"futureflow: {error}", file=sys.stderr)  # noqa: T201
        return _CANNOT_RENDER
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="futureflow render", description="Draw a flow as a picture.")
    parser.add_argument("flow", metavar="FLOW", type=Path, help="the flow file")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the picture: .png or .svg")
    parser.add_argument("--node", metavar="ID", action="append", default=[], help="only this node; may be repeated")
    parser.add_argument("--theme", choices=NAMES, default="light", help="its colours (default: light)")
    parser.add_argument(
        "--scale", metavar="X", type=_scale, default=2.0, help="pixels of a PNG per unit of the canvas (default: 2)"
    )
    parser.add_argument("--transparent", action="store_true", help="leave out the background")
    return parser


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not 0.05 <= scale <= 8:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0.05 to 8")
    return scale


def _render(options: argparse.Namespace) -> None:
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 (only now: bad arguments need no Qt)

    from .canvas.export import FlowPicture, excerpt  # noqa: PLC0415

    flow = load_flow(options.flow)
    known = {node.id for node in flow.nodes}
    for node_id in options.node:
        if node_id not in known:
            raise FutureflowError(f'{options.flow} has no node {node_id!r}: its ids stand in the file, as "id"')
    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    shown = excerpt(flow, {NodeId(node_id) for node_id in options.node}) if options.node else flow
    picture = FlowPicture(shown, builtin_registry(), Theme.load(options.theme), options.flow)
    for _ in picture.save(options.output, scale=options.scale, transparent=options.transparent):
        pass
    del picture, app
