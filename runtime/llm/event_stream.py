"""Server-sent events: the data of each event, out of bytes that come in any pieces."""

from __future__ import annotations


class EventStream:
    """Cuts bytes into events, as https://html.spec.whatwg.org/multipage/server-sent-events.html says.

    Only `data` is kept: chat answers use neither ids nor retry times. Lines end with LF or CR LF; a lone CR, which the
    text also allows, no server of this kind sends. An event that the end of the stream cuts off is dropped.
    """

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> list[bytes]:
        """The data of every event that this piece completes."""
        if b"\n" not in piece:  # joined only once the line is whole: one of 10 MB comes in 600 pieces
            self._rest.append(piece)
            return []
        *lines, rest = b"".join((*self._rest, piece)).split(b"\n")
        self._rest = [rest]
        events = []
        for line in lines:
            if line.startswith(b"data:"):
                self._data.append(line[5:].strip())
            elif line in (b"", b"\r") and self._data:
                events.append(b"\n".join(self._data))
                self._data.clear()
        return events
