"""Inlay hints with the duration behind each link; off unless the user switches them on."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol.types import (
    TEXT_DOCUMENT_INLAY_HINT,
    InlayHint,
    InlayHintParams,
)

from cuttledoc.errors import CuttledocError
from cuttledoc.paragraphs import clock
from cuttledoc_lsp import places
from cuttledoc_lsp.facts import stamp_of

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server


def register(server: "Server") -> None:
    """Give the server the feature."""

    async def duration(path: places.Found) -> float | None:
        stamp = stamp_of(path) if isinstance(path, Path) else None
        if stamp is None:
            return None
        try:
            return (await server.facts.info(stamp)).duration
        except CuttledocError:
            return None

    @server.feature(TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hints(params: InlayHintParams) -> list[InlayHint]:
        document = server.documents.get(params.text_document.uri)
        if document is None or not server.settings.inlay_hints:
            return []
        snapshot = await document.fresh()
        wanted = snapshot.lines.span(params.range)
        links = [link for link in snapshot.links_in(wanted) if not link.remote]
        found = await places.find(snapshot, links, server.roots)
        durations = await asyncio.gather(*map(duration, found))
        return [
            InlayHint(
                position=snapshot.lines.position(link.span.end),
                label=clock(seconds),
                padding_left=True,
            )
            for link, seconds in zip(links, durations, strict=True)
            if seconds is not None
        ]
