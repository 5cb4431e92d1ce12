"""Workspace symbols: words said in any transcript of the workspace."""

from typing import TYPE_CHECKING

from lsprotocol.types import (
    WORKSPACE_SYMBOL,
    Location,
    SymbolKind,
    WorkspaceSymbol,
    WorkspaceSymbolParams,
)

from cuttledoc.markdown.span import Span
from cuttledoc_lsp.notes import notes

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot

_MOST = 200
_SHORTEST = 2
_AROUND = 30


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(WORKSPACE_SYMBOL)
    async def symbols(params: WorkspaceSymbolParams) -> list[WorkspaceSymbol]:
        query = params.query.casefold().strip()
        if len(query) < _SHORTEST:
            return []
        found: list[WorkspaceSymbol] = []
        async for snapshot in notes(server, lambda text: "<!-- /cuttledoc" in text):
            found += said(snapshot, query)
            if len(found) >= _MOST:
                break
        return found[:_MOST]


def said(snapshot: "Snapshot", query: str) -> list[WorkspaceSymbol]:
    """Where words are said in the transcripts of a document.

    Args:
        snapshot: The document.
        query: The words, with case folded.
    """
    found = []
    for block in snapshot.page.blocks:
        text = snapshot.page.text[block.span.start : block.span.end]
        body = text.index("-->") + 3  # the words of its marker are not said
        # Lower case may be longer than what it is made of (İ); those letters are left as they are.
        lower = "".join(one.casefold() if len(one.casefold()) == 1 else one for one in text)
        at = lower.find(query, body)
        while at >= 0:
            around = text[max(body, at - _AROUND) : at + len(query) + _AROUND]
            place = Span(block.span.start + at, block.span.start + at + len(query))
            found.append(
                WorkspaceSymbol(
                    name=" ".join(around.replace(">", " ").split()),
                    kind=SymbolKind.String,
                    container_name=f"Transcript of {block.marker.source}",
                    location=Location(snapshot.uri, snapshot.lines.range(place)),
                )
            )
            at = lower.find(query, at + len(query))
    return found
