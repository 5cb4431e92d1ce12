"""Words from the tokens of each kind of model."""

import pytest

from cuttledoc.recognise.words import join


def words(tokens, starts=None, durations=()):
    starts = [float(at) for at in range(len(tokens))] if starts is None else starts
    return [word.text for word in join(tokens, starts, durations)]


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ([" Für", " die", " Auss", "ichten", "."], ["Für", "die", "Aussichten."]),
        (["\u2581the", "\u2581her", "on", "\u2581", "7", ",", "5"], ["the", "heron", "7,5"]),
        (["\u2581d", "'", "accord"], ["d'accord"]),
        (["\u2581caf", "<0xC3>", "<0xA9>", "\u2581au", "\u2581lait"], ["café", "au", "lait"]),
        (["今", "日", "は", "。", " yes"], ["今", "日", "は。", "yes"]),
        ([" we", "今", "日"], ["we", "今", "日"]),
        (["<|en|>", "\u2581well", "<unk>"], ["well"]),
        (["<0xC3>", "\u2581a"], ["\ufffd", "a"]),
        ([], []),
    ],
)
def test_tokens_are_joined_to_words(tokens, expected):
    assert words(tokens) == expected


def test_a_word_lasts_from_its_first_token_to_the_end_of_its_last():
    [her, on] = join([" her", "on", " on"], [1.0, 1.2, 2.0], [0.1, 0.3, 0.2])
    assert (her.start, her.end) == (1.0, 1.5)
    assert (on.start, on.end) == (2.0, 2.2)


def test_without_durations_a_token_lasts_till_the_next_but_not_for_ever():
    [first, second] = join([" a", " b"], [1.0, 1.3])
    assert first.end == 1.3
    assert second.end == pytest.approx(1.7)


def test_silence_before_the_first_word_and_after_others_is_not_theirs():
    [first, second] = join([" a", " b"], [0.0, 6.0], [6.0, 9.0])
    assert (first.start, first.end) == (4.0, 6.0)
    assert (second.start, second.end) == (6.0, 8.0)


def test_times_that_do_not_fit_give_no_words():
    assert words(["a", "b"], [1.0]) == []
    assert words(["a", "b"], [1.0, 2.0], [0.1]) == []
