"""Places in a document, and changes to it: offsets are code points, intervals half-open."""

from collections.abc import Iterable

import msgspec


class Span(msgspec.Struct, frozen=True, order=True):
    """A stretch of the document.

    Attributes:
        start: Offset of its first code point.
        end: Offset just after its last code point.
    """

    start: int
    end: int


class TextChange(msgspec.Struct, frozen=True):
    """One edit: the text between two offsets becomes another.

    Attributes:
        start: Offset of the first code point replaced.
        end: Offset just after the last one; equal to ``start`` for an insertion.
        new_text: What stands there afterwards, with the document's own line endings.
    """

    start: int
    end: int
    new_text: str


def apply(text: str, changes: Iterable[TextChange]) -> str:
    """Make all changes at once; their offsets all refer to ``text`` as given.

    Insertions at the same offset keep the order they are given in.

    Raises:
        ValueError: Two changes overlap, or one reaches beyond the text: a bug in the caller.
    """
    pieces: list[str] = []
    done = 0
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        if not done <= change.start <= change.end <= len(text):
            raise ValueError(f"The change {change.start}..{change.end} overlaps or is outside.")
        pieces += (text[done : change.start], change.new_text)
        done = change.end
    return "".join([*pieces, text[done:]])


def line_start(text: str, at: int) -> int:
    r"""Offset at which the line that holds this offset starts; lines end as Markdown's do.

    That is with ``\n``, ``\r\n`` or ``\r``, mixed or not.
    """
    if text.startswith("\r\n", at - 1) and at:
        at -= 1  # between the two, which end one line together
    feed = text.rfind("\n", 0, at)
    return max(feed, text.rfind("\r", feed + 1, at)) + 1


def line_end(text: str, at: int) -> int:
    """Offset just after the line that holds this offset, its line ending included."""
    feed = text.find("\n", at)
    after = len(text) if feed < 0 else feed + 1
    back = text.find("\r", at, after)
    return after if back < 0 or text.startswith("\r\n", back) else back + 1


def newline(text: str, at: int) -> str:
    """The line ending used just above this offset, or below it in the first line."""
    end = line_start(text, at) or line_end(text, at)
    if text.endswith("\r\n", 0, end):
        return "\r\n"
    return "\r" if text.endswith("\r", 0, end) else "\n"
