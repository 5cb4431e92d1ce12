"""Puts a finished transcript into its document, where its link is by then."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from cuttledoc.engine import Result
from cuttledoc.settings import Settings
from cuttledoc.transcript import Transcript
from cuttledoc_lsp.anchors import Anchor
from cuttledoc_lsp.documents import Document
from cuttledoc_lsp.edits import pause, send_edit

if TYPE_CHECKING:
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc.markdown.place import Draft
    from cuttledoc_lsp.server import Server

_TRIES = 8
_TRIES_WHILE_TYPING = 3
"""Refusals after which the next edit waits until nobody types: each keystroke makes one late."""

_RETRY_SECONDS = 0.5
"""How long a refused edit waits for the document to change before it is tried again."""


class Outcome(StrEnum):
    """What became of a link's transcript."""

    INSERTED = "inserted"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    GONE = "gone"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    FAILED = "failed"


@contextmanager
def anchored(document: Document, link: "AudioLink") -> Iterator[Anchor]:
    """An anchor on a link of the document, which moves with it for the time of the block."""
    anchor = Anchor(link)
    document.following.append(anchor)
    try:
        yield anchor
    finally:
        document.following.remove(anchor)


async def insert(
    server: "Server", document: Document, anchor: Anchor, draft: "Draft", *, force: bool
) -> Outcome:
    """Put a transcript below its link as the document is now.

    Who types meanwhile is never disturbed: an edit that comes too late is worked out again.

    Args:
        server: Whose client has the document.
        document: The document.
        anchor: Where the link is.
        draft: What is to stand there.
        force: Whether to replace a text that a person has edited.
    """
    from cuttledoc.markdown.place import plan

    refused = 0
    while refused < _TRIES:
        async with document.editing:
            snapshot = await document.fresh()
            if document.closed:
                return Outcome.GONE
            link = anchor.find(snapshot.page, document.anchors)
            if link is None:
                return Outcome.GONE
            placement = plan(snapshot.page, link, draft, force=force)
            if placement.change is None:
                return Outcome(placement.outcome)
            label = f"Transcript of {link.target}"
            if await send_edit(server, document, snapshot, placement.change, label):
                return Outcome(placement.outcome)
        refused += 1
        await document.wait_for_change(_RETRY_SECONDS)
        if refused >= _TRIES_WHILE_TYPING:
            await pause(document)
    return Outcome.REFUSED


def draft_of(transcript: Transcript, *, audio: str, name: str, settings: Settings) -> "Draft":
    """A transcript as it is to stand in a document.

    Args:
        transcript: What was said.
        audio: SHA-256 of the recording; empty for a transcript that is not finished.
        name: File name of the recording.
        settings: Style and time stamps.
    """
    from cuttledoc.markdown.place import Draft
    from cuttledoc.markdown.render import render

    return Draft(
        audio=audio,
        model=transcript.model,
        language=transcript.language or "",
        form=form(settings),
        body=render(transcript, name=name, style=settings.style, timestamps=settings.timestamps),
    )


def finished_draft(result: Result, name: str, settings: Settings) -> "Draft":
    """The same of a finished job."""
    return draft_of(result.transcript, audio=result.audio, name=name, settings=settings)


def form(settings: Settings) -> str:
    """Style and time stamps of a transcript, as its marker names them."""
    return f"{settings.style}, {settings.timestamps}"
