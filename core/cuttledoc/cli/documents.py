"""`cuttledoc transcribe notes.md`: each recording a document links to gets its transcript."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from cuttledoc.engine import Engine, Result
from cuttledoc.errors import CuttledocError
from cuttledoc.hints import Hints
from cuttledoc.markdown.blocks import short_hash
from cuttledoc.markdown.document import Document, read_document
from cuttledoc.markdown.hints import hints_in
from cuttledoc.markdown.links import AudioLink
from cuttledoc.markdown.page import Page, read_page
from cuttledoc.markdown.place import Draft, Outcome, Placement, plan
from cuttledoc.markdown.render import render
from cuttledoc.markdown.resolve import resolve
from cuttledoc.markdown.span import TextChange, apply
from cuttledoc.markdown.vault import Vault
from cuttledoc.media.digest import digest
from cuttledoc.models.choose import AUTO
from cuttledoc.settings import Settings

Transcribe = Callable[[Path, Hints], Awaitable[Result]]
"""Gives the transcript of a recording of which a document tells something."""


class LinkReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one link.

    Attributes:
        target: The link's target as it is written.
        outcome: Inserted, replaced, unchanged, kept, skipped or failed.
        path: The recording, where it was found.
        result: The transcript, where one was needed.
        error: Why it failed or was skipped.
        stale: Whether an edited transcript that was kept belongs to other sound or another model.
    """

    target: str
    outcome: str
    path: Path | None = None
    result: Result | None = None
    error: CuttledocError | None = None
    stale: bool = False


class DocumentReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a document becomes.

    Attributes:
        document: As it was read.
        new_text: Its text with the transcripts.
        links: What became of each of its links, in document order.
    """

    document: Document
    new_text: str
    links: tuple[LinkReport, ...]


async def transcribe_document(
    path: Path,
    engine: Engine,
    transcribe: Transcribe,
    *,
    settings: Settings,
    language: str | None,
    force: bool,
) -> DocumentReport:
    """Work out a document's new text; nothing is written.

    One recording that fails does not keep the others from their transcripts.

    Args:
        path: The document.
        engine: Chooses the model.
        transcribe: Does the work.
        settings: Style and time stamps of transcripts.
        language: ISO 639-1 code that goes before what the document says; None for none.
        force: Whether to transcribe again, and to replace what a person has edited.

    Raises:
        CloudError: The model runs on a server, and the document keeps its recordings here.
        DocumentError: The document cannot be read.
    """
    document = read_document(path)
    page = read_page(document.text)
    hints = _hints(page, language)
    vault = Vault.around(path)
    if page.links and engine.choose().model.is_elsewhere:
        _check_stays(document)

    async def place(link: AudioLink) -> tuple[LinkReport, TextChange | None]:
        recording = None
        try:
            recording = resolve(link, path, vault)
            if not force and await _is_current(
                page, link, recording, engine, hints=hints, settings=settings
            ):
                return LinkReport(
                    target=link.source, outcome=Outcome.UNCHANGED, path=recording
                ), None
            result = await transcribe(recording, hints)
        except CuttledocError as error:
            outcome = "skipped" if link.remote else "failed"
            return LinkReport(
                target=link.source, outcome=outcome, path=recording, error=error
            ), None
        placement = _placed(page, link, recording, result, settings, force=force)
        return LinkReport(
            target=link.source,
            outcome=placement.outcome,
            path=recording,
            result=result,
            stale=placement.stale,
        ), placement.change

    placed = await asyncio.gather(*(place(link) for link in page.links))
    changes = [change for _, change in placed if change is not None]
    return DocumentReport(
        document=document,
        new_text=apply(document.text, changes),
        links=tuple(report for report, _ in placed),
    )


async def wanted(
    path: Path, engine: Engine, *, settings: Settings, language: str | None, force: bool
) -> dict[Path, Hints]:
    """The recordings of a document that a run would send to a server, and what it tells of them.

    Raises:
        CloudError: The document keeps them here.
        DocumentError: The document cannot be read.
    """
    document = read_document(path)
    _check_stays(document)
    page = read_page(document.text)
    hints = _hints(page, language)
    vault = Vault.around(path)
    found = {}
    for link in page.links:
        with contextlib.suppress(CuttledocError):
            recording = resolve(link, path, vault)
            if force or not await _is_current(
                page, link, recording, engine, hints=hints, settings=settings
            ):
                found[recording] = hints
    return found


def _hints(page: Page, language: str | None) -> Hints:
    hints = hints_in(page)
    return msgspec.structs.replace(hints, language=language) if language else hints


def _check_stays(document: Document) -> None:
    from cuttledoc.cloud.consent import check_document

    check_document(document.path, document.text)


async def _is_current(
    page: Page,
    link: AudioLink,
    recording: Path,
    engine: Engine,
    *,
    hints: Hints,
    settings: Settings,
) -> bool:
    """Whether the transcript in the document is the one that would be made.

    Told from its marker alone: a folder of notes carried to another machine, where the cache is
    empty, is not transcribed again.
    """
    block = page.block_of(link)
    if block is None or block.edited:
        return False
    marker = block.marker
    found_out = marker.language if settings.language == AUTO else ""
    choice = engine.choose(hints.language or found_out or None)
    return (
        marker.model == choice.model.id
        and marker.language in {"", choice.language}
        and marker.form == form(settings)
        and marker.audio == short_hash(await digest(recording))
    )


def form(settings: Settings) -> str:
    """Style and time stamps of a transcript, as its marker names them."""
    return f"{settings.style}, {settings.timestamps}"


def _placed(
    page: Page,
    link: AudioLink,
    recording: Path,
    result: Result,
    settings: Settings,
    *,
    force: bool,
) -> Placement:
    draft = Draft(
        audio=result.audio,
        model=result.transcript.model,
        language=result.transcript.language or "",
        form=form(settings),
        body=render(
            result.transcript,
            name=recording.name,
            style=settings.style,
            timestamps=settings.timestamps,
        ),
    )
    return plan(page, link, draft, force=force)
