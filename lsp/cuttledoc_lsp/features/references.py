"""Find references: all links of the workspace that lead to the same recording."""

from typing import TYPE_CHECKING

from lsprotocol.types import TEXT_DOCUMENT_REFERENCES, Location, ReferenceParams

from cuttledoc_lsp.recordings import links_to, recording_at

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(TEXT_DOCUMENT_REFERENCES)
    async def references(params: ReferenceParams) -> list[Location]:
        asked = await recording_at(server, params.text_document.uri, params.position)
        if asked is None:
            return []
        return [
            Location(snapshot.uri, snapshot.lines.range(link.span))
            for snapshot, links in await links_to(server, {asked[2]}, asked[0].uri)
            for link, _ in links
        ]
