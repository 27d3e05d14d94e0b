"""What was asked: the messages as a chat, and the parameters that were really sent."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtWidgets import QTextBrowser

from ...theme import Theme

_ROLE_COLORS: Final = {"system": "pin.conversation", "user": "accent", "assistant": "success", "tool": "warning"}


class RequestView(QTextBrowser):
    """Read-only, selectable."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(10)
        self.set_theme(theme)

    def show_request(self, request: Mapping[str, Any]) -> None:
        """Show a request: `messages` and `parameters` as the future holds them."""
        blocks = [self._message(message) for message in request.get("messages", ())]
        self.setHtml("".join(blocks) + self._parameters(request))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme from the next request on."""
        self._theme = theme

    def _message(self, message: Mapping[str, Any]) -> str:
        role = str(message.get("role", ""))
        color = self._theme.color(_ROLE_COLORS.get(role, "text.faint")).name()
        body = html.escape(_content_text(message.get("content"))).replace("\n", "<br>")
        return (
            f'<p style="margin: 0 0 2px 0; color: {color}; font-weight: 600">{html.escape(role.capitalize())}</p>'
            f'<p style="margin: 0 0 12px 0; white-space: pre-wrap">{body}</p>'
        )

    def _parameters(self, request: Mapping[str, Any]) -> str:
        values = {"model": request.get("model"), **dict(request.get("parameters", {}))}
        if "stream" in request:
            values.setdefault("stream", request["stream"])
        faint = self._theme.color("text.faint").name()
        rows = "".join(
            f'<tr><td style="color: {faint}; padding-right: 16px">{html.escape(name)}</td>'
            f"<td>{html.escape(_content_text(value))}</td></tr>"
            for name, value in values.items()
        )
        return f'<p style="margin: 4px 0 4px 0; font-weight: 600">Parameters</p><table>{rows}</table>'


def as_json(value: object, indent: int | None = None) -> str:
    """A request or response as JSON text; requests may hold read-only mappings, which `json` does not know."""
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)


def _content_text(content: object) -> str:
    """Text as it is, anything else (parts of a message, lists, numbers) as JSON."""
    return content if isinstance(content, str) else as_json(content)


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)
