"""What a worker writes to standard error: drained always, and asked why something went wrong."""

import asyncio
import logging
import re
from collections import deque

_log = logging.getLogger(__name__)

_LINES = 50
_LONGEST = 500
_NOISE = re.compile(r"\x1b\[[0-9;]*m|^\S*/csrc/\S+:\d+\s*")
"""Colours, and the place in the library's source before what it says."""

_TROUBLE = re.compile(r"error|exception|fail", re.IGNORECASE)


class Complaints:
    """The last lines of standard error.

    Attributes:
        count: How many lines there have been.
    """

    def __init__(self) -> None:
        self.count = 0
        self._lines: deque[str] = deque(maxlen=_LINES)

    @property
    def last(self) -> str:
        """The last line; empty if there was none."""
        return self._lines[-1] if self._lines else ""

    def forget(self) -> None:
        """Another process begins."""
        self._lines.clear()

    async def read(self, stream: asyncio.StreamReader) -> None:
        """Take in all that is written, until the stream ends."""
        while chunk := await stream.read(64 * 1024):
            for line in chunk.decode(errors="replace").splitlines():
                clean = _NOISE.sub("", line).strip()[:_LONGEST]
                if clean:
                    _log.debug("worker: %s", clean)
                    self._lines.append(clean)
                    self.count += 1

    def trouble(self, since: int) -> str | None:
        """What sounds like an error among the lines since some count; None if nothing does."""
        lines = list(self._lines)[-(self.count - since) :] if self.count > since else []
        at = next((at for at, line in enumerate(lines) if _TROUBLE.search(line)), None)
        if at is None:
            return None
        # "Caught exception:" stands on a line of its own, the reason on the next.
        return " ".join(lines[at : at + 1 + lines[at].endswith(":")])
