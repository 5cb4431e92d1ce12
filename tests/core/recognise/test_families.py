"""Each family in the real worker: small models of the real shapes, through sherpa-onnx itself."""

import asyncio
import itertools

import numpy as np
import pytest

from cuttledoc.hints import Hints
from cuttledoc.transcript import DoubtKind
from cuttledoc.worker.client import WorkerClient
from cuttledoc.worker.protocol import Load, Recognised
from fixtures.media import write_sound
from fixtures.zoo import (
    build_canary,
    build_cohere,
    build_nemo_ctc,
    build_omnilingual,
    build_qwen3_asr,
    build_sense_voice,
    build_tdt,
    build_vad,
)
from fixtures.zoo.tones import SAMPLE_RATE, speak, translated, utter

BUILDERS = {
    "nemo-transducer": build_tdt,
    "nemo-ctc": build_nemo_ctc,
    "omnilingual-ctc": build_omnilingual,
    "sense-voice": build_sense_voice,
    "canary": build_canary,
    "cohere-transcribe": build_cohere,
    "qwen3-asr": build_qwen3_asr,
}
TIMED = ("nemo-transducer", "nemo-ctc", "omnilingual-ctc", "sense-voice")
GRID = 0.13
"""Seconds a time may be off: a frame of the model, and one of the detector's windows."""

ANSWER = "Hello, yes no"
TEXT = "hello, 7 zoos. the heron and anna"


@pytest.fixture
async def worker(tmp_path):
    """``worker(family)`` starts the real worker with a small model of that family."""
    clients = []

    def start(family, *, vocabulary=False, vad=None, **how):
        folder = tmp_path / f"model-{len(clients)}"
        folder.mkdir()
        built = BUILDERS[family](folder, **how)
        files = {role: str(path) for role, path in built.items()}
        if family == "qwen3-asr":
            tokenizer = built["tokenizer"]
            files["tokenizer/vocab.json"] = str(tokenizer / "vocab.json")
        client = WorkerClient(
            Load(
                family=family,
                files=files,
                window=30.0,
                vad=str(vad or build_vad(folder)["model"]),
                jobs=2,
                word_times=True,
                vocabulary=vocabulary,
            ),
            idle_seconds=60,
        )
        clients.append(client)
        return client

    yield start
    for client in clients:
        await client.close()


async def heard(client, path, **hints):
    """The events of a job that tell of text."""
    events = [event async for event in client.transcribe(path, Hints(**hints))]
    return [event for event in events if isinstance(event, Recognised)]


async def text_of(client, path, **hints):
    events = await heard(client, path, **hints)
    return " ".join(event.segment.text for event in events if event.segment)


@pytest.mark.parametrize("family", BUILDERS)
async def test_each_family_writes_what_is_said(worker, tmp_path, family):
    path = tmp_path / "said.wav"
    speak(TEXT, path, spelled=family == "omnilingual-ctc")
    assert await text_of(worker(family), path, language="en") == TEXT


@pytest.mark.parametrize("family", TIMED)
async def test_words_have_the_times_at_which_they_were_said(worker, tmp_path, family):
    path = tmp_path / "said.wav"
    spoken = speak(TEXT, path, start=3.0, spelled=family == "omnilingual-ctc")
    events = await heard(worker(family), path)
    words = [word for event in events if event.segment for word in event.segment.words]
    assert [word.text for word in words] == [word.text for word in spoken.words]
    for word, expected in zip(words, spoken.words, strict=True):
        assert word.start == pytest.approx(expected.start, abs=GRID)
        assert word.end >= word.start
    assert all(one.end <= other.start + GRID for one, other in itertools.pairwise(words))


@pytest.mark.parametrize("family", BUILDERS)
async def test_no_family_finds_words_in_silence(worker, tmp_path, family):
    path = write_sound(tmp_path / "silence.wav", np.zeros(5 * SAMPLE_RATE), SAMPLE_RATE)
    assert await heard(worker(family), path) == []


