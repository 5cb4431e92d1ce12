"""A real Whisper through the real command, in three languages, against the bare recogniser."""

import json
import subprocess
import sys

import jiwer
import numpy as np
import pytest
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from fixtures.media import RATE, write_sound

pytestmark = pytest.mark.shared

MODEL = "my-whisper"
LANGUAGES = ("en", "de", "fr")

BARE = """
import json, pathlib, sys
import numpy, sherpa_onnx
from cuttledoc.media.decode import read_blocks
encoder, decoder, tokens, *paths = sys.argv[1:]
recogniser = sherpa_onnx.OfflineRecognizer.from_whisper(
    encoder=encoder, decoder=decoder, tokens=tokens, language="", num_threads=2)
texts = []
for path in paths:
    stream = recogniser.create_stream()
    stream.accept_waveform(16000, numpy.concatenate(list(read_blocks(pathlib.Path(path)))))
    recogniser.decode_stream(stream)
    texts.append(stream.result.text)
print(json.dumps(texts))
"""


@pytest.fixture(scope="module")
def whisper(shared):
    return shared / "models" / "sherpa-onnx-whisper-base"


@pytest.fixture
def both(run, whisper, installed_models):
    """The command with the default models and with Whisper beside them."""
    models = run.home / "models"
    models.mkdir()
    for folder in installed_models.iterdir():
        if not folder.name.startswith("."):
            (models / folder.name).symlink_to(folder)
    run.environment["CUTTLEDOC_MODELS_DIR"] = str(models)
    added = run("models", "add", whisper, "--id", MODEL, "--family", "whisper")
    assert added.returncode == 0, added.stderr
    return run


def normal(text, language):
    normaliser = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
    return normaliser(text)


def reference(recording, language):
    return normal(recording.with_suffix(".txt").read_text(encoding="utf-8"), language)


