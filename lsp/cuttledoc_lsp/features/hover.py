"""Hover: what a recording is, and the first words of its transcript, at a glance."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lsprotocol.types import TEXT_DOCUMENT_HOVER, Hover, HoverParams, MarkupContent, MarkupKind

from cuttledoc.errors import CuttledocError, MediaError
from cuttledoc.models.choose import Choice
from cuttledoc_lsp import places
from cuttledoc_lsp.command import PREFIX, place_argument
from cuttledoc_lsp.facts import stamp_of
from cuttledoc_lsp.glance import Action, Glance, plain
from cuttledoc_lsp.player import PLAY, play_argument
from cuttledoc_lsp.settings import Waveform
from cuttledoc_lsp.timestamps import seconds_of, time_at
from cuttledoc_lsp.waveform import as_image, as_text, is_silent

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from lsprotocol.types import Position

    from cuttledoc.markdown.links import AudioLink
    from cuttledoc_lsp.facts import FileStamp
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot

_PATIENCE = 0.4
"""Seconds to wait for a file that was not looked into before; then the rest is shown."""

_SHOW_PICTURES = ("visual studio code", "code-server", "code - oss", "codium", "cursor", "windsurf")
"""In the names of clients whose hovers show the pictures of Markdown."""

_T = TypeVar("_T")


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(TEXT_DOCUMENT_HOVER)
    async def hover(params: HoverParams) -> Hover | None:
        document = server.documents.get(params.text_document.uri)
        if document is None:
            return None
        sight = await document.see(params.position)
        snapshot = sight.snapshot
        link = snapshot.link_at(sight.offset)
        if link is not None:
            where = sight.range(link.span)
            text = await _about_link(server, snapshot, link, where.start)
            return Hover(MarkupContent(MarkupKind.Markdown, text), where)
        time = time_at(snapshot, sight.offset)
        link = snapshot.link_for(sight.offset) if time else None
        if time is None or link is None:
            return None
        text = await _about_time(server, snapshot, link, time)
        return Hover(MarkupContent(MarkupKind.Markdown, text))


async def _about_time(server: "Server", snapshot: "Snapshot", link: "AudioLink", time: str) -> str:
    (found,) = await places.find(snapshot, [link], server.roots)
    if not isinstance(found, Path):
        return f"{time} in {plain(link.target)}"
    parts = [f"{time} in {plain(found.name)}"]
    if PLAY in server.settings.client_commands:
        argument = play_argument(found, snapshot.uri, seconds_of(time))
        parts.append(Action("Play from here", PLAY, argument).link)
    return "\n\n".join(parts)


async def _about_link(
    server: "Server", snapshot: "Snapshot", link: "AudioLink", start: "Position"
) -> str:
    (found,) = await places.find(snapshot, [link], server.roots)
    block = snapshot.page.block_of(link)
    stamp = stamp_of(found) if isinstance(found, Path) else None
    if stamp is None:
        error = found if isinstance(found, CuttledocError) else None
        return Glance(target=link.target, info=error, block=block).markdown()
    info, peaks, choice = await asyncio.gather(
        _soon(server.facts.info(stamp)),
        _soon(server.facts.peaks(stamp)) if _drawn(server) is not Waveform.OFF else _nothing(),
        _soon(server.models.choice(snapshot)) if block is None else _nothing(),
    )
    if isinstance(peaks, MediaError):  # found out only by decoding all of it
        info = peaks
    return Glance(
        target=link.target,
        stamp=stamp,
        info=info,
        block=block,
        stale=server.facts.is_stale(stamp, block),
        drawing=_drawing(server, peaks),
        model=f"{choice.model.id}: {choice.reason}" if isinstance(choice, Choice) else "",
        silent=isinstance(peaks, tuple) and is_silent(peaks),
        actions=()
        if isinstance(info, CuttledocError)
        else _actions(server, snapshot, link, stamp, start),
    ).markdown()


async def _soon(work: "Awaitable[_T]") -> _T | CuttledocError | None:
    """The answer, or why there is none; None if it takes too long. The work itself goes on."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await work
    except TimeoutError:
        return None
    except CuttledocError as error:
        return error


async def _nothing() -> None:
    return None


def _drawn(server: "Server") -> Waveform:
    """How a recording is drawn for this client."""
    wanted = server.settings.waveform
    if wanted is not Waveform.AUTO:
        return wanted
    name = server.client_name.lower()
    return Waveform.IMAGE if any(one in name for one in _SHOW_PICTURES) else Waveform.TEXT


def _drawing(server: "Server", peaks: tuple[float, ...] | CuttledocError | None) -> str:
    if not isinstance(peaks, tuple) or is_silent(peaks):
        return ""
    return as_image(peaks) if _drawn(server) is Waveform.IMAGE else as_text(peaks)


def _actions(
    server: "Server",
    snapshot: "Snapshot",
    link: "AudioLink",
    stamp: "FileStamp",
    start: "Position",
) -> Sequence[Action]:
    """What a click can do, for clients that have said that they run commands of hovers."""
    if not server.settings.client_commands:
        return ()
    place = place_argument(snapshot.uri, start)
    actions = []
    if PLAY in server.settings.client_commands:
        actions.append(Action("Play", PLAY, play_argument(stamp.path, snapshot.uri)))
    if snapshot.page.block_of(link) is None:
        actions.append(Action("Transcribe", f"{PREFIX}transcribeLink", place))
    else:
        actions.append(Action("Refresh", f"{PREFIX}transcribeLink", place))
        actions.append(Action("Show transcript", f"{PREFIX}showTranscript", place))
    return actions
