"""Where a link is after the user has gone on typing; pure, told of each change as it comes."""

from typing import TYPE_CHECKING

from cuttledoc.markdown.span import Span, TextChange

if TYPE_CHECKING:
    from collections.abc import Collection

    from cuttledoc.markdown.links import AudioLink
    from cuttledoc.markdown.page import Page


class Anchor:
    """A link's place in a document that changes.

    Args:
        link: The link, in the document as it is now.
    """

    def __init__(self, link: "AudioLink") -> None:
        self.link = link
        self.span = link.span

    @property
    def source(self) -> str:
        """What the link names."""
        return self.link.source

    def __repr__(self) -> str:
        return f"<Anchor {self.source!r} {self.span.start}..{self.span.end}>"

    def follow(self, change: TextChange) -> None:
        """Move with a change that was made to the document."""
        self.span = moved(self.span, change)

    def find(self, page: "Page", others: "Collection[Anchor]" = ()) -> "AudioLink | None":
        """The link, in the document as it is now; None if it is gone.

        It is the link with the same source where the anchor is. A link that was cut and put in
        elsewhere is not there any more: then it is the one link with the same source that no
        other anchor stands on, if there is just one.

        Args:
            page: The document as it is now.
            others: The anchors of other jobs in the same document.
        """
        same = [link for link in page.links if link.source == self.source]
        if here := [link for link in same if _touches(link.span, self.span)]:
            return min(here, key=lambda link: _distance(link.span, self.span))
        taken = [other.span for other in others if other is not self]
        free = [link for link in same if not any(_touches(link.span, span) for span in taken)]
        return free[0] if len(free) == 1 and page.block_of(free[0]) is None else None


class Mark:
    """A place in a document that changes, such as where the user asked something.

    Args:
        offset: The place, in the document as it is now.
    """

    def __init__(self, offset: int) -> None:
        self.offset = offset

    def follow(self, change: TextChange) -> None:
        """Move with a change that was made to the document."""
        self.offset = moved(Span(self.offset, self.offset), change).end


def moved(span: Span, change: TextChange) -> Span:
    """Where a span is after a change.

    Text typed right before or after it stays outside. A change that reaches into it from outside
    belongs to it afterwards, for nobody can tell which part of the new text was meant.
    """
    grown = len(change.new_text) - (change.end - change.start)
    if change.end <= span.start and (change.start < span.start or change.start == change.end):
        return Span(span.start + grown, span.end + grown)
    if change.start >= span.end:
        return span
    return Span(min(span.start, change.start), max(span.end, change.end) + grown)


def _touches(one: Span, other: Span) -> bool:
    """Whether two spans share a character, or an empty one lies inside or at an end."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def _distance(one: Span, other: Span) -> int:
    return abs(one.start - other.start) + abs(one.end - other.end)
