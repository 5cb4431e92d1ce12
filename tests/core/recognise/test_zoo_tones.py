"""The tone language is what it says, whatever file it comes in."""

import subprocess
import sys

import av
import numpy as np
import pytest

from fixtures.media import write_sound
from fixtures.zoo import build_tdt, build_vad
from fixtures.zoo.proof import run
from fixtures.zoo.tones import PAUSE, SAMPLE_RATE, SLOT, SOUND, speak, utter

TEXT = "Hello world, the café is 12 € and zoo!\n今日は天気です。 Anna singing"


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000])
def test_speech_is_the_same_at_every_sample_rate(tmp_path, rate):
    spoken = speak(TEXT, tmp_path / "speech.wav", sample_rate=rate)
    check_file(tmp_path / "speech.wav", spoken)


@pytest.mark.parametrize("suffix", ["flac", "mp3", "m4a", "ogg", "opus"])
def test_speech_survives_codecs(tmp_path, suffix):
    spoken = utter(TEXT, sample_rate=48_000)
    path = write_sound(tmp_path / f"speech.{suffix}", spoken.samples, 48_000)
    check_file(path, spoken)


def check_file(path, spoken):
    resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
    with av.open(str(path)) as file:
        frames = [part for frame in file.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    files = build_tdt(path.parent)
    [result] = run("from_transducer", files, [samples], model_type="nemo_transducer").results
    assert result["text"] == TEXT.replace("\n", " ")
    starts = [piece.start for piece in spoken.pieces]
    assert result["timestamps"] == pytest.approx(starts, abs=0.081)


def test_words_are_timed_by_their_pieces():
    spoken = utter("the café, dig\nzoo", start=SLOT)
    assert [word.text for word in spoken.words] == ["the", "café,", "dig", "zoo"]
    assert spoken.words[0][1:] == pytest.approx((SLOT, SLOT + SOUND))
    cafe = [piece for piece in spoken.pieces if spoken.words[1].start <= piece.start][:7]
    assert [piece.text for piece in cafe] == ["▁", "c", "a", "f", "<0xC3>", "<0xA9>", ","]
    assert spoken.words[1][1:] == (cafe[0].start, cafe[-1].end)
    assert spoken.words[3].start - spoken.words[2].end == pytest.approx(PAUSE + SLOT - SOUND)


def test_what_cannot_be_said_is_refused():
    with pytest.raises(ValueError, match="Ж"):
        utter("Ж")
    with pytest.raises(ValueError, match="mumbled"):
        utter("{a|z}")


_LISTEN = """
import sys, numpy, sherpa_onnx
config = sherpa_onnx.VadModelConfig()
config.silero_vad.model = sys.argv[1]
config.silero_vad.window_size = 512
config.silero_vad.min_silence_duration = config.silero_vad.min_speech_duration = 0.0
config.sample_rate = 16000
vad = sherpa_onnx.VadModel.create(config)
sound = numpy.frombuffer(sys.stdin.buffer.read(), "<f4")
sound = numpy.concatenate([numpy.zeros(64, "f4"), sound])
print(*(int(vad.is_speech(sound[at:at + 576])) for at in range(0, sound.size - 575, 512)))
"""


def test_vad_finds_the_sounds(tmp_path):
    spoken = utter("Hello\nworld", start=10 * SLOT)
    ended = subprocess.run(
        [sys.executable, "-c", _LISTEN, build_vad(tmp_path)["model"]],
        input=spoken.samples.tobytes(),
        capture_output=True,
        check=True,
    )
    speech = np.array(ended.stdout.split(), int)
    seconds = np.arange(speech.size) * 0.032
    for word in spoken.words:
        inside = (seconds > word.start + 0.04) & (seconds + 0.032 < word.end)
        assert speech[inside].all()
    near = np.any([(seconds > w.start - 0.04) & (seconds < w.end + 0.04) for w in spoken.words], 0)
    assert not speech[~near].any()
