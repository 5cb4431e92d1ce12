"""Where recordings are cut; the detector's answers are given as data."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuttledoc.media.samples import SAMPLE_RATE
from cuttledoc.recognise.segments import CONTEXT, WINDOW, Cutting, Piece, cut_at_pauses

SECOND = SAMPLE_RATE / WINDOW


def pieces(answers: list[bool], cutting: Cutting, *, block: int = 16_384) -> list[Piece]:
    """Cut a recording whose samples count up, so that each tells where it comes from."""
    sound = np.arange(len(answers) * WINDOW, dtype=np.float32)
    asked = iter(answers)
    blocks = [sound[at : at + block] for at in range(0, sound.size, block)]

    def is_speech(window):
        assert window.size == CONTEXT + WINDOW
        return next(asked)

    return list(cut_at_pauses(blocks, is_speech, cutting, len(answers) / SECOND))


def speech(*stretches: tuple[float, float], until: float) -> list[bool]:
    """Answers with speech in these stretches, in seconds."""
    return [
        any(start <= at / SECOND < end for start, end in stretches)
        for at in range(int(until * SECOND))
    ]


def test_silence_gives_nothing():
    assert pieces([False] * 1000, Cutting()) == []


def test_a_click_gives_nothing():
    assert pieces(speech((3.0, 3.08), until=10), Cutting()) == []


def test_a_word_at_the_very_end_is_not_lost():
    [piece] = pieces(speech((9.2, 10.0), until=10), Cutting())
    assert piece.end == pytest.approx(10.0, abs=0.04)


def test_a_long_pause_ends_a_piece_and_is_no_part_of_any():
    first, second = pieces(speech((1, 3), (9, 11), until=14), Cutting())
    assert (first.start, first.end) == (pytest.approx(1, abs=0.04), pytest.approx(3, abs=0.04))
    assert second.start == pytest.approx(9, abs=0.04)
    assert first.samples.size / SAMPLE_RATE == pytest.approx(2 + 2 * Cutting().padding, abs=0.1)


def test_speech_that_is_long_enough_ends_at_the_next_good_pause():
    stretches = [(start, start + 4.5) for start in range(0, 60, 5)]
    found = pieces(speech(*stretches, until=60), Cutting(enough_at_end=20.0))
    assert [round(piece.end, 1) for piece in found] == [24.5, 49.5, 59.5]


def test_pieces_shrink_towards_the_end():
    stretches = [(start, start + 4.5) for start in range(0, 120, 5)]
    lengths = [
        piece.end - piece.start for piece in pieces(speech(*stretches, until=120), Cutting())
    ]
    assert max(lengths[:2]) > 20
    assert all(length < 15 for length in lengths[-3:])


def test_without_a_good_pause_the_longest_one_in_reach_is_taken():
    # Pauses of 0.13 s all along, and one of 0.2 s in the second half.
    stretches = [(k, k + 0.87) for k in range(18)] + [(18, 18.8), (19, 40)]
    first = pieces(speech(*stretches, until=40), Cutting())[0]
    assert first.end == pytest.approx(18.8, abs=0.05)


def test_without_any_pause_the_weakest_place_is_taken():
    answers = [True] * int(40 * SECOND)
    sound = np.ones(len(answers) * WINDOW, np.float32)
    quiet = int(20.0 * SECOND)
    sound[(quiet - 2) * WINDOW : (quiet + 2) * WINDOW] = 0.01
    asked = iter(answers)
    first, *_ = cut_at_pauses([sound], lambda _: next(asked), Cutting(), 40.0)
    assert first.end == pytest.approx(20.0, abs=0.1)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 400)), max_size=40),
    st.sampled_from([1_000, 16_384, 100_000]),
)
def test_no_speech_is_lost_or_heard_twice_and_no_piece_is_too_long(runs, block):
    answers = [speech for speech, length in runs for _ in range(length)]
    cutting = Cutting()
    found = pieces(answers, cutting, block=block)
    for piece in found:
        assert piece.samples.size <= cutting.longest * SAMPLE_RATE
        assert piece.begin <= piece.start < piece.end
        # Each sample is its own position: the piece is one stretch, where it says it is.
        assert piece.samples[0] == pytest.approx(piece.begin * SAMPLE_RATE)
        assert np.all(np.diff(piece.samples) == 1)
    for before, after in itertools.pairwise(found):
        assert before.samples[-1] < after.samples[0]
        assert before.end <= after.start
    covered = np.zeros(len(answers), bool)
    for piece in found:
        covered[round(piece.start * SECOND) : round(piece.end * SECOND)] = True
    run = 0
    for at, speech in enumerate([*answers, False]):
        run = run + 1 if speech else 0
        if not speech or run < cutting.least * SECOND + 1:
            continue
        assert covered[at], f"speech of {run} windows is lost at window {at}"


def test_the_answer_does_not_depend_on_the_size_of_blocks():
    answers = speech((1, 12), (12.5, 30), (31, 70), until=80)
    one = pieces(answers, Cutting(), block=len(answers) * WINDOW)
    for block in (1, 999, WINDOW):
        small = pieces(answers[: int(15 * SECOND)], Cutting(), block=block)
        large = pieces(answers[: int(15 * SECOND)], Cutting())
        assert [p[1:] for p in small] == [p[1:] for p in large]
    assert one
