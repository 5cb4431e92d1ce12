"""An earlier snapshot of a document, seen through the changes made since."""

from collections.abc import Sequence

import msgspec
from lsprotocol.types import Range

from cuttledoc.markdown.span import Span, TextChange
from cuttledoc_lsp.anchors import moved
from cuttledoc_lsp.positions import Lines
from cuttledoc_lsp.snapshot import Snapshot


class Sight(msgspec.Struct, frozen=True):
    """What is known of one place of a document.

    Attributes:
        snapshot: The document as it was read last.
        offset: The place in it.
        changes: What was changed since; nothing at the place.
        lines: The lines of the document as it is now.
    """

    snapshot: Snapshot
    offset: int
    changes: Sequence[TextChange]
    lines: Lines

    def range(self, span: Span) -> Range:
        """Where a span of the snapshot is now."""
        return self.lines.range(_forward(span, self.changes))


def look_back(
    snapshot: Snapshot, changes: Sequence[TextChange], lines: Lines, offset: int
) -> Sight | None:
    """Look at a place of the text now, in a snapshot of an earlier one.

    Args:
        snapshot: The document as it was read last.
        changes: What was changed since, in order.
        lines: The lines of the document as it is now.
        offset: The place now.

    Returns:
        None where a change touched the place, or the link or transcript at it, or brought another
        transcript: then the snapshot says nothing about it.
    """
    before = offset
    for change in reversed(changes):
        if "<!-- cuttledoc" in change.new_text:
            return None
        end = change.start + len(change.new_text)
        if change.start <= before <= end:
            return None
        if before > end:
            before += change.end - end
    link = snapshot.link_for(before)
    block = snapshot.page.block_of(link) if link else snapshot.block_at(before)
    for item in (link, block):
        if item is not None and not _is_whole(item.span, snapshot, changes, lines):
            return None
    return Sight(snapshot, before, tuple(changes), lines)


def _is_whole(span: Span, snapshot: Snapshot, changes: Sequence[TextChange], lines: Lines) -> bool:
    now = _forward(span, changes)
    return lines.text[now.start : now.end] == snapshot.page.text[span.start : span.end]


def _forward(span: Span, changes: Sequence[TextChange]) -> Span:
    for change in changes:
        span = moved(span, change)
    return span
