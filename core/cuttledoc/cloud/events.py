"""Reads a transcript that a server sends word by word, as server-sent events."""

from collections.abc import Callable
from typing import Any

import msgspec

CONTENT_TYPE = "text/event-stream"

Heard = Callable[[str], None]
"""Told all that is understood of a piece so far, each time there is more; anew with each try."""


class Events:
    """The events of one answer. Each is JSON on a single line, as servers send them.

    Our own, and not ``httpx-sse``: what a server sends is bounded before it is read, and of the
    format only its lines of data are needed.

    Args:
        heard: Told what is understood so far.

    Attributes:
        answer: The finished transcript, as a server sends it in one; None before its end.
        error: What the server says went wrong, in the shape of an answer; None for nothing.
    """

    def __init__(self, heard: Heard) -> None:
        self.answer: bytes | None = None
        self.error: bytes | None = None
        self._heard = heard
        self._text = ""
        self._segments: list[dict[str, Any]] = []
        self._rest = bytearray()

    def feed(self, block: bytes) -> None:
        """Read on; a block may end anywhere."""
        self._rest += block
        if b"\n" in block:
            *lines, self._rest = self._rest.split(b"\n")
            for line in lines:
                name, _, value = line.partition(b":")
                if name == b"data":
                    self._read(value)

    def _read(self, data: bytearray) -> None:
        try:
            event = msgspec.json.decode(data)
        except msgspec.DecodeError:  # such as [DONE]
            return
        match event:
            case {"type": "transcript.text.delta", "delta": str(delta)}:
                self._text += delta
                self._heard(self._text)
            case {"type": "transcript.text.segment"}:
                self._segments.append(event)
            case {"type": "transcript.text.done"}:
                segments = {"segments": self._segments} if self._segments else {}
                self.answer = msgspec.json.encode(event | segments)
            case {"error": dict() | str() as error} | ({"type": "error"} as error):
                self.error = msgspec.json.encode({"error": error})
