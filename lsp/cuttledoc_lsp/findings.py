"""What is wrong with a document's links and transcripts; diagnostics are made of it."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cuttledoc.errors import MediaError
from cuttledoc.markdown.span import Span
from cuttledoc_lsp import places
from cuttledoc_lsp.facts import FileStamp, stamp_of

if TYPE_CHECKING:
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc_lsp.facts import Facts
    from cuttledoc_lsp.snapshot import Snapshot


class Kind(StrEnum):
    """What can be wrong."""

    NO_FILE = "no-file"
    UNREADABLE = "unreadable"
    SILENT = "silent"
    STALE = "stale"
    NO_MODEL = "no-model"


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong.

    Attributes:
        kind: What it is.
        span: Where it is told.
        message: It in words.
        models: Ids of the models to fetch.
    """

    kind: Kind
    span: Span
    message: str
    models: tuple[str, ...] = ()


async def stamps(
    snapshot: "Snapshot", roots: Sequence[Path], *, transcribed: bool = False
) -> "list[tuple[AudioLink, FileStamp | MediaError]]":
    """The local links of a document with their files.

    Args:
        snapshot: The document.
        roots: The workspace's folders.
        transcribed: Whether only those that have a transcript are wanted.
    """
    links = [
        link
        for link in snapshot.page.links
        if not link.remote and (not transcribed or snapshot.page.block_of(link))
    ]
    found = await places.find(snapshot, links, roots)
    return [(link, _stamp(place)) for link, place in zip(links, found, strict=True)]


def findings(
    snapshot: "Snapshot",
    files: "Sequence[tuple[AudioLink, FileStamp | MediaError]]",
    facts: "Facts",
    missing_models: Sequence[str] = (),
) -> list[Finding]:
    """What is wrong, as far as it is known already; reads nothing.

    Args:
        snapshot: The document.
        files: Its local links with their files.
        facts: What is known of the files.
        missing_models: Ids of the models that a transcription would need first.
    """
    found: list[Finding] = []
    for link, file in files:
        if isinstance(file, MediaError):
            found.append(Finding(Kind.NO_FILE, link.target_span, str(file)))
            continue
        if fault := facts.known_fault(file):
            found.append(Finding(Kind.UNREADABLE, link.target_span, str(fault)))
        if facts.is_silent(file):
            told = f"Nothing is to be heard in {link.target}. Check whether it is the right file."
            found.append(Finding(Kind.SILENT, link.target_span, told))
        if facts.is_stale(file, snapshot.page.block_of(link)):
            found.append(
                Finding(
                    Kind.STALE,
                    link.span,
                    f"The transcript of {link.target} is of an earlier recording. Refresh it.",
                )
            )
    if missing_models and any(isinstance(file, FileStamp) for _, file in files):
        first = next(link for link, file in files if isinstance(file, FileStamp))
        names = " and ".join(missing_models)
        found.append(
            Finding(
                Kind.NO_MODEL,
                first.span,
                f"Transcribing needs {names}, which is not installed. Download it.",
                tuple(missing_models),
            )
        )
    return sorted(found, key=lambda one: one.span)


def _stamp(place: places.Found) -> FileStamp | MediaError:
    if isinstance(place, MediaError):
        return place
    return stamp_of(place) or MediaError(
        f"The recording {place} has just vanished.", code="media-not-found", path=place
    )
