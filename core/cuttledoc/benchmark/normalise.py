"""What two texts may differ in without that being an error: capitals, punctuation, encoding."""

import unicodedata
from collections.abc import Callable
from enum import StrEnum

from cuttledoc.benchmark.extra import needs_extra

Normalise = Callable[[str], str]

_APOSTROPHES = frozenset("'’ʼ`´")  # noqa: RUF001 - those that people and models write
_KEPT = frozenset("LMN")
"""Letters, their marks, and numbers, by the first letter of their Unicode category."""


class Normaliser(StrEnum):
    """What is done to both texts before they are compared."""

    BASIC = "basic"
    WHISPER = "whisper"


SAID = {
    Normaliser.BASIC: "Unicode NFC, small letters, apostrophes removed, other punctuation and "
    "symbols as spaces",
    Normaliser.WHISPER: "Whisper's English normaliser for English, its basic one for other "
    "languages, diacritics kept",
}
"""Each in words, for reports."""


def normaliser(kind: Normaliser, language: str) -> Normalise:
    """The function that normalises texts in a language.

    Raises:
        SettingsError: ``benchmark-extra``: the package it comes from is not installed.
    """
    if kind is Normaliser.BASIC:
        return basic
    with needs_extra():
        from whisper_normalizer.basic import BasicTextNormalizer
        from whisper_normalizer.english import EnglishTextNormalizer
    normalise: Normalise = (
        EnglishTextNormalizer()
        if language == "en"
        else BasicTextNormalizer(remove_diacritics=False)
    )
    return normalise


def basic(text: str) -> str:
    """Unicode NFC, small letters; “don't” is ``dont``, “t-rex” is ``t rex``.

    Marks stay: they are the vowels of many scripts.
    """
    small = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
    kept = (
        letter if unicodedata.category(letter)[0] in _KEPT else " "
        for letter in small
        if letter not in _APOSTROPHES
    )
    return " ".join("".join(kept).split())
