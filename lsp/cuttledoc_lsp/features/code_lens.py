"""Code lenses above links: transcribe, refresh, show what is there, and play."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol.types import (
    CODE_LENS_RESOLVE,
    TEXT_DOCUMENT_CODE_LENS,
    CodeLens,
    CodeLensOptions,
    CodeLensParams,
    Command,
    Position,
    Range,
)

from cuttledoc_lsp import places
from cuttledoc_lsp.command import PREFIX, place_argument
from cuttledoc_lsp.player import PLAY, play_argument

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot

_NO_FILE = Command(title="No such file", command="")
"""What stands there when the recording is looked for and not found; editors show it as text."""


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(TEXT_DOCUMENT_CODE_LENS, CodeLensOptions(resolve_provider=True))
    async def code_lens(params: CodeLensParams) -> list[CodeLens]:
        document = server.documents.get(params.text_document.uri)
        if document is None or not server.settings.code_lens:
            return []
        # In a thread: a long document has thousands.
        return await asyncio.to_thread(
            lenses,
            await document.fresh(),
            can_show=server.can("window.show_document"),
            can_play=PLAY in server.settings.client_commands,
        )

    @server.feature(CODE_LENS_RESOLVE)
    async def resolve(lens: CodeLens) -> CodeLens:
        """Find the file to play, only for the lenses on the screen."""
        place = server.plain(lens.data)
        document = server.documents.get(place["uri"]) if isinstance(place, dict) else None
        if document is None:
            return lens
        snapshot, offset = await document.look(Position(**place["position"]))
        link = snapshot.link_at(offset)
        found = (await places.find(snapshot, [link], server.roots))[0] if link else None
        lens.command = _NO_FILE
        if isinstance(found, Path):
            lens.command = Command(
                title="Play", command=PLAY, arguments=[play_argument(found, snapshot.uri)]
            )
        return lens


def lenses(snapshot: "Snapshot", *, can_show: bool, can_play: bool) -> list[CodeLens]:
    """The lenses of a document.

    Args:
        snapshot: The document.
        can_show: Whether the client can go to a place when asked.
        can_play: Whether the client has a player.
    """
    found: list[CodeLens] = []
    for link in snapshot.page.links:
        if link.remote:
            continue
        start = snapshot.lines.position(link.span.start)
        where = Range(start, start)
        place = place_argument(snapshot.uri, start)
        if snapshot.page.block_of(link) is None:
            titles = {"Transcribe": "transcribeLink"}
        else:
            titles = {"Refresh": "transcribeLink"}
            if can_show:
                titles["Show transcript"] = "showTranscript"
        found += [
            CodeLens(where, Command(title=title, command=PREFIX + name, arguments=[place]))
            for title, name in titles.items()
        ]
        if can_play:
            found.append(CodeLens(where, data=place))
    return found
