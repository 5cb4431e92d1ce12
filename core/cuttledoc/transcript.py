"""The value every part of cuttledoc hands on: what was said, and when.

Times are seconds from the start of the recording, as floats; intervals are half-open.
"""

from enum import StrEnum

import msgspec


class Word(msgspec.Struct, frozen=True):
    """One word as the model timed it.

    Attributes:
        text: The word without surrounding white space, with its punctuation.
        start: Seconds from the start of the recording.
        end: Seconds from the start of the recording; never before ``start``.
    """

    text: str
    start: float
    end: float


class Segment(msgspec.Struct, frozen=True):
    """One piece of speech, cut at pauses, that the model recognised in one go.

    Attributes:
        text: What was said, stripped; never empty.
        start: Seconds at which its speech begins, by voice activity.
        end: Seconds at which its speech ends, by voice activity.
        words: The words with their times; empty where the model gives no times.
        pauses: The silent stretches inside the segment as ``(start, end)`` in seconds, by
            voice activity. They are where a long segment can be divided for subtitles.
    """

    text: str
    start: float
    end: float
    words: tuple[Word, ...] = ()
    pauses: tuple[tuple[float, float], ...] = ()


class DoubtKind(StrEnum):
    """What makes a text doubtful."""

    UNCOVERED = "uncovered"
    REPETITION = "repetition"
    SCRIPT = "script"
    SPARSE = "sparse"


class Doubt(msgspec.Struct, frozen=True):
    """A stretch whose text is probably not what was said.

    Attributes:
        kind: ``uncovered``: speech was heard that no word stands for; ``repetition``: the model
            ran into a loop; ``script``: the text is in letters that the language is not written
            in; ``sparse``: there are far too few words for so much speech.
        start: Seconds from the start of the recording.
        end: Seconds from the start of the recording.
    """

    kind: DoubtKind
    start: float
    end: float


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """A whole recording as text.

    Attributes:
        segments: In order of time; they do not overlap.
        model: Id of the model that recognised it, as in the catalogue.
        language: ISO 639-1 code, or None where neither user nor model named one.
        duration: Length of the recording in seconds.
        processing_time: Seconds of wall-clock time the recognition took.
        doubts: Where the text is probably not what was said, in order of time.
    """

    segments: tuple[Segment, ...]
    model: str
    language: str | None
    duration: float
    processing_time: float
    doubts: tuple[Doubt, ...] = ()

    @property
    def text(self) -> str:
        """All segments in one line of text."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def word_count(self) -> int:
        """Number of words, divided at white space."""
        return len(self.text.split())

    @property
    def rtf(self) -> float:
        """Real-time factor: processing time divided by duration; 0 for an empty recording."""
        return self.processing_time / self.duration if self.duration else 0.0
