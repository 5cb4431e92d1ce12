"""Shows a transcript in its document while it grows, paragraph by paragraph."""

import asyncio
from typing import TYPE_CHECKING

from cuttledoc.paragraphs import paragraphs
from cuttledoc.transcript import Transcript
from cuttledoc_lsp.anchors import Anchor
from cuttledoc_lsp.documents import Document
from cuttledoc_lsp.edits import send_edit
from cuttledoc_lsp.insertion import Outcome, draft_of, insert
from cuttledoc_lsp.jobs import Job

if TYPE_CHECKING:
    from cuttledoc.markdown.blocks import Block
    from cuttledoc.markdown.page import Page
    from cuttledoc_lsp.server import Server

_MODEL = "unfinished"
"""What a growing transcript names as its model: should we end now, it counts as stale."""


class Stream:
    """One link's growing transcript.

    A person who edits it stops it from growing: from then on it is theirs.

    Args:
        server: The server.
        document: The document that holds the link.
        anchor: Where the link is.
        name: File name of the recording.
    """

    def __init__(self, server: "Server", document: Document, anchor: Anchor, name: str) -> None:
        self._server = server
        self._document = document
        self._anchor = anchor
        self._name = name
        self._shown = 0
        self._task: asyncio.Task[None] | None = None
        self._stands = False

    def heard(self, job: Job) -> None:
        """The job has come a step further."""
        if job.update and job.update.partial:  # no new segment
            return
        if self._task is None or self._task.done():
            groups = list(paragraphs(_so_far(job)))
            # The last one may still grow.
            if len(groups) - 1 > self._shown:
                self._shown = len(groups) - 1
                ready = tuple(one for group in groups[:-1] for one in group)
                self._task = asyncio.create_task(self._show(_so_far(job), len(ready)))

    async def end(self, *, finished: bool) -> None:
        """Stop; what stands there is taken out again, unless the whole transcript follows."""
        if self._task is not None:
            await asyncio.wait([self._task])
            self._task = None
        if self._stands and not finished:
            await self._take_out()

    async def _show(self, transcript: Transcript, segments: int) -> None:
        from msgspec.structs import replace

        part = replace(transcript, segments=transcript.segments[:segments])
        draft = draft_of(part, audio="", name=self._name, settings=self._server.settings.core)
        outcome = await insert(self._server, self._document, self._anchor, draft, force=False)
        self._stands = self._stands or outcome in {Outcome.INSERTED, Outcome.REPLACED}

    async def _take_out(self) -> None:
        from cuttledoc.markdown.place import remove

        async with self._document.editing:
            snapshot = await self._document.fresh()
            block = self._own(snapshot.page)
            if block is not None:
                change = remove(snapshot.page.text, block)
                await send_edit(
                    self._server, self._document, snapshot, change, "Unfinished transcript"
                )

    def _own(self, page: "Page") -> "Block | None":
        link = self._anchor.find(page, self._document.anchors)
        block = page.block_of(link) if link else None
        return block if block and block.marker.model == _MODEL and not block.edited else None


def _so_far(job: Job) -> Transcript:
    return Transcript(
        segments=tuple(job.segments),
        model=_MODEL,
        language=None,
        duration=(job.update.total or 0.0) if job.update else 0.0,
        processing_time=0.0,
    )
