"""The zoo's models do what the real families do, through sherpa-onnx itself."""

import subprocess
import sys

import numpy as np
import pytest

from fixtures.zoo import build_tdt, build_vad
from fixtures.zoo.proof import run
from fixtures.zoo.tones import PAUSE, SAMPLE_RATE, SLOT, SOUND, speak, utter

TEXT = "Hello world, the café is 12 € and zoo!\n今日は天気です。 Anna singing"
HEARD = TEXT.replace("\n", " ")

NO_WORDS = {
    "silence": np.zeros(5 * SAMPLE_RATE, np.float32),
    "noise": np.random.default_rng(1).normal(0, 0.1, 5 * SAMPLE_RATE).astype(np.float32),
    "hum": (0.3 * np.sin(np.arange(5 * SAMPLE_RATE) * 0.02)).astype(np.float32),
}


def shifted(samples, seconds):
    return np.concatenate([np.zeros(round(seconds * SAMPLE_RATE), np.float32), samples])


@pytest.fixture(scope="module")
def tdt(tmp_path_factory):
    files = build_tdt(tmp_path_factory.mktemp("tdt"))

    def recognise(*sounds, **arguments):
        return run("from_transducer", files, sounds, model_type="nemo_transducer", **arguments)

    return recognise


def starts(result):
    return result["timestamps"]


def ends(result):
    return np.add(result["timestamps"], result["durations"])


def test_tdt_gives_text_tokens_times_and_durations(tdt):
    spoken = utter(TEXT)
    [result] = tdt(spoken.samples).results
    assert result["text"] == HEARD
    assert [token.replace(" ", "▁") for token in result["tokens"]] == [
        piece.text for piece in spoken.pieces
    ]
    assert starts(result) == pytest.approx([piece.start for piece in spoken.pieces], abs=1e-4)
    assert ends(result) == pytest.approx([piece.end for piece in spoken.pieces], abs=1e-4)
    assert max(result["ys_log_probs"]) <= 0


def test_tdt_hears_the_same_wherever_the_frames_fall(tdt):
    spoken = utter(TEXT)
    shifts = [milliseconds / 1000 for milliseconds in range(0, 240, 13)]
    run_ = tdt(*(shifted(spoken.samples, shift) for shift in shifts))
    for shift, result in zip(shifts, run_.results, strict=True):
        assert result["text"] == HEARD
        assert starts(result) == pytest.approx(
            [piece.start + shift for piece in spoken.pieces], abs=0.08
        )


def test_tdt_hears_through_noise(tdt):
    samples = utter(TEXT).samples
    noise = np.random.default_rng(2).normal(0, 0.02, samples.size).astype(np.float32)
    assert tdt(samples + noise).results[0]["text"] == HEARD


@pytest.mark.parametrize("sound", NO_WORDS)
def test_tdt_invents_nothing(tdt, sound):
    [result] = tdt(NO_WORDS[sound]).results
    assert (result["text"], result["tokens"], result["timestamps"]) == ("", [], [])


def test_tdt_brings_up_a_mumbled_hotword(tdt):
    spoken = utter("a d{i|a}g")
    beam = {"decoding_method": "modified_beam_search"}
    assert tdt(spoken.samples).results[0]["text"] == "a dig"
    assert tdt(spoken.samples, **beam).results[0]["text"] == "a dig"
    [result] = tdt(spoken.samples, hotwords="▁ d a g", **beam).results
    assert result["text"] == "a dag"
    assert starts(result) == pytest.approx([piece.start for piece in spoken.pieces], abs=1e-4)


def test_tdt_takes_400_seconds_and_no_more(tdt):
    whole = np.zeros(400 * SAMPLE_RATE, np.float32)
    assert tdt(whole).status == 0
    over = tdt(shifted(whole, 1))
    assert over.status == 1
    assert "RuntimeError" in over.complaints


def test_tdt_can_be_deaf_for_a_while(tmp_path):
    files = build_tdt(tmp_path, deaf=(1.0, 2.0))
    samples = utter("Hello world the heron and Anna", start=SLOT).samples
    [result] = run("from_transducer", files, [samples], model_type="nemo_transducer").results
    assert result["text"] == "Hello world the"


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000])
def test_speech_is_the_same_at_every_sample_rate(tdt, tmp_path, rate):
    import av

    path = tmp_path / "speech.wav"
    spoken = speak(TEXT, path, sample_rate=rate)
    resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
    with av.open(str(path)) as file:
        frames = [part for frame in file.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    [result] = tdt(samples).results
    assert result["text"] == HEARD
    assert starts(result) == pytest.approx([piece.start for piece in spoken.pieces], abs=0.081)


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
