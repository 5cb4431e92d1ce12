"""Joins the pieces that a model writes in to words, with their times."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cuttledoc.recognise.scripts import is_spaceless
from cuttledoc.transcript import Word

_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>\Z")
_SPECIAL = re.compile(r"<[^<>]+>\Z")

_TOKEN_SECONDS = 0.4
"""Longest a token is taken to last where the model tells only when it starts."""

_LONGEST_WORD = 2.0
"""Seconds after which a word is over whatever the model says.

Whisper counts the silence before the first word to it, and transducers the silence after one.
"""


class _Token(NamedTuple):
    text: str
    start: float
    end: float


def join(
    tokens: Sequence[str], starts: Sequence[float], durations: Sequence[float] = ()
) -> tuple[Word, ...]:
    """Words from tokens.

    A token that begins with a space or with SentencePiece's ``▁`` begins a word, and so does each
    letter of a script that writes no spaces. Bytes such as ``<0xC3>`` are joined to letters. What
    is neither letter nor digit stays with the word before it.

    Args:
        tokens: The pieces as the model gives them.
        starts: Second at which each begins.
        durations: Seconds each lasts; empty where the model does not tell.

    Returns:
        The words in order; none where tokens and times do not belong together.
    """
    if len(tokens) != len(starts) or (durations and len(durations) != len(tokens)):
        return ()
    ends = _ends(starts, durations)
    groups: list[list[_Token]] = []
    for token in _letters(tokens, starts, ends):
        if not groups or _begins_word(token.text, groups[-1][-1].text):
            groups.append([])
        groups[-1].append(token)
    words = []
    for index, group in enumerate(groups):
        text = "".join(token.text for token in group).strip()
        start, end = group[0].start, max(group[0].start, group[-1].end)
        if end - start > _LONGEST_WORD:
            if index == 0:
                start = end - _LONGEST_WORD
            else:
                end = start + _LONGEST_WORD
        if text:
            words.append(Word(text, start, end))
    return tuple(words)


def _ends(starts: Sequence[float], durations: Sequence[float]) -> list[float]:
    if durations:
        return [start + duration for start, duration in zip(starts, durations, strict=True)]
    following = itertools.pairwise([*starts, float("inf")])
    return [min(start + _TOKEN_SECONDS, after) for start, after in following]


def _letters(
    tokens: Sequence[str], starts: Sequence[float], ends: Sequence[float]
) -> Iterator[_Token]:
    """The tokens with bytes joined to letters, and without marks such as ``<unk>``."""
    timed = zip(tokens, starts, ends, strict=True)
    for is_byte, run in itertools.groupby(timed, lambda one: _BYTE.match(one[0]) is not None):
        group = list(run)
        if is_byte:
            data = bytes(int(token[3:5], 16) for token, _, _ in group)
            yield _Token(data.decode("utf-8", "replace"), group[0][1], group[-1][2])
            continue
        for token, start, end in group:
            if not _SPECIAL.match(token):
                yield _Token(token.replace("\u2581", " "), start, end)


def _begins_word(token: str, before: str) -> bool:
    if token.startswith(" "):
        return True
    first = next((letter for letter in token if letter.isalnum()), "")
    if not first:
        return False
    last = next((letter for letter in reversed(before) if letter.isalnum()), "")
    return is_spaceless(first) or (last != "" and is_spaceless(last))
