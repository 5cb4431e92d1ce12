"""Divides a transcript into cues that can be read as subtitles.

A cue has at most ``LINES`` lines of ``LINE`` columns and stands for at most ``CUE_SECONDS``, as
far as its words allow. What is longer is divided at the end of a sentence, else of a clause, else
between words, and inside a word only where a script writes none or a word is wider than a line.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import accumulate, pairwise
from math import ceil
from operator import itemgetter
from typing import NamedTuple

from cuttledoc.markdown.escape import plain
from cuttledoc.transcript import Segment, Transcript

LINE = 42
"""Columns of a line; a full-width character takes two."""

LINES = 2

CUE_SECONDS = 7.0
"""Longest time a cue stands."""

READABLE_SECONDS = 1.0
"""Shorter cues stay this long if nothing follows them so soon."""

_LEAST_CLAUSE = 0.2
"""Share of the text from which a clause is worth a cue of its own."""

_HEARD_PAUSE = 0.25
"""Silence in seconds that can be the end of a sentence or clause; shorter ones are in words."""

_HEARD_WITHIN = 0.8
"""Seconds of speech by which a pause may miss the place that counting characters gives."""

_SENTENCE_MARKS = (".", "!", "?", "…", "؟", "।", "。", "！", "？")  # noqa: RUF001 - full-width ones are meant
_CLAUSE_MARKS = (",", ";", ":", "–", "—", "،", "、", "，", "；", "：")  # noqa: RUF001
_CLOSING = "\"'”’»)]」』）"  # noqa: RUF001

# Characters that Unicode's categories call letters, and that still cannot begin or end a line.
_NEVER_FIRST = set("ะาำๅະາຳぁぃぅぇぉっゃゅょァィゥェォッャュョ")
_NEVER_LAST = set("เแโใไເແໂໃໄ")


class Cue(NamedTuple):
    """One subtitle.

    Attributes:
        start: When it appears, in milliseconds.
        end: When it goes, in milliseconds; always after ``start``.
        lines: One or two lines of plain text, none of them blank.
    """

    start: int
    end: int
    lines: tuple[str, ...]


def cues(transcript: Transcript) -> Iterator[Cue]:
    """Yield the subtitles in order; no two overlap, and none has zero length.

    Where a segment is one cue, its times are those of voice activity. The times inside a longer
    segment are the model's for its words if it gives any; else they are estimates: characters
    are taken to be spoken evenly over the segment's speech, that is its span without its pauses,
    and a sentence or clause that should end near a pause is taken to end at it.
    """
    rough = [
        (start, end, lines)
        for segment in transcript.segments
        for start, end, lines in _divided(segment)
    ]
    starts = [start for start, _, _ in rough[1:]] + [transcript.duration]
    last = 0
    for (start, end, lines), follows in zip(rough, starts, strict=False):
        begin = max(_milliseconds(start), last)
        last = max(
            _milliseconds(end),
            min(begin + _milliseconds(READABLE_SECONDS), _milliseconds(follows)),
            begin + 1,
        )
        yield Cue(begin, last, lines)


class _Break(IntEnum):
    """How good a place is for a division; the lower the better."""

    SENTENCE = 0
    CLAUSE = 1
    WORD = 2
    INSIDE = 3


class _Atom(NamedTuple):
    """A piece of text that is not divided: a word, or a character of a script without spaces.

    ``at`` is the number of characters before it in the segment, spaces not counted, and
    ``before`` what a division in front of it would be.
    """

    text: str
    at: int
    spaced: bool
    before: _Break

    @property
    def end(self) -> int:
        return self.at + len(self.text)


def _divided(segment: Segment) -> Iterator[tuple[float, float, tuple[str, ...]]]:
    atoms = _atoms(segment.text)
    if not atoms:
        return
    timing = _Timing(segment, atoms)
    waiting = [atoms]
    while waiting:
        piece = waiting.pop()
        start, end = timing.begin(piece[0].at), timing.finish(piece[-1].end)
        lines = _lines(piece)
        if lines and (end - start <= CUE_SECONDS or len(piece) == 1):
            yield start, end, lines
        else:
            at = _division(piece, seconds=end - start)
            waiting += [piece[at:], piece[:at]]


def _division(piece: Sequence[_Atom], *, seconds: float) -> int:
    """Index of the atom in front of which a piece that is too long is best divided."""
    parts = max(2, ceil(_columns(piece) / (LINES * LINE)), ceil(seconds / CUE_SECONDS))
    ideal = parts // 2 / parts
    first, length = piece[0].at, piece[-1].end - piece[0].at

    def cost(index: int) -> tuple[int, float]:
        kind = piece[index].before
        share = (piece[index].at - first) / length
        if kind is _Break.CLAUSE and not _LEAST_CLAUSE <= share <= 1 - _LEAST_CLAUSE:
            kind = _Break.WORD
        return kind, abs(share - ideal)

    return min(range(1, len(piece)), key=cost)


def _lines(piece: Sequence[_Atom]) -> tuple[str, ...] | None:
    """The text in one line, or in two of like length; None if it takes more."""
    columns = _columns(piece)
    if columns <= LINE or len(piece) == 1:
        return (_text(piece),)
    if columns > LINES * LINE + 1:
        return None
    fitting = [
        (piece[index].before is _Break.INSIDE, abs(left - right), index)
        for index in range(1, len(piece))
        if (left := _columns(piece[:index])) <= LINE and (right := _columns(piece[index:])) <= LINE
    ]
    if not fitting:
        return None
    _, _, index = min(fitting)
    return _text(piece[:index]), _text(piece[index:])


def _text(piece: Sequence[_Atom]) -> str:
    return "".join(" " * atom.spaced + atom.text for atom in piece).strip()


def _columns(piece: Sequence[_Atom]) -> int:
    return sum(_width(atom.text) + atom.spaced for atom in piece) - piece[0].spaced


def _atoms(text: str) -> list[_Atom]:
    atoms: list[_Atom] = []
    for word in plain(text).split():
        for index, part in enumerate(_parts(word)):
            spaced = index == 0
            at, before = 0, _Break.WORD
            if atoms:
                at, before = atoms[-1].end, _break(atoms[-1].text, part, spaced=spaced)
            atoms.append(_Atom(part, at, spaced, before))
    return atoms


def _break(before: str, after: str, *, spaced: bool) -> _Break:
    said = before.rstrip(_CLOSING) or before
    if spaced or _is_wide(said[-1]):
        if said.endswith(_SENTENCE_MARKS) and not after[0].islower():
            return _Break.SENTENCE
        if said.endswith(_CLAUSE_MARKS):
            return _Break.CLAUSE
    return _Break.WORD if spaced else _Break.INSIDE


def _parts(word: str, *, anywhere: bool = False) -> Iterator[str]:
    """Divide a word between full-width characters; one wider than a line, anywhere."""
    parts: list[str] = []
    for char in word:
        if parts and not (
            (anywhere or _is_wide(char) or _is_wide(parts[-1][-1]))
            and _may_part(parts[-1][-1], char)
        ):
            parts[-1] += char
        else:
            parts.append(char)
    for part in parts:
        if _width(part) <= LINE:
            yield part
        elif not anywhere:
            yield from _parts(part, anywhere=True)
        else:  # nothing but marks
            yield from (part[at : at + LINE // 2] for at in range(0, len(part), LINE // 2))


def _may_part(before: str, after: str) -> bool:
    """Whether a line may end with one character and the next begin with the other."""
    opens, follows = unicodedata.category(before), unicodedata.category(after)
    return not (
        follows[0] == "M"
        or follows in {"Pe", "Pf", "Po", "Lm", "Sk", "Cf"}
        or opens in {"Ps", "Pi", "Cf"}
        or after in _NEVER_FIRST
        or before in _NEVER_LAST
    )


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(1 + _is_wide(char) for char in text)


class _Timing:
    """When each character of a segment is spoken.

    A segment is a row of stretches: its words, each of which weighs its characters, or without
    words the speech between two pauses, which weighs its seconds. A place is a weight from the
    segment's beginning. A pause and the end of a sentence or clause that should stand near it by
    count of characters are taken for the same; between such anchors characters spread evenly.
    """

    def __init__(self, segment: Segment, atoms: Sequence[_Atom]) -> None:
        stretches = [
            (word.start, word.end, float(len("".join(word.text.split())))) for word in segment.words
        ] or [(start, end, end - start) for start, end in _speech(segment)]
        self._stretches = [stretch for stretch in stretches if stretch[2] > 0]
        if not self._stretches:
            self._stretches = [(segment.start, segment.end, 1.0)]
        self._before = [0.0, *accumulate(weight for _, _, weight in self._stretches)]
        self._segment = segment
        self._anchors = [(0, 0.0), (atoms[-1].end, self._before[-1])]
        if not segment.words:
            ends = [atom.at for atom in atoms[1:] if atom.before <= _Break.CLAUSE]
            self._anchors[1:1] = self._heard(ends).items()

    def begin(self, character: int) -> float:
        """Second at which the text from this character on begins."""
        if character == 0:
            return self._segment.start
        place = self._place(character)
        return self._at(min(bisect_right(self._before, place), len(self._stretches)) - 1, place)

    def finish(self, character: int) -> float:
        """Second at which the text up to this character ends."""
        if character == self._anchors[-1][0]:
            return self._segment.end
        place = self._place(character)
        return self._at(max(bisect_left(self._before, place), 1) - 1, place)

    def _heard(self, ends: Sequence[int]) -> dict[int, float]:
        """The ends of sentences and clauses at which a pause was heard, with its place."""
        heard: dict[int, float] = {}
        for (_, silent, _), (spoken, _, _), place in zip(
            self._stretches, self._stretches[1:], self._before[1:], strict=False
        ):
            if ends and spoken - silent >= _HEARD_PAUSE:
                nearest = min(ends, key=lambda end: abs(self._place(end) - place))
                if abs(self._place(nearest) - place) <= _HEARD_WITHIN:
                    heard[nearest] = place
        return heard

    def _place(self, character: int) -> float:
        index = bisect_right(self._anchors, character, 1, len(self._anchors) - 1, key=itemgetter(0))
        (left, low), (right, high) = self._anchors[index - 1 : index + 1]
        return low + (character - left) * (high - low) / (right - left)

    def _at(self, index: int, place: float) -> float:
        start, end, weight = self._stretches[index]
        second = start + (place - self._before[index]) / weight * (end - start)
        return min(max(second, self._segment.start), self._segment.end)


def _speech(segment: Segment) -> Iterator[tuple[float, float]]:
    """The segment's span without its pauses."""
    edges = [(segment.start, segment.start), *segment.pauses, (segment.end, segment.end)]
    for (_, start), (end, _) in pairwise(edges):
        yield start, end


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))
