"""A document's text with the links and transcripts in it, and which belongs to which."""

from bisect import bisect_right
from collections import defaultdict, deque

import msgspec

from cuttledoc.markdown.blocks import Block, blocks_in
from cuttledoc.markdown.links import AudioLink, links_in
from cuttledoc.markdown.regions import Place, regions
from cuttledoc.markdown.span import Span


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """All that cuttledoc knows of one state of a document.

    Attributes:
        text: The document.
        links: The links to recordings, in document order.
        blocks: The transcripts that stand there, in document order.
        owners: Span of a block → the link it belongs to; a block whose link is gone is not in it.
        owned: Span of a link → the block that belongs to it.
    """

    text: str
    links: tuple[AudioLink, ...]
    blocks: tuple[Block, ...]
    owners: dict[Span, AudioLink]
    owned: dict[Span, Block]

    def block_of(self, link: AudioLink) -> Block | None:
        """The transcript that belongs to a link of this page."""
        return self.owned.get(link.span)


def read_page(text: str) -> Page:
    """Find links and transcripts in a document; takes time linear in its length."""
    found = list(regions(text))
    blocks = blocks_in(text, found)
    links = links_in(found, [block.span for block in blocks])
    owners = _owners(links, blocks)
    by_span = {block.span: block for block in blocks}
    return Page(
        text=text,
        links=links,
        blocks=blocks,
        owners=owners,
        owned={link.span: by_span[span] for span, link in owners.items()},
    )


def find_links(text: str) -> tuple[AudioLink, ...]:
    """Find the links to recordings, in document order; none inside our own transcripts."""
    return read_page(text).links


def find_blocks(text: str) -> tuple[Block, ...]:
    """Find the transcripts that stand in a document, in document order."""
    return blocks_in(text, regions(text))


def _owners(links: tuple[AudioLink, ...], blocks: tuple[Block, ...]) -> dict[Span, AudioLink]:
    """Each block belongs to the nearest link above it with its source.

    Links of one paragraph share a place, and their blocks stand in the order of the links. So
    among links to the same recording it is the first one after the link that the block before
    belongs to, and the first one of all if there is none after it.
    """
    owners: dict[Span, AudioLink] = {}
    waiting: defaultdict[str, list[list[AudioLink]]] = defaultdict(list)
    reached: dict[Place, Span] = {}
    ahead = deque(sorted(links, key=lambda link: (link.place.below, link.span)))
    for block in blocks:
        while ahead and ahead[0].place.below <= block.span.start:
            link = ahead.popleft()
            groups = waiting[link.source]
            if not groups or groups[-1][0].place != link.place:
                groups.append([])
            groups[-1].append(link)
        groups = waiting[block.marker.source]
        if groups:
            group = groups[-1]
            last = reached.get(group[0].place, Span(-1, -1))
            index = bisect_right(group, last, key=lambda link: link.span)
            owner = group.pop(index if index < len(group) else 0)
            owners[block.span] = owner
            reached[owner.place] = owner.span
            if not group:
                groups.pop()
    return owners
