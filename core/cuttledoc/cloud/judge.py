"""Is a transcript as long as the speech it comes from? Some servers leave the end out."""

import re

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese are written without spaces."""

_CHARACTERS_PER_WORD = 2.0

LEAST_SECONDS = 30.0
"""Of speech. In less, one long word among pauses would look like a loss."""

_LEAST_WORDS_PER_SECOND = 0.8
"""Of speech, pauses left out. Slow dictation has 1.5, talk has 2 to 4."""


def words_in(text: str) -> float:
    """Number of words; estimated where a language writes no spaces."""
    unspaced = len(_UNSPACED.findall(text))
    return len(_UNSPACED.sub(" ", text).split()) + unspaced / _CHARACTERS_PER_WORD


def is_too_short(text: str, speech: float) -> bool:
    """Whether a text is implausibly short for so many seconds of speech."""
    return speech > LEAST_SECONDS and words_in(text) < _LEAST_WORDS_PER_SECOND * speech