@pytest.mark.parametrize("family", BUILDERS)
async def test_no_family_finds_words_in_noise_or_music(worker, tmp_path, installed_models, family):
    """With the real detector, for that is what keeps such sound from a recogniser."""
    seconds = np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE
    pitch = 220.0 * 2 ** (np.floor(seconds * 2) % 5 / 12)
    sounds = {
        "noise": np.random.default_rng(7).normal(0, 0.05, seconds.size),
        "music": sum(0.1 * np.sin(2 * np.pi * part * pitch * seconds) for part in (1, 1.26, 1.5)),
    }
    client = worker(family, vad=installed_models / "silero-vad" / "silero_vad.onnx")
    for name, sound in sounds.items():
        path = write_sound(tmp_path / f"{name}.wav", sound.astype(np.float32), SAMPLE_RATE)
        assert await heard(client, path) == []


async def test_a_long_recording_is_cut_and_joined_again(worker, tmp_path):
    path = tmp_path / "long.wav"
    lines = (f"the {first}{second} and anna {second}" for first in "bcdf" for second in "ghklm")
    spoken = speak("\n".join(lines), path)
    events = await heard(worker("nemo-transducer"), path)
    words = [word for event in events if event.segment for word in event.segment.words]
    assert len(events) > 1
    assert [word.text for word in words] == [word.text for word in spoken.words]
    for word, expected in zip(words, spoken.words, strict=True):
        assert word.start == pytest.approx(expected.start, abs=GRID)


@pytest.mark.parametrize(
    ("family", "language"),
    [
        ("canary", "de"),
        ("canary", "fr"),
        ("cohere-transcribe", "de"),
        ("cohere-transcribe", "zh"),
        ("qwen3-asr", "de"),
        ("sense-voice", "zh"),
        ("sense-voice", "ja"),
    ],
)
async def test_a_job_has_a_language_of_its_own(worker, tmp_path, family, language):
    path = tmp_path / "said.wav"
    speak(ANSWER, path)
    client = worker(family)
    assert await text_of(client, path, language="en") == ANSWER
    pid = client.pid
    assert await text_of(client, path, language=language) == translated(ANSWER, language)
    assert client.pid == pid


async def test_jobs_in_several_languages_at_once_do_not_mix(worker, tmp_path):
    path = tmp_path / "said.wav"
    speak(ANSWER, path)
    client = worker("sense-voice")
    languages = ["zh", "ja", "en", "ko", "zh", "en"]
    texts = await asyncio.gather(
        *(text_of(client, path, language=language) for language in languages)
    )
    assert texts == [translated(ANSWER, language) for language in languages]


async def test_a_vocabulary_brings_up_a_mumbled_name(worker, tmp_path):
    spoken = utter("a d{i|a}g")
    path = write_sound(tmp_path / "mumbled.wav", spoken.samples, SAMPLE_RATE)
    plain, told = worker("nemo-transducer"), worker("nemo-transducer", vocabulary=True)
    assert await text_of(plain, path) == "a dig"
    assert await text_of(told, path, vocabulary=("dag",)) == "a dag"
    assert await text_of(told, path, vocabulary=("Жанна",)) == "a dig"


async def test_dropped_words_are_found_out_by_a_second_try(worker, tmp_path):
    first, second = "hello anna and heron, zoo", "it is a big bad cabbage"
    spoken = utter(f"{first}\n{second}", start=1.0)
    path = write_sound(tmp_path / "dropped.wav", spoken.samples, SAMPLE_RATE)
    # The model is deaf from a second on that only the whole piece is long enough to reach.
    half = spoken.words[4].end
    [event] = await heard(worker("nemo-transducer", deaf=(half + 0.5, 60.0)), path)
    assert event.doubts == ()
    assert event.segment.text == f"{first} {second}"


async def test_words_that_stay_dropped_are_told(worker, tmp_path):
    spoken = utter("hello anna and the zoo, it is a big bad cabbage", start=1.0)
    path = write_sound(tmp_path / "dropped.wav", spoken.samples, SAMPLE_RATE)
    [event] = await heard(worker("nemo-transducer", deaf=(2.0, 60.0)), path)
    [doubt] = event.doubts
    assert doubt.kind is DoubtKind.UNCOVERED
    assert doubt.end - doubt.start >= 3.0


@pytest.mark.parametrize("family", ["canary", "cohere-transcribe"])
async def test_a_model_in_a_loop_is_told_and_its_loop_said_once(worker, tmp_path, family):
    path = write_sound(tmp_path / "loop.wav", utter("Hello la Anna", end=10.0).samples, SAMPLE_RATE)
    [event] = await heard(worker(family), path)
    assert [doubt.kind for doubt in event.doubts] == [DoubtKind.REPETITION]
    assert event.segment.text == "Hello la"
