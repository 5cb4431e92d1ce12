"""Errors, counted by jiwer and added up over clips."""

import math
from collections.abc import Iterable
from typing import Self

import msgspec

from cuttledoc.benchmark.extra import needs_extra


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How a text differs from its reference, in words or in characters.

    Attributes:
        length: Words or characters of the reference.
        substitutions: Of them, those that came out as others.
        deletions: Of them, those that are missing.
        insertions: Those that came out and were not said.
    """

    length: int
    substitutions: int
    deletions: int
    insertions: int

    @property
    def rate(self) -> float:
        """Errors divided by the reference's length; 1 for words where nothing is said."""
        errors = self.substitutions + self.deletions + self.insertions
        return errors / self.length if self.length else float(errors > 0)

    @classmethod
    def sum(cls, parts: Iterable[Self]) -> Self:
        """All together, so that a long clip weighs more than a short one."""
        kept = tuple(parts)
        return cls(
            length=sum(part.length for part in kept),
            substitutions=sum(part.substitutions for part in kept),
            deletions=sum(part.deletions for part in kept),
            insertions=sum(part.insertions for part in kept),
        )


def check_extra() -> None:
    """See that errors can be counted, before hours are spent on texts.

    Raises:
        SettingsError: ``benchmark-extra``.
    """
    with needs_extra():
        import jiwer
    del jiwer


def count(reference: str, text: str) -> tuple[Counts, Counts]:
    """Errors in words and in characters between two normalised texts.

    Raises:
        SettingsError: ``benchmark-extra``: jiwer is not installed.
    """
    with needs_extra():
        from jiwer import process_characters, process_words

    words, characters = (
        Counts(
            length=out.hits + out.substitutions + out.deletions,
            substitutions=out.substitutions,
            deletions=out.deletions,
            insertions=out.insertions,
        )
        for out in (process_words(reference, text), process_characters(reference, text))
    )
    return words, characters


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One clip as one model heard it.

    Attributes:
        clip: Its path below the folder of clips.
        language: ISO 639-1 code, or ``und``.
        reference: The text that is spoken in it.
        text: What the model made of it; empty where it failed.
        words: Errors in words.
        characters: Errors in characters.
        duration: Length of the recording in seconds; None where it failed.
        processing_time: Seconds it took, the median of all runs; None where it failed.
        error: Why it failed, such as that no speech was found; empty where it did not.
    """

    clip: str
    language: str
    reference: str
    text: str
    words: Counts
    characters: Counts
    duration: float | None = None
    processing_time: float | None = None
    error: str = ""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Many clips together.

    Attributes:
        clips: How many there are.
        failed: How many of them failed; all their words count as deleted.
        words: Errors in words.
        characters: Errors in characters.
        wer: Word error rate: errors of all clips divided by words of all references.
        cer: Character error rate.
        duration: Seconds of all clips that did not fail.
        processing_time: Seconds these took.
        rtf: Real-time factor, the one divided by the other; None where all failed.
    """

    clips: int
    failed: int
    words: Counts
    characters: Counts
    wer: float
    cer: float
    duration: float
    processing_time: float
    rtf: float | None

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> Self:
        """Add up."""
        kept = tuple(samples)
        words = Counts.sum(sample.words for sample in kept)
        characters = Counts.sum(sample.characters for sample in kept)
        duration = math.fsum(sample.duration or 0.0 for sample in kept)
        took = math.fsum(sample.processing_time or 0.0 for sample in kept)
        return cls(
            clips=len(kept),
            failed=sum(bool(sample.error) for sample in kept),
            words=words,
            characters=characters,
            wer=words.rate,
            cer=characters.rate,
            duration=duration,
            processing_time=took,
            rtf=took / duration if duration else None,
        )
