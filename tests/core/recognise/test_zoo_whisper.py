"""What the library does with Whisper, on the real model; the zoo has no small one.

- Loaded by ``from_whisper(encoder, decoder, tokens, language="en", task="transcribe")``; "" as
  language detects.
- Fills ``text``, ``tokens`` and ``lang`` (told or detected, without marks around it); with
  ``enable_token_timestamps`` also ``timestamps`` and ``durations`` (of models exported for it),
  with ``enable_segment_timestamps`` ``segment_*``.
- The language is chosen at load, or by ``set_config`` for all streams; not for a stream. One that
  the model does not know ends the process, when it decodes.
- Silence gives invented text.
- Reading ``tokens`` is a UnicodeDecodeError where one ends inside a character (seen in Chinese,
  Kannada, Lao); ``text`` is whole.
- Fewer than some dozens of samples end the process.
"""

import numpy as np
import pytest

from fixtures.zoo.proof import run
from fixtures.zoo.tones import SAMPLE_RATE

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def whisper(shared):
    folder = shared / "models" / "sherpa-onnx-whisper-base"
    files = {
        "encoder": folder / "base-encoder.int8.onnx",
        "decoder": folder / "base-decoder.int8.onnx",
        "tokens": folder / "base-tokens.txt",
    }
    return lambda *sounds, **more: run("from_whisper", files, sounds, **more)


@pytest.fixture(scope="module")
def german(shared):
    import av

    resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
    with av.open(str(shared / "speech" / "fleurs" / "fleurs-de-000.ogg")) as file:
        frames = [part for frame in file.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])[: 8 * SAMPLE_RATE]


def test_it_detects_and_times_each_token(whisper, german):
    [result] = whisper(german, language="", enable_token_timestamps=True).results
    assert result["lang"] == "de"
    assert "besten" in result["text"]
    assert len(result["tokens"]) == len(result["timestamps"]) == len(result["durations"])
    assert result["timestamps"] == sorted(result["timestamps"])
    assert result["segment_texts"] == []


def test_it_gives_no_times_unasked(whisper, german):
    [result] = whisper(german, language="de").results
    assert (result["lang"], result["timestamps"]) == ("de", [])
    assert result["tokens"]


def test_it_takes_no_language_by_stream(whisper, german):
    [result] = whisper(german, language="de", options=[{"language": "en"}]).results
    assert result["lang"] == "de"


@pytest.mark.parametrize("language", ["xx", "yue"])
def test_a_language_it_does_not_know_ends_the_process(whisper, german, language):
    ended = whisper(german, language=language)
    assert (ended.results, ended.status) == ([], 255)
    assert f"Invalid language: {language}" in ended.complaints


def test_next_to_no_sound_ends_the_process(whisper, german):
    assert whisper(german[:1], language="de").status != 0
