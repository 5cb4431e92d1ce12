"""Decides what happens to a link's transcript in its document, and where it goes.

The outcome is a value; nothing is written here. Doing the same twice changes nothing, and what a
person has edited stays theirs.
"""

from bisect import bisect_left
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from cuttledoc.markdown.blocks import CLOSE, Block, Marker, short_hash, text_hash
from cuttledoc.markdown.links import AudioLink
from cuttledoc.markdown.page import Page
from cuttledoc.markdown.span import TextChange, line_end, line_start, newline


class Outcome(StrEnum):
    """What happens to a link's transcript."""

    INSERTED = "inserted"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    KEPT = "kept"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A transcript that is to stand below a link.

    Attributes:
        audio: SHA-256 of the recording's bytes, in hexadecimal.
        model: Id of the model that recognised it.
        language: ISO 639-1 code of the language it was taken to be in; empty where unknown.
        form: Style and time stamps the body is written with, for the marker.
        body: The transcript as Markdown, as ``render`` gives it.
    """

    audio: str
    model: str
    language: str = ""
    form: str = ""
    body: str


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done about one link.

    Attributes:
        outcome: What happens to its transcript.
        change: The edit that does it; None where the document stays as it is.
        block: The transcript that stood there before, if there was one.
        stale: Whether a transcript that is kept came from another recording or model.
    """

    outcome: Outcome
    change: TextChange | None = None
    block: Block | None = None
    stale: bool = False


def plan(page: Page, link: AudioLink, draft: Draft, *, force: bool = False) -> Placement:
    """Decide what happens to a link's transcript.

    Plans for several links of one page are made against the same page, and applied together
    with ``apply`` in the order of the links.

    Args:
        page: The document as it is now.
        link: One of its links.
        draft: What is to stand below it.
        force: Whether to replace a text that a person has edited.
    """
    marker = Marker(
        source=link.source,
        audio=short_hash(draft.audio),
        model=draft.model,
        language=draft.language,
        form=draft.form,
        text=text_hash(draft.body),
    )
    block = page.block_of(link) or _renamed(page, link, marker)
    if block is None:
        return Placement(outcome=Outcome.INSERTED, change=_insertion(page, link, marker, draft))
    new_text = _written(
        marker, draft.body, block.prefix, link.place.gap, newline(page.text, block.span.start)
    )
    if new_text == page.text[block.span.start : block.span.end]:
        return Placement(outcome=Outcome.UNCHANGED, block=block)
    if block.edited and text_hash(block.body) != marker.text and not force:
        stale = (block.marker.audio, block.marker.model) != (marker.audio, marker.model)
        return Placement(outcome=Outcome.KEPT, block=block, stale=stale)
    change = TextChange(block.span.start, block.span.end, new_text)
    return Placement(outcome=Outcome.REPLACED, change=change, block=block)


def remove(text: str, block: Block) -> TextChange:
    """The edit that takes a block out and leaves the text as it was before its insertion.

    The blank line above a block came with it, and goes with it.
    """
    start, end = line_start(text, block.span.start), line_end(text, block.span.end)
    above = line_start(text, start - 1) if start else 0
    if not text[above:start].strip(" \t\r\n>"):
        start = above
    if end == len(text) and not text.endswith(("\n", "\r")):
        # The text ended without a line break before the block came, and does so again.
        start -= len(newline(text, start)) if start else 0
    return TextChange(start, end, "")


def _insertion(page: Page, link: AudioLink, marker: Marker, draft: Draft) -> TextChange:
    text, place = page.text, link.place
    at = place.below
    for block in _following(page, at):
        owner = page.owners.get(block.span)
        if owner is None or owner.place != place or owner.span > link.span:
            break
        at = line_end(text, block.span.end)
    ending = newline(text, at)
    written = place.prefix + _written(marker, draft.body, place.prefix, place.gap, ending)
    if place.gap:
        written = place.prefix.rstrip() + ending + written
    ended = line_start(text, at) == at
    return TextChange(at, at, written + ending if ended else ending + written)


def _following(page: Page, at: int) -> Iterator[Block]:
    """The blocks that stand one below the other from this offset on."""
    first = bisect_left(page.blocks, at, key=lambda block: block.span.start)
    for block in page.blocks[first:]:
        if page.text[at : block.span.start].strip(" \t\r\n>"):
            return
        yield block
        at = line_end(page.text, block.span.end)


def _renamed(page: Page, link: AudioLink, marker: Marker) -> Block | None:
    """The block right below a link that has the same recording under a name no link has now."""
    for block in _following(page, link.place.below):
        if block.span not in page.owners and block.marker.audio == marker.audio:
            fragment = block.marker.source.partition("#")[2]
            return block if fragment == link.fragment else None
    return None


def _written(marker: Marker, body: str, prefix: str, gap: bool, ending: str) -> str:
    """The block's lines; the first one without the prefix, which stands there already."""
    # A body with blank lines cannot keep a list tight, so there the block is given air too.
    air = [""] if gap or "\n\n" in body else []
    lines = [str(marker), *air, *body.split("\n"), *air, CLOSE]
    return ending.join((prefix + line if line else prefix.rstrip()) for line in lines)[
        len(prefix) :
    ]
