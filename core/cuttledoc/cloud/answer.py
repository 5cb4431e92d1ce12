"""Reads what servers answer, each a little different, into segments at the recording's times."""

import itertools
import re
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from cuttledoc.models.languages import LANGUAGES
from cuttledoc.transcript import Segment, Word
from cuttledoc.worker.protocol import Exported

_TOLERANCE = 1.25
"""How far past the end of its sound a server's times may go before they are called wrong."""

_UNITS = (1.0, 1e-3, 1e-6, 1e-9)
"""Seconds, and what servers send instead; LocalAI sends nanoseconds."""

_CODES = {name.lower(): code for code, name in LANGUAGES.items()}
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
"""White space, and what a terminal would obey."""


class Answer(msgspec.Struct, frozen=True):
    """What a server made of one piece.

    Attributes:
        segments: At the recording's times, in order; empty where nothing was said.
        language: ISO 639-1 code, where the server named one.
        cut: Whether the server says itself that its text is not whole.
    """

    segments: tuple[Segment, ...]
    language: str | None = None
    cut: bool = False

    @property
    def text(self) -> str:
        """All that was said."""
        return " ".join(segment.text for segment in self.segments)


class _Timed(msgspec.Struct, frozen=True):
    """Text from one second of the piece to another; OpenAI calls a word's text ``word``."""

    start: Annotated[float, Meta(ge=0)]
    end: Annotated[float, Meta(ge=0)]
    text: str = ""
    word: str = ""

    @property
    def said(self) -> str:
        return one_line(self.text or self.word)

    def times(self, unit: float) -> "_Timed":
        return _Timed(self.start * unit, self.end * unit, self.said)


def read_answer(answer: Any, piece: Exported) -> Answer | None:
    """Read a transcript as OpenAI's dialect has it; None if it is none.

    Times count from the start of the piece and are moved to where it lies in the recording.
    Where there are none that make sense, the piece is one segment, with the times and pauses
    that voice activity gave it.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("text"), str):
        return None
    text = one_line(answer["text"])
    timed = _timed(answer.get("segments"), piece.length)
    words = _timed(_words_of(answer), piece.length)
    if not timed or len(" ".join(one.text for one in timed)) < len(text) / 2:
        segments = whole(text, piece)
    else:
        segments = _moved(timed, words, piece)
    return Answer(segments, _language(answer))


def whole(text: str, piece: Exported) -> tuple[Segment, ...]:
    """The text of a piece without times of its own, as one segment."""
    text = one_line(text)
    return (Segment(text, piece.start, piece.end, pauses=piece.pauses),) if text else ()


def one_line(text: str) -> str:
    """A text without line ends and what a terminal would obey."""
    return _SPACES.sub(" ", text).strip()


def _words_of(answer: dict[str, Any]) -> list[Any]:
    """Words stand beside the segments with OpenAI, inside them with others."""
    words = answer.get("words")
    if isinstance(words, list):
        return words
    segments = answer.get("segments")
    if not isinstance(segments, list):
        return []
    inside = (one.get("words") for one in segments if isinstance(one, dict))
    return [word for words in inside if isinstance(words, list) for word in words]


def _timed(entries: Any, length: float) -> list[_Timed]:
    """Entries with times in seconds that lie in the piece, in order; empty if any is nonsense."""
    try:
        found = [one for one in msgspec.convert(entries or [], list[_Timed]) if one.said]
    except msgspec.ValidationError:
        return []
    in_order = all(one.start <= one.end for one in found) and all(
        before.start <= after.start for before, after in itertools.pairwise(found)
    )
    last = max((one.end for one in found), default=0.0)
    if not in_order or not last:
        return []
    for unit in _UNITS:
        if last * unit <= length * _TOLERANCE + 1:
            return [one.times(unit) for one in found]
    return []


def _moved(
    timed: Sequence[_Timed], words: Sequence[_Timed], piece: Exported
) -> tuple[Segment, ...]:
    limit = piece.begin + piece.length
    segments: list[Segment] = []
    earliest = piece.begin
    waiting = list(words)
    for number, one in enumerate(timed):
        start = min(max(piece.begin + one.start, earliest), limit)
        end = min(max(piece.begin + one.end, start), limit)
        last = number == len(timed) - 1
        middle_before = one.end if not last else float("inf")
        mine = [word for word in waiting if (word.start + word.end) / 2 <= middle_before]
        waiting = waiting[len(mine) :]
        segments.append(
            Segment(
                text=one.text,
                start=start,
                end=end,
                words=tuple(
                    Word(
                        word.text,
                        min(piece.begin + word.start, limit),
                        min(piece.begin + word.end, limit),
                    )
                    for word in mine
                ),
                pauses=tuple(pause for pause in piece.pauses if start < pause[0] < pause[1] < end),
            )
        )
        earliest = end
    return tuple(segments)


def _language(answer: dict[str, Any]) -> str | None:
    named = answer.get("language")
    match answer.get("languages"):
        case [{"code": str(code)}, *_] | [str(code), *_]:
            named = code
    if not isinstance(named, str):
        return None
    named = named.strip().lower()
    code = _CODES.get(named, re.split(r"[-_]", named)[0])
    return code if code in LANGUAGES else None
