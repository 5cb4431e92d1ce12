"""Groups a transcript's segments into paragraphs, and writes times the way people read them."""

from collections.abc import Iterator

from cuttledoc.transcript import Segment, Transcript

PARAGRAPH_PAUSE = 1.6
"""Silence in seconds that a reader hears as a new thought; ours, from reading our own memos."""

PARAGRAPH_CHARACTERS = 700
"""Length from which the end of a sentence also ends the paragraph."""

_SENTENCE_END = (".", "!", "?", "…", "。", "！", "？")  # noqa: RUF001 - full-width marks are meant


def paragraphs(transcript: Transcript) -> Iterator[tuple[Segment, ...]]:
    """Yield the segments of each paragraph, in order; no paragraph is empty.

    A paragraph ends before a pause of ``PARAGRAPH_PAUSE`` seconds, and at the end of a sentence
    once it is ``PARAGRAPH_CHARACTERS`` long.
    """
    group: list[Segment] = []
    length = 0
    for segment in transcript.segments:
        if group:
            pause = segment.start - group[-1].end
            full = length >= PARAGRAPH_CHARACTERS and group[-1].text.endswith(_SENTENCE_END)
            if pause >= PARAGRAPH_PAUSE or full:
                yield tuple(group)
                group, length = [], 0
        group.append(segment)
        length += len(segment.text)
    if group:
        yield tuple(group)


def clock(seconds: float) -> str:
    """Time of day in a recording: ``0:07``, ``12:34``, ``1:02:03``; fractions are cut off."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
