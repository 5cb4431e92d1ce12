r"""The one place where positions of the protocol meet offsets of the core.

A position is a line and a column, counted in UTF-8, UTF-16 or UTF-32 units as client and server
agreed; an offset counts code points. Lines end as the protocol says: with ``\n``, ``\r\n`` or
``\r``, and with nothing else, unlike ``str.splitlines``.
"""

import re
from bisect import bisect_right

from lsprotocol.types import Position, PositionEncodingKind, Range

from cuttledoc.markdown.span import Span, TextChange

Encoding = PositionEncodingKind | str
"""The unit of columns, as agreed with the client."""

_NEWLINE = re.compile(r"\r\n?|\n")
_CODECS = {
    PositionEncodingKind.Utf8: ("utf-8", 1),
    PositionEncodingKind.Utf16: ("utf-16-le", 2),
}
"""Codec and bytes per unit; UTF-32 is what offsets count anyway."""


class Lines:
    """The lines of a text, kept current through edits.

    A keystroke costs the same in a document of any length: the starts of all lines below it
    move, and that shift is written down once (``_shift``, for the lines from ``_from`` on) rather
    than added to each.

    Args:
        text: The document.
        encoding: The unit of columns.
    """

    def __init__(self, text: str, encoding: Encoding) -> None:
        self.text = text
        self._codec = _CODECS.get(PositionEncodingKind(encoding))
        self._starts = [0, *(found.end() for found in _NEWLINE.finditer(text))]
        self._from = len(self._starts)
        self._shift = 0

    def __len__(self) -> int:
        return len(self._starts)

    def offset(self, position: Position) -> int:
        """The offset of a position; one beyond its line's end or the text's means that end."""
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._start(position.line)
        line = self.text[start : self._end(position.line)].rstrip("\r\n")
        if self._codec is None or line.isascii():
            return start + min(position.character, len(line))
        codec, size = self._codec
        head = line.encode(codec, "surrogatepass")[: position.character * size]
        # A column inside a character means its start.
        return start + len(head.decode(codec, "ignore"))

    def position(self, offset: int) -> Position:
        """The position of an offset of the text."""
        number = self._number(offset)
        head = self.text[self._start(number) : offset]
        if self._codec is None or head.isascii():
            return Position(number, len(head))
        codec, size = self._codec
        return Position(number, len(head.encode(codec, "surrogatepass")) // size)

    def range(self, span: Span) -> Range:
        """The range of a span."""
        return Range(self.position(span.start), self.position(span.end))

    def span(self, wanted: Range) -> Span:
        """The span of a range; never a backward one."""
        start = self.offset(wanted.start)
        return Span(start, max(start, self.offset(wanted.end)))

    def edit(self, change: TextChange) -> None:
        """Make one change to the text."""
        # A line break can join with its neighbour to ``\r\n``, so one more line on either side
        # is read again.
        first = max(self._number(change.start) - 1, 0)
        last = min(self._number(change.end) + 1, len(self._starts) - 1)
        moved = len(change.new_text) - (change.end - change.start)
        start, end = self._start(first), self._end(last) + moved
        self.text = self.text[: change.start] + change.new_text + self.text[change.end :]
        new = [found.end() for found in _NEWLINE.finditer(self.text, start, end)]
        if last < len(self._starts) - 1 and new and new[-1] == end:
            new.pop()  # that is the start of the line after ``last``
        self._shift_from(last + 1)
        self._starts[first + 1 : last + 1] = new
        self._from = first + 1 + len(new)
        self._shift += moved

    def _start(self, number: int) -> int:
        start = self._starts[number]
        return start + self._shift if number >= self._from else start

    def _end(self, number: int) -> int:
        """Where a line ends, its line break included."""
        return self._start(number + 1) if number + 1 < len(self._starts) else len(self.text)

    def _number(self, offset: int) -> int:
        """The line that holds an offset."""
        if self._from < len(self._starts) and offset >= self._start(self._from):
            return bisect_right(self._starts, offset - self._shift, lo=self._from) - 1
        return bisect_right(self._starts, offset, hi=self._from) - 1

    def _shift_from(self, number: int) -> None:
        """Let the shift that is written down count from this line on."""
        for index in range(self._from, number):
            self._starts[index] += self._shift
        for index in range(number, self._from):
            self._starts[index] -= self._shift
        self._from = number