def reports(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.timeout(900)
def test_no_worse_than_the_bare_recogniser_and_each_language_found_out(both, shared, whisper):
    clips = {
        language: sorted((shared / "speech" / "fleurs").glob(f"fleurs-{language}-*.ogg"))
        for language in LANGUAGES
    }
    every = [clip for group in clips.values() for clip in group]
    process = both.start("transcribe", *every, "--model", MODEL, "--json")
    stdout, stderr = process.communicate(timeout=600)
    assert process.returncode == 0, stderr
    ours = {report["recording"]: report for report in json.loads(stdout)}
    files = (
        whisper / f"base-{name}"
        for name in ("encoder.int8.onnx", "decoder.int8.onnx", "tokens.txt")
    )
    bare = subprocess.run(
        [sys.executable, "-c", BARE, *map(str, (*files, *every))],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=600,
    )
    theirs = dict(zip(every, json.loads(bare.stdout), strict=True))
    for language, group in clips.items():
        assert {ours[str(clip)]["language"] for clip in group} == {language}
        said = [reference(clip, language) for clip in group]
        wer = jiwer.wer(said, [normal(ours[str(clip)]["text"], language) for clip in group])
        bare_wer = jiwer.wer(said, [normal(theirs[clip], language) for clip in group])
        assert wer <= bare_wer
    # The bare recogniser cuts this one off at half a minute.
    longest = max(clips["de"], key=lambda clip: ours[str(clip)]["duration"])
    assert ours[str(longest)]["duration"] > 40
    assert "darlegen" in ours[str(longest)]["text"]
    assert "darlegen" not in theirs[longest]


@pytest.mark.timeout(600)
def test_five_minutes_of_german(both, shared):
    recording = shared / "speech" / "long" / "de-mila.ogg"
    [report] = reports(both("transcribe", recording, "--json"))
    assert (report["language"], report["model"]) == ("de", MODEL)
    assert "German" in report["reason"]
    # The bare recogniser's rate on the clips, which are many speakers in real rooms.
    assert jiwer.wer(reference(recording, "de"), normal(report["text"], "de")) <= 0.216
    assert report["doubts"] == []


def test_the_model_follows_the_language_that_is_spoken(both, shared, recordings):
    german = shared / "speech" / "fleurs" / "fleurs-de-000.ogg"
    english = recordings / "sourdough.mp3"
    first, second = reports(both("transcribe", german, english, "--json"))
    assert (first["language"], first["model"]) == ("de", MODEL)
    assert (second["language"], second["model"]) == ("en", "moonshine-tiny-en")
    assert "9.4 %" in second["reason"]
    again = reports(both("transcribe", german, english, "--json"))
    assert [report["cached"] for report in again] == [True, True]


def test_the_doctor_tells_the_model_for_each_language(both):
    done = both("doctor")
    assert done.returncode == 0, done.stdout
    assert f"language: found out by {MODEL} where nobody names it" in done.stdout
    assert "model for en: moonshine-tiny-en" in done.stdout
    assert f"model for 96 languages: {MODEL}" in done.stdout


def test_a_document_says_in_which_language_its_recordings_are(both, shared):
    note = both.home / "note.md"
    clip = shared / "speech" / "fleurs" / "fleurs-de-000.ogg"
    note.write_text(f"---\nlang: fr\n---\n[memo](<{clip}>)\n", encoding="utf-8")
    [report] = reports(both("transcribe", note, "--json"))
    assert report["links"][0]["language"] == "fr"
    assert 'language="fr"' in note.read_text(encoding="utf-8")
    [said] = reports(both("transcribe", note, "--language", "de", "--json"))
    assert said["links"][0]["language"] == "de"
    before = note.read_bytes()
    [unchanged] = reports(both("transcribe", note, "--language", "de", "--json"))
    assert unchanged["links"][0]["outcome"] == "unchanged"
    assert note.read_bytes() == before


def test_a_language_in_front_matter_that_is_none_is_told(both, shared):
    note = both.home / "note.md"
    clip = shared / "speech" / "fleurs" / "fleurs-de-000.ogg"
    note.write_text(f"---\nlang: deutsch\n---\n[memo](<{clip}>)\n", encoding="utf-8")
    done = both("transcribe", note)
    assert done.returncode == 2
    assert "“deutsch” is no language code." in done.stderr
    assert "Traceback" not in done.stderr


def test_words_have_times_that_lie_in_their_segments(both, recordings, tmp_path):
    out = tmp_path / "words.json"
    done = both("transcribe", recordings / "sourdough.mp3", "--model", MODEL, "-o", out)
    assert done.returncode == 0, done.stderr
    for segment in json.loads(out.read_text(encoding="utf-8"))["segments"]:
        words = segment["words"]
        assert " ".join(word["text"] for word in words) == segment["text"]
        assert all(
            segment["start"] <= word["start"] <= word["end"] <= segment["end"] for word in words
        )
        starts = [word["start"] for word in words]
        assert starts == sorted(starts)


def test_a_language_that_whisper_does_not_know_ends_in_a_sentence(both, recordings):
    done = both("transcribe", recordings / "sourdough.mp3", "--model", MODEL, "--language", "ik")
    assert done.returncode == 5
    assert "does not know ik (Inupiaq)" in done.stderr


@pytest.mark.parametrize("model", [MODEL, "moonshine-tiny-en"])
def test_silence_noise_and_music_give_no_words(both, tmp_path, model):
    seconds = np.arange(5 * RATE) / RATE
    noise = np.random.default_rng(7).normal(0, 0.05, seconds.size)
    chords = sum(
        0.1 * np.sin(2 * np.pi * pitch * 2 ** (np.floor(seconds * 2) % 5 / 12) * seconds)
        for pitch in (220.0, 277.2, 329.6)
    )
    for name, sound in {"silence": 0 * seconds, "noise": noise, "music": chords}.items():
        path = write_sound(tmp_path / f"{name}.wav", sound.astype(np.float32), RATE)
        done = both("transcribe", path, "--model", model)
        assert (done.returncode, done.stdout) == (4, ""), name
        assert "No speech was found" in done.stderr
