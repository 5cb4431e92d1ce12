"""Hover: what a recording is, and the first words of its transcript, at a glance."""

import asyncio
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol.types import TEXT_DOCUMENT_HOVER, Hover, HoverParams, MarkupContent, MarkupKind

from cuttledoc.errors import CuttledocError
from cuttledoc.media.info import MediaInfo
from cuttledoc.paragraphs import clock
from cuttledoc_lsp import places
from cuttledoc_lsp.facts import FileStamp, stamp_of

if TYPE_CHECKING:
    from cuttledoc.markdown.blocks import Block
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot

_PATIENCE = 0.4
"""Seconds to wait for a file that was not looked into before; then the rest is shown."""

_FIRST_WORDS = 280
_TIME = re.compile(r"\[((?:\d+:)?\d{1,2}:\d{2})\]")
_CHANNELS = {1: "mono", 2: "stereo"}
_UNITS = ("B", "kB", "MB", "GB")


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(TEXT_DOCUMENT_HOVER)
    async def hover(params: HoverParams) -> Hover | None:
        document = server.documents.get(params.text_document.uri)
        if document is None:
            return None
        snapshot, offset = await document.look(params.position)
        link = snapshot.link_at(offset)
        time = time_at(snapshot, offset) if link is None else None
        if time is not None:
            link = snapshot.link_for(offset)
        if link is None:
            return None
        (found,) = await places.find(snapshot, [link], server.roots)
        if time is not None:
            name = found.name if isinstance(found, Path) else link.target
            text = f"{time} in {_plain(name)}"
        else:
            text = await _described(server, snapshot, link, found)
        return (
            Hover(MarkupContent(MarkupKind.Markdown, text), snapshot.lines.range(link.span))
            if time is None
            else Hover(MarkupContent(MarkupKind.Markdown, text))
        )


async def _described(
    server: "Server", snapshot: "Snapshot", link: "AudioLink", found: places.Found
) -> str:
    block = snapshot.page.block_of(link)
    stamp = stamp_of(found) if isinstance(found, Path) else None
    if stamp is None:
        error = found if isinstance(found, CuttledocError) else None
        return describe(link.target, None, error, block, stale=False)
    answer: MediaInfo | CuttledocError | None
    try:
        async with asyncio.timeout(_PATIENCE):
            answer = await server.facts.info(stamp)
    except TimeoutError:
        answer = None
    except CuttledocError as error:
        answer = error
    return describe(link.target, stamp, answer, block, stale=is_stale(server, stamp, block))


def is_stale(server: "Server", stamp: FileStamp, block: "Block | None") -> bool:
    """Whether a transcript is known to belong to another recording; reads nothing."""
    from cuttledoc.markdown.blocks import short_hash

    known = server.facts.known_digest(stamp)
    return block is not None and known is not None and block.marker.audio != short_hash(known)


def describe(
    target: str,
    stamp: FileStamp | None,
    info: MediaInfo | CuttledocError | None,
    block: "Block | None",
    *,
    stale: bool,
) -> str:
    """What is shown about a link, as Markdown.

    Args:
        target: What the link names.
        stamp: The file; None if there is none.
        info: Its metadata, or why there is none; None while it is still being read.
        block: Its transcript, if one stands in the document.
        stale: Whether that is known to belong to another recording.
    """
    lines = [f"**{_plain(stamp.path.name if stamp else target)}**"]
    if isinstance(info, MediaInfo):
        if info.duration is not None:
            lines[0] += f" · {clock(info.duration)}"
        channels = _CHANNELS.get(info.channels, f"{info.channels} channels")
        lines.append(f"{_plain(info.codec)} · {info.sample_rate / 1000:g} kHz · {channels}")
    elif isinstance(info, CuttledocError):
        lines.append(_plain(str(info)))
    if stamp is not None:
        day = datetime.fromtimestamp(stamp.modified).astimezone().strftime("%Y-%m-%d %H:%M")
        lines.append(f"{_size(stamp.size)} · {day}")
    if block is None:
        if stamp is not None and not isinstance(info, CuttledocError):
            lines.append("*No transcript yet. Transcribe it by a code action.*")
        return "  \n".join(lines)
    words = " ".join(line.removeprefix(">").strip() for line in block.body.split("\n")).strip()
    if len(words) > _FIRST_WORDS:
        words = words[:_FIRST_WORDS].rsplit(" ", 1)[0] + " …"
    state = []
    if stale:
        state.append("*The recording has changed since: refresh the transcript.*")
    if block.edited:
        state.append("*Edited by hand.*")
    return "\n\n".join(["  \n".join(lines), *state, f"> {_plain(words)}"])


def time_at(snapshot: "Snapshot", offset: int) -> str | None:
    """The time stamp at an offset inside a transcript, such as ``0:07``."""
    block = snapshot.block_at(offset)
    if block is None:
        return None
    text = snapshot.page.text[block.span.start : block.span.end]
    for found in _TIME.finditer(text):
        if found.start() <= offset - block.span.start <= found.end():
            return found[1]
    return None


def _plain(text: str) -> str:
    from cuttledoc.markdown.escape import escape

    return escape(text)


def _size(count: float) -> str:
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:  # noqa: PLR2004 - a kilobyte has that many bytes
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.3g} {unit}"
        count /= 1000
    raise AssertionError
