"""The detector on real speech."""

import numpy as np

from cuttledoc.media.decode import read_blocks
from cuttledoc.recognise.segments import CONTEXT, WINDOW
from cuttledoc.recognise.vad import SpeechDetector, speech_detector


def answers(detector, sound):
    return [
        detector.is_speech(sound[at : at + CONTEXT + WINDOW])
        for at in range(0, sound.size - CONTEXT - WINDOW, WINDOW)
    ]


def test_a_detector_that_has_heard_another_recording_answers_like_a_new_one(
    installed_models, recordings
):
    model = installed_models / "silero-vad" / "silero_vad.onnx"
    sound = np.concatenate(list(read_blocks(recordings / "heron-count.m4a")))
    at_first = answers(SpeechDetector(model), sound)
    assert True in at_first
    assert False in at_first
    with speech_detector(model) as first:
        half = answers(first, sound[: sound.size // 2])
        assert half == at_first[: len(half)]
    with speech_detector(model) as again, speech_detector(model) as other:
        assert again is first  # nothing was loaded
        assert other is not first
        assert answers(again, sound) == at_first
