"""Normalising, counting, and adding up."""

import unicodedata

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuttledoc.benchmark.normalise import Normaliser, basic, normaliser
from cuttledoc.benchmark.score import Counts, Sample, Score, count

WORDS = st.lists(st.sampled_from(["a", "b", "c", "de", "fg"]), max_size=8).map(" ".join)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Hello, World!", "hello world"),
        ("don't — don\u2019t", "dont dont"),
        ("T-Rex, 6-6; dix-sept", "t rex 6 6 dix sept"),
        ("  a\n\tb\u00a0c  ", "a b c"),
        ("ÜBER Straße", "über straße"),
        ("cafe\u0301", "caf\u00e9"),
        ("हिन्दी", "हिन्दी"),
        ("« qu\u2019on »", "quon"),
        ("…", ""),
    ],
)
def test_the_basic_normaliser_keeps_letters_marks_and_numbers(text, normal):
    assert basic(text) == normal


@given(st.text())
def test_normal_text_stays_and_is_composed(text):
    normal = basic(text)
    assert basic(normal) == normal
    assert basic(unicodedata.normalize("NFD", text)) == normal
    assert unicodedata.is_normalized("NFC", normal)


def test_whispers_normaliser_is_for_english_another_than_for_other_languages():
    english = normaliser(Normaliser.WHISPER, "en")
    german = normaliser(Normaliser.WHISPER, "de")
    assert english("Mr. Brown won't pay twenty dollars").split() == [
        "mister",
        "brown",
        "will",
        "not",
        "pay",
        "$20",
    ]
    assert german("Süße Äpfel, [Musik] zwanzig!").split() == ["süße", "äpfel", "zwanzig"]


@pytest.mark.parametrize(
    ("reference", "text", "counts"),
    [
        ("a b c", "a b c", (3, 0, 0, 0)),
        ("a b c", "a x c", (3, 1, 0, 0)),
        ("a b c", "a c", (3, 0, 1, 0)),
        ("a b c", "a b b c", (3, 0, 0, 1)),
        ("a b c", "", (3, 0, 3, 0)),
        ("", "a b", (0, 0, 0, 2)),
        ("", "", (0, 0, 0, 0)),
    ],
)
def test_each_kind_of_error_is_counted(reference, text, counts):
    words, _ = count(reference, text)
    assert (words.length, words.substitutions, words.deletions, words.insertions) == counts


def test_characters_are_counted_too():
    _, characters = count("über", "uber x")
    assert (characters.length, characters.substitutions, characters.insertions) == (4, 1, 2)


def test_words_where_nothing_was_said_are_an_error_rate_of_one():
    assert count("", "a b")[0].rate == 1.0
    assert count("", "")[0].rate == 0.0


def sample(reference, text, **facts):
    words, characters = count(reference, text)
    return Sample(
        clip="c",
        language="en",
        reference=reference,
        text=text,
        words=words,
        characters=characters,
        **facts,
    )


@given(st.lists(st.tuples(WORDS.filter(bool), WORDS), min_size=1, max_size=5))
def test_the_rates_of_many_clips_are_those_of_jiwer_over_all_of_them(pairs):
    score = Score.of(sample(reference, text) for reference, text in pairs)
    references, texts = (list(side) for side in zip(*pairs, strict=True))
    assert score.wer == pytest.approx(jiwer.wer(references, texts))
    assert score.cer == pytest.approx(jiwer.cer(references, texts))


def test_a_clip_that_failed_costs_words_and_no_time():
    heard = sample("a b", "a b", duration=10.0, processing_time=1.0)
    score = Score.of([heard, sample("c d", "", error="No speech.")])
    assert (score.clips, score.failed, score.wer, score.rtf) == (2, 1, 0.5, 0.1)
    assert score.words == Counts(length=4, substitutions=0, deletions=2, insertions=0)


def test_where_all_failed_there_is_no_real_time_factor():
    assert Score.of([sample("a", "", error="No speech.")]).rtf is None
