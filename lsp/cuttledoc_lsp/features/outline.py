"""Transcripts as parts of their document: folding ranges and document symbols."""

from typing import TYPE_CHECKING

from lsprotocol.types import (
    TEXT_DOCUMENT_DOCUMENT_SYMBOL,
    TEXT_DOCUMENT_FOLDING_RANGE,
    DocumentSymbol,
    DocumentSymbolParams,
    FoldingRange,
    FoldingRangeKind,
    FoldingRangeParams,
    SymbolKind,
)

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot

_DETAIL = 60


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(TEXT_DOCUMENT_FOLDING_RANGE)
    async def folding(params: FoldingRangeParams) -> list[FoldingRange]:
        document = server.documents.get(params.text_document.uri)
        return folds(await document.fresh()) if document else []

    @server.feature(TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(params: DocumentSymbolParams) -> list[DocumentSymbol]:
        document = server.documents.get(params.text_document.uri)
        return outline(await document.fresh()) if document else []


def folds(snapshot: "Snapshot") -> list[FoldingRange]:
    """A fold for each transcript."""
    ranges = [snapshot.lines.range(block.span) for block in snapshot.page.blocks]
    return [
        FoldingRange(one.start.line, one.end.line, kind=FoldingRangeKind.Region) for one in ranges
    ]


def outline(snapshot: "Snapshot") -> list[DocumentSymbol]:
    """A symbol for each transcript, named after its recording."""
    found = []
    for block in snapshot.page.blocks:
        where = snapshot.lines.range(block.span)
        words = " ".join(line.removeprefix(">").strip() for line in block.body.split("\n"))
        found.append(
            DocumentSymbol(
                name=f"Transcript of {block.marker.source.rpartition('/')[2] or 'a recording'}",
                detail=words.strip()[:_DETAIL],
                kind=SymbolKind.String,
                range=where,
                selection_range=where,
            )
        )
    return found
