"""The whole way of a document's links: found, resolved, transcribed, and put below each of them."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from lsprotocol.types import MessageType

from cuttledoc.doubts import sentence
from cuttledoc.errors import CuttledocError, MediaError
from cuttledoc.hints import Hints
from cuttledoc.models.choose import AUTO, assumption
from cuttledoc_lsp import places
from cuttledoc_lsp.anchors import Anchor
from cuttledoc_lsp.documents import Document
from cuttledoc_lsp.facts import stamp_of
from cuttledoc_lsp.insertion import Outcome, anchored, finished_draft, form, insert
from cuttledoc_lsp.jobs import Ticket
from cuttledoc_lsp.settings import Insert
from cuttledoc_lsp.snapshot import Snapshot
from cuttledoc_lsp.streaming import Stream

if TYPE_CHECKING:
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc_lsp.server import Server


class Done(msgspec.Struct, frozen=True):
    """What became of one link.

    Attributes:
        target: The link's target as it is written.
        outcome: What became of its transcript.
        path: The recording, where it was found.
        error: Why it failed.
    """

    target: str
    outcome: Outcome
    path: Path | None = None
    error: CuttledocError | None = None


class _Errand(msgspec.Struct, frozen=True):
    """One link on its way."""

    anchor: Anchor
    place: places.Found
    force: bool

    @property
    def link(self) -> "AudioLink":
        return self.anchor.link


Chosen = Callable[[Snapshot], "Sequence[AudioLink]"]


async def transcribe_links(
    server: "Server", document: Document, chosen: Chosen, *, force: bool = False
) -> tuple[Done, ...]:
    """Transcribe some of a document's links.

    Being cancelled cancels the jobs that nobody else wants.

    Args:
        server: The server.
        document: The document.
        chosen: Which of the links.
        force: Whether to transcribe again, and to replace what a person has edited.

    Returns:
        One for each link, in their order.
    """
    from cuttledoc.markdown.hints import hints_in

    snapshot = await document.fresh()
    with ExitStack() as stack:
        # At once, before the document can change again.
        anchors = [stack.enter_context(anchored(document, link)) for link in chosen(snapshot)]
        found = await places.find(snapshot, [anchor.link for anchor in anchors], server.roots)
        hints = await asyncio.to_thread(hints_in, snapshot.page)
        errands = [
            _Errand(anchor, place, force=force)
            for anchor, place in zip(anchors, found, strict=True)
        ]
        wanted = [
            (errand, errand.place)
            for errand in errands
            if isinstance(errand.place, Path)
            and (force or not await _is_current(server, snapshot, errand, hints))
        ]
        try:
            if wanted and not (
                await server.models.ready(hints.language)
                and await server.cloud.ready(
                    [path for _, path in wanted], document=document, hints=hints, again=force
                )
            ):
                return tuple(_without_models(errand, None) for errand in errands)
        except CuttledocError as error:
            return tuple(_without_models(errand, error) for errand in errands)
        tickets = server.queue.add([path for _, path in wanted], hints=hints, again=force)
        server.bars.include([ticket.job for ticket in tickets])
        given = {errand.anchor: ticket for (errand, _), ticket in zip(wanted, tickets, strict=True)}
        return tuple(
            await asyncio.gather(
                *(_finish(server, document, one, given.get(one.anchor)) for one in errands)
            )
        )


async def _finish(
    server: "Server", document: Document, errand: _Errand, ticket: Ticket | None
) -> Done:
    """Wait for one link's transcript, and put it in."""
    source, place = errand.link.source, errand.place
    if isinstance(place, MediaError):
        return Done(source, Outcome.FAILED, error=place)
    if ticket is None:
        return Done(source, Outcome.UNCHANGED, place)
    stamp = stamp_of(place)
    stream = Stream(server, document, errand.anchor, place.name)
    if server.settings.insert is Insert.STREAMING:
        ticket.job.listeners.append(stream.heard)
    result = None
    try:
        result = await ticket.result()
    except CuttledocError as error:
        if stamp is not None and error.kind == "media":
            server.facts.learn_failure(stamp, error)
        return Done(source, Outcome.FAILED, place, error)
    finally:
        await stream.end(finished=result is not None)
    if result is None:
        return Done(source, Outcome.CANCELLED, place)
    if stamp is not None and stamp == stamp_of(place):
        server.facts.learn_digest(stamp, result.audio)
    assumed = assumption(result.choice, server.user_language)
    for notice in (*result.notices, *filter(None, [assumed])):
        server.say_once(notice)
    if result.transcript.doubts:
        told = ", ".join(map(sentence, result.transcript.doubts))
        server.say(f"{place.name}: listen to it again: {told}.", MessageType.Warning)
    draft = finished_draft(result, place.name, server.settings.core)
    outcome = await insert(server, document, errand.anchor, draft, force=errand.force)
    return Done(source, outcome, place)


async def _is_current(server: "Server", snapshot: Snapshot, errand: _Errand, hints: Hints) -> bool:
    """Whether the transcript that stands there is the one that would be made.

    Told from its marker alone: notes carried to another machine are not transcribed again.
    """
    from cuttledoc.markdown.blocks import short_hash

    block = snapshot.page.block_of(errand.link)
    stamp = stamp_of(errand.place) if isinstance(errand.place, Path) else None
    if block is None or block.edited or stamp is None:
        return False
    core = server.settings.core
    if block.marker.form != form(core):
        return False
    try:
        found_out = block.marker.language if core.language == AUTO else ""
        async with server.engines.lease() as engine:
            choice = await asyncio.to_thread(engine.choose, hints.language or found_out or None)
        return (
            block.marker.model == choice.model.id
            and block.marker.language in {"", choice.language}
            and block.marker.audio == short_hash(await server.facts.digest(stamp))
        )
    except CuttledocError:
        return False  # the job that follows says why


def _without_models(errand: _Errand, error: CuttledocError | None) -> Done:
    """The download failed, or the user did not want it, or the recordings are not to be sent."""
    if isinstance(errand.place, MediaError):
        return Done(errand.link.source, Outcome.FAILED, error=errand.place)
    outcome = Outcome.FAILED if error else Outcome.CANCELLED
    return Done(errand.link.source, outcome, errand.place, error)
