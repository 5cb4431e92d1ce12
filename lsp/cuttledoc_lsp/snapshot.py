"""One version of a document with all that cuttledoc knows of it: what features are made from."""

from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from cuttledoc.markdown.span import Span
from cuttledoc_lsp.positions import Encoding, Lines

if TYPE_CHECKING:
    from cuttledoc.markdown.blocks import Block
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc.markdown.page import Page


class Snapshot:
    """One version of a document; never changes.

    Args:
        uri: The document.
        path: Its file; None for an untitled one.
        version: The client's number for it; None for one that is not open.
        page: Its links and transcripts.
        lines: Its lines, to turn spans into ranges.
    """

    def __init__(
        self, uri: str, path: Path | None, version: int | None, page: "Page", lines: Lines
    ) -> None:
        self.uri = uri
        self.path = path
        self.version = version
        self.page = page
        self.lines = lines

    def __repr__(self) -> str:
        return f"<Snapshot {self.uri} v{self.version} links={len(self.page.links)}>"

    def link_at(self, offset: int) -> "AudioLink | None":
        """The innermost link at an offset; its end counts too, for a cursor may stand there."""
        return _at(self.page.links, offset)

    def block_at(self, offset: int) -> "Block | None":
        """The transcript at an offset."""
        return _at(self.page.blocks, offset)

    def link_for(self, offset: int) -> "AudioLink | None":
        """The link at an offset, or the one that the transcript there belongs to."""
        block = self.block_at(offset)
        return self.page.owners.get(block.span) if block else self.link_at(offset)

    def links_in(self, span: Span) -> "tuple[AudioLink, ...]":
        """The links that touch a span."""
        return tuple(
            link
            for link in self.page.links
            if link.span.start <= span.end and span.start <= link.span.end
        )


def read(
    uri: str, path: Path | None, version: int | None, text: str, encoding: Encoding
) -> Snapshot:
    """Make the snapshot of a text; takes time in proportion to its length."""
    # Imported here, in a thread: Markdown's parsers would take a third of the start-up time.
    from cuttledoc.markdown.page import read_page

    return Snapshot(uri, path, version, read_page(text), Lines(text, encoding))


class _Spanned(Protocol):
    @property
    def span(self) -> Span: ...


_T = TypeVar("_T", bound=_Spanned)

_NESTING = 4
"""How many links can begin before one and still hold it: an image in a link in an element."""


def _at(items: Sequence[_T], offset: int) -> _T | None:
    after = bisect_right(items, offset, key=lambda item: item.span.start)
    for item in reversed(items[max(after - _NESTING, 0) : after]):
        if offset <= item.span.end:
            return item
    return None
