"""Writes a transcript as the Markdown that stands in a document."""

import html
from collections.abc import Iterator, Sequence

from cuttledoc.markdown.escape import escape, plain
from cuttledoc.paragraphs import clock, paragraphs
from cuttledoc.settings import Style, Timestamps
from cuttledoc.transcript import Segment, Transcript

NO_SPEECH = "*No speech found.*"
"""What stands in the block of a recording without speech; part of the format, do not change."""


def render(
    transcript: Transcript,
    *,
    name: str,
    style: Style = Style.QUOTE,
    timestamps: Timestamps = Timestamps.NONE,
) -> str:
    r"""Markdown that shows the transcript; none of its words can act as markup.

    Args:
        transcript: What was said.
        name: File name of the recording, for the styles that have a title.
        style: How it stands in the document.
        timestamps: Which pieces begin with their time, as ``[0:07]``.

    Returns:
        Lines divided by ``\n``, without one at the end; never empty.
    """
    spoken = plain(transcript.text)
    text = "\n\n".join(_paragraphs(transcript, timestamps)) if spoken else NO_SPEECH
    title = f"{plain(name)} · {clock(transcript.duration)}"
    match style:
        case Style.QUOTE:
            return _quoted(text)
        case Style.CALLOUT:
            # Obsidian folds it; elsewhere it is a quote whose first paragraph is the title.
            return _quoted(f"[!quote]- Transcript · {escape(title, line_start=False)}\n\n{text}")
        case Style.DETAILS:
            summary = f"<summary>Transcript · {html.escape(title, quote=False)}</summary>"
            return f"<details>{summary}\n\n{text}\n\n</details>"
        case Style.PLAIN:
            return text


def _paragraphs(transcript: Transcript, timestamps: Timestamps) -> Iterator[str]:
    for group in paragraphs(transcript):
        if timestamps is Timestamps.SEGMENT:
            yield "\n".join(_timed([segment]) for segment in group)
        elif timestamps is Timestamps.PARAGRAPH:
            yield _timed(group)
        else:
            yield escape(_words(group))


def _timed(segments: Sequence[Segment]) -> str:
    return f"[{clock(segments[0].start)}] {escape(_words(segments), line_start=False)}"


def _words(segments: Sequence[Segment]) -> str:
    return " ".join(segment.text for segment in segments)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
