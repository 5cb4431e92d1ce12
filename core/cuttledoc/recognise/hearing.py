"""One piece from sound to text, with a second try where the first is doubtful."""

from collections.abc import Callable
from typing import NamedTuple

from cuttledoc.media.samples import SAMPLE_RATE, Samples
from cuttledoc.recognise.guards import doubts, repeats, weight, without_loops
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.recognise.segments import Piece, halves
from cuttledoc.transcript import Doubt, Word


class Heard(NamedTuple):
    """What became of a piece.

    Attributes:
        recognition: Its text and words.
        doubts: What is doubtful about them.
    """

    recognition: Recognition
    doubts: tuple[Doubt, ...]


def hear(piece: Piece, recognise: Callable[[Samples], Recognition], language: str | None) -> Heard:
    """Recognise a piece; what comes out doubtful is tried once more in two halves.

    A model gives the same answer to the same sound, so a second try needs other sound. The better
    of both is kept, and what is still doubtful is told.

    Args:
        piece: The piece.
        recognise: The recogniser.
        language: ISO 639-1 code of the speech; None where unknown.
    """
    recognition = recognise(piece.samples)
    found = doubts(piece, recognition, language)
    if found and (parts := halves(piece)):
        other = _joined(recognise(parts[0]), recognise(parts[1]), parts[0].size / SAMPLE_RATE)
        others = doubts(piece, other, language)
        if weight(others) < weight(found):
            recognition, found = other, others
    if repeats(recognition.text):
        recognition = Recognition(without_loops(recognition.text))
    return Heard(recognition, found)


def _joined(first: Recognition, second: Recognition, shift: float) -> Recognition:
    later = (Word(word.text, word.start + shift, word.end + shift) for word in second.words)
    text = " ".join(part for part in (first.text, second.text) if part)
    if bool(first.words) != bool(first.text) or bool(second.words) != bool(second.text):
        return Recognition(text)  # a half without times would look like a half without words
    return Recognition(text, (*first.words, *later))
