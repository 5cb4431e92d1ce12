"""Looks at what a recogniser made of a piece: is it what was said, or what models invent?"""

import re
import zlib
from collections.abc import Iterator, Sequence

from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.recognise.scripts import is_foreign, is_wide
from cuttledoc.recognise.segments import Piece
from cuttledoc.transcript import Doubt, DoubtKind, Word

_LOOPS = (
    re.compile(r"\b(\w(?:.{0,79}?\w)?)(?:[\s,.!?]+\1\b){5,}"),
    re.compile(r"([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{2,40}?)\1{5,}"),
)
"""Six times the same few words in a row: said by no one but a model in a loop.

First as most languages write it, then as those that put no space between words.
"""

_COMPRESSION = 2.4
"""Ratio of a text's bytes to its zlib-compressed bytes from which it is taken for a loop.

``compression_ratio_threshold`` of openai/whisper, ``whisper/transcribe.py``.
"""

_UNCOVERED_SECONDS = 3.0
"""Speech without a word for so long has been dropped: seven or eight words are said in it."""

_SILENT_SECONDS = 2.0
"""Speech in a piece that came out without any text."""

_SPARSE_SECONDS = 10.0
_SPARSE_LETTERS = 3.0
"""Letters a second below which a text is too thin for so much speech; slow speakers say ten."""

_SPARSE_SIGNS = 1.0
"""The same for signs that stand for a syllable or more, of which three or four are said."""


def doubts(piece: Piece, recognition: Recognition, language: str | None) -> tuple[Doubt, ...]:
    """What is doubtful about a piece's text, with seconds of the recording."""
    text = recognition.text
    found = [
        Doubt(DoubtKind.UNCOVERED, start, end) for start, end in _uncovered(piece, recognition)
    ]
    if repeats(text):
        found.append(Doubt(DoubtKind.REPETITION, piece.start, piece.end))
    if is_foreign(text, language):
        found.append(Doubt(DoubtKind.SCRIPT, piece.start, piece.end))
    return tuple(found)


def weight(found: Sequence[Doubt]) -> float:
    """Seconds in doubt: of two texts for one piece, the one with less is better."""
    return sum(doubt.end - doubt.start for doubt in found)


def repeats(text: str) -> bool:
    """Whether a text is one that a model made in a loop."""
    data = text.encode()
    return any(loop.search(text) for loop in _LOOPS) or (
        len(data) > _COMPRESSION * len(zlib.compress(data))
    )


def without_loops(text: str) -> str:
    """A text with each loop said once."""
    for loop in _LOOPS:
        text = loop.sub(r"\1", text)
    return text


def _uncovered(piece: Piece, recognition: Recognition) -> Iterator[tuple[float, float]]:
    speech = _speech(piece, piece.start, piece.end)
    if not recognition.text:
        if speech >= _SILENT_SECONDS:
            yield piece.start, piece.end
    elif recognition.words:
        yield from _between(piece, recognition.words)
    elif speech >= _SPARSE_SECONDS and _signs(recognition.text) < speech:
        yield piece.start, piece.end


def _between(piece: Piece, words: Sequence[Word]) -> Iterator[tuple[float, float]]:
    """Stretches between words in which somebody speaks."""
    at = piece.start
    for start, end in [*((word.start, word.end) for word in words), (piece.end - piece.begin, 0.0)]:
        if _speech(piece, at, piece.begin + start) >= _UNCOVERED_SECONDS:
            yield at, piece.begin + start
        at = max(at, piece.begin + end)


def _speech(piece: Piece, start: float, end: float) -> float:
    """Seconds of speech between two seconds of the recording."""
    start, end = max(start, piece.start), min(end, piece.end)
    silent = sum(max(0.0, min(end, late) - max(start, early)) for early, late in piece.pauses)
    return max(0.0, end - start - silent)


def _signs(text: str) -> float:
    """Seconds of speech for which a text is just not too thin."""
    letters = [letter for letter in text if letter.isalnum()]
    wide = sum(is_wide(letter) for letter in letters)
    return (len(letters) - wide) / _SPARSE_LETTERS + wide / _SPARSE_SIGNS
