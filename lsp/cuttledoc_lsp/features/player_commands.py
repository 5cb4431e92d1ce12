"""What a player in the editor needs to know about the recording at the cursor."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from cuttledoc.errors import CuttledocError
from cuttledoc_lsp import places
from cuttledoc_lsp.command import PREFIX, Command, PlaceArguments, Wire
from cuttledoc_lsp.facts import FileStamp, stamp_of
from cuttledoc_lsp.timestamps import seconds_at, stamped
from cuttledoc_lsp.uris import uri_of

if TYPE_CHECKING:
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc.transcript import Segment
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot


class SegmentResult(Wire, frozen=True):
    """A piece of what is said.

    Attributes:
        start: Where it begins, in seconds.
        end: Where it ends, in seconds.
        text: Its words.
    """

    start: float
    end: float
    text: str


class RecordingResult(Wire, frozen=True):
    """A recording, and what is said when.

    Attributes:
        path: The file.
        uri: The same as a URI.
        target: The link's target, as it is written.
        seconds: The time stamp at the position, or the last one before it in the transcript; else
            0.
        duration: Its length in seconds; null where the file does not tell.
        segments: From the cache, else from the time stamps in the transcript, else none.
    """

    path: str
    uri: str
    target: str
    seconds: float
    duration: float | None
    segments: tuple[SegmentResult, ...]


async def recording_at(server: "Server", arguments: PlaceArguments) -> RecordingResult | None:
    """The recording of the link, or of the transcript, at a position."""
    document = server.open_document(arguments.uri)
    snapshot, offset = await document.look(arguments.position.position)
    link = snapshot.link_for(offset)
    if link is None:
        return None
    (found,) = await places.find(snapshot, [link], server.roots)
    stamp = stamp_of(found) if isinstance(found, Path) else None
    if stamp is None:
        return None
    try:
        duration = (await server.facts.info(stamp)).duration
    except CuttledocError:
        duration = None
    segments = await _segments(server, stamp, snapshot, link, duration or 0.0)
    return RecordingResult(
        path=str(stamp.path),
        uri=uri_of(stamp.path, like=snapshot.uri),
        target=link.source,
        seconds=seconds_at(snapshot, offset),
        duration=duration,
        segments=tuple(
            SegmentResult(start=one.start, end=one.end, text=one.text) for one in segments
        ),
    )


async def _segments(
    server: "Server", stamp: FileStamp, snapshot: "Snapshot", link: "AudioLink", duration: float
) -> "tuple[Segment, ...]":
    from cuttledoc.markdown.hints import hints_in

    block = snapshot.page.block_of(link)
    try:
        hints = await asyncio.to_thread(hints_in, snapshot.page)
        known = await server.facts.recall(stamp, block.marker.model if block else "", hints)
    except CuttledocError:  # no such model any more, or the file cannot be read
        known = None
    if known is not None:
        return known.segments
    return stamped(block, duration) if block else ()


def register(server: "Server") -> None:
    """Give the server the feature."""

    async def run(arguments: PlaceArguments) -> RecordingResult | None:
        return await recording_at(server, arguments)

    server.add_commands(
        Command(
            name=f"{PREFIX}recordingAt",
            summary="Tell which recording belongs to a position, and what is said in it when.",
            arguments=PlaceArguments,
            result=RecordingResult,
            run=run,
        )
    )
