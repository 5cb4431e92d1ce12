"""Lists for an editor's pickers: the links of a document, the recordings of the workspace."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cuttledoc.errors import CuttledocError
from cuttledoc_lsp import places
from cuttledoc_lsp.command import PREFIX, Area, Command, DocumentArguments, Nothing, Place, Wire
from cuttledoc_lsp.facts import FileStamp, stamp_of
from cuttledoc_lsp.uris import uri_of

if TYPE_CHECKING:
    from lsprotocol.types import Range

    from cuttledoc.markdown.links import AudioLink
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot

_MOST = 2_000
"""Recordings in the answer: more than anybody looks through in a picker."""


class LinkState(Wire, frozen=True):
    """A link to a recording.

    Attributes:
        target: Its target, as it is written.
        range: Where it stands.
        path: The recording, where it was found; else null.
        state: none (no transcript yet), current, stale (of another recording than the file is
            now), edited (by a person), missing (there is no such file) or remote.
    """

    target: str
    range: Area
    path: str | None
    state: str


class LinkListResult(Wire, frozen=True):
    """The links of a document, in its order."""

    links: tuple[LinkState, ...]


class RecordingEntry(Wire, frozen=True):
    """A recording of the workspace.

    Attributes:
        path: The file.
        uri: The same as a URI.
        relative: Its path from the workspace's folder, with slashes; where there are several
            folders, it begins with the folder's name.
    """

    path: str
    uri: str
    relative: str


class RecordingListResult(Wire, frozen=True):
    """The workspace's recordings, the newest first; at most 2,000."""

    recordings: tuple[RecordingEntry, ...]


class ListCommands:
    """The commands; holds nothing but the server."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    async def links(self, arguments: DocumentArguments) -> LinkListResult:
        """The links of a document."""
        snapshot = await self._server.open_document(arguments.uri).fresh()
        found = await places.find(snapshot, snapshot.page.links, self._server.roots)
        return LinkListResult(
            links=tuple(
                [
                    await self._link(snapshot, link, place)
                    for link, place in zip(snapshot.page.links, found, strict=True)
                ]
            )
        )

    async def recordings(self, _: Nothing) -> RecordingListResult:
        """The recordings below the workspace's folders."""
        return RecordingListResult(
            recordings=await asyncio.to_thread(_recordings, self._server.folders)
        )

    async def _link(
        self, snapshot: "Snapshot", link: "AudioLink", found: places.Found
    ) -> LinkState:
        stamp = stamp_of(found) if isinstance(found, Path) else None
        return LinkState(
            target=link.source,
            range=_area(snapshot.lines.range(link.span)),
            path=str(stamp.path) if stamp else None,
            state=await self._state(snapshot, link, stamp),
        )

    async def _state(self, snapshot: "Snapshot", link: "AudioLink", stamp: FileStamp | None) -> str:
        if link.remote:
            return "remote"
        if stamp is None:
            return "missing"
        block = snapshot.page.block_of(link)
        if block is None:
            return "none"
        if block.edited:
            return "edited"
        try:
            await self._server.facts.digest(stamp)
        except CuttledocError:
            return "missing"
        return "stale" if self._server.facts.is_stale(stamp, block) else "current"


def _area(where: "Range") -> Area:
    return Area(start=Place.of(where.start), end=Place.of(where.end))


def _recordings(folders: Mapping[Path, str]) -> tuple[RecordingEntry, ...]:
    from cuttledoc.markdown.targets import is_media
    from cuttledoc.markdown.vault import visible

    found: dict[Path, tuple[FileStamp, Path]] = {}
    for root in folders:
        for folder, below, files in os.walk(root):
            below[:] = [one for one in below if visible(one)]
            for file in files:
                stamp = stamp_of(Path(folder, file)) if is_media(file) else None
                if stamp is not None:
                    found.setdefault(stamp.path, (stamp, root))
    newest = sorted(found.values(), key=lambda one: (-one[0].modified, one[0].path))
    return tuple(
        RecordingEntry(
            path=str(stamp.path),
            uri=uri_of(stamp.path, like=folders[root]),
            relative=stamp.path.relative_to(root.parent if len(folders) > 1 else root).as_posix(),
        )
        for stamp, root in newest[:_MOST]
    )


def register(server: "Server") -> None:
    """Give the server the feature."""
    commands = ListCommands(server)
    server.add_commands(
        Command(
            name=f"{PREFIX}listLinks",
            summary="List the links of a document, with the state of their transcripts.",
            arguments=DocumentArguments,
            result=LinkListResult,
            run=commands.links,
        ),
        Command(
            name=f"{PREFIX}listRecordings",
            summary="List the recordings of the workspace, the newest first.",
            arguments=Nothing,
            result=RecordingListResult,
            run=commands.recordings,
        ),
    )
