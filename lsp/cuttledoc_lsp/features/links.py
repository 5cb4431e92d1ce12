"""Document links, and go to definition: from a link, or its transcript, to the recording."""

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol.types import (
    TEXT_DOCUMENT_DEFINITION,
    TEXT_DOCUMENT_DOCUMENT_LINK,
    DefinitionParams,
    DocumentLink,
    DocumentLinkParams,
    Location,
    Position,
    Range,
)

from cuttledoc_lsp import places
from cuttledoc_lsp.recordings import recording_at
from cuttledoc_lsp.uris import uri_of

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server

_START = Range(Position(0, 0), Position(0, 0))


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(TEXT_DOCUMENT_DOCUMENT_LINK)
    async def document_links(params: DocumentLinkParams) -> list[DocumentLink]:
        document = server.documents.get(params.text_document.uri)
        if document is None:
            return []
        snapshot = await document.fresh()
        local = [link for link in snapshot.page.links if not link.remote]
        found = await places.find(snapshot, local, server.roots)
        return [
            DocumentLink(
                range=snapshot.lines.range(link.target_span), target=uri_of(path, like=snapshot.uri)
            )
            for link, path in zip(local, found, strict=True)
            if isinstance(path, Path)
        ]

    @server.feature(TEXT_DOCUMENT_DEFINITION)
    async def definition(params: DefinitionParams) -> Location | None:
        found = await recording_at(server, params.text_document.uri, params.position)
        if found is None:
            return None
        snapshot, _, path = found
        return Location(uri_of(path, like=snapshot.uri), _START)
