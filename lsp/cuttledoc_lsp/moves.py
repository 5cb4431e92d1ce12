"""The edit that follows when recordings get other names or places."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol.types import WorkspaceEdit

from cuttledoc_lsp import places
from cuttledoc_lsp.edits import joined_edit
from cuttledoc_lsp.recordings import links_to
from cuttledoc_lsp.relinking import retargeted, target_for

if TYPE_CHECKING:
    from cuttledoc.markdown.span import TextChange
    from cuttledoc_lsp.server import Server


def moved_recordings(old: Path, new: Path) -> dict[Path, Path]:
    """Which recordings move when a file or a folder does."""
    from cuttledoc.markdown.targets import is_media

    if not old.is_dir():
        return {old: new} if is_media(old.name) else {}
    return {
        path: new / path.relative_to(old)
        for path in old.rglob("*")
        if is_media(path.name) and path.is_file()
    }


async def moving_edit(server: "Server", moves: Mapping[Path, Path], like: str) -> WorkspaceEdit:
    """The changes to every link and transcript that names one of the recordings.

    Args:
        server: The server.
        moves: Path before → path from now on.
        like: The URI of something in the workspace, to name documents alike.
    """
    changes = {}
    for snapshot, links in await links_to(server, set(moves), like):
        home = places.home_of(snapshot, server.roots)
        if home is None:
            continue
        found: dict[tuple[int, int], TextChange] = {}
        for link, old in links:
            target = target_for(link, moves[old], old, home)
            for change in retargeted(snapshot.page, link, target):
                found[change.start, change.end] = change  # a definition serves many references
        changes[snapshot] = list(found.values())
    return joined_edit(changes, versioned=server.checks_versions)
