"""What was asked: the messages as a chat, and the parameters that were really sent."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QTextBrowser

from ...theme import Theme
from .json_view import as_json

_ROLE_COLORS: Final = {
    "system": "pin.conversation",
    "developer": "pin.conversation",
    "user": "accent",
    "assistant": "success",
    "tool": "warning",
}
_MOST_SHOWN: Final = 50_000
"""Characters of one message: laying out more would hold the window up; Raw has all."""


class RequestView(QTextBrowser):
    """Read-only, selectable; nothing is loaded from anywhere."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(10)
        self.set_theme(theme)

    def show_body(self, body: Mapping[str, Any]) -> None:
        """Show the body of a request as it was sent."""
        messages = body.get("messages", ())
        parameters = {name: value for name, value in body.items() if name != "messages"}
        self.setHtml("".join(map(self._message, messages)) + self._parameters(parameters))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme from the next request on."""
        self._theme = theme

    def _message(self, message: Mapping[str, Any]) -> str:
        role = str(message.get("role", ""))
        color = self._theme.color(_ROLE_COLORS.get(role, "text.faint")).name()
        named = f" · {message['name']}" if message.get("name") else ""
        body = "".join(map(self._paragraph, _texts(message)))
        return (
            f'<p style="margin: 0 0 2px 0; color: {color}; font-weight: 600">'
            f"{html.escape(role.capitalize() + named)}</p>{body}"
        )

    def _paragraph(self, text: str) -> str:
        shown = html.escape(text[:_MOST_SHOWN]).replace("\n", "<br>")
        if len(text) > _MOST_SHOWN:
            faint = self._theme.color("text.faint").name()
            shown += f'<br><span style="color: {faint}">… {len(text):,} characters in all; Raw has them.</span>'
        return f'<p style="margin: 0 0 12px 0; white-space: pre-wrap">{shown}</p>'

    def _parameters(self, values: Mapping[str, Any]) -> str:
        faint = self._theme.color("text.faint").name()
        rows = "".join(
            f'<tr><td style="color: {faint}; padding-right: 16px">{html.escape(name)}</td>'
            f"<td>{html.escape(value if isinstance(value, str) else as_json(value))}</td></tr>"
            for name, value in values.items()
        )
        return f'<p style="margin: 4px 0 4px 0; font-weight: 600">Parameters</p><table>{rows}</table>'

    # -- Qt

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:
        return None


def _texts(message: Mapping[str, Any]) -> Sequence[str]:
    """What a message says, part by part; what is no text in a few words."""
    content = message.get("content")
    parts = content if isinstance(content, list) else [content]
    told = [_part(part) for part in parts if part is not None]
    for call in message.get("tool_calls") or ():
        function = call.get("function") or {}
        told.append(f"calls {function.get('name', 'a tool')}({function.get('arguments', '')})")
    return told


def _part(part: object) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Mapping) and isinstance(part.get("text"), str):
        return str(part["text"])
    kind = part.get("type") if isinstance(part, Mapping) else None
    text = as_json(part)
    return f"[{kind}: {len(text):,} characters]" if kind and len(text) > 400 else text
