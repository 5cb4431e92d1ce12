"""What is doubted in a text, and what is not."""

import itertools

import numpy as np
import pytest

from cuttledoc.media.samples import SAMPLE_RATE
from cuttledoc.recognise.guards import doubts, repeats, without_loops
from cuttledoc.recognise.hearing import hear
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.recognise.segments import Piece
from cuttledoc.transcript import DoubtKind, Word

SPEECH = (
    "They had been counting herons since six, and the mist lay over the reeds until the sun came "
    "up behind the mill and somebody found the thermos."
)

RUSSIAN = "Мы считали цапель с шести утра у реки"  # noqa: RUF001 - Cyrillic is meant


def piece(seconds: float, *pauses: tuple[float, float], begin: float = 100.0) -> Piece:
    sound = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    later = tuple((begin + start, begin + end) for start, end in pauses)
    return Piece(sound, begin, begin, begin + seconds, later)


def spoken(*stretches: tuple[float, float]) -> Recognition:
    """One word after the other in these stretches."""
    words = [
        Word("word", at, at + 0.4)
        for start, end in stretches
        for at in np.arange(start, end, 0.5).tolist()
    ]
    said = itertools.cycle(SPEECH.split())
    return Recognition(" ".join(next(said) for _ in words), tuple(words))


def kinds(found):
    return [doubt.kind for doubt in found]


@pytest.mark.parametrize(
    "text",
    [
        "and then " + "I said no. " * 8,
        "thank you thank you thank you thank you thank you thank you",
        "the the the the the the",
        "ご視聴ありがとうございました" * 6,
        "Hello. " + "So the question is what we want to do with it. " * 5,
    ],
)
def test_loops_are_found(text):
    assert repeats(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no no no no",
        SPEECH,
        "hahahahahahaha",
        "Wait...... what?!!!!!!!",
        "1000000000",
        "今日は天気ですね。",
    ],
)
def test_what_people_say_is_no_loop(text):
    assert not repeats(text)


def test_a_loop_is_said_once():
    assert without_loops("So " + "I know " * 9 + "it") == "So I know it"


def test_all_is_well_where_words_cover_the_speech():
    assert doubts(piece(20.0), spoken((0, 20)), "en") == ()


def test_speech_without_words_is_told_with_its_place():
    [doubt] = doubts(piece(20.0), spoken((0, 5), (12, 20)), "en")
    assert doubt.kind is DoubtKind.UNCOVERED
    assert (doubt.start, doubt.end) == (pytest.approx(104.9), 112.0)


def test_speech_without_words_at_the_ends_is_told_too():
    found = doubts(piece(20.0), spoken((6, 12)), "en")
    assert [(round(one.start), round(one.end)) for one in found] == [(100, 106), (112, 120)]


def test_silence_without_words_is_not():
    assert doubts(piece(20.0, (5.0, 12.0)), spoken((0, 5), (12, 20)), "en") == ()


def test_a_piece_of_speech_without_any_text_is_told():
    assert kinds(doubts(piece(4.0), Recognition(""), "en")) == [DoubtKind.UNCOVERED]
    assert doubts(piece(1.0), Recognition(""), "en") == ()


def test_without_word_times_a_text_can_be_too_thin():
    assert kinds(doubts(piece(25.0), Recognition("They had been."), "en")) == [DoubtKind.UNCOVERED]
    assert doubts(piece(12.0), Recognition(SPEECH), "en") == ()
    assert doubts(piece(12.0), Recognition("今日は天気ですね。鷺を数えました。"), "ja") == ()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (RUSSIAN, "de", [DoubtKind.SCRIPT]),
        (RUSSIAN, "ru", []),
        ("We counted herons from six in the morning", "uk", [DoubtKind.SCRIPT]),
        ("Our friend Мария counted the herons again", "en", []),
        (RUSSIAN, None, []),
        ("ok", "ru", []),
    ],
)
def test_letters_of_another_language(text, language, expected):
    assert kinds(doubts(piece(3.0), Recognition(text), language)) == expected


def test_a_doubtful_piece_is_tried_in_two_halves_and_the_better_text_kept():
    heard = [Recognition("the the the the the the the"), spoken((0, 8)), spoken((0, 9))]
    asked: list[float] = []

    def recognise(samples):
        asked.append(samples.size / SAMPLE_RATE)
        return heard[len(asked) - 1]

    result = hear(piece(20.0, (9.5, 10.5)), recognise, "en")
    assert asked == [20.0, 10.0, 10.0]
    assert result.doubts == ()
    assert result.recognition.words[16].start == pytest.approx(10.0)


def test_what_stays_doubtful_is_told_and_its_loop_taken_out():
    loop = Recognition("so the the the the the the the end, " + SPEECH)
    result = hear(piece(20.0, (9.5, 10.5)), lambda _: loop, "en")
    assert kinds(result.doubts) == [DoubtKind.REPETITION]
    assert result.recognition.text == "so the end, " + SPEECH


def test_a_word_is_not_cut_for_a_second_try():
    loop = Recognition("so the the the the the the the end")
    calls = []
    hear(piece(20.0), lambda _: calls.append(1) or loop, "en")
    assert len(calls) == 1
