"""The times that stand in a transcript, such as ``[0:07]``, and what is said at each."""

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from cuttledoc.transcript import Segment

if TYPE_CHECKING:
    from cuttledoc.markdown.blocks import Block
    from cuttledoc_lsp.snapshot import Snapshot

_TIME = re.compile(r"(?<!\\)\[((?:\d+:)?\d{1,2}:\d{2})\]")


def time_at(snapshot: "Snapshot", offset: int) -> str | None:
    """The time stamp at an offset inside a transcript, such as ``0:07``."""
    block = snapshot.block_at(offset)
    if block is None:
        return None
    text = snapshot.page.text[block.span.start : block.span.end]
    for found in _TIME.finditer(text):
        if found.start() <= offset - block.span.start <= found.end():
            return found[1]
    return None


def seconds_at(snapshot: "Snapshot", offset: int) -> float:
    """The time, in seconds, of the last time stamp that begins before an offset; 0 if none does."""
    block = snapshot.block_at(offset)
    if block is None:
        return 0.0
    text = snapshot.page.text[block.span.start : block.span.end]
    stamps = list(_TIME.finditer(text))
    before = bisect_right(stamps, offset - block.span.start, key=lambda one: one.start())
    return seconds_of(stamps[before - 1][1]) if before else 0.0


def seconds_of(time: str) -> float:
    """A time of ``clock`` in seconds."""
    total = 0
    for part in time.split(":"):
        total = total * 60 + int(part)
    return float(total)


def stamped(block: "Block", duration: float) -> tuple[Segment, ...]:
    """What stands after each time stamp of a transcript, up to the next.

    Args:
        block: The transcript.
        duration: Length of the recording in seconds, where the last piece ends.
    """
    from cuttledoc.markdown.targets import unescape

    body = re.sub(r"^> ?", "", block.body, flags=re.MULTILINE)
    stamps = list(_TIME.finditer(body))
    starts = [seconds_of(one[1]) for one in stamps]
    ends = [*starts[1:], max(duration, starts[-1])] if starts else []
    lasts = [one.start() for one in stamps[1:]] + [len(body)]
    pieces = (
        " ".join(unescape(body[one.end() : last]).split())
        for one, last in zip(stamps, lasts, strict=bool(stamps))
    )
    return tuple(
        Segment(text, start, max(start, end))
        for text, start, end in zip(pieces, starts, ends, strict=True)
        if text
    )
