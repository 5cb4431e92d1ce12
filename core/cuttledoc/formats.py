"""Writes a transcript as a file of its own: text, Markdown, subtitles or JSON."""

import html
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import msgspec

from cuttledoc.errors import DocumentError, SettingsError
from cuttledoc.markdown import render as markdown
from cuttledoc.markdown.escape import escape, plain
from cuttledoc.paragraphs import clock, paragraphs
from cuttledoc.settings import Style, Timestamps
from cuttledoc.subtitles import Cue, cues
from cuttledoc.transcript import Segment, Transcript

JSON_VERSION = 1
"""Version of the JSON; it rises when a reader of the one before would be misled."""


class Format(StrEnum):
    """What a transcript is written as; the value is also the suffix of such a file."""

    TXT = "txt"
    MD = "md"
    SRT = "srt"
    VTT = "vtt"
    JSON = "json"


def format_of(path: Path) -> Format:
    """The format a file's suffix stands for, in capitals or not.

    Raises:
        SettingsError: The suffix is none of them (``format-unknown``).
    """
    try:
        return Format(path.suffix.lower().removeprefix("."))
    except ValueError:
        raise SettingsError(
            f"“{path}” does not say by its suffix what to write.",
            hint=f"End its name in one of {', '.join(f'.{known}' for known in Format)}.",
            code="format-unknown",
            path=path,
        ) from None


def render(
    transcript: Transcript,
    format: Format,  # noqa: A002 - it is the word for it
    *,
    title: str,
    timestamps: Timestamps = Timestamps.NONE,
) -> str:
    r"""The transcript as the content of a file.

    Args:
        transcript: What was said; it may be empty.
        format: What to write.
        title: Heading of the Markdown document; the other formats have no place for one.
        timestamps: Which pieces of text and Markdown begin with their time, as ``[0:07]``.

    Returns:
        Lines divided by ``\n``, the last one ended by it too; empty only for text and SubRip
        without speech.
    """
    match format:
        case Format.TXT:
            return "\n\n".join(_paragraphs(transcript, timestamps)) + "\n" * bool(_said(transcript))
        case Format.MD:
            return _document(transcript, title, timestamps)
        case Format.SRT:
            return "\n".join(_subrip(n, cue) for n, cue in enumerate(cues(transcript), 1))
        case Format.VTT:
            return "\n".join(["WEBVTT\n", *map(_webvtt, cues(transcript))])
        case Format.JSON:
            return _json(transcript)


def load_json(text: str | bytes) -> Transcript:
    """Read a transcript that was written as JSON; it equals the one written.

    Raises:
        DocumentError: The text is no such JSON (``transcript-unreadable``), or of a version this
            program does not know (``transcript-version``).
    """
    try:
        version = msgspec.json.decode(text, type=_Versioned).version
        if version == JSON_VERSION:
            return msgspec.json.decode(text, type=Transcript)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise DocumentError(
            f"This is not the JSON of a transcript: {error}.",
            hint="Transcribe the recording again.",
            code="transcript-unreadable",
        ) from error
    raise DocumentError(
        f"This transcript is of version {version}; known is {JSON_VERSION}.",
        hint="Update cuttledoc, or transcribe the recording again.",
        code="transcript-version",
    )


class _Versioned(msgspec.Struct):
    version: int


def _json(transcript: Transcript) -> str:
    document = {
        "version": JSON_VERSION,
        "text": transcript.text,
        **msgspec.structs.asdict(transcript),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _said(transcript: Transcript) -> list[Segment]:
    """The segments in which something readable was said."""
    return [segment for segment in transcript.segments if plain(segment.text)]


def _paragraphs(transcript: Transcript, timestamps: Timestamps) -> Iterator[str]:
    for group in paragraphs(msgspec.structs.replace(transcript, segments=tuple(_said(transcript)))):
        if timestamps is Timestamps.SEGMENT:
            yield "\n".join(f"[{clock(piece.start)}] {plain(piece.text)}" for piece in group)
        else:
            time = f"[{clock(group[0].start)}] " if timestamps is Timestamps.PARAGRAPH else ""
            yield time + " ".join(plain(piece.text) for piece in group)


def _document(transcript: Transcript, title: str, timestamps: Timestamps) -> str:
    # A heading's own closing marks would be taken off it.
    heading = re.sub(r"(?<!\S)(?=#+$)", r"\\", escape(title or "Transcript", line_start=False))
    facts = [clock(transcript.duration), f"{transcript.word_count} words", transcript.model]
    if transcript.language:
        facts.insert(1, transcript.language)
    about = escape(" · ".join(facts), line_start=False)
    text = markdown.render(transcript, name=title, style=Style.PLAIN, timestamps=timestamps)
    return f"# {heading}\n\n*{about}*\n\n{text}\n"


def _subrip(number: int, cue: Cue) -> str:
    # SubRip has no way to write its arrow as text.
    text = "\n".join(cue.lines).replace("-->", "→")
    return f"{number}\n{_time(cue.start, ',')} --> {_time(cue.end, ',')}\n{text}\n"


def _webvtt(cue: Cue) -> str:
    text = html.escape("\n".join(cue.lines), quote=False)
    return f"{_time(cue.start, '.')} --> {_time(cue.end, '.')}\n{text}\n"


def _time(milliseconds: int, point: str) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{fraction:03}"
