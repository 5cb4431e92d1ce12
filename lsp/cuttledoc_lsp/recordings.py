"""Which links of the workspace lead to a recording."""

from pathlib import Path
from typing import TYPE_CHECKING

from cuttledoc_lsp import places
from cuttledoc_lsp.notes import notes

if TYPE_CHECKING:
    from lsprotocol.types import Position

    from cuttledoc.markdown.links import AudioLink
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot


async def recording_at(
    server: "Server", uri: str, position: "Position"
) -> "tuple[Snapshot, AudioLink, Path] | None":
    """The link at a position, or the one that the transcript there belongs to, and its file."""
    document = server.documents.get(uri)
    if document is None:
        return None
    snapshot, offset = await document.look(position)
    link = snapshot.link_for(offset)
    if link is None:
        return None
    (found,) = await places.find(snapshot, [link], server.roots)
    return (snapshot, link, found) if isinstance(found, Path) else None


async def links_to(
    server: "Server", paths: set[Path], like: str
) -> "list[tuple[Snapshot, list[tuple[AudioLink, Path]]]]":
    """The links to some recordings, by document."""
    found = []
    async for snapshot in notes(server, _may_link, like):
        local = [link for link in snapshot.page.links if not link.remote]
        targets = await places.find(snapshot, local, server.roots)
        links = [
            (link, path)
            for link, path in zip(local, targets, strict=True)
            if isinstance(path, Path) and path in paths
        ]
        if links:
            found.append((snapshot, links))
    return found


def _may_link(text: str) -> bool:
    return "." in text  # before the ending of any file name
